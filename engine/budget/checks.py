"""What the law asks of a budget and its execution, looked for in the figures of a month. Pure functions all.

Which heads count is said where they are left out: transfers, debt and the reserve do not follow the course of the year.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.budget.amounts import percent
from engine.budget.figures import (
    APART,
    CARRY_OVER,
    DEBT_INCOME,
    DEBT_REPAYMENT,
    EXPENDITURE,
    FROM_STABILISATION,
    GENERAL,
    RESERVE,
    REVENUE,
    TRANSFERS_IN,
    TRANSFERS_OUT,
    Figures,
    Line,
)
from engine.budget.findings import WARNING, Bands, Finding
from engine.budget.sums import check_chain, check_sums

MONTHS = 12


def findings(figures: Figures, before: Figures | None = None, bands: Bands | None = None) -> list[Finding]:
    """Everything to be noticed in the figures of a month: warnings first, then in the order of the law's checks.

    `before` is the month before, where it is there.
    """
    measures = bands or Bands()
    found = [
        *check_reserve(figures, measures),
        *check_carried(figures, measures),
        *check_spending(figures),
        *check_revenue(figures),
        *check_progress(figures, measures),
        *check_adjusted(figures),
        *check_balance(figures),
        *check_chain(figures, before),
        *check_sums(figures),
    ]
    return sorted(found, key=lambda each: each.severity != WARNING)


def reserve_share(figures: Figures) -> Decimal | None:
    """The reserve (预备费) as percent of the level's own spending in the approved general budget (预算法第四十条).

    Own spending: all classes but the reserve itself, transfers to others and repayment of debt.
    """
    part = figures.part(GENERAL, EXPENDITURE)
    reserve = part.head(RESERVE)
    own = part.total("approved", (RESERVE, TRANSFERS_OUT, DEBT_REPAYMENT))
    return percent(reserve.approved if reserve else None, own)


def check_reserve(figures: Figures, bands: Bands) -> Iterator[Finding]:
    """预算法第四十条: the reserve lies between one and three percent of own spending, both included."""
    part = figures.part(GENERAL, EXPENDITURE)
    own = part.total("approved", (RESERVE, TRANSFERS_OUT, DEBT_REPAYMENT))
    if not own:
        return
    reserve = part.head(RESERVE)
    if reserve is None or not reserve.approved:
        yield Finding("reserve_missing", GENERAL, EXPENDITURE, reserve, "approved", computed=own)
        return
    # Compared as whole numbers: a share that is shown as 3.00 % may still be above the band.
    share = reserve.approved * 100
    if bands.reserve_least * own <= share <= bands.reserve_most * own:
        return
    low = share < bands.reserve_least * own
    yield Finding(
        "reserve_below" if low else "reserve_above",
        GENERAL,
        EXPENDITURE,
        reserve,
        "approved",
        reserve.approved,
        own,
        reserve_share(figures),
        Decimal(bands.reserve_least if low else bands.reserve_most),
    )


def check_carried(figures: Figures, bands: Bands) -> Iterator[Finding]:
    """预算法第四十二条: what was carried over and is still unspent after two years is no longer carried over.

    Of a line of what is carried over, `approved` is what came into this year, `cumulative` what has been spent of it.
    """
    for line in figures.lines:
        if line.side != CARRY_OVER or line.carried_from is None or line.approved is None:
            continue
        left = line.approved - (line.cumulative or 0)
        if left > 0 and line.carried_from <= figures.year - bands.carried_years:
            yield Finding("carried_too_long", line.budget, line.side, line, "approved", left)


def check_spending(figures: Figures) -> Iterator[Finding]:
    """预算法第十三条: spending follows the approved budget; what is not in it is not spent."""
    for line in figures.lines:
        if line.side != EXPENDITURE or not line.code or not line.cumulative or line.planned is None:
            continue
        if line.planned == 0 and line.cumulative > 0:
            yield Finding("not_in_budget", line.budget, line.side, line, "cumulative", line.cumulative, 0)
        elif line.cumulative > line.planned:
            yield _against_plan("spent_over", line)


def check_revenue(figures: Figures) -> Iterator[Finding]:
    """预算法第六十六条: more or less revenue than budgeted, each with its consequences; short only at the year's end.

    Counted on a budget's own revenue, without transfers and borrowing.
    """
    for budget in figures.budgets():
        part = figures.part(budget, REVENUE)
        came, planned = (part.total(column, APART) for column in ("cumulative", "planned"))
        if came is None or not planned:
            continue
        if came > planned:
            yield Finding(
                "revenue_over", budget, REVENUE, None, "cumulative", came, planned, percent(came, planned)
            )
        elif figures.month == MONTHS and came < planned:
            yield Finding(
                "revenue_short", budget, REVENUE, None, "cumulative", came, planned, percent(came, planned)
            )


def check_progress(figures: Figures, bands: Bands) -> Iterator[Finding]:
    """Progress against time: a class that is more points ahead of, or behind, the share of the year gone by.

    The tolerance is the house's own; December is judged by the checks of the whole year.
    """
    gone = percent(figures.month, MONTHS) or Decimal(0)
    if figures.month == MONTHS:
        return
    for part in figures.parts():
        if part.side == CARRY_OVER:
            continue
        for head in part.heads:
            line = head.line
            share = percent(line.cumulative, line.planned)
            if share is None or line.code in APART:
                continue
            if abs(share - gone) > bands.progress_points:
                kind = "ahead_of_time" if share > gone else "behind_time"
                yield Finding(
                    kind,
                    line.budget,
                    line.side,
                    line,
                    "cumulative",
                    line.cumulative,
                    line.planned,
                    share,
                    gone,
                )


def check_adjusted(figures: Figures) -> Iterator[Finding]:
    """预算法第六十七条: the four things that need an adjustment approved by the standing committee (第六十九条)."""
    for budget in figures.budgets():
        part = figures.part(budget, EXPENDITURE)
        before, after = part.total("approved"), part.total("planned")
        if before is not None and after is not None and before != after:
            yield Finding("total_adjusted", budget, EXPENDITURE, None, "adjusted", after, before)
    for line in figures.lines:
        if line.adjusted is None or line.approved is None or line.adjusted == line.approved:
            continue
        kind = _trigger(line)
        if kind:
            yield Finding(kind, line.budget, line.side, line, "adjusted", line.adjusted, line.approved)


def _trigger(line: Line) -> str:
    more = (line.adjusted or 0) > (line.approved or 0)
    if line.side == REVENUE and line.code == FROM_STABILISATION and more:
        return "stabilisation_drawn"
    if line.side == REVENUE and line.code == DEBT_INCOME and more:
        return "debt_raised"
    if line.side == EXPENDITURE and line.is_key and not more:
        return "key_spending_cut"
    return ""


def check_balance(figures: Figures) -> Iterator[Finding]:
    """预算法第三十五条: local budgets are balanced; compared only where both sides show their transfers."""
    revenue, spending = figures.part(GENERAL, REVENUE), figures.part(GENERAL, EXPENDITURE)
    if revenue.head(TRANSFERS_IN) is None or spending.head(TRANSFERS_OUT) is None:
        return
    came, went = revenue.total("approved"), spending.total("approved")
    if came is not None and went is not None and came != went:
        yield Finding("unbalanced", GENERAL, REVENUE, None, "approved", came, went)


def _against_plan(kind: str, line: Line) -> Finding:
    return Finding(
        kind,
        line.budget,
        line.side,
        line,
        "cumulative",
        line.cumulative,
        line.planned,
        percent(line.cumulative, line.planned),
    )
