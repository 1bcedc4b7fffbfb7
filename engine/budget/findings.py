"""What a check finds in the figures: what, where, how much, and the article it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from engine.budget.adjustments import Adjusted
from engine.budget.figures import Line
from engine.deadlines.rules import RulePack

WARNING, NOTE = "warning", "note"

# Each kind of finding with the article it rests on; "" where it is arithmetic alone.
BASES: Mapping[str, str] = MappingProxyType(
    {
        "sum_exceeds": "",
        "sum_below": "",
        "total_differs": "",
        "chain_broken": "",
        "approved_changed": "预算法第十三条",
        "not_in_budget": "预算法第十三条",
        "spent_over": "预算法第十三条",
        "revenue_over": "预算法第六十六条",
        "revenue_short": "预算法第六十六条",
        "unbalanced": "预算法第三十五条",
        "reserve_missing": "预算法第四十条",
        "reserve_below": "预算法第四十条",
        "reserve_above": "预算法第四十条",
        "carried_too_long": "预算法第四十二条",
        "ahead_of_time": "预算法第五十七条",
        "behind_time": "预算法第五十七条",
        "total_adjusted": "预算法第六十七条",
        "stabilisation_drawn": "预算法第六十七条",
        "key_spending_cut": "预算法第六十七条",
        "debt_raised": "预算法第六十七条",
    }
)
# Said so that it is known; nothing need be wrong.
NOTES = frozenset({"sum_below", "unbalanced"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be noticed. `stated` and `computed` are fen, `share` and `limit` percent, as far as they apply."""

    kind: str
    budget: str
    side: str
    line: Line | None = None  # None for the whole side
    column: str = ""
    stated: int | None = None
    computed: int | None = None
    share: Decimal | None = None
    limit: Decimal | None = None
    adjustments: tuple[Adjusted, ...] = ()  # approved ones that it has to do with
    allowed: int | None = None  # fen: what they let it come to
    covered: bool = False  # it stands as they were approved

    @property
    def severity(self) -> str:
        """Whether it warns or only notes."""
        return NOTE if self.covered or self.kind in NOTES else WARNING

    @property
    def basis(self) -> str:
        """The article, if it is one."""
        return BASES[self.kind]

    @property
    def difference(self) -> int | None:
        """How much the stated figure is above the computed one, in fen."""
        if self.stated is None or self.computed is None:
            return None
        return self.stated - self.computed


@dataclass(frozen=True, slots=True)
class Bands:
    """The numbers that checks go by: percent of spending, years, points of percent."""

    reserve_least: int = 1
    reserve_most: int = 3
    carried_years: int = 2
    progress_points: int = 15


def bands_of(pack: RulePack) -> Bands:
    """The numbers as the rule pack has them: those of the Budget Law, and the house's own for progress."""
    usual = Bands()
    return Bands(
        reserve_least=pack.practised("budget_reserve_least", usual.reserve_least),
        reserve_most=pack.practised("budget_reserve_most", usual.reserve_most),
        carried_years=pack.practised("budget_carried_years", usual.carried_years),
        progress_points=pack.practised("budget_progress_points", usual.progress_points),
    )
