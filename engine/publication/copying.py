"""The redacted copy: what of a case is copied for the public, and nothing else.

Copied are title, text, asks, answers with their reasons, and what is promised by when. Telephone numbers, mail
addresses, attachments, contact records, co-opinions and evaluations are not among what is copied, so that no mistake in
redaction can show them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CaseFacts
from engine.casework.reply_matter import PROMISES
from engine.casework.texts import present_asks, present_text
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.foundation.clock import day_of
from engine.people.personal_data import Mark, proposals, redacted
from engine.publication.joined import joined_cases, joined_in
from engine.publication.recorded import record_parts
from models import (
    Ask,
    Cosignature,
    Deputy,
    Meeting,
    Organization,
    PublicationReply,
    Reply,
    ReplyAnswer,
    User,
    db,
)

Content = dict[str, Any]
Change = Callable[[str, str], str]
PROSE = "textarea"


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a copy: its key (`title`, `part.0`, `ask.1`, `reply.7.body` …) and what it says."""

    key: str
    text: str


def original(case: CaseFacts, publication_id: int) -> Content:
    """The copy as it would be without redaction; what may only be summed up is left to be written."""
    folder = definition(case.definition_id)
    text = present_text(case)
    whole = text_is_public(case, text.body if text else {})
    asks = present_asks(case)
    return {
        "title": text.title if text else case.title,
        "whole": whole,
        "summary": "",
        "parts": [*(_parts(folder, text.body) if text else []), *record_parts(folder, case)] if whole else [],
        "asks": [{"number": ask.number, "text": ask.text} for ask in asks] if whole else [],
        "replies": _replies(folder, publication_id, case, asks),
        "joined": joined_cases(case),
        "facts": _facts(folder, case),
    }


def text_is_public(case: CaseFacts, body: Mapping[str, Any]) -> bool:
    """Whether the deputy's text may be read whole: the case is public and he has not refused (公开条例 art. 16)."""
    return case.confidentiality == "public" and body.get("publicity") != "refuse"


def _parts(folder: Folder, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    fields = folder.forms[folder.text_form].fields if folder.text_form else ()
    named = _named_for_the_public(folder)
    return [
        {"label": {"zh": field.label.zh, "en": field.label.en}, "text": str(body[field.name])}
        for field in fields
        if body.get(field.name) and (field.name in named if named is not None else field.type == PROSE)
    ]


def _named_for_the_public(folder: Folder) -> Collection[str] | None:
    """The fields of the text that the process lets the public read; None where it names none: every long one."""
    for spec in folder.tasks.values():
        if spec.act == "submit_text" and "public" in spec.requires:
            return tuple(spec.requires["public"])
    return None


def _replies(
    folder: Folder, publication_id: int, case: CaseFacts, asks: Sequence[Ask]
) -> list[dict[str, Any]]:
    statement = (
        sa.select(Reply, Organization.name, PublicationReply.extent, ASSIGNMENTS.c.role)
        .join(PublicationReply, PublicationReply.reply_id == Reply.id)
        .join(Organization, Organization.id == PublicationReply.unit_id)
        .join(ASSIGNMENTS, ASSIGNMENTS.c.id == PublicationReply.assignment_id)
        .where(PublicationReply.publication_id == publication_id, PublicationReply.state != "withheld")
        .order_by(Reply.round, Reply.id)
    )
    numbers = {ask.id: ask.number for ask in asks}
    found = []
    for reply, unit, extent, role in db.session.execute(statement):
        whole = extent == "full" and case.confidentiality == "public"
        found.append(
            {
                "id": reply.id,
                "unit": unit,
                "role": role,
                "round": reply.round,
                "number": reply.number or "",
                "signed_on": day_of(reply.signed_at).isoformat(),
                "grade": reply.grade,
                "grade_title": _said(folder.grades.get(reply.grade)),
                "whole": whole,
                "summary": "",
                "body": reply.body if whole else "",
                "answers": _answers(reply.id, numbers) if whole else [],
                "promises": _promises(reply.id, numbers) if whole else [],
            }
        )
    return found


def _answers(reply_id: int, numbers: Mapping[int, int]) -> list[dict[str, Any]]:
    given = db.session.scalars(
        sa.select(ReplyAnswer).where(ReplyAnswer.reply_id == reply_id).order_by(ReplyAnswer.id)
    )
    return [{"ask": numbers.get(each.ask_id, 0), "text": each.text, "reason": each.reason} for each in given]


def _promises(reply_id: int, numbers: Mapping[int, int]) -> list[dict[str, Any]]:
    """What the reply promises by when, with the steps on the way; `ask` 0 is for the suggestion as a whole."""
    promised = sa.select(PROMISES).where(PROMISES.c.reply_id == reply_id).order_by(PROMISES.c.position)
    return [
        {
            "ask": numbers.get(row.ask_id, 0),
            "what": row.what,
            "due_on": row.due_on.isoformat(),
            "milestones": [{"on": step["on"], "what": step["what"]} for step in row.milestones],
        }
        for row in db.session.execute(promised)
    ]


def _facts(folder: Folder, case: CaseFacts) -> dict[str, Any]:
    lead = db.session.get(Deputy, case.lead_deputy_id) if case.lead_deputy_id else None
    meeting = db.session.get(Meeting, case.meeting_id) if case.meeting_id else None
    cosigners = db.session.scalar(
        sa.select(sa.func.count()).where(
            Cosignature.case_id == case.id,
            Cosignature.text_version == case.text_version,
            Cosignature.status == "confirmed",
        )
    )
    return {
        "number": case.number or "",
        "kind": _said(folder.title),
        "category": case.category or "",
        "category_title": _said(folder.categories.get(case.category or "")),
        "meeting": meeting.name if meeting else "",
        "deputy": lead.name if lead else "",
        "cosigners": cosigners or 0,
        "submitted_on": day_of(case.submitted_at).isoformat() if case.submitted_at else "",
    }


def _said(words: Any) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en} if words else {"zh": "", "en": ""}


