"""Figures: exact counts and what is shown of them, rounded half up; an empty denominator is never 0 %."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

NOTHING = "—"  # an empty denominator
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of things among a number of things; `whole` is None for a plain count.

    `mean` says that the parts are not among the whole (returns per case) and no percentage is made of them.
    """

    part: int
    whole: int | None = None
    mean: bool = False

    @property
    def value(self) -> Decimal | None:
        """The count, the percentage or the mean, with two decimals; None where there is nothing to divide by."""
        if self.whole is None:
            return Decimal(self.part)
        if self.whole == 0:
            return None
        parts = Decimal(self.part) * (1 if self.mean else 100)
        return (parts / Decimal(self.whole)).quantize(HUNDREDTH, ROUND_HALF_UP)

    @property
    def text(self) -> str:
        """«478», «48.19%», «0.25» or «—»."""
        value = self.value
        if value is None:
            return NOTHING
        return f"{value}%" if self.whole is not None and not self.mean else f"{value}"

    def change_from(self, earlier: Figure) -> Decimal | None:
        """How much greater the value is than an earlier one (percentage points for a share), where both have one."""
        now, then = self.value, earlier.value
        return None if now is None or then is None else now - then
