"""A year of a congress's calendar laid out in months and weeks, for reading."""

from __future__ import annotations

import datetime as dt
from calendar import Calendar as Weeks
from dataclasses import dataclass
from itertools import groupby

from engine.deadlines.calendars import read_calendar, stored_years
from engine.deadlines.workdays import Calendar, DayKind

FIRST_YEAR, LAST_YEAR = 2000, 2099
MONDAY_FIRST = Weeks()


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day: off or worked, with the name the notice gives it."""

    day: dt.date
    off: bool
    name: str


@dataclass(frozen=True, slots=True)
class NamedDays:
    """A holiday with its days, or the days worked in exchange for it."""

    name: str
    off: bool
    days: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class YearView:
    """A year; `months` holds weeks of seven cells, None outside the month. `origin`: own | above | shipped."""

    year: int
    confirmed: bool
    source: str
    origin: str
    months: tuple[tuple[tuple[DayCell | None, ...], ...], ...]
    named: tuple[NamedDays, ...]
    workdays: int


def year_view(congress_id: int, year: int) -> YearView:
    """The year as this congress counts it."""
    calendar = read_calendar(congress_id)
    known = calendar.year(year)
    stored = stored_years(congress_id).get(year)
    origin = "shipped" if stored is None else "own" if stored.congress_id == congress_id else "above"
    months = tuple(_month(calendar, year, month) for month in range(1, 13))
    cells = [cell for month in months for week in month for cell in week if cell]
    return YearView(
        year,
        known.confirmed,
        known.source,
        origin,
        months,
        _named(calendar, year),
        sum(not cell.off for cell in cells),
    )


def _month(calendar: Calendar, year: int, month: int) -> tuple[tuple[DayCell | None, ...], ...]:
    weeks = MONDAY_FIRST.monthdatescalendar(year, month)
    return tuple(
        tuple(_cell(calendar, day) if day.month == month else None for day in week) for week in weeks
    )


def _cell(calendar: Calendar, day: dt.date) -> DayCell:
    special = calendar.special(day)
    return DayCell(day, not calendar.is_workday(day), special.name if special else "")


def _named(calendar: Calendar, year: int) -> tuple[NamedDays, ...]:
    days = sorted(calendar.year(year).days.items())
    runs = groupby(days, lambda item: (item[1].name, item[1].kind))
    return tuple(
        NamedDays(name, kind is DayKind.RESTDAY, tuple(day for day, _special in run))
        for (name, kind), run in runs
    )
