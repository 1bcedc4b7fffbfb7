"""Dates, times and durations written as text (ISO 8601), and back."""

from __future__ import annotations

import datetime as dt
import re

from engine.flow.feel.values import Months

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_MONTHS = re.compile(r"(-)?P(?!$)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?", re.ASCII)
_SPAN = re.compile(
    r"(-)?P(?!$)(?:(\d{1,7})D)?(?:T(?!$)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,6}))?S)?)?",
    re.ASCII,
)


def day(text: str) -> dt.date:
    """`2026-03-01`; raises ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text} is not a date")
    return dt.date.fromisoformat(text)


def clock(text: str) -> dt.time:
    """`08:00:00`, with or without a zone; raises ValueError."""
    if not _CLOCK.fullmatch(text):
        raise ValueError(f"{text} is not a time")
    return dt.time.fromisoformat(_padded(text))


def moment(text: str) -> dt.datetime:
    """`2026-03-01T08:00:00`, with or without a zone, or a date for its midnight; raises ValueError."""
    if _DAY.fullmatch(text):
        return dt.datetime.fromisoformat(text)
    date, sign, time = text.partition("T")
    if not (sign and _DAY.fullmatch(date) and _CLOCK.fullmatch(time)):
        raise ValueError(f"{text} is not a date and time")
    return dt.datetime.fromisoformat(f"{date}T{_padded(time)}")


def _padded(time: str) -> str:
    """Fractions of a second are read with three or six digits only."""
    return re.sub(r"\.(\d+)", lambda found: "." + found[1].ljust(6, "0"), time)


def duration(text: str) -> Months | dt.timedelta:
    """`P1Y2M` or `P3DT4H`, never both; raises ValueError."""
    if found := _MONTHS.fullmatch(text):
        sign, years, months = found.groups()
        return Months((-1 if sign else 1) * (12 * int(years or 0) + int(months or 0)))
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError(f"{text} is not a duration")
    sign, days, hours, minutes, seconds, fraction = found.groups()
    span = dt.timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "0").ljust(6, "0")),
    )
    return -span if sign else span


def literal(text: str) -> dt.date | dt.time | Months | dt.timedelta:
    """The value of `@"text"`; raises ValueError."""
    for read in (day, moment, clock, duration):
        try:
            return read(text)
        except ValueError:
            continue
    raise ValueError(f"{text} is neither date, time nor duration")


def written(value: dt.date | dt.time | Months | dt.timedelta) -> str:
    """The text that reads as the value again."""
    if isinstance(value, Months):
        return _signed(value.count < 0, _fields((divmod(abs(value.count), 12)), "YM") or "0M")
    if isinstance(value, dt.timedelta):
        return _signed(value < dt.timedelta(), _span(abs(value)))
    return value.isoformat()


def _span(span: dt.timedelta) -> str:
    minutes, seconds = divmod(span.seconds, 60)
    time = _fields(divmod(minutes, 60), "HM")
    if seconds or span.microseconds:
        fraction = f".{span.microseconds:06d}".rstrip("0") if span.microseconds else ""
        time += f"{seconds}{fraction}S"
    return _fields((span.days,), "D") + (f"T{time}" if time else "") or "T0S"


def _fields(counts: tuple[int, ...], letters: str) -> str:
    return "".join(f"{count}{letter}" for count, letter in zip(counts, letters, strict=True) if count)


def _signed(negative: bool, rest: str) -> str:
    return f"{'-' if negative else ''}P{rest}"