# The texts within a copy


def passages(content: Content) -> Iterator[Passage]:
    """Every text of a copy that a person may write, in the order of reading."""
    yield Passage("title", content["title"])
    if not content["whole"]:
        yield Passage("summary", content["summary"])
    for place, part in enumerate(content["parts"]):
        yield Passage(f"part.{place}", part["text"])
    for ask in content["asks"]:
        yield Passage(f"ask.{ask['number']}", ask["text"])
    for each in joined_in(content):
        yield Passage(f"joined.{each['case']}", each["title"])
    for reply in content["replies"]:
        yield from _reply_passages(reply)


def _reply_passages(reply: Mapping[str, Any]) -> Iterator[Passage]:
    """Versions of long ago have neither reasons nor promises."""
    key = f"reply.{reply['id']}"
    if not reply["whole"]:
        yield Passage(f"{key}.summary", reply["summary"])
        return
    for answer in reply["answers"]:
        yield Passage(f"{key}.answer.{answer['ask']}", answer["text"])
        if answer.get("reason"):
            yield Passage(f"{key}.reason.{answer['ask']}", answer["reason"])
    yield Passage(f"{key}.body", reply["body"])
    for number, promise in enumerate(reply.get("promises", ()), start=1):
        yield Passage(f"{key}.promise.{number}", promise["what"])
        for place, step in enumerate(promise["milestones"], start=1):
            yield Passage(f"{key}.step.{number}.{place}", step["what"])


def rewritten(content: Content, change: Change) -> Content:
    """The copy with every text as `change(key, text)` gives it."""
    return {
        **content,
        "title": change("title", content["title"]),
        "summary": change("summary", content["summary"]) if not content["whole"] else "",
        "parts": [
            {**part, "text": change(f"part.{place}", part["text"])}
            for place, part in enumerate(content["parts"])
        ],
        "asks": [{**ask, "text": change(f"ask.{ask['number']}", ask["text"])} for ask in content["asks"]],
        "joined": [
            {**each, "title": change(f"joined.{each['case']}", each["title"])} for each in joined_in(content)
        ],
        "replies": [_reply_rewritten(reply, change) for reply in content["replies"]],
    }


def _reply_rewritten(reply: Mapping[str, Any], change: Change) -> dict[str, Any]:
    key = f"reply.{reply['id']}"
    if not reply["whole"]:
        return {**reply, "summary": change(f"{key}.summary", reply["summary"])}
    return {
        **reply,
        "body": change(f"{key}.body", reply["body"]),
        "answers": [_answer_rewritten(key, answer, change) for answer in reply["answers"]],
        "promises": [
            _promise_rewritten(key, number, promise, change)
            for number, promise in enumerate(reply.get("promises", ()), start=1)
        ],
    }


def _answer_rewritten(key: str, answer: Mapping[str, Any], change: Change) -> dict[str, Any]:
    reason = answer.get("reason", "")
    return {
        **answer,
        "text": change(f"{key}.answer.{answer['ask']}", answer["text"]),
        "reason": change(f"{key}.reason.{answer['ask']}", reason) if reason else "",
    }


def _promise_rewritten(key: str, number: int, promise: Mapping[str, Any], change: Change) -> dict[str, Any]:
    return {
        **promise,
        "what": change(f"{key}.promise.{number}", promise["what"]),
        "milestones": [
            {**step, "what": change(f"{key}.step.{number}.{place}", step["what"])}
            for place, step in enumerate(promise["milestones"], start=1)
        ],
    }


@dataclass(frozen=True, slots=True)
class Persons:
    """Contact persons of the units, who are nobody's business outside, and who is known to act in office."""

    contacts: tuple[str, ...]
    known: frozenset[str]

    def proposals(self, text: str) -> list[Mark]:
        """What of a text is proposed for redaction."""
        return proposals(text, self.contacts, self.known)


def proposed(content: Content, names: Persons) -> Content:
    """The copy with every proposal of redaction taken."""
    return rewritten(content, lambda _key, text: redacted(text, names.proposals(text)))


def persons(case: CaseFacts) -> Persons:
    """The persons whom the case's papers may name."""
    officers = sa.select(Reply.officer_name).where(Reply.case_id == case.id, Reply.officer_name != "")
    deputies = sa.select(Deputy.name).where(Deputy.congress_id == case.congress_id)
    users = sa.select(User.name).where(User.congress_id == case.congress_id)
    return Persons(
        tuple(sorted(set(db.session.scalars(officers)))),
        frozenset(db.session.scalars(sa.union(deputies, users))),
    )


def without_keys(content: Content) -> Content:
    """The copy as the public gets it: no key of our tables."""
    replies = [{name: value for name, value in reply.items() if name != "id"} for reply in content["replies"]]
    parts = [{name: value for name, value in part.items() if name != "entry"} for part in content["parts"]]
    joined = [{name: value for name, value in each.items() if name != "case"} for each in joined_in(content)]
    return {**content, "replies": replies, "parts": parts, "joined": joined}
