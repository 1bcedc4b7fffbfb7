"""ISO 8601 durations and moments for technical waits; legal periods are counted in `engine.deadlines`."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

_DURATION = re.compile(
    r"P(?!$)(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?!$)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,8})S)?)?"
)


@dataclass(frozen=True)
class Timer:
    """When a waiting event is due: after months and a span of time, or at a moment."""

    months: int = 0
    span: timedelta = timedelta()
    moment: datetime | None = None

    def due(self, now: datetime) -> datetime:
        return self.moment if self.moment is not None else _plus_months(now, self.months) + self.span


def parse_duration(text: str) -> Timer:
    """`P3D`, `PT90M`, `P1M` …; raises ValueError."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError("not an ISO 8601 duration")
    parts = {name: int(value) for name, value in found.groupdict().items() if value}
    months = 12 * parts.pop("years", 0) + parts.pop("months", 0)
    if months > 12 * 100:
        raise ValueError("longer than a hundred years")
    return Timer(months, timedelta(**parts))


def parse_moment(text: str) -> Timer:
    """An ISO 8601 moment with its zone; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("the moment has no time zone")
    return Timer(moment=moment)


def _plus_months(start: datetime, months: int) -> datetime:
    """Month arithmetic that clips: 31 January plus one month is the last day of February."""
    if not months:
        return start
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def before(due: datetime, timer: Timer) -> datetime:
    """When a duration began that is due then: the latest moment, where months of unequal length leave a choice."""
    return _plus_months(due - timer.span, -timer.months)
