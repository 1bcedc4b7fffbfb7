"""The days on which a running clock has something to say, and the lamp that shows how it stands (pure)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from engine.deadlines.counting import Deadline
from engine.deadlines.lengths import Unit, parse_length
from engine.deadlines.rules import Rule
from engine.deadlines.workdays import Calendar, add_workdays, workdays_left

SOON = 3  # working days
MOST_DAYS_OFF = 16  # beside SOON working days; no notice comes near it, so further off needs no counting
OVERDUE_SHOWN = dt.timedelta(days=60)


class MilestoneKind(StrEnum):
    WARN = "warn"
    OVERDUE = "overdue"


class Milestone(NamedTuple):
    """A day, what it is, and its distance from the due date as the rule writes it."""

    on: dt.date
    kind: MilestoneKind
    threshold: str


def milestones(
    deadline: Deadline, rule: Rule, calendar: Calendar, *, until: dt.date | None = None
) -> list[Milestone]:
    """Warnings after the start, then overdue notices up to `until` (sixty days past due), in date order."""
    last = until or deadline.due + OVERDUE_SHOWN
    found: list[Milestone] = []
    for milestone in _all_milestones(deadline, rule, calendar):
        if milestone.on > last:
            break
        found.append(milestone)
    return found


def next_milestone(deadline: Deadline, rule: Rule, calendar: Calendar, *, after: dt.date) -> Milestone | None:
    """The first milestone after that day; None when the rule has nothing more to say."""
    return next((each for each in _all_milestones(deadline, rule, calendar) if each.on > after), None)


def standing(
    deadline: Deadline, rule: Rule, calendar: Calendar, *, on: dt.date
) -> tuple[Milestone | None, Milestone | None]:
    """The last milestone up to that day, which outweighs all before it, and the first one after it."""
    passed = None
    for milestone in _all_milestones(deadline, rule, calendar):
        if milestone.on > on:
            return passed, milestone
        passed = milestone
    return passed, None


def _all_milestones(deadline: Deadline, rule: Rule, calendar: Calendar) -> Iterator[Milestone]:
    yield from _warnings(deadline, rule, calendar)
    last = deadline.due
    for milestone in sorted(_offsets(deadline.due, rule.overdue, calendar, MilestoneKind.OVERDUE, 1)):
        last = milestone.on
        yield milestone
    every = rule.overdue_every
    while every:
        last = _offset(last, every, calendar, 1)
        yield Milestone(last, MilestoneKind.OVERDUE, f"every {every}")


def _warnings(deadline: Deadline, rule: Rule, calendar: Calendar) -> list[Milestone]:
    """One warning a day at most: thresholds that meet on a day are told as the first of the rule's list."""
    by_day: dict[dt.date, Milestone] = {}
    # A backward deadline is due before its start event (the meeting): all its warnings lie before it.
    begin = dt.date.min if deadline.length.backward else deadline.start
    for milestone in _offsets(deadline.due, rule.warn, calendar, MilestoneKind.WARN, -1):
        if milestone.on > begin:
            by_day.setdefault(milestone.on, milestone)
    return [by_day[day] for day in sorted(by_day)]


def _offsets(
    due: dt.date, thresholds: tuple[str, ...], calendar: Calendar, kind: MilestoneKind, sign: int
) -> list[Milestone]:
    return [Milestone(_offset(due, each, calendar, sign), kind, each) for each in thresholds]


def _offset(day: dt.date, threshold: str, calendar: Calendar, sign: int) -> dt.date:
    length = parse_length(threshold)
    if length.unit is Unit.WORKDAY:
        return add_workdays(day, sign * length.quantity, calendar)
    return day + dt.timedelta(days=sign * length.quantity)


class LampState(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"
    NORMAL = "normal"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Lamp:
    """How a clock stands: calendar days over or left, but working days left when `soon`."""

    state: LampState
    days: int


def lamp(due: dt.date, today: dt.date, calendar: Calendar, *, paused: bool = False) -> Lamp:
    """The lamp of a clock on that day; the due day itself is not yet overdue."""
    days = (due - today).days
    if paused:
        return Lamp(LampState.PAUSED, days)
    if days < 0:
        return Lamp(LampState.OVERDUE, -days)
    if days <= SOON + MOST_DAYS_OFF:
        left = workdays_left(today, due, calendar)
        if left <= SOON:
            return Lamp(LampState.SOON, left)
    return Lamp(LampState.NORMAL, days)
