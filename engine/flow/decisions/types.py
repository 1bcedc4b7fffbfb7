"""The types of DMN by their names, and values between the process and FEEL."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.flow.feel import times
from engine.flow.feel.parts import FeelError, Test
from engine.flow.feel.values import NUMBERS, items, kind_of
from engine.foundation.language import _

# Several spellings over the versions of the standard; `integer` and the like are how modelers say number.
TYPES: Mapping[str, str] = {
    "Any": "Any",
    "string": "string",
    "number": "number",
    "integer": "number",
    "long": "number",
    "double": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "years and months duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
}
NAMES = "、".join(sorted(set(TYPES.values())))


@dataclass(frozen=True)
class Type:
    """What a value must be. `allowed` are the tests that it must pass, where the author gives them."""

    kind: str = "Any"
    is_list: bool = False
    allowed: Test | None = None

    @property
    def words(self) -> str:
        return f"list of {self.kind}" if self.is_list else self.kind

    def read(self, value: Any) -> Any:
        """A process variable as a value of FEEL; raises ValueError where it is of another type."""
        if not self.is_list or value is None:
            return _read(value, self.kind)
        if not isinstance(value, list):
            raise ValueError("not a list")
        return items([_read(part, self.kind) for part in value])

    def fits(self, value: Any) -> bool:
        """Whether a value that was computed is of this type; null is of all of them."""
        if not self.is_list or value is None:
            return value is None or self.kind in ("Any", kind_of(value))
        return isinstance(value, list) and all(
            part is None or self.kind in ("Any", kind_of(part)) for part in value
        )


ANY = Type()


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")
    exact = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    if NUMBERS.create_decimal(exact) != exact:
        raise ValueError("more than 34 digits")
    return exact


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"not a {kind.__name__}")
        return value

    return read


def _from_text(read: Callable[[str], Any], kind: str) -> Callable[[Any], Any]:
    def apply(value: Any) -> Any:
        made = read(_exactly(str)(value))
        if kind_of(made) != kind:
            raise ValueError(f"not a {kind}")
        return made

    return apply


def _any(value: Any) -> Any:
    if isinstance(value, list):
        return items([_read(part, "Any") for part in value])
    if isinstance(value, dict):
        return {name: _read(part, "Any") for name, part in value.items()}
    return _number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "Any": _any,
    "number": _number,
    "string": _exactly(str),
    "boolean": _exactly(bool),
    "date": _from_text(times.day, "date"),
    "time": _from_text(times.clock, "time"),
    "date and time": _from_text(times.moment, "date and time"),
    "days and time duration": _from_text(times.duration, "days and time duration"),
    "years and months duration": _from_text(times.duration, "years and months duration"),
}


def _read(value: Any, kind: str) -> Any:
    return None if value is None else _READERS[kind](value)


def as_variable(value: Any) -> Any:
    """A value of FEEL as the process keeps it: whole numbers as such, days and durations as ISO 8601 text."""
    kind = kind_of(value)
    if kind in ("null", "boolean", "string"):
        return value
    if kind == "number":
        return _as_plain_number(value)
    if kind == "list":
        return [as_variable(part) for part in value]
    if kind == "context":
        return {name: as_variable(part) for name, part in value.items()}
    if kind == "range":
        raise FeelError(_("区间不能存为变量"))
    return times.written(value)


def _as_plain_number(value: Decimal) -> int | float:
    """Raises FeelError for what would become infinite, which no process can keep."""
    if value == value.to_integral_value() and value.adjusted() < 400:
        return int(value)
    if not math.isfinite(plain := float(value)):
        raise FeelError(_("数太大"))
    return plain
