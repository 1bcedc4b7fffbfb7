"""A reply as it is judged before it goes on: what it says ask by ask, what it promises, to whom it belongs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, AssignmentFacts, CaseFacts
from models import Reply, ReplyAnswer, ReplyCommitment, db

PROMISES: sa.Table = ReplyCommitment.__table__  # type: ignore[assignment]
WITHHELD = "withheld"

_PROMISES_OF = (
    sa.select(PROMISES).where(PROMISES.c.reply_id == sa.bindparam("of_reply")).order_by(PROMISES.c.position)
)
_PROMISE = PROMISES.insert()


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

    @property
    def text(self) -> str:
        """All that is written, in the order in which it is read."""
        return "\n".join([*(answer.text for answer in self.answers), self.body])

    def grade_of(self, answer: Answered) -> str:
        """The grade of one answer: its own, or that of the whole."""
        return answer.grade or self.grade


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
    )


def _answered(given: Mapping[str, Any]) -> Answered:
    id_ = str(given.get("ask_id", ""))
    return Answered(
        int(id_) if id_.isdecimal() else 0,
        *(_words(given.get(name)) for name in ("grade", "text", "reason")),
    )


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def matter_of_reply(case: CaseFacts, reply: Any) -> ReplyMatter:
    """A version as it is kept; `reply` is its row."""
    answers = sa.select(ReplyAnswer).where(ReplyAnswer.reply_id == reply.id).order_by(ReplyAnswer.id)
    unit = sa.select(ASSIGNMENTS.c.unit_id).where(ASSIGNMENTS.c.id == reply.assignment_id)
    return ReplyMatter(
        case_id=case.id,
        congress_id=case.congress_id,
        unit_id=db.session.scalars(unit).one(),
        grade=reply.grade,
        body=reply.body,
        publicity=reply.publicity,
        answers=tuple(
            Answered(each.ask_id, each.grade, each.text, each.reason) for each in db.session.scalars(answers)
        ),
        promises=tuple(Promise(row.ask_id, row.due_on) for row in promises_of(reply.id)),
    )


def promises_of(reply_id: int) -> list[Any]:
    """The promises of a version, in order: rows of reply_commitment."""
    return list(db.session.execute(_PROMISES_OF, {"of_reply": reply_id}))


def keep_promises(reply_id: int, promised: list[dict[str, Any]]) -> None:
    """Write what a version promises."""
    if promised:
        rows = [{"reply_id": reply_id, "position": place, **each} for place, each in enumerate(promised, 1)]
        db.session.execute(_PROMISE, rows)


def latest_reply(assignment_id: int, round_: int) -> Reply | None:
    """The latest version of a round."""
    statement = sa.select(Reply).where(Reply.assignment_id == assignment_id, Reply.round == round_)
    return db.session.scalars(statement.order_by(Reply.version.desc()).limit(1)).first()
