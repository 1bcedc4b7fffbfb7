"""How much work something is, whatever else the machine does."""

from __future__ import annotations

import sys
from collections.abc import Callable

ENOUGH_CALLS = 800_000  # about half a second when nothing else runs


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called meanwhile."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count
