"""A running clock put under another key or rule, with what it has said and how long it has run."""

from __future__ import annotations

import datetime as dt

from engine.deadlines.clocks import CHANGES, CLOCKS, STATE_OF, ClockState, ClockView, change
from engine.deadlines.counting import Deadline
from engine.deadlines.milestones import standing
from engine.deadlines.rules import Rule
from engine.deadlines.workdays import Calendar
from engine.foundation.clock import now, today
from models import db


def rename(view: ClockView, key: str) -> None:
    """Let a clock go by another key; its period stays what it is."""
    db.session.execute(CLOCKS.update().where(CLOCKS.c.id == view.id).values(key=key))


def remake(
    view: ClockView, key: str, rule: Rule, deadline: Deadline, calendar: Calendar, *, reason: str
) -> None:
    """Let a running clock run by another rule from the day it began; what is newly due is left to the next sweep."""
    state, wakes_on = _state(view, rule, deadline, calendar)
    db.session.execute(
        CLOCKS.update()
        .where(CLOCKS.c.id == view.id, CLOCKS.c.ended_at.is_(None))
        .values(
            key=key,
            rule_id=rule.id,
            due_on=deadline.due,
            unrolled_on=deadline.unrolled,
            provisional=deadline.provisional,
            state=state,
            wakes_on=wakes_on,
        )
    )
    row = change(view.id, ClockState.RECOMPUTED, view.due_on, deadline.due, reason, now())
    db.session.execute(CHANGES.insert(), row)


def _state(view: ClockView, rule: Rule, deadline: Deadline, calendar: Calendar) -> tuple[str, dt.date | None]:
    passed, coming = standing(deadline, rule, calendar, on=today())
    if passed and STATE_OF[passed.kind] != view.state:
        return ClockState.RUNNING, passed.on
    state = view.state if passed or view.state == ClockState.EXTENDED else ClockState.RUNNING
    return state, coming.on if coming else None
