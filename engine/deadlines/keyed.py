"""Entries of a rule pack that are found by a key: read one by one, each fault said with the key it is at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from engine.deadlines.words import RuleFault


class Keyed(Protocol):
    """What has a key."""

    @property
    def key(self) -> str:
        """The word it is found by."""


K = TypeVar("K", bound=Keyed)


def keyed(
    what: str, records: Iterable[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], K]
) -> dict[str, K]:
    """Entries by their keys, made by `read`; RuleFault names the one that cannot be read, and why."""
    found: dict[str, K] = {}
    for record in records:
        place = f"{what} {record.get('key', '')}"
        try:
            one = read(record)
        except KeyError as fault:
            raise RuleFault(f"{place}: {fault.args[0]} is missing") from fault
        except (RuleFault, TypeError, ValueError, AttributeError) as fault:
            raise RuleFault(f"{place}: {fault}") from fault
        if one.key in found:
            raise RuleFault(f"{place}: is there twice")
        found[one.key] = one
    return found
