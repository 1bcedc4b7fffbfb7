"""Working days and days off: a calendar as a value, and the arithmetic of periods on it (pure)."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.deadlines.refusals import CountingRefused
from engine.foundation.language import _

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5
WEEKDAY_NAMES = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")

# The notice for a year also rearranges the days around 1 January, and has reached back as far as
# 29 December (2007, 2018): until it is known, these days of the year before are not settled either.
LAST_DAYS_SETTLED_BY_NEXT_YEAR = (12, 29)

# Statutory holidays with a fixed date (State Council decree on public holidays, as amended from 2025).
FIXED_HOLIDAYS = (
    (1, 1, "元旦"),
    (5, 1, "劳动节"),
    (5, 2, "劳动节"),
    (10, 1, "国庆节"),
    (10, 2, "国庆节"),
    (10, 3, "国庆节"),
)


class CalendarInvalid(CountingRefused):
    """A calendar that contradicts itself."""

    text = _("工作日历有误：{reason}")


class DayKind(StrEnum):
    WORKDAY = "workday"
    RESTDAY = "restday"


class YearStatus(StrEnum):
    CONFIRMED = "confirmed"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day the State Council's notice names: a holiday, or a weekend day worked in exchange (调休)."""

    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """One year: only the named days; every other day is what its weekday says."""

    year: int
    status: YearStatus
    days: Mapping[dt.date, SpecialDay]
    source: str = ""

    def __post_init__(self) -> None:
        for day in self.days:
            if day.year != self.year:
                raise CalendarInvalid(reason=f"{day} ∉ {self.year}")

    @property
    def confirmed(self) -> bool:
        """The State Council's notice for this year is in."""
        return self.status is YearStatus.CONFIRMED


def estimated_year(year: int) -> YearCalendar:
    """A year nobody has announced: Monday to Friday, less the statutory holidays of fixed date."""
    days = {
        dt.date(year, month, day): SpecialDay(DayKind.RESTDAY, name) for month, day, name in FIXED_HOLIDAYS
    }
    return YearCalendar(year, YearStatus.ESTIMATED, days)


@dataclass(frozen=True)
class Calendar:
    """The years one congress knows; a year it does not know is estimated."""

    years: Mapping[int, YearCalendar] = field(default_factory=dict)
    _estimates: dict[int, YearCalendar] = field(default_factory=dict, init=False, repr=False, compare=False)
    # Every clock asks about the same months; years never change within a calendar.
    _asked: dict[dt.date, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def year(self, year: int) -> YearCalendar:
        """The year as known, or estimated."""
        known = self.years.get(year) or self._estimates.get(year)
        if known is None:
            known = self._estimates[year] = estimated_year(year)
        return known

    def special(self, day: dt.date) -> SpecialDay | None:
        """What the notice says of this day, if it names it."""
        return self.year(day.year).days.get(day)

    def is_workday(self, day: dt.date) -> bool:
        """A day on which the offices work, make-up days included."""
        works = self._asked.get(day)
        if works is None:
            special = self.special(day)
            works = day.weekday() < SATURDAY if special is None else special.kind is DayKind.WORKDAY
            self._asked[day] = works
        return works

    def name_of_day_off(self, day: dt.date) -> str:
        """The holiday's name, or the weekend day's; empty for a working day."""
        if self.is_workday(day):
            return ""
        special = self.special(day)
        return special.name if special else WEEKDAY_NAMES[day.weekday()]

    def unsettled_year(self, day: dt.date) -> int | None:
        """The year whose notice must still come before this day is certain; None if it is certain."""
        if not self._is_confirmed(day.year):
            return day.year
        if (day.month, day.day) >= LAST_DAYS_SETTLED_BY_NEXT_YEAR and not self._is_confirmed(day.year + 1):
            return day.year + 1
        return None

    def _is_confirmed(self, year: int) -> bool:
        known = self.years.get(year)
        return known is not None and known.confirmed


def days_from(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every date from first to last, both included, whichever comes earlier."""
    step = ONE_DAY if first <= last else -ONE_DAY
    day = first
    while day != last:
        yield day
        day += step
    yield last


def add_workdays(start: dt.date, number: int, calendar: Calendar) -> dt.date:
    """The number-th working day after start (before it, if negative); start itself is not counted."""
    step = ONE_DAY if number >= 0 else -ONE_DAY
    day, left = start, abs(number)
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day


def workdays_left(today: dt.date, due: dt.date, calendar: Calendar) -> int:
    """Working days after today up to and including due; 0 when due is today or past."""
    if due <= today:
        return 0
    return sum(calendar.is_workday(day) for day in days_from(today + ONE_DAY, due))


def add_months(start: dt.date, months: int) -> dt.date:
    """The corresponding day; if that month has none, its last day (Civil Code art. 202)."""
    count = start.year * 12 + start.month - 1 + months
    year, month = divmod(count, 12)
    return dt.date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def roll_forward(day: dt.date, calendar: Calendar) -> dt.date:
    """The day itself if worked, otherwise the next working day (Civil Code art. 203)."""
    while not calendar.is_workday(day):
        day += ONE_DAY
    return day


def roll_back(day: dt.date, calendar: Calendar) -> dt.date:
    """The day itself if worked, otherwise the working day before it."""
    while not calendar.is_workday(day):
        day -= ONE_DAY
    return day
