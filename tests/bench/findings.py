"""What the benchmark found: one line per measure, with the floor it must keep."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A measured value; `floor` is a least value, or a greatest where `at_most`; None where nothing is demanded."""

    code: str
    what: str
    value: float
    unit: str = "×"
    floor: float | None = None
    at_most: bool = False
    basis: str = ""  # the absolute figures behind a ratio

    @property
    def kept(self) -> bool:
        """Whether the floor is kept."""
        if self.floor is None:
            return True
        return self.value <= self.floor if self.at_most else self.value >= self.floor

    @property
    def demand(self) -> str:
        """The floor in signs."""
        return "" if self.floor is None else f"{'≤' if self.at_most else '≥'} {self.floor:g}"


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median_ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of the ratios of rounds measured side by side: what else the machine does hits both sides."""
    return statistics.median(one / other for one, other in zip(over, under, strict=True))


def per_second(times: Sequence[float], steps: int) -> str:
    """`1,234/s`: steps in the median of `times`."""
    return f"{steps / statistics.median(times):,.0f}/s"


def milliseconds(times: Sequence[float], steps: int = 1) -> str:
    """`1.23 ms`: one step in the median of `times`."""
    return f"{statistics.median(times) / steps * 1000:.2f} ms"
