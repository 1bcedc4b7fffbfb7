"""An independent calendar that walks one day at a time, for checking the real one."""

import datetime as dt

import chinese_calendar
from hypothesis import strategies as st

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2004, 1, 1), dt.date(2026, 12, 28)
starts = st.dates(dt.date(2005, 3, 1), dt.date(2025, 10, 1))


def worked(day: dt.date) -> bool:
    """The published package's answer."""
    return bool(chinese_calendar.is_workday(day))


def nth_workday(start: dt.date, number: int, step: dt.timedelta) -> dt.date:
    """Tick off working days on the wall."""
    day, seen = start, 0
    while seen < number:
        day = day + step
        if worked(day):
            seen = seen + 1
    return day


def nth_day(start: dt.date, number: int, step: dt.timedelta) -> dt.date:
    """Tick off days on the wall."""
    for _ in range(number):
        start = start + step
    return start


def nth_month(start: dt.date, number: int, step: dt.timedelta) -> dt.date:
    """Walk into the number-th month and stop at the day of the same number, or at its last."""
    day, months = start, 0
    while True:
        following = day + step
        if following.month != day.month:
            months += 1
        if months == number + 1:
            return day if step == DAY else _last_same(day, start)
        day = following
        if months == number and step == DAY and (day.day == start.day):
            return day


def _last_same(first_of_month: dt.date, start: dt.date) -> dt.date:
    day = last = first_of_month
    while day.month == first_of_month.month:
        if day.day <= start.day:
            last = day
        day = day + DAY
    return last


def next_worked(day: dt.date, step: dt.timedelta) -> dt.date:
    """The day or the nearest working day in that direction."""
    while not worked(day):
        day = day + step
    return day
