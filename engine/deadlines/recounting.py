"""Counting running clocks again when a calendar has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.deadlines.calendars import read_calendar
from engine.deadlines.clocks import CHANGES, CLOCKS, STATE_OF, ClockHappening, ClockState, change
from engine.deadlines.counting import Deadline, count
from engine.deadlines.milestones import standing
from engine.deadlines.pinned import pinned_packs
from engine.deadlines.rules import Rule, RulePack, UnknownRule
from engine.deadlines.running import RunningClock, claim_running, running_in
from engine.deadlines.workdays import ONE_DAY, Calendar
from engine.foundation.clock import now, today
from models import db

RANK = {ClockState.WARNED: 1, ClockState.OVERDUE: 2}

_CHANGE = (
    CLOCKS.update()
    .where(CLOCKS.c.id == sa.bindparam("of_clock"))
    .values(
        {name: sa.bindparam(f"new_{name}") for name in ("due_on", "unrolled_on", "provisional", "state")}
        | {"wakes_on": sa.bindparam("new_wakes_on")}
    )
)


@dataclass(frozen=True, slots=True)
class Recount:
    """A running clock whose due date, or whose certainty, is no longer what its row says."""

    clock: RunningClock
    due_on: dt.date
    unrolled_on: dt.date
    provisional: bool
    state: str
    wakes_on: dt.date | None

    @property
    def moved(self) -> bool:
        """The due date itself is another; otherwise it only became certain or uncertain."""
        return self.due_on != self.clock.due_on

    @property
    def happening(self) -> ClockHappening:
        """What is told of it."""
        clock, on = self.clock, today()
        days = abs((self.due_on - on).days)
        was = clock.due_on.isoformat()
        where = (clock.id, clock.congress_id, clock.case_id, clock.assignment_id, clock.key)
        return ClockHappening(*where, ClockState.RECOMPUTED.value, self.due_on, days, was, on)


def recount(congress_ids: Collection[int] | None, reason: str) -> list[Recount]:
    """Count every running clock of these congresses (None: of all) again and write what has changed."""
    # Locked only afterwards: a recount reads many clocks and changes few.
    return recount_these([each.clock.id for each in _recounted(running_in(congress_ids))], reason)


def recount_these(ids: Collection[int], reason: str) -> list[Recount]:
    """Count these clocks again, as far as they run, and write what has changed."""
    changed = [each for part in _parts(list(ids)) for each in _recounted(claim_running(part))]
    at = now()
    for some in _parts(changed):
        db.session.execute(_CHANGE, [_values(each) for each in some])
        db.session.execute(
            CHANGES.insert(),
            [
                change(each.clock.id, ClockState.RECOMPUTED, each.clock.due_on, each.due_on, reason, at)
                for each in some
            ],
        )
    return changed


def _recounted(clocks: Iterable[RunningClock]) -> list[Recount]:
    clocks = list(clocks)
    packs = pinned_packs({clock.rule_pack_id for clock in clocks})
    calendars = {id: read_calendar(id) for id in {clock.congress_id for clock in clocks}}
    known: dict[tuple[object, ...], tuple[Rule, Deadline] | None] = {}
    changed = []
    for clock in clocks:
        alike = (clock.rule_id, clock.started_on, clock.rule_pack_id, clock.congress_id)
        if alike not in known:
            known[alike] = _counted(clock, packs, calendars)
        found = known[alike]
        if found and _differs(clock, found[1]):
            changed.append(_changed(clock, *found, calendars[clock.congress_id]))
    return changed


def _counted(
    clock: RunningClock, packs: Mapping[int, RulePack], calendars: Mapping[int, Calendar]
) -> tuple[Rule, Deadline] | None:
    try:
        rule = packs[clock.rule_pack_id].rule(clock.rule_id, on=clock.started_on)
    except UnknownRule:  # the sweep reports it on the day it wakes
        return None
    return rule, count(rule, clock.started_on, calendars[clock.congress_id])


def _differs(clock: RunningClock, deadline: Deadline) -> bool:
    return (clock.due_on, clock.unrolled_on, clock.provisional) != (
        deadline.due,
        deadline.unrolled,
        deadline.provisional,
    )


def _changed(clock: RunningClock, rule: Rule, deadline: Deadline, calendar: Calendar) -> Recount:
    state, wakes_on = _state_and_waking(clock, rule, deadline, calendar)
    return Recount(clock, deadline.due, deadline.unrolled, deadline.provisional, state, wakes_on)


def _state_and_waking(
    clock: RunningClock, rule: Rule, deadline: Deadline, calendar: Calendar
) -> tuple[str, dt.date | None]:
    """Back to an earlier state where the new date is later; what is newly due is left to the next sweep."""
    on = today()
    passed, coming = standing(deadline, rule, calendar, on=on)
    reached = STATE_OF[passed.kind] if passed else ClockState.RUNNING
    if passed and RANK.get(reached, 0) > RANK.get(ClockState(clock.state), 0):
        return clock.state, passed.on
    if clock.wakes_on and clock.wakes_on <= on:  # today's milestone may not have been told yet
        coming = standing(deadline, rule, calendar, on=on - ONE_DAY)[1]
    state = clock.state if clock.state == ClockState.EXTENDED and reached == ClockState.RUNNING else reached
    return state, coming.on if coming else None


def _values(each: Recount) -> dict[str, Any]:
    return {
        "of_clock": each.clock.id,
        "new_due_on": each.due_on,
        "new_unrolled_on": each.unrolled_on,
        "new_provisional": each.provisional,
        "new_state": each.state,
        "new_wakes_on": each.wakes_on,
    }


def _parts(items: list[Any], size: int = 500) -> Iterable[list[Any]]:
    return (items[first : first + size] for first in range(0, len(items), size))
