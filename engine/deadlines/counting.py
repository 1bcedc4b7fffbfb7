"""From a start and a length to a due date that can be explained (pure).

The first day is not counted (Civil Code art. 201), a month ends on the corresponding day or its last (202),
an end on a day off moves to the next working day (203); applied to public-law periods by analogy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.deadlines.lengths import Direction, Length, Roll, Unit, parse_length
from engine.deadlines.refusals import CountingRefused
from engine.deadlines.rules import Rule
from engine.deadlines.workdays import (
    ONE_DAY,
    Calendar,
    add_months,
    add_workdays,
    days_from,
    roll_back,
    roll_forward,
)
from engine.foundation.language import _

__all__ = ["Deadline", "SkippedDay", "Step", "count", "deadline_json", "explain", "parse_length"]

FIRST_DAY = "《中华人民共和国民法典》第二百零一条"
CORRESPONDING_DAY = "《中华人民共和国民法典》第二百零二条"
LAST_DAY_OFF = "《中华人民共和国民法典》第二百零三条"
COUNTING = "《中华人民共和国民法典》第二百零一条至第二百零三条"
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)


class StartOutOfRange(CountingRefused):
    """A start so far away that it can only be a slip of the pen."""

    text = _("起算日期{start}超出可计算的范围（{earliest}至{latest}）。")


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A day off that was passed over, with its name."""

    date: dt.date
    name: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date and how it came about; every tuple of days is in date order.

    `counted` holds the working days of a period in working days, else nothing. `awaits_years` are the years
    whose notice may still change the date; while there are any, the date is provisional.
    """

    due: dt.date
    unrolled: dt.date
    start: dt.date
    length: Length
    skipped: tuple[SkippedDay, ...]
    counted: tuple[dt.date, ...]
    awaits_years: tuple[int, ...]
    legal_basis: str = COUNTING
    rule_id: str = ""
    rule_version: str = ""
    start_event: str = ""

    @property
    def provisional(self) -> bool:
        """A year that was read has no confirmed calendar yet."""
        return bool(self.awaits_years)

    @property
    def clipped(self) -> bool:
        """The last month has no corresponding day, so that the period ends on its last day."""
        return self.length.unit is Unit.MONTH and _clipped(self.start, _signed(self.length))


def count(what: Rule | Length, start: dt.date, calendar: Calendar) -> Deadline:
    """The due date of a rule or bare length that starts on this day."""
    if not EARLIEST <= start <= LATEST:
        raise StartOutOfRange(start=start, earliest=EARLIEST, latest=LATEST)
    rule = what if isinstance(what, Rule) else None
    length = what.length if isinstance(what, Rule) else what
    due, unrolled, read = _end(length, start, calendar)
    in_workdays = length.unit is Unit.WORKDAY
    return Deadline(
        due=due,
        unrolled=unrolled,
        start=start,
        length=length,
        skipped=tuple(
            SkippedDay(day, calendar.name_of_day_off(day)) for day in read if not calendar.is_workday(day)
        ),
        counted=tuple(day for day in read if calendar.is_workday(day)) if in_workdays else (),
        awaits_years=_awaited(read, calendar),
        legal_basis=str(rule.legal_basis) if rule else COUNTING,
        rule_id=rule.id if rule else "",
        rule_version=rule.version if rule else "",
        start_event=rule.start_event if rule else "",
    )


def _end(length: Length, start: dt.date, calendar: Calendar) -> tuple[dt.date, dt.date, list[dt.date]]:
    """Due, unrolled, and the days whose nature decided it, in date order."""
    if length.unit is Unit.WORKDAY:
        due, read = _count_workdays(length, start, calendar)
        return due, due, read
    unrolled = _calendar_end(length, start)
    if length.roll is Roll.NONE:
        return unrolled, unrolled, []
    roll = roll_forward if length.roll is Roll.NEXT_WORKDAY else roll_back
    due = roll(unrolled, calendar)
    return due, unrolled, sorted(days_from(unrolled, due))


def _count_workdays(length: Length, start: dt.date, calendar: Calendar) -> tuple[dt.date, list[dt.date]]:
    step = -ONE_DAY if length.backward else ONE_DAY
    before = start - step if length.count_first_day else start
    due = add_workdays(before, _signed(length), calendar)
    return due, sorted(days_from(before + step, due))


def _calendar_end(length: Length, start: dt.date) -> dt.date:
    amount = _signed(length)
    first_day = ONE_DAY * length.count_first_day * (-1 if length.backward else 1)
    if length.unit is Unit.DAY:
        return start + dt.timedelta(days=amount) - first_day
    end = add_months(start, amount)
    # A clipped month already ends before the corresponding day would have come.
    return end if _clipped(start, amount) else end - first_day


def _clipped(start: dt.date, months: int) -> bool:
    return add_months(start, months).day != start.day


def _signed(length: Length) -> int:
    return -length.quantity if length.direction is Direction.BACKWARD else length.quantity


def _awaited(read: Iterable[dt.date], calendar: Calendar) -> tuple[int, ...]:
    return tuple(sorted({year for day in read if (year := calendar.unsettled_year(day)) is not None}))


class StepKind(StrEnum):
    """What a line of the explanation says."""

    START = "start"  # the event that starts the period, on `date`
    FIRST_DAY_NOT_COUNTED = "first_day_not_counted"
    FIRST_DAY_COUNTED = "first_day_counted"
    WORKDAYS_COUNTED = "workdays_counted"  # `days` were counted, up to `date`
    DAYS_OFF_SKIPPED = "days_off_skipped"  # `skipped` were passed over while counting
    CALENDAR_END = "calendar_end"  # the days or months end on `date`
    MONTH_CLIPPED = "month_clipped"  # no corresponding day: the month's last, `date`
    ROLLED_FORWARD = "rolled_forward"  # the end fell on `skipped` days off; next working day is `date`
    ROLLED_BACK = "rolled_back"  # the same before a meeting; the working day before is `date`
    PROVISIONAL = "provisional"  # the calendars of `years` are not confirmed
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of «怎么算的»: what happened, when, on which article."""

    kind: StepKind
    date: dt.date
    basis: str = ""
    days: tuple[dt.date, ...] = ()
    skipped: tuple[SkippedDay, ...] = ()
    years: tuple[int, ...] = ()


