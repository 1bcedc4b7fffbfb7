"""What follows when running clocks have been counted again: open tasks move along, and people are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import TASKS
from engine.casework.moving.happenings import clock_happenings
from engine.deadlines.clocks import CLOCKS
from engine.deadlines.recounting import Recount, recount_these
from models import Meeting, db


def pass_on(changed: Sequence[Recount]) -> None:
    """Move the open tasks along with their clocks and tell the people."""
    moved = [each for each in changed if each.moved]
    by_case = [_task(each) for each in moved if each.clock.assignment_id is None]
    by_assignment = [_task(each) for each in moved if each.clock.assignment_id is not None]
    if by_case:
        db.session.execute(_MOVE, by_case)
    if by_assignment:
        db.session.execute(_MOVE.where(TASKS.c.assignment_id == sa.bindparam("of_assignment")), by_assignment)
    if moved:
        clock_happenings([each.happening for each in moved])


_MOVE = (
    TASKS.update()
    .where(
        TASKS.c.case_id == sa.bindparam("of_case"),
        TASKS.c.clock == sa.bindparam("of_clock"),
        TASKS.c.open,
    )
    .values(due_on=sa.bindparam("new_due_on"))
)


def _task(each: Recount) -> dict[str, Any]:
    values = {"of_case": each.clock.case_id, "of_clock": each.clock.key, "new_due_on": each.due_on}
    if each.clock.assignment_id is not None:
        values["of_assignment"] = each.clock.assignment_id
    return values


def follow_meeting(meeting: Meeting, *, was_id: int | None = None, case_id: int | None = None) -> int:
    """Let clocks that are counted from a meeting's day follow it: its new day, or, with `was_id`, from another meeting.

    Gives the number of due dates that moved; each is in the clock's history, and its people are told.
    """
    of_meeting = CLOCKS.c.meeting_id == (was_id or meeting.id), CLOCKS.c.ended_at.is_(None)
    of_case = [CLOCKS.c.case_id == case_id] if case_id is not None else []
    ids = list(db.session.scalars(sa.select(CLOCKS.c.id).where(*of_meeting, *of_case)))
    if not ids or meeting.opens_on is None:
        return 0
    values = {"meeting_id": meeting.id, "started_on": meeting.opens_on}
    db.session.execute(CLOCKS.update().where(CLOCKS.c.id.in_(ids)).values(values))
    changed = recount_these(ids, f"meeting {meeting.name} {meeting.opens_on.isoformat()}")
    pass_on(changed)
    return sum(each.moved for each in changed)
