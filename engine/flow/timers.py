"""ISO 8601 durations and moments for technical waits; legal periods are counted in `engine.deadlines`."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from engine.foundation.language import SaidError, _

_DURATION = re.compile(
    r"P(?!$)(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?!$)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,8})S)?)?"
)
_CYCLE = re.compile(r"R(?P<times>\d{0,4})/(?P<period>P.+)")


@dataclass(frozen=True)
class Timer:
    """When a waiting event is due: after months and a span of time, or at a moment.

    A cycle is due `times` times, or without end; each time is counted from the beginning, so that periods
    of months do not drift towards short ones.
    """

    months: int = 0
    span: timedelta = timedelta()
    moment: datetime | None = None
    times: int | None = 1

    def due(self, since: datetime, passed: int = 0) -> datetime:
        """When it is due for one who has waited `since` and for whom it has passed so many times."""
        if self.moment is not None:
            return self.moment
        return _plus_months(since, self.months * (passed + 1)) + self.span * (passed + 1)

    @property
    def repeats(self) -> bool:
        return self.times != 1


def parse_timer(element: str, text: str) -> Timer:
    """The time written in a `timeDate`, `timeDuration` or `timeCycle`; raises ValueError."""
    return {"timeDate": parse_moment, "timeDuration": parse_duration, "timeCycle": parse_cycle}[element](text)


def parse_duration(text: str) -> Timer:
    """`P3D`, `PT90M`, `P1M` …; raises ValueError."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise SaidError(_("不是ISO 8601的时长，例如 P3D、PT90M。"))
    parts = {name: int(value) for name, value in found.groupdict().items() if value}
    months = 12 * parts.pop("years", 0) + parts.pop("months", 0)
    if months > 12 * 100:
        raise SaidError(_("长于一百年。"))
    return Timer(months, timedelta(**parts))


def parse_cycle(text: str) -> Timer:
    """`R3/PT1H`, or `R/P1D` without end; raises ValueError. The first is due after one period."""
    found = _CYCLE.fullmatch(text)
    if not found:
        raise SaidError(_("不是ISO 8601的循环，例如 R3/PT1H。"))
    period, times = parse_duration(found["period"]), int(found["times"]) if found["times"] else None
    if times == 0 or not (period.months or period.span):
        raise SaidError(_("永远不会到期，或者一直到期。"))
    return replace(period, times=times)


def parse_moment(text: str) -> Timer:
    """An ISO 8601 moment with its zone; raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SaidError(_("不是ISO 8601的时刻，例如 2026-03-01T08:00:00+08:00。")) from error
    if moment.tzinfo is None:
        raise SaidError(_("这个时刻没有写明时区。"))
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise SaidError(_("这个时刻不在公元1年到9999年之内。")) from None
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
