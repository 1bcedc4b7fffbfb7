"""Due lamps: how near a due date is, as the `lamp` macro shows it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from engine.casework.moving.following import NO_DUE_DATE
from engine.deadlines.calendars import calendar_of
from engine.deadlines.clocks import ClockState, ClockView
from engine.deadlines.milestones import LampState, lamp
from engine.foundation import clock

Due = dict[str, Any]


def due_of(due_on: dt.date | None, congress_id: int, *, provisional: bool = False) -> Due | None:
    """The lamp of what is due on that day; None where there is no due date."""
    if due_on is None or due_on == NO_DUE_DATE:
        return None
    found = lamp(due_on, clock.today(), calendar_of(congress_id))
    unit = "wd" if found.state is LampState.SOON else "d"
    return {
        "state": found.state.value,
        "days": found.days,
        "unit": unit,
        "on": due_on,
        "provisional": provisional,
    }


def due_of_clock(view: ClockView) -> Due | None:
    """The lamp of a clock, which when it has ended says whether it was met."""
    if view.running:
        return due_of(view.due_on, view.congress_id, provisional=view.provisional)
    if view.state == ClockState.CANCELLED:
        return {"state": "paused", "days": 0, "unit": "d", "on": view.due_on, "cancelled": True}
    return {
        "state": "late" if view.days_late else "met",
        "days": view.days_late,
        "unit": "d",
        "on": view.due_on,
    }


def due_of_past(due_on: dt.date | None, closed_at: dt.datetime | None) -> Due | None:
    """The lamp of work that is done: in time or late."""
    if due_on is None or due_on == NO_DUE_DATE or closed_at is None:
        return None
    late = (clock.day_of(closed_at) - due_on).days
    return {"state": "late" if late > 0 else "met", "days": max(late, 0), "unit": "d", "on": due_on}
