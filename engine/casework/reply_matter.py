"""A reply as it is judged before it goes on: what it says ask by ask, what it promises, to whom it belongs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, ORGANIZATIONS, AssignmentFacts, CaseFacts
from models import CoOpinion, Reply, ReplyAnswer, ReplyCommitment, ReplyFinding, db

PROMISES: sa.Table = ReplyCommitment.__table__  # type: ignore[assignment]
ANSWERS: sa.Table = ReplyAnswer.__table__  # type: ignore[assignment]
FINDINGS: sa.Table = ReplyFinding.__table__  # type: ignore[assignment]
OPINIONS: sa.Table = CoOpinion.__table__  # type: ignore[assignment]
WITHHELD = "withheld"

_NONE, _NOTHING = sa.null(), sa.literal_column("''", sa.String)
_OF_REPLY: sa.BindParameter[int] = sa.bindparam("of_reply")


def _part(name: str, place: Any, subject: Any, word: Any, text: Any, more: Any, *rest: Any) -> sa.Select[Any]:
    """One kind of part of a reply; all kinds have the same columns, so that one statement reads them."""
    columns = {"place": place, "subject": subject, "word": word, "text": text, "more": more}
    columns |= dict(zip(("due_on", "milestones"), rest or (_NONE, _NONE), strict=True))
    part = sa.literal_column(f"'{name}'", sa.String).label("part")
    return sa.select(part, *(column.label(label) for label, column in columns.items()))


_OPINIONS = (
    _part(
        "opinion",
        OPINIONS.c.id,
        OPINIONS.c.assignment_id,
        OPINIONS.c.position,
        ORGANIZATIONS.c.name,
        ORGANIZATIONS.c.short_name,
    )
    .join_from(OPINIONS, ASSIGNMENTS, ASSIGNMENTS.c.id == OPINIONS.c.assignment_id)
    .join(ORGANIZATIONS, ORGANIZATIONS.c.id == ASSIGNMENTS.c.unit_id)
    .where(OPINIONS.c.case_id == sa.bindparam("of_case"))
)
_P, _A, _F = PROMISES.c, ANSWERS.c, FINDINGS.c
_PARTS = sa.union_all(
    _part("promise", _P.position, _P.ask_id, _NOTHING, _P.what, _NOTHING, _P.due_on, _P.milestones).where(
        _P.reply_id == _OF_REPLY
    ),
    _part("answer", _A.id, _A.ask_id, _A.grade, _A.text, _A.reason).where(_A.reply_id == _OF_REPLY),
    _part("finding", _F.id, _NONE, _F.key, _NOTHING, _NOTHING).where(_F.reply_id == _OF_REPLY),
    _OPINIONS,
).order_by("place")
_OPINIONS_IN_ORDER = _OPINIONS.order_by("place")
_PROMISE = PROMISES.insert().inline()


@dataclass(frozen=True, slots=True)
class Answered:
    """What is said to one ask; an empty grade is that of the whole."""

    ask_id: int
    grade: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised by when; `ask_id` None is for the suggestion as a whole."""

    ask_id: int | None
    due_on: dt.date
    what: str = ""
    milestones: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """The latest opinion of a co-handling unit."""

    assignment_id: int
    position: str
    unit: str
    short_name: str


@dataclass(frozen=True, slots=True)
class ReplyMatter:
    """Everything the findings look at."""

    case_id: int
    congress_id: int
    unit_id: int
    grade: str
    body: str
    publicity: str
    answers: tuple[Answered, ...]
    promises: tuple[Promise, ...]
    promised: str  # what is promised and each step on the way, whole or only typed so far
    opinions: tuple[Opinion, ...]
    overridden: frozenset[str] = frozenset()  # the findings that were answered with a reason

    @property
    def text(self) -> str:
        """All that is written, in the order in which it is read."""
        return "\n".join([*(answer.text for answer in self.answers), self.body])

    def grade_of(self, answer: Answered) -> str:
        """The grade of one answer: its own, or that of the whole."""
        return answer.grade or self.grade


