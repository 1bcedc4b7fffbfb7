"""Parts of a value: fields of an object, years and hours of dates, times and durations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.flow.feel.values import Months, kind_of


def _months_field(divide: int) -> Callable[[Months], Decimal]:
    def read(value: Months) -> Decimal:
        parts = divmod(abs(value.count), 12)
        return Decimal(parts[divide] if value.count >= 0 else -parts[divide])

    return read


def _span_field(unit: int, whole: int | None) -> Callable[[dt.timedelta], Decimal]:
    def read(value: dt.timedelta) -> Decimal:
        seconds = abs(value) // dt.timedelta(seconds=1)
        count = seconds // unit if whole is None else seconds // unit % whole
        return Decimal(count if value >= dt.timedelta() else -count)

    return read


def _field(name: str) -> Callable[[Any], Decimal]:
    return lambda value: Decimal(getattr(value, name))


_YEAR = {name: _field(name) for name in ("year", "month", "day")} | {
    "weekday": lambda value: Decimal(value.isoweekday())
}
_HOUR = {name: _field(name) for name in ("hour", "minute", "second")}
PROPERTIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "date": _YEAR,
    "time": _HOUR,
    "date and time": {**_YEAR, **_HOUR},
    "years and months duration": {"years": _months_field(0), "months": _months_field(1)},
    "days and time duration": {
        "days": _span_field(86_400, None),
        "hours": _span_field(3_600, 24),
        "minutes": _span_field(60, 60),
        "seconds": _span_field(1, 60),
    },
}


def property_of(value: Any, name: str) -> Any:
    """A part of an object, a date, a time or a duration; null for anything else."""
    if isinstance(value, dict):
        return value.get(name)
    read = PROPERTIES.get(kind_of(value), {}).get(name)
    return None if read is None else read(value)
