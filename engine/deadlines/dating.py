"""Clocks that end on a legal day that lies back: what was done on time and entered late was done on time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from engine.deadlines.clocks import CHANGES, CLOCKS, ClockHappening, ClockState, ClockView, change, of_case
from engine.foundation import clock
from models import db

LAST_MINUTE = dt.time(23, 59)


def end(
    case_id: int, keys: Collection[str], assignment_id: int | None, on: dt.date, reason: str
) -> list[ClockHappening]:
    """End the running clocks of these keys on the day `on`; gives those that it makes late and nobody knew of."""
    late = []
    for view in of_case(case_id) if keys else ():
        if view.key not in keys or not view.running or view.assignment_id not in (None, assignment_id):
            continue
        at = min(dt.datetime.combine(on, LAST_MINUTE, clock.ZONE), clock.now())
        db.session.execute(
            CLOCKS.update()
            .where(CLOCKS.c.id == view.id)
            .values(state=ClockState.SATISFIED, wakes_on=None, ended_at=at)
        )
        history = change(view.id, ClockState.SATISFIED, view.due_on, view.due_on, reason, clock.now())
        db.session.execute(CHANGES.insert(), history)
        if on > view.due_on and view.state != ClockState.OVERDUE:
            late.append(_overdue(view, on))
    return late


def _overdue(view: ClockView, on: dt.date) -> ClockHappening:
    days = (on - view.due_on).days
    about = view.id, view.congress_id, view.case_id, view.assignment_id, view.key
    return ClockHappening(*about, "overdue", view.due_on, days, f"+{days}d", on)