def explain(deadline: Deadline) -> list[Step]:
    """How the due date came about, in the order in which one would count it on paper."""
    length, start = deadline.length, deadline.start
    counted_first = length.count_first_day
    first = StepKind.FIRST_DAY_COUNTED if counted_first else StepKind.FIRST_DAY_NOT_COUNTED
    steps = [
        Step(StepKind.START, start, deadline.legal_basis),
        Step(first, start, "" if counted_first else FIRST_DAY),
    ]
    steps += _workday_steps(deadline) if length.unit is Unit.WORKDAY else _calendar_steps(deadline)
    if deadline.provisional:
        steps.append(Step(StepKind.PROVISIONAL, deadline.due, years=deadline.awaits_years))
    return [*steps, Step(StepKind.DUE, deadline.due)]


def _workday_steps(deadline: Deadline) -> list[Step]:
    steps = [Step(StepKind.WORKDAYS_COUNTED, deadline.due, days=deadline.counted)]
    if deadline.skipped:
        steps.append(Step(StepKind.DAYS_OFF_SKIPPED, deadline.due, skipped=deadline.skipped))
    return steps


def _calendar_steps(deadline: Deadline) -> list[Step]:
    kind = StepKind.MONTH_CLIPPED if deadline.clipped else StepKind.CALENDAR_END
    basis = CORRESPONDING_DAY if deadline.length.unit is Unit.MONTH else ""
    steps = [Step(kind, deadline.unrolled, basis)]
    if deadline.due > deadline.unrolled:
        steps.append(Step(StepKind.ROLLED_FORWARD, deadline.due, LAST_DAY_OFF, skipped=deadline.skipped))
    elif deadline.due < deadline.unrolled:
        steps.append(Step(StepKind.ROLLED_BACK, deadline.due, skipped=deadline.skipped))
    return steps


def deadline_json(deadline: Deadline) -> dict[str, Any]:
    """The answer of `flask deadline due --json`; dates in ISO form."""
    return {
        "due": deadline.due.isoformat(),
        "unrolled": deadline.unrolled.isoformat(),
        "provisional": deadline.provisional,
        "legal_basis": deadline.legal_basis,
        "skipped": [{"date": day.date.isoformat(), "name": day.name} for day in deadline.skipped],
    }
