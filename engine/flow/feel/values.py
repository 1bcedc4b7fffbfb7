"""The values of FEEL, how they compare and calculate; what does not fit together is null, as the standard says."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

from engine.flow.feel.parts import MAX_ITEMS, MAX_TEXT, FeelError
from engine.foundation.language import _

# IEEE 754 decimal128, which DMN prescribes.
NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)

MAX_EXPONENT = 100


@dataclass(frozen=True, order=True)
class Months:
    """A years and months duration."""

    count: int


@dataclass(frozen=True)
class Range:
    """Everything between two values; each end belongs to it or not."""

    low: Any
    high: Any
    low_closed: bool
    high_closed: bool

    def holds(self, value: Any) -> bool | None:
        above = less_or_equal(self.low, value) if self.low_closed else less(self.low, value)
        below = less_or_equal(value, self.high) if self.high_closed else less(value, self.high)
        return conjunction(above, below)


_KINDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    dt.date: "date",
    dt.time: "time",
    dt.datetime: "date and time",
    dt.timedelta: "days and time duration",
    Months: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
}
ORDERED = frozenset(
    {
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)


def kind_of(value: Any) -> str:
    return _KINDS[type(value)]


def weight(value: Any) -> int:
    """How much work it is to go through a value."""
    if isinstance(value, list):
        return 1 + sum(map(weight, value))
    return 1 + sum(map(weight, value.values())) if isinstance(value, dict) else 1


# Truth ------------------------------------------------------------------------------------------


def conjunction(one: Any, other: Any) -> bool | None:
    """Three-valued: false wins, anything that is no truth value is unknown."""
    if one is False or other is False:
        return False
    return True if one is True and other is True else None


def disjunction(one: Any, other: Any) -> bool | None:
    if one is True or other is True:
        return True
    return False if one is False and other is False else None


def negation(value: Any) -> bool | None:
    return not value if isinstance(value, bool) else None


# Comparison -------------------------------------------------------------------------------------


def equal(one: Any, other: Any) -> bool | None:
    if one is None or other is None:
        return one is other
    if type(one) is not type(other):
        return None
    if isinstance(one, list):
        return len(one) == len(other) and _all(map(equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and _all(equal(one[name], other[name]) for name in one)
    return bool(one == other)


def _all(truths: Any) -> bool | None:
    result: bool | None = True
    for truth in truths:
        result = conjunction(result, truth)
    return result


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    def apply(one: Any, other: Any) -> bool | None:
        if type(one) is not type(other) or kind_of(one) not in ORDERED:
            return None
        try:
            return compare(one, other)
        except TypeError:  # a moment with a zone and one without
            return None

    return apply


less = _ordered(lambda one, other: one < other)
less_or_equal = _ordered(lambda one, other: one <= other)
greater = _ordered(lambda one, other: one > other)
greater_or_equal = _ordered(lambda one, other: one >= other)

COMPARISONS: Mapping[str, Callable[[Any, Any], bool | None]] = {
    "=": equal,
    "!=": lambda one, other: negation(equal(one, other)),
    "<": less,
    "<=": less_or_equal,
    ">": greater,
    ">=": greater_or_equal,
}


# Arithmetic -------------------------------------------------------------------------------------


def text(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise FeelError(_("文字超过{most}个字符"), most=MAX_TEXT)
    return value


def items(values: list[Any]) -> list[Any]:
    if len(values) > MAX_ITEMS:
        raise FeelError(_("列表超过{most}项"), most=MAX_ITEMS)
    return values


def calculate(sign: str, one: Any, other: Any) -> Any:
    """`one sign other`, or None where the two do not go together."""
    operation = _OPERATIONS.get((sign, type(one), type(other)))
    if operation is None:
        return None
    try:
        return operation(one, other)
    except FeelError:  # a bound of the language
        raise
    except (DecimalException, OverflowError, TypeError, ValueError):
        return None


def negative(value: Any) -> Any:
    if isinstance(value, Months):
        return Months(-value.count)
    return -value if isinstance(value, Decimal | dt.timedelta) else None


def plus_months(start: dt.date, months: int) -> dt.date:
    """31 January and one month is the last day of February."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def _power(base: Decimal, exponent: Decimal) -> Decimal | None:
    whole = exponent == exponent.to_integral_value() and abs(exponent) <= MAX_EXPONENT
    return NUMBERS.power(base, exponent) if whole else None


def _scaled(span: dt.timedelta, factor: Decimal) -> dt.timedelta:
    return dt.timedelta(microseconds=int(Decimal(span // dt.timedelta(microseconds=1)) * factor))


def _scaled_months(months: Months, factor: Decimal) -> Months:
    return Months(int(months.count * factor))


def _later(day: Any, span: dt.timedelta) -> Any:
    return day + span


_N, _S, _D, _M, _T = Decimal, str, dt.date, dt.datetime, dt.timedelta
_OPERATIONS: Mapping[tuple[str, type, type], Callable[[Any, Any], Any]] = {
    ("+", _N, _N): NUMBERS.add,
    ("-", _N, _N): NUMBERS.subtract,
    ("*", _N, _N): NUMBERS.multiply,
    ("/", _N, _N): NUMBERS.divide,
    ("**", _N, _N): _power,
    ("+", _S, _S): lambda one, other: text(one + other),
    ("-", _D, _D): lambda one, other: one - other,
    ("-", _M, _M): lambda one, other: one - other,
    ("+", _D, _T): _later,
    ("+", _M, _T): _later,
    ("+", _T, _D): lambda span, day: day + span,
    ("+", _T, _M): lambda span, day: day + span,
    ("-", _D, _T): lambda day, span: day - span,
    ("-", _M, _T): lambda day, span: day - span,
    ("+", _D, Months): lambda day, months: plus_months(day, months.count),
    ("+", _M, Months): lambda day, months: plus_months(day, months.count),
    ("+", Months, _D): lambda months, day: plus_months(day, months.count),
    ("+", Months, _M): lambda months, day: plus_months(day, months.count),
    ("-", _D, Months): lambda day, months: plus_months(day, -months.count),
    ("-", _M, Months): lambda day, months: plus_months(day, -months.count),
    ("+", _T, _T): lambda one, other: one + other,
    ("-", _T, _T): lambda one, other: one - other,
    ("+", Months, Months): lambda one, other: Months(one.count + other.count),
    ("-", Months, Months): lambda one, other: Months(one.count - other.count),
    ("*", _T, _N): _scaled,
    ("*", _N, _T): lambda factor, span: _scaled(span, factor),
    ("*", Months, _N): _scaled_months,
    ("*", _N, Months): lambda factor, months: _scaled_months(months, factor),
}
