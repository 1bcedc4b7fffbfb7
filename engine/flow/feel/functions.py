"""The functions that can be called: pure, bounded, and null for arguments that do not fit, as FEEL has it.

What reads the clock (`today`, `now`) would decide differently tomorrow, and what matches patterns (`matches`,
`replace`, `split`) can be made to run for ever; both are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, DecimalException
from typing import Any

from engine.flow.feel import times
from engine.flow.feel.parts import FeelError
from engine.flow.feel.values import (
    NUMBERS,
    Months,
    disjunction,
    equal,
    items,
    kind_of,
    less,
    negation,
    text,
)

AS_GIVEN = "as given"  # of the kind of the first argument


@dataclass(frozen=True)
class Function:
    """A callable of the language: how many arguments it takes and the kind of what it gives, or AS_GIVEN."""

    call: Callable[..., Any]
    least: int
    most: int
    gives: str = "Any"

    def apply(self, arguments: list[Any]) -> Any:
        try:
            return self.call(*arguments)
        except FeelError:  # a bound of the language, not an argument that does not fit
            raise
        except (TypeError, ValueError, DecimalException, OverflowError):
            return None


def _only(value: Any, *kinds: str) -> Any:
    if kind_of(value) not in kinds:
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if _only(value, "number") != value.to_integral_value() or abs(value) > 10_000:
        raise TypeError
    return int(value)


# Text -------------------------------------------------------------------------------------------


def _substring(value: str, start: Decimal, length: Decimal | None = None) -> str | None:
    """Characters from the first = 1, or counted from the end when negative."""
    _only(value, "string")
    place = _whole(start)
    if place == 0 or abs(place) > len(value):
        return None
    begin = place - 1 if place > 0 else len(value) + place
    return value[begin:] if length is None else value[begin : begin + max(_whole(length), 0)]


def _before(value: str, found: str) -> str:
    return value.partition(found)[0] if found and found in value else ""


def _after(value: str, found: str) -> str:
    return value.partition(found)[2] if found in value else ""


def _string(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _digits(value)
    return times.written(_only(value, *_TIMES))


_TIMES = ("date", "time", "date and time", "days and time duration", "years and months duration")


def _digits(value: Decimal) -> str:
    plain = format(value.normalize(NUMBERS), "f") if abs(value.adjusted()) < 100 else str(value)
    return "0" if plain == "-0" else plain


def _two_texts(call: Callable[[str, str], Any]) -> Callable[[Any, Any], Any]:
    return lambda one, other: call(_only(one, "string"), _only(other, "string"))


# Numbers ----------------------------------------------------------------------------------------


def _number(value: Any) -> Decimal:
    digits = _only(value, "string")
    if not digits.isascii() or len(digits) > 40 or digits.strip("+-").lower()[:1] not in tuple("0123456789."):
        raise TypeError
    return NUMBERS.create_decimal(digits.replace("_", "x"))


def _rounded(mode: str) -> Callable[..., Decimal]:
    def apply(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
        places = _whole(scale)
        return _only(value, "number").quantize(Decimal(1).scaleb(-places), rounding=mode, context=NUMBERS)

    return apply


def _magnitude(value: Any) -> Any:
    """Of a number or of a duration, which keeps its kind."""
    if isinstance(value, Months):
        return Months(abs(value.count))
    return abs(_only(value, "number", "days and time duration"))


def _modulo(one: Decimal, other: Decimal) -> Decimal:
    """With the sign of the divisor."""
    _only(one, "number"), _only(other, "number")
    quotient = NUMBERS.divide(one, other).to_integral_value(ROUND_FLOOR)
    return NUMBERS.subtract(one, NUMBERS.multiply(other, quotient))


# Lists ------------------------------------------------------------------------------------------


def _listed(values: tuple[Any, ...]) -> list[Any]:
    return values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)


def _sum(*values: Any) -> Decimal | None:
    listed = _listed(values)
    total = Decimal(0)
    for value in listed:
        total = NUMBERS.add(total, _only(value, "number"))
    return total if listed else None


def _mean(*values: Any) -> Decimal | None:
    total = _sum(*values)
    return None if total is None else NUMBERS.divide(total, Decimal(len(_listed(values))))


def _least(*values: Any) -> Any:
    return _extreme(_listed(values), less)


def _greatest(*values: Any) -> Any:
    return _extreme(_listed(values), lambda one, other: less(other, one))


def _extreme(values: list[Any], better: Callable[[Any, Any], bool | None]) -> Any:
    best = values[0] if values else None
    for value in values:
        order = better(value, best)
        if order is None:
            return None
        best = value if order else best
    return best


def _contains(values: list[Any], element: Any) -> bool:
    return any(equal(value, element) is True for value in _only(values, "list"))


def _all(*values: Any) -> bool | None:
    return negation(_any(*[negation(value) for value in _listed(values)]))


def _any(*values: Any) -> bool | None:
    result: bool | None = False
    for value in _listed(values):
        result = disjunction(result, value)
    return result


def _joined(*lists: Any) -> list[Any]:
    return items([value for values in lists for value in _only(values, "list")])


# Times ------------------------------------------------------------------------------------------


def _date(*values: Any) -> dt.date | None:
    if len(values) == 3:
        return dt.date(*[_whole(value) for value in values])
    (value,) = values
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else times.day(_only(value, "string"))


def _moment(value: Any, clock: Any = None) -> dt.datetime:
    if clock is None:
        return times.moment(_only(value, "string"))
    return dt.datetime.combine(_date(value), _only(clock, "time"))  # type: ignore[arg-type]


def _clock(*values: Any) -> dt.time:
    if len(values) == 3:
        hour, minute, second = (_whole(value) for value in values)
        return dt.time(hour, minute, second)
    (value,) = values
    if isinstance(value, dt.datetime):
        return value.timetz()
    return times.clock(_only(value, "string"))


def _months_between(one: dt.date, other: dt.date) -> Months:
    """Whole months from one to the other, as `years and months duration` counts them."""
    _only(one, "date", "date and time"), _only(other, "date", "date and time")
    sign, early, late = (1, one, other) if one <= other else (-1, other, one)
    count = (late.year - early.year) * 12 + late.month - early.month - (late.day < early.day)
    return Months(sign * count)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _a_day(value: Any) -> dt.date:
    day: dt.date = _only(value, "date", "date and time")
    return day


FUNCTIONS: Mapping[str, Function] = {
    "not": Function(negation, 1, 1, "boolean"),
    "string": Function(_string, 1, 1, "string"),
    "string length": Function(lambda value: Decimal(len(_only(value, "string"))), 1, 1, "number"),
    "substring": Function(_substring, 2, 3, "string"),
    "upper case": Function(lambda value: text(_only(value, "string").upper()), 1, 1, "string"),
    "lower case": Function(lambda value: text(_only(value, "string").lower()), 1, 1, "string"),
    "contains": Function(_two_texts(lambda one, other: other in one), 2, 2, "boolean"),
    "starts with": Function(_two_texts(str.startswith), 2, 2, "boolean"),
    "ends with": Function(_two_texts(str.endswith), 2, 2, "boolean"),
    "substring before": Function(_two_texts(_before), 2, 2, "string"),
    "substring after": Function(_two_texts(_after), 2, 2, "string"),
    "number": Function(_number, 1, 1, "number"),
    "abs": Function(_magnitude, 1, 1, AS_GIVEN),
    "floor": Function(_rounded(ROUND_FLOOR), 1, 2, "number"),
    "ceiling": Function(_rounded(ROUND_CEILING), 1, 2, "number"),
    "decimal": Function(_rounded(ROUND_HALF_EVEN), 2, 2, "number"),
    "modulo": Function(_modulo, 2, 2, "number"),
    "odd": Function(lambda value: _whole(value) % 2 == 1, 1, 1, "boolean"),
    "even": Function(lambda value: _whole(value) % 2 == 0, 1, 1, "boolean"),
    "count": Function(lambda values: Decimal(len(_only(values, "list"))), 1, 1, "number"),
    "sum": Function(_sum, 1, 100, "number"),
    "mean": Function(_mean, 1, 100, "number"),
    "min": Function(_least, 1, 100),
    "max": Function(_greatest, 1, 100),
    "list contains": Function(_contains, 2, 2, "boolean"),
    "all": Function(_all, 1, 100, "boolean"),
    "any": Function(_any, 1, 100, "boolean"),
    "concatenate": Function(_joined, 1, 100, "list"),
    "append": Function(lambda values, *more: _joined(values, list(more)), 2, 100, "list"),
    "date": Function(_date, 1, 3, "date"),
    "date and time": Function(_moment, 1, 2, "date and time"),
    "time": Function(_clock, 1, 3, "time"),
    "duration": Function(lambda value: times.duration(_only(value, "string")), 1, 1),
    "years and months duration": Function(_months_between, 2, 2, "years and months duration"),
    "day of week": Function(lambda value: _DAYS[_a_day(value).weekday()], 1, 1, "string"),
    "day of year": Function(lambda value: Decimal(_a_day(value).timetuple().tm_yday), 1, 1, "number"),
    "month of year": Function(lambda value: _MONTHS[_a_day(value).month - 1], 1, 1, "string"),
    "week of year": Function(lambda value: Decimal(_a_day(value).isocalendar().week), 1, 1, "number"),
}
NAMES = frozenset(name for name in FUNCTIONS if " " in name)
