"""Extending a running period once, to the rule that its own names, and never further than that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from engine.deadlines.clocks import CHANGES, CLOCKS, ClockState, ClockView, change, of_case
from engine.deadlines.counting import count
from engine.deadlines.milestones import next_milestone
from engine.deadlines.refusals import CountingRefused
from engine.deadlines.rules import RulePack
from engine.deadlines.workdays import Calendar
from engine.foundation.clock import now, today
from engine.foundation.language import _
from models import db


class NotExtendable(CountingRefused):
    """The period has been extended already, has ended, or its rule knows of no extension."""

    text = _("期限已经延长过，或者已经终止，不能再延长。")


@dataclass(frozen=True, slots=True)
class Extension:
    """One change of a due date by extension, as its history has it."""

    clock_id: int
    at: dt.datetime
    old_due_on: dt.date
    due_on: dt.date
    reason: str


def extendable(
    case_id: int, keys: Collection[str], assignment_id: int | None, pack: RulePack
) -> list[ClockView]:
    """The running clocks of these keys that may be extended: the assignment's own, and those of the case."""
    return [
        view
        for view in of_case(case_id)
        if view.running
        and view.key in keys
        and view.assignment_id in (None, assignment_id)
        and pack.rule(view.rule_id, on=view.started_on).extendable_to
    ]


def extend(
    case_id: int,
    keys: Collection[str],
    assignment_id: int | None,
    pack: RulePack,
    calendar: Calendar,
    *,
    counted_from: dt.date,
    reason: str,
) -> list[Extension]:
    """Put running clocks on the rule that takes over, counted from `counted_from` (T0); gives what moved.

    A clock that this would not make longer stays as it is. Raises NotExtendable when none moves.
    """
    at, moved = now(), []
    for view in extendable(case_id, keys, assignment_id, pack):
        longer = pack.rule(pack.rule(view.rule_id, on=view.started_on).extendable_to, on=view.started_on)
        deadline = count(longer, counted_from, calendar)
        if deadline.due <= view.due_on:
            continue
        wakes = next_milestone(deadline, longer, calendar, after=today())
        db.session.execute(
            CLOCKS.update()
            .where(CLOCKS.c.id == view.id)
            .values(
                rule_id=longer.id,
                started_on=counted_from,
                due_on=deadline.due,
                unrolled_on=deadline.unrolled,
                provisional=deadline.provisional,
                state=ClockState.EXTENDED,
                wakes_on=wakes.on if wakes else None,
            )
        )
        db.session.execute(
            CHANGES.insert(), change(view.id, ClockState.EXTENDED, view.due_on, deadline.due, reason, at)
        )
        moved.append(Extension(view.id, at, view.due_on, deadline.due, reason))
    if not moved:
        raise NotExtendable
    return moved


def extensions(case_id: int) -> dict[int, Extension]:
    """Of each clock of the case that was extended: when, from what to what, and why."""
    statement = (
        sa.select(
            CHANGES.c.clock_id, CHANGES.c.at, CHANGES.c.old_due_on, CHANGES.c.new_due_on, CHANGES.c.reason
        )
        .join(CLOCKS, CLOCKS.c.id == CHANGES.c.clock_id)
        .where(CLOCKS.c.case_id == case_id, CHANGES.c.state == ClockState.EXTENDED)
        .order_by(CHANGES.c.id)
    )
    return {row[0]: Extension(*row) for row in db.session.execute(statement)}
