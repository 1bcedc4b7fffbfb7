"""Findings held against what was approved: what an approved adjustment covers is no warning, and says by which.

Pure functions all. An adjustment covers a head where the figures stand as it was approved; a head that it does not name
is covered by those of the heads below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.budget.adjustments import Adjusted
from engine.budget.figures import EXPENDITURE, Line, parents
from engine.budget.findings import Finding

SPENT = frozenset({"spent_over", "not_in_budget"})
TOTAL = "total_adjusted"
CHANGED = frozenset({"stabilisation_drawn", "key_spending_cut", "debt_raised"})


def held_against(found: Sequence[Finding], approved: Sequence[Adjusted]) -> list[Finding]:
    """The findings, each with the adjustments it has to do with and what was approved; warnings first."""
    held = [_held(each, approved) for each in found]
    return sorted(held, key=lambda each: each.severity != "warning")


def _held(found: Finding, approved: Sequence[Adjusted]) -> Finding:
    if found.kind == TOTAL:
        return _total(found, approved)
    if found.line is None or found.kind not in SPENT | CHANGED:
        return found
    own, limit = allowed(found.line, approved)
    if limit is None:
        return found
    stated = found.stated or 0
    covered = stated <= limit if found.kind in SPENT else stated == limit
    return replace(found, adjustments=own, allowed=limit, covered=covered)


def allowed(line: Line, approved: Sequence[Adjusted]) -> tuple[tuple[Adjusted, ...], int | None]:
    """What a head may come to by what was approved, with the adjustments that say so; None where none does."""
    there = [each for each in approved if (each.budget, each.side) == (line.budget, line.side)]
    own = [each for each in there if each.code == line.code]
    if own:
        return (own[-1],), own[-1].after
    below = _topmost([each for each in there if line.code in parents(each.code)])
    if not below:
        return (), None
    return tuple(below), (line.approved or 0) + _change(below)


def _total(found: Finding, approved: Sequence[Adjusted]) -> Finding:
    """Total spending: the approved changes of all heads together against the change that the figures show."""
    heads = [each for each in approved if (each.budget, each.side) == (found.budget, EXPENDITURE)]
    if not heads:
        return found
    top = _topmost(heads)
    limit = (found.computed or 0) + _change(top)
    return replace(found, adjustments=tuple(top), allowed=limit, covered=found.stated == limit)


def _topmost(heads: Sequence[Adjusted]) -> list[Adjusted]:
    """Without those that a head above them, named as well in the same case, has within it."""
    named = {(each.case_id, each.code) for each in heads}
    return [each for each in heads if not any((each.case_id, code) in named for code in parents(each.code))]


def _change(heads: Sequence[Adjusted]) -> int:
    return sum(each.after - each.before for each in heads)
