"""On which days the demonstration's meetings sit: on working days, whatever day it is shown on.

A congress sits for a week, its weekend included, that no holiday falls into. The standing committee sits on two days
that are worked and follow one another, the council on one. Stories count from the day that a meeting would have
without holidays (`organs.MEETINGS`); what they tell of that day is told of the day that it sits.
"""

from __future__ import annotations

import datetime as dt

from engine.deadlines.holidays import seed
from engine.deadlines.workdays import ONE_DAY, Calendar, DayKind

WEEK = 7


def two_days_from(day: dt.date, calendar: Calendar) -> tuple[dt.date, dt.date]:
    """The first two working days that follow one another, from the day on."""
    while not (calendar.is_workday(day) and calendar.is_workday(day + ONE_DAY)):
        day += ONE_DAY
    return day, day + ONE_DAY


def session_week(year: int) -> tuple[dt.date, dt.date]:
    """The week of late January in which the congress sits; earlier where the Spring Festival falls into it."""
    calendar, opens = Calendar(seed()), dt.date(year, 1, 20)
    while not calendar.is_workday(opens) or _has_holiday(opens, calendar):
        opens -= ONE_DAY
    return opens, opens + ONE_DAY * (WEEK - 1)


def _has_holiday(opens: dt.date, calendar: Calendar) -> bool:
    days = (calendar.special(opens + ONE_DAY * number) for number in range(WEEK))
    return any(day is not None and day.kind is DayKind.RESTDAY for day in days)
