"""What a clock says to the flow when it has long been overdue: a period that ends a part of the case by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import (
    ASSIGNMENT_COLUMNS,
    ASSIGNMENTS,
    CASES,
    TASKS,
    AssignmentFacts,
    read,
)
from engine.casework.moving import advancing
from engine.casework.moving.happenings import Happening, happen
from engine.casework.moving.unattended import taken_up
from engine.deadlines.clocks import CHANGES, CLOCKS, ClockHappening, ClockState
from engine.definitions.catalogue import definition
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from models import Assignment, db


def long_overdue(rows: Sequence[ClockHappening]) -> list[ClockHappening]:
    """Those of what the sweep told that are now to say their message to the flow: reminded often enough."""
    late = [row for row in rows if row.kind == ClockState.OVERDUE]
    if not late:
        return []
    ids = {row.case_id for row in late}
    found = db.session.execute(sa.select(CASES.c.id, CASES.c.definition_id).where(CASES.c.id.in_(ids)))
    definitions = {row.id: row.definition_id for row in found}
    after = {row.clock_id: _reminders_before(definitions[row.case_id], row.key) for row in late}
    told = _told_overdue([id_ for id_, reminders in after.items() if reminders is not None])
    return [row for row in late if told.get(row.clock_id, 0) > (after[row.clock_id] or 0)]


def _reminders_before(definition_id: int, key: str) -> int | None:
    """How often people are reminded before the clock's message is said; None for a clock without one."""
    specs = definition(definition_id).clocks
    return next((spec.message_after for spec in specs if spec.key == key and spec.message), None)


def _told_overdue(clock_ids: Sequence[int]) -> dict[int, int]:
    if not clock_ids:
        return {}
    statement = (
        sa.select(CHANGES.c.clock_id, sa.func.count())
        .where(CHANGES.c.clock_id.in_(clock_ids), CHANGES.c.state == ClockState.OVERDUE)
        .group_by(CHANGES.c.clock_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


@use_case
def speak(actor: Actor, *, clock_id: int, case_id: int) -> bool:
    """Say an overdue clock's message to the flow, once: a clock that has ended says nothing; gives whether it did.

    Raises NotAwaited when the case is not where the message is heard.
    """
    actor.require("system")
    moving = taken_up(case_id)
    running = db.session.execute(
        sa.select(CLOCKS.c.key, CLOCKS.c.assignment_id).where(
            CLOCKS.c.id == clock_id, CLOCKS.c.ended_at.is_(None)
        )
    ).one_or_none()
    if running is None:
        return False
    case, folder = moving.case, moving.folder
    moving.unit = unit = _unit(running.assignment_id)
    spec = folder.clock(running.key)
    happening = Happening(
        spec.message_happening,
        subject=f"clock:{clock_id}",
        assignment_id=running.assignment_id,
        round=unit.round if unit else case.round,
    )
    token = _token(case.id, running)
    happen(case, folder, [happening])
    advancing.correlate(moving, spec.message, {}, token)
    return True


def _unit(assignment_id: int | None) -> AssignmentFacts | None:
    if assignment_id is None:
        return None
    row = db.session.execute(sa.select(*ASSIGNMENT_COLUMNS).where(ASSIGNMENTS.c.id == assignment_id)).one()
    return read(AssignmentFacts, Assignment, row)


def _token(case_id: int, running: sa.Row[Any, Any]) -> str | None:
    """The open task that the clock is about: its border hears the message first."""
    statement = sa.select(TASKS.c.token).where(
        TASKS.c.case_id == case_id, TASKS.c.open, TASKS.c.clock == running.key
    )
    if running.assignment_id is not None:
        statement = statement.where(TASKS.c.assignment_id == running.assignment_id)
    token: str | None = db.session.scalar(statement.order_by(TASKS.c.id).limit(1))
    return token
