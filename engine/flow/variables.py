"""The values a running process may hold, which come back the same: JSON's, with integers of any size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.flow.errors import UnfitVariables
from engine.foundation.language import _

MAX_DEPTH = 12
MAX_INTEGER_BITS = 8_192

NAME_NO_TEXT = _("名称必须是文字。")
TOO_DEEP = _("嵌套超过{limit}层。")
OF_NO_KIND = _("{kind}不是文字、数字、真假值、列表或者对象。")
NUL = _("含有空字符（NUL）。")
HALF_A_SIGN = _("含有半个代理对，不是完整的字符。")
TOO_LARGE = _("整数超过{limit}位（二进制）。")
NOT_FINITE = _("不是有限的数。")


def checked(variables: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy of the variables; raises UnfitVariables for the first value that could not be kept."""
    return {_key(name, ""): _value(value, str(name), 1) for name, value in variables.items()}


def copied(value: Any) -> Any:
    """A deep copy of values that have been checked."""
    if type(value) is dict:
        return {name: copied(part) for name, part in value.items()}
    if type(value) is list:
        return [copied(part) for part in value]
    return value


def _key(name: Any, path: str) -> str:
    if type(name) is not str:
        raise UnfitVariables(path or repr(name), NAME_NO_TEXT)
    return _text(name, path or repr(name))


def _value(value: Any, path: str, depth: int) -> Any:
    kind = type(value)
    if value is None or kind is bool:
        return value
    check = _SCALARS.get(kind)
    if check is not None:
        return check(value, path)
    if depth > MAX_DEPTH:
        raise UnfitVariables(path, TOO_DEEP, limit=MAX_DEPTH)
    if kind is list:
        return [_value(part, f"{path}[{place}]", depth + 1) for place, part in enumerate(value)]
    if kind is dict:
        return {_key(name, path): _value(part, f"{path}.{name}", depth + 1) for name, part in value.items()}
    raise UnfitVariables(path, OF_NO_KIND, kind=kind.__name__)


def _text(value: str, path: str) -> str:
    # PostgreSQL keeps no NUL in text, and a lone surrogate is no character: refused here rather than lost
    # later.
    if "\0" in value:
        raise UnfitVariables(path, NUL)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise UnfitVariables(path, HALF_A_SIGN)
    return value


def _integer(value: int, path: str) -> int:
    if value.bit_length() > MAX_INTEGER_BITS:
        raise UnfitVariables(path, TOO_LARGE, limit=MAX_INTEGER_BITS)
    return value


def _float(value: float, path: str) -> float:
    if not math.isfinite(value):
        raise UnfitVariables(path, NOT_FINITE)
    return value


_SCALARS: Mapping[type, Any] = {str: _text, int: _integer, float: _float}
