"""A clock on the day it wakes: it warns or is overdue, and is set to its next day; a batch at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.deadlines.calendars import calendar_of
from engine.deadlines.clocks import CHANGES, CLOCKS, STATE_OF, ClockHappening, ClockState
from engine.deadlines.counting import Deadline
from engine.deadlines.milestones import Milestone, MilestoneKind, standing
from engine.deadlines.pinned import pinned_packs
from engine.deadlines.rules import Rule, RulePack
from engine.deadlines.running import RunningClock, claim_due
from engine.deadlines.workdays import ONE_DAY, Calendar
from engine.foundation.clock import now
from models import db

HISTORY = [CHANGES.c[name] for name in ("clock_id", "at", "state", "old_due_on", "new_due_on", "reason")]


@dataclass(frozen=True, slots=True)
class Fault:
    """A clock that could not be read; it is tried again the next day."""

    clock: RunningClock
    reason: str


@dataclass(slots=True)
class Woken:
    """What a batch of clocks had to say."""

    happenings: list[ClockHappening] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class _Step(NamedTuple):
    """What to do with every clock of the same rule, start and due date."""

    passed: Milestone | None
    wakes_on: dt.date | None
    reason: str = ""  # why it could not be worked out
    lapsed: bool = False  # what passed was the end of a right

    @property
    def state(self) -> ClockState | None:
        """What the clock becomes."""
        if self.passed is None:
            return None
        return ClockState.LAPSED if self.lapsed else STATE_OF[self.passed.kind]


@dataclass(slots=True)
class _Group:
    """Clocks that become the same."""

    state: str | None
    wakes_on: dt.date | None
    reason: str
    ids: list[int] = field(default_factory=list)


def wake(today: dt.date, at_most: int, claimed: list[int], only: Collection[int] | None = None) -> Woken:
    """Claim clocks whose day has come, write what they have become, and say what happened.

    Several milestones missed are told as the last of them. `claimed` receives the ids, so that a caller
    whose operation fails knows which clocks it was about.
    """
    clocks = claim_due(today, at_most, only)
    claimed[:] = [clock.id for clock in clocks]
    woken = Woken()
    groups: dict[_Step, _Group] = {}
    for clock, step in zip(clocks, _steps(clocks, today), strict=True):
        group = groups.get(step)
        if group is None:
            group = groups[step] = _group(step)
        group.ids.append(clock.id)
        if step.reason:
            woken.faults.append(Fault(clock, step.reason))
        elif step.passed:
            woken.happenings.append(_happening(clock, step, step.passed, today))
    for group in groups.values():
        _write(group)
    return woken


def postpone(clock_id: int, today: dt.date, reason: str) -> None:
    """Set a clock aside until tomorrow, with the reason in its history."""
    _write(_Group(None, today + ONE_DAY, reason, [clock_id]))


def bare_deadline(clock: RunningClock, rule: Rule) -> Deadline:
    """The due date as the row has it, without counting again: enough for milestones."""
    return Deadline(clock.due_on, clock.unrolled_on, clock.started_on, rule.length, (), (), ())


def _steps(clocks: list[RunningClock], today: dt.date) -> list[_Step]:
    packs = pinned_packs({clock.rule_pack_id for clock in clocks})
    calendars = {id: calendar_of(id) for id in {clock.congress_id for clock in clocks}}
    known: dict[tuple[object, ...], _Step] = {}
    steps = []
    for clock in clocks:
        alike = (clock.rule_id, clock.started_on, clock.due_on, clock.rule_pack_id, clock.congress_id)
        step = known.get(alike)
        if step is None:
            step = _step(clock, packs[clock.rule_pack_id], calendars[clock.congress_id], today)
            known[alike] = step
        steps.append(step)
    return steps


def _step(clock: RunningClock, pack: RulePack, calendar: Calendar, today: dt.date) -> _Step:
    try:
        rule = pack.rule(clock.rule_id, on=clock.started_on)
        passed, coming = standing(bare_deadline(clock, rule), rule, calendar, on=today)
    except Exception as fault:  # whatever is wrong with one clock, the others go on
        return _Step(None, today + ONE_DAY, str(fault) or type(fault).__name__)
    lapsed = rule.lapses and passed is not None and passed.kind is MilestoneKind.OVERDUE
    return _Step(passed, coming.on if coming and not lapsed else None, lapsed=lapsed)


def _group(step: _Step) -> _Group:
    if step.passed is None:
        return _Group(None, step.wakes_on, step.reason)
    return _Group(step.state, step.wakes_on, step.passed.threshold)


def _happening(clock: RunningClock, step: _Step, passed: Milestone, today: dt.date) -> ClockHappening:
    return ClockHappening(
        clock.id,
        clock.congress_id,
        clock.case_id,
        clock.assignment_id,
        clock.key,
        step.state or "",
        clock.due_on,
        abs((clock.due_on - today).days),
        passed.threshold,
        passed.on,
    )


def _write(group: _Group) -> None:
    """One statement for the clocks, one for their history; a clock with nothing to say has none."""
    these = CLOCKS.c.id.in_(group.ids)
    changed: dict[str, Any] = {"wakes_on": group.wakes_on}
    if group.state:
        changed |= {"state": group.state, "notices_sent": CLOCKS.c.notices_sent + 1}
    if group.state == ClockState.LAPSED:
        changed["ended_at"] = now()
    db.session.execute(CLOCKS.update().where(these).values(**changed))
    if group.state or group.reason:
        history = sa.select(
            CLOCKS.c.id,
            sa.literal(now(), CHANGES.c.at.type),
            CLOCKS.c.state,
            CLOCKS.c.due_on,
            CLOCKS.c.due_on,
            sa.literal(group.reason, CHANGES.c.reason.type),
        ).where(these)
        db.session.execute(CHANGES.insert().from_select(HISTORY, history))
