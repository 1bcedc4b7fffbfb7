"""What one element of a language may carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANY: frozenset[str] | None = None  # every value will do


@dataclass(frozen=True)
class Grammar:
    """What one element may carry: attribute → values that are run right; children; own (duban) attributes."""

    attributes: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    own: frozenset[str] | None = frozenset()


def only(*values: str) -> frozenset[str]:
    return frozenset(values)
