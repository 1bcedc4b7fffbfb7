"""What is wrong with a report: each inconsistency with its place, what is stated and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.performance.problem_kinds import KINDS
from engine.performance.quantities import plain


@dataclass(frozen=True, slots=True)
class Problem:
    """One inconsistency: where, what is stated there, what it ought to be ("" where nothing can be computed)."""

    code: str
    place: str
    stated: str
    computed: str

    @property
    def rule(self) -> str:
        """The rule in the words of the report's language."""
        return KINDS[self.code].rule.zh


def problem(code: str, *place: str, stated: object = "", computed: object = "") -> Problem:
    """A problem at a place named from the outside in."""
    where = " / ".join(part.replace("\n", "") for part in place if part)
    return Problem(code, where, _said(stated), _said(computed))


def _said(value: object) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)
