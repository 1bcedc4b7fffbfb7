"""The assignments of a congress as lists and reports count them: one line each, with how it went so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES
from engine.casework.visibility import visible_to
from engine.foundation.actor import Actor
from engine.foundation.clock import day_of
from models import Clock, ContactRecord, Deputy, Evaluation, Organization, Reply, db

BETWEEN = 0  # in place of a session's id: what came between sessions


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to."""

    process_key: str
    meeting_id: int | None = None  # BETWEEN: between sessions
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """One assignment; the reply and evaluation are those of its last round, `on_time` that of the first."""

    id: int
    case_id: int
    number: str
    title: str
    category: str
    lead: str
    delegation: str
    unit_id: int
    unit: str
    role: str
    status: str
    assigned_at: dt.datetime
    signed_for_at: dt.datetime | None
    due_on: dt.date | None
    replied_at: dt.datetime | None
    on_time: bool
    contacted: bool  # before the first reply
    grade: str
    result: str
    rounds: int

    @property
    def answers(self) -> bool:
        """A co-handling unit gives its opinion to another; all others answer the deputy."""
        return self.role != "co"


_DELEGATIONS = sa.orm.aliased(Organization)


def handled(actor: Actor, wanted: Wanted, main_clocks: Iterable[str]) -> list[Handled]:
    """The assignments in cases the actor may see, by unit in order of precedence, then by number.

    Restricted cases are counted, but their titles are not written in lists.
    """
    fitting = _fitting(actor, wanted)
    rows = db.session.execute(_assignments().where(*fitting)).all()
    # As a subquery, so that there may be any number of them.
    ids = sa.select(ASSIGNMENTS.c.id).join(CASES, CASES.c.id == ASSIGNMENTS.c.case_id).where(*fitting)
    replies, contacts, results = _replies(ids), _contacts(ids), _results(ids)
    due = _due(ids, main_clocks)
    return [_line(row, replies, contacts, results, due) for row in rows]


def _fitting(actor: Actor, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """What was given back counts for the unit that has it now."""
    fitting = [
        visible_to(actor),
        CASES.c.process_key == wanted.process_key,
        ASSIGNMENTS.c.status != "returned",
    ]
    if wanted.meeting_id is not None:
        fitting.append(in_meeting(wanted.meeting_id))
    if wanted.unit_id is not None:
        fitting.append(ASSIGNMENTS.c.unit_id == wanted.unit_id)
    return fitting


def _assignments() -> sa.Select[Any]:
    return (
        sa.select(
            *(ASSIGNMENTS.c[name] for name in ("id", "case_id", "unit_id", "role", "status", "round")),
            *(ASSIGNMENTS.c[name] for name in ("assigned_at", "signed_for_at")),
            *(CASES.c[name] for name in ("number", "title", "category", "confidentiality")),
            Organization.name.label("unit"),
            Deputy.name.label("lead"),
            _DELEGATIONS.name.label("delegation"),
        )
        .join(CASES, CASES.c.id == ASSIGNMENTS.c.case_id)
        .join(Organization, Organization.id == ASSIGNMENTS.c.unit_id)
        .outerjoin(Deputy, Deputy.id == CASES.c.lead_deputy_id)
        .outerjoin(_DELEGATIONS, _DELEGATIONS.id == Deputy.delegation_id)
        .order_by(Organization.position, Organization.id, CASES.c.number, ASSIGNMENTS.c.id)
    )


def in_meeting(meeting_id: int) -> sa.ColumnElement[bool]:
    """Whether a case belongs to the session, or to the time between sessions."""
    same: sa.ColumnElement[bool] = (
        CASES.c.meeting_id.is_(None) if meeting_id == BETWEEN else CASES.c.meeting_id == meeting_id
    )
    return same


def _line(row: Any, replies: Any, contacts: Any, results: Any, due: Any) -> Handled:
    mine = replies.get(row.id, [])
    first, last = (mine[0], mine[-1]) if mine else (None, None)
    due_on = due.get(row.id)
    contacted_on = contacts.get(row.id)
    return Handled(
        id=row.id,
        case_id=row.case_id,
        number=row.number or "",
        title="（保密件）" if row.confidentiality == "restricted" else row.title,
        category=row.category or "",
        lead=row.lead or "",
        delegation=row.delegation or "",
        unit_id=row.unit_id,
        unit=row.unit,
        role=row.role,
        status=row.status,
        assigned_at=row.assigned_at,
        signed_for_at=row.signed_for_at,
        due_on=due_on,
        replied_at=first.signed_at if first else None,
        on_time=bool(first and due_on and day_of(first.signed_at) <= due_on),
        contacted=bool(first and contacted_on and contacted_on <= day_of(first.signed_at)),
        grade=last.grade if last else "",
        result=results.get(row.id, ""),
        rounds=row.round,
    )


def _replies(ids: sa.Select[Any]) -> dict[int, list[Any]]:
    statement = (
        sa.select(Reply.assignment_id, Reply.signed_at, Reply.grade)
        .where(Reply.assignment_id.in_(ids), Reply.signed_at.is_not(None))
        .order_by(Reply.round, Reply.version)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.assignment_id, []).append(row)
    return found


def _contacts(ids: sa.Select[Any]) -> dict[int, dt.date]:
    statement = (
        sa.select(ContactRecord.assignment_id, sa.func.min(ContactRecord.held_on))
        .where(ContactRecord.assignment_id.in_(ids))
        .group_by(ContactRecord.assignment_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _results(ids: sa.Select[Any]) -> dict[int, str]:
    """The result of the last evaluation."""
    statement = sa.select(Evaluation.assignment_id, Evaluation.result).where(
        Evaluation.assignment_id.in_(ids)
    )
    return {row[0]: row[1] for row in db.session.execute(statement.order_by(Evaluation.round))}


def _due(ids: sa.Select[Any], main_clocks: Iterable[str]) -> dict[int, dt.date]:
    """The day by which the first answer was or is due, an approved extension included."""
    statement = (
        sa.select(Clock.assignment_id, Clock.due_on)
        .where(Clock.assignment_id.in_(ids), Clock.key.in_(list(main_clocks)))
        .order_by(Clock.round.desc(), Clock.id.desc())
    )
    return {row.assignment_id: row.due_on for row in db.session.execute(statement) if row.assignment_id}
