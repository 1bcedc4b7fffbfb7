"""Figures: exact counts and what is shown of them, rounded half up; an empty denominator is never 0 %."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

NOTHING = "—"  # an empty denominator
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of things among a number of things; `whole` is None for a plain count.

    `mean` says that the parts are not among the whole (returns per case) and no percentage is made of them;
    `days` that the value is the median of so many days over the `part` things, `median` None where there are none.
    """

    part: int
    whole: int | None = None
    mean: bool = False
    days: bool = False
    median: Decimal | None = None

    @property
    def value(self) -> Decimal | None:
        """The count, the days, the percentage or the mean (two decimals); None with nothing to make it of."""
        if self.days:
            return self.median
        if self.whole is None:
            return Decimal(self.part)
        if self.whole == 0:
            return None
        parts = Decimal(self.part) * (1 if self.mean else 100)
        return (parts / Decimal(self.whole)).quantize(HUNDREDTH, ROUND_HALF_UP)

    @property
    def share(self) -> bool:
        """Whether it is a percentage."""
        return self.whole is not None and not self.mean

    @property
    def text(self) -> str:
        """«478», «48.19%», «0.25», «12.5» or «—»."""
        value = self.value
        if value is None:
            return NOTHING
        return f"{value}%" if self.share else f"{value}"

    def change_from(self, earlier: Figure) -> Decimal | None:
        """How much greater the value is than an earlier one (percentage points for a share), where both have one."""
        now, then = self.value, earlier.value
        return None if now is None or then is None else now - then
