"""The values a running process may hold, which come back the same: JSON's, with integers of any size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.flow.errors import UnfitVariables

MAX_DEPTH = 12
MAX_INTEGER_BITS = 8_192


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
        raise UnfitVariables(path or repr(name), "a name is text")
    return _text(name, path or repr(name))


def _value(value: Any, path: str, depth: int) -> Any:
    kind = type(value)
    if value is None or kind is bool:
        return value
    check = _SCALARS.get(kind)
    if check is not None:
        return check(value, path)
    if depth > MAX_DEPTH:
        raise UnfitVariables(path, f"nested deeper than {MAX_DEPTH}")
    if kind is list:
        return [_value(part, f"{path}[{place}]", depth + 1) for place, part in enumerate(value)]
    if kind is dict:
        return {_key(name, path): _value(part, f"{path}.{name}", depth + 1) for name, part in value.items()}
    raise UnfitVariables(path, f"a {kind.__name__} is neither text, number, truth value, list nor object")


def _text(value: str, path: str) -> str:
    # PostgreSQL keeps no NUL in text, and a lone surrogate is no character: refused here rather than lost
    # later.
    if "\0" in value:
        raise UnfitVariables(path, "NUL")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise UnfitVariables(path, "half of a surrogate pair")
    return value


def _integer(value: int, path: str) -> int:
    if value.bit_length() > MAX_INTEGER_BITS:
        raise UnfitVariables(path, f"longer than {MAX_INTEGER_BITS} bits")
    return value


def _float(value: float, path: str) -> float:
    if not math.isfinite(value):
        raise UnfitVariables(path, "not a finite number")
    return value


_SCALARS: Mapping[type, Any] = {str: _text, int: _integer, float: _float}
