"""Parts of a folder as plain values, to be compared, printed and kept: text, numbers, lists, tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def plain(value: Any) -> Any:
    """The value without any type of ours; what is unset in a dataclass is left out, a set comes in order."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain({each.name: getattr(value, each.name) for each in fields(value) if each.compare})
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items() if not is_unsaid(part)}
    if isinstance(value, set | frozenset):
        return sorted(plain(part) for part in value)
    if isinstance(value, str | int | float) or value is None:
        return value
    return [plain(part) for part in value] if isinstance(value, Collection) else str(value)


def is_unsaid(value: Any) -> bool:
    """Whether nothing is said: None, false, or nothing in it. 0 is said."""
    return value is None or value is False or (isinstance(value, Collection) and not value)
