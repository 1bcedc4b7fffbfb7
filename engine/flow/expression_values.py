"""The values of conditions: what may stand where, and the functions that may be called."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from engine.foundation.language import SaidError, Sentence, _

MAX_NUMBER = 10**18


class ExpressionError(SaidError):
    """The text is outside the language, or its value cannot be computed from these variables."""


_KINDS: Mapping[type, str] = {
    str: _("文字"),
    bool: _("是否"),
    int: _("数"),
    float: _("数"),
    list: _("列表"),
    dict: _("一组值"),
    type(None): _("空值"),
}


def _kind(value: Any) -> Sentence:
    return Sentence(_KINDS.get(type(value), "?"))


def as_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError(_("应得出是或否，得出的是{found}"), found=_kind(value))
    return value


def as_number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError(_("此处应为数，得到的是{found}"), found=_kind(value))
    if not math.isfinite(value) or abs(value) > MAX_NUMBER:
        raise ExpressionError(_("数太大"))
    return value


def as_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ExpressionError(_("此处应为列表，得到的是{found}"), found=_kind(value))
    return value


def is_same(left: Any, right: Any) -> bool:
    """Equality of JSON's values: in Python true is also 1, and false 0."""
    kind = type(left)
    if kind is not type(right):
        return kind is not bool and type(right) is not bool and bool(left == right)
    if kind is list:
        return len(left) == len(right) and all(map(is_same, left, right))
    if kind is dict:
        return left.keys() == right.keys() and all(is_same(left[name], right[name]) for name in left)
    return bool(left == right)


def is_among(value: Any, values: Any) -> bool:
    return any(is_same(value, each) for each in as_list(values))


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else len(as_list(value))


def _numbers(*values: Any) -> list[int | float]:
    listed = as_list(values[0]) if len(values) == 1 and isinstance(values[0], list) else list(values)
    if not listed:
        raise ExpressionError(_("至少要有一个数"))
    return [as_number(value) for value in listed]


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "len": _length,
    "min": lambda *values: min(_numbers(*values)),
    "max": lambda *values: max(_numbers(*values)),
    "sum": lambda values: as_number(sum(as_number(value) for value in as_list(values))),
    "abs": lambda value: abs(as_number(value)),
}