@dataclass(frozen=True, slots=True)
class SignedReply:
    """A reply as it is signed, for what this brings about in other rooms."""

    id: int
    assignment_id: int
    unit_id: int
    publicity: str
    publicity_reason: str
    promises: tuple[Promise, ...]


def matter_of_answers(
    case: CaseFacts, assignment: AssignmentFacts, answers: Mapping[str, Any]
) -> ReplyMatter:
    """The reply that is being drafted: checked answers, or what has been typed so far."""
    return ReplyMatter(
        case_id=case.id,
        congress_id=case.congress_id,
        unit_id=assignment.unit_id,
        grade=_words(answers.get("grade")),
        body=_words(answers.get("body")),
        publicity=_words(answers.get("publicity")),
        answers=tuple(_answered(each) for each in answers.get("answers") or () if isinstance(each, Mapping)),
        promises=tuple(
            Promise(each["ask_id"], each["due_on"])
            for each in answers.get("commitments") or ()
            if isinstance(each.get("due_on"), dt.date)
        ),
        promised="\n".join(
            _promised(each.get("what"), each.get("milestones")) for each in answers.get("commitments") or ()
        ),
        opinions=_opinions(db.session.execute(_OPINIONS_IN_ORDER, {"of_case": case.id})),
    )


def _answered(given: Mapping[str, Any]) -> Answered:
    id_ = str(given.get("ask_id", ""))
    return Answered(
        int(id_) if id_.isdecimal() else 0,
        *(_words(given.get(name)) for name in ("grade", "text", "reason")),
    )


def _promised(what: Any, milestones: Any) -> str:
    """The words of a promise; its steps are rows once they are checked, and lines while they are typed."""
    steps = [step["what"] for step in milestones] if isinstance(milestones, list) else [_words(milestones)]
    return "\n".join([_words(what), *steps])


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def matter_of_reply(case: CaseFacts, assignment: AssignmentFacts, reply: Any) -> ReplyMatter:
    """A version of a unit's reply as it is kept; `reply` is its row."""
    parts: dict[str, list[Any]] = {"promise": [], "answer": [], "finding": [], "opinion": []}
    for row in db.session.execute(_PARTS, {"of_reply": reply.id, "of_case": case.id}):
        parts[row.part].append(row)
    return ReplyMatter(
        case_id=case.id,
        congress_id=case.congress_id,
        unit_id=assignment.unit_id,
        grade=reply.grade,
        body=reply.body,
        publicity=reply.publicity,
        answers=tuple(Answered(row.subject, row.word, row.text, row.more) for row in parts["answer"]),
        promises=tuple(
            Promise(row.subject, row.due_on, row.text, row.milestones) for row in parts["promise"]
        ),
        promised="\n".join(_promised(row.text, row.milestones) for row in parts["promise"]),
        opinions=_opinions(parts["opinion"]),
        overridden=frozenset(row.word for row in parts["finding"]),
    )


def _opinions(rows: Iterable[Any]) -> tuple[Opinion, ...]:
    """Of each unit the latest, which is the last of the rows."""
    latest = {row.subject: Opinion(row.subject, row.word, row.text, row.more) for row in rows}
    return tuple(latest.values())


def keep_promises(reply_id: int, promised: list[dict[str, Any]]) -> None:
    """Write what a version promises."""
    if promised:
        rows = [{"reply_id": reply_id, "position": place, **each} for place, each in enumerate(promised, 1)]
        db.session.execute(_PROMISE, rows)


def latest_reply(assignment_id: int, round_: int) -> Reply | None:
    """The latest version of a round."""
    statement = sa.select(Reply).where(Reply.assignment_id == assignment_id, Reply.round == round_)
    return db.session.scalars(statement.order_by(Reply.version.desc()).limit(1)).first()
