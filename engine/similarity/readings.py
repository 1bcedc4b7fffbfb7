"""What came before: similar earlier cases with how they ended and what was promised, and units with their grounds.

Whoever may see a case sees all of this; of a public case that is not his business, its title and how it ended. What
was withdrawn is its proposer's own again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES, CaseFacts
from engine.casework.visibility import visible_to
from engine.definitions.catalogue import definition
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.similarity.index import written_of
from engine.similarity.search import NONE, WHOLE, Match, nearest
from engine.similarity.terms import Written, weighed
from engine.similarity.units import NEIGHBOURS, RETURNED, UnitSuggestion, suggest_units
from models import Assignment, Commitment, Decision, Meeting, Organization, Reply, ReplyAnswer, db

SHOWN = 5
SHOWN_FROM = 65  # nearness from which a case is worth a look; see docs/similarity.md
LIKELY_FROM = 400  # nearness from which two cases are likely one,
LIKELY_WORDS = 10  # where so many words say what the question is about
ENDED = ("fulfilled", "superseded", "withdrawn")


@dataclass(frozen=True, slots=True)
class Promise:
    """What a unit promised; `state` is kept | open | overdue | ended, or "" where nobody kept track of it."""

    text: str
    due_on: dt.date | None
    state: str


@dataclass(frozen=True, slots=True)
class UnitPart:
    """A unit's part in an earlier case, with the grade of its last signed reply."""

    name: str
    role: str
    status: str
    grade: str | None


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """A similar case; without `in_full` the reader may see no more than its title and how it ended."""

    case_id: int
    definition_id: int
    number: str | None
    title: str
    stage: str
    status: str
    year: int | None
    pending: bool  # handed in, not yet assigned: the two might be handled as one
    in_full: bool
    nearness: int
    likely_same: bool
    shared: tuple[str, ...]
    units: tuple[UnitPart, ...]
    decline_reason: str | None
    promises: tuple[Promise, ...]

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades of its replies, without repetition."""
        return tuple(dict.fromkeys(unit.grade for unit in self.units if unit.grade))


@dataclass(frozen=True, slots=True)
class GroundedUnit:
    """A suggested unit; `cases` are the similar ones it handled: id → number or title."""

    unit: UnitSuggestion
    cases: Mapping[int, str]


def earlier_cases(actor: Actor, written: Written, *, without: int = NONE) -> list[EarlierCase]:
    """The cases nearest to a text of which the actor may learn, the nearest first, at most SHOWN."""
    public = sa.and_(CASES.c.confidentiality == "public", CASES.c.status != "withdrawn")
    allowed = sa.or_(visible_to(actor), public)
    found = nearest(actor.congress_id, written, without=without, at_most=SHOWN, only=allowed)
    likely = LIKELY_FROM if len(weighed(written)) >= LIKELY_WORDS else WHOLE + 1
    return _told(actor, [match for match in found if match.nearness >= SHOWN_FROM], likely)


def similar_to(actor: Actor, case: CaseFacts) -> list[EarlierCase]:
    """The cases nearest to a case."""
    return earlier_cases(actor, written_of(case, definition(case.definition_id)), without=case.id)


def units_for(actor: Actor, case: CaseFacts) -> list[GroundedUnit]:
    """The units suggested for a case, each with the cases that it is learned from."""
    written = written_of(case, definition(case.definition_id))
    matches = nearest(case.congress_id, written, without=case.id, at_most=NEIGHBOURS)
    suggestions = suggest_units(case.congress_id, written, but=_sent_back(case.id), matches=matches)
    names = _names(actor, [match.case_id for each in suggestions for match in each.handled])
    return [
        GroundedUnit(
            each, {match.case_id: names[match.case_id] for match in each.handled if match.case_id in names}
        )
        for each in suggestions
    ]


def _sent_back(case_id: int) -> list[int]:
    """The units that have sent this very case back."""
    statement = sa.select(ASSIGNMENTS.c.unit_id)
    return list(
        db.session.scalars(
            statement.where(ASSIGNMENTS.c.case_id == case_id, ASSIGNMENTS.c.status == RETURNED)
        )
    )


def _names(actor: Actor, case_ids: Sequence[int]) -> dict[int, str]:
    statement = sa.select(CASES.c.id, CASES.c.number, CASES.c.title)
    rows = db.session.execute(statement.where(CASES.c.id.in_(case_ids), visible_to(actor)))
    return {row.id: row.number or row.title for row in rows}


def _told(actor: Actor, matches: Sequence[Match], likely: int) -> list[EarlierCase]:
    """The matches with what became of them, as far as the actor may know; one is the same from nearness `likely`."""
    ids = [match.case_id for match in matches]
    rows = {row.id: row for row in db.session.execute(_cases(actor).where(CASES.c.id.in_(ids)))}
    open_ids = [id_ for id_, row in rows.items() if row.in_full]
    replies = _replies(ids)
    units, reasons = _units(ids, replies), _decline_reasons(ids)
    promises = _promises(open_ids, rows, replies)
    return [
        EarlierCase(
            case_id=row.id,
            definition_id=row.definition_id,
            number=row.number,
            title=row.title,
            stage=row.stage,
            status=row.status,
            year=_year(row),
            pending=row.status == "open" and row.assigned_at is None and row.merged_into_id is None,
            in_full=bool(row.in_full),
            nearness=match.nearness,
            likely_same=match.nearness >= likely,
            shared=match.shared,
            units=tuple(units.get(row.id, ())),
            decline_reason=reasons.get(row.id),
            promises=tuple(promises.get(row.id, ())),
        )
        for match in matches
        if (row := rows.get(match.case_id)) is not None
    ]


def _cases(actor: Actor) -> sa.Select[Any]:
    return sa.select(
        CASES.c.id,
        CASES.c.definition_id,
        CASES.c.number,
        CASES.c.title,
        CASES.c.stage,
        CASES.c.status,
        CASES.c.assigned_at,
        CASES.c.merged_into_id,
        CASES.c.meeting_id,
        CASES.c.submitted_at,
        Meeting.opens_on,
        visible_to(actor).label("in_full"),
    ).select_from(CASES.outerjoin(Meeting, Meeting.id == CASES.c.meeting_id))


def _year(row: Any) -> int | None:
    """The year it was put forward in; of a session whose days nobody knows, its number has to say enough."""
    if row.meeting_id is not None:
        return row.opens_on.year if row.opens_on else None
    return clock.day_of(row.submitted_at).year if row.submitted_at else None


def _replies(case_ids: Sequence[int]) -> dict[int, Reply]:
    """Assignment → its last signed reply."""
    statement = sa.select(Reply).where(Reply.case_id.in_(case_ids), Reply.signed_at.is_not(None))
    return {reply.assignment_id: reply for reply in db.session.scalars(statement.order_by(Reply.id))}


def _units(case_ids: Sequence[int], replies: Mapping[int, Reply]) -> dict[int, list[UnitPart]]:
    statement = (
        sa.select(Assignment, Organization.short_name)
        .join(Organization, Organization.id == Assignment.unit_id)
        .where(ASSIGNMENTS.c.case_id.in_(case_ids))
        .order_by(Assignment.id)
    )
    found: dict[int, list[UnitPart]] = {}
    for assignment, name in db.session.execute(statement):
        reply = replies.get(assignment.id)
        part = UnitPart(name, assignment.role, assignment.status, reply.grade if reply else None)
        found.setdefault(assignment.case_id, []).append(part)
    return found


def _decline_reasons(case_ids: Sequence[int]) -> dict[int, str]:
    statement = sa.select(Decision.case_id, Decision.reason_code).where(
        Decision.case_id.in_(case_ids),
        Decision.kind == "intake",
        Decision.result == "declined",
        Decision.confirmed_at.is_not(None),
        Decision.reason_code.is_not(None),
    )
    return {row.case_id: row.reason_code for row in db.session.execute(statement)}


def _promises(
    case_ids: Sequence[int], rows: Mapping[int, Any], replies: Mapping[int, Reply]
) -> dict[int, list[Promise]]:
    """Case → what was promised: as it is tracked, or else as the reply of a promising grade words it."""
    statement = sa.select(Commitment).where(Commitment.case_id.in_(case_ids)).order_by(Commitment.ordinal)
    found: dict[int, list[Promise]] = {}
    for each in db.session.scalars(statement):
        found.setdefault(each.case_id, []).append(Promise(each.what, each.due_on, _state(each)))
    untracked = {
        reply.id: reply.case_id
        for reply in replies.values()
        if reply.case_id in case_ids and reply.case_id not in found
    }
    answers = sa.select(ReplyAnswer).where(ReplyAnswer.reply_id.in_(untracked)).order_by(ReplyAnswer.id)
    for answer in db.session.scalars(answers):
        case_id = untracked[answer.reply_id]
        demands = definition(rows[case_id].definition_id).demands
        if demands.get(answer.grade) == "commitment":
            found.setdefault(case_id, []).append(Promise(answer.text, None, ""))
    return found


def _state(commitment: Commitment) -> str:
    if commitment.status == "fulfilled":
        return "kept"
    if commitment.status in ENDED:
        return "ended"
    return "overdue" if commitment.due_on < clock.today() else "open"
