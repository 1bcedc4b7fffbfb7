"""What is to be noticed in a month's figures, in sentences."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from engine.budget.amounts import Unit, shown
from engine.budget.covered import CHANGED, SPENT, TOTAL
from engine.budget.figures import COLUMNS, REVENUE, SIDES, Figures
from engine.budget.findings import Bands, Finding
from engine.definitions.words import Words
from webui.language import language
from webui.presenting.words import said

# Places in a sentence: head, column, stated, computed, gap (amounts with their unit), share and limit (percent),
# points, year, since (from which year's budget), years.
SENTENCES = MappingProxyType(
    {
        "sum_exceeds": Words(
            "{head}的{column}为{stated}，下级科目之和为{computed}，多出{gap}。",
            "{head}: {column} is {stated}, the heads below it come to {computed}, {gap} more.",
        ),
        "sum_below": Words(
            "{head}的{column}为{stated}，列出的下级科目之和为{computed}，有{gap}没有分列。",
            "{head}: {column} is {stated}, the heads listed below it come to {computed}; {gap} is not listed.",
        ),
        "total_differs": Words(
            "表上写的{head}（{column}）为{stated}，各类相加为{computed}，相差{gap}。",
            "{head} ({column}) is stated as {stated}; the classes come to {computed}, a difference of {gap}.",
        ),
        "chain_broken": Words(
            "{head}的累计数为{stated}，上月累计加本月为{computed}，相差{gap}。",
            "{head}: year to date is {stated}, last month’s with this month’s makes {computed}, a difference of {gap}.",
        ),
        "approved_changed": Words(
            "{head}的年初预算数为{stated}，上月为{computed}：批准的预算不能这样改。",
            "{head}: the approved budget is {stated}, last month it was {computed}. It cannot change like this.",
        ),
        "unbalanced": Words(
            "年初预算收入总计{stated}，支出总计{computed}，收支不相等。",
            "Approved revenue comes to {stated}, approved spending to {computed}; the two differ.",
        ),
        "not_in_budget": Words(
            "{head}没有预算，已支出{stated}。", "{head} has no budget, and {stated} has been spent."
        ),
        "spent_over": Words(
            "{head}已支出{stated}，超过预算{computed}，为预算的{share}%。",
            "{head}: {stated} has been spent of a budget of {computed}, {share}% of it.",
        ),
        "revenue_over": Words(
            "收入（不含转移性收入、债务收入）已达{stated}，超过预算{computed}；超收只能冲减赤字或者补充预算稳定调节基金。",
            "Revenue without transfers and borrowing has reached {stated}, over a budget of {computed}; the excess "
            "only reduces a deficit or goes into the stabilisation fund.",
        ),
        "revenue_short": Words(
            "全年收入（不含转移性收入、债务收入）{stated}，少于预算{computed}，为短收。",
            "Revenue of the year without transfers and borrowing is {stated}, short of a budget of {computed}.",
        ),
        "reserve_missing": Words(
            "没有设置预备费；本级支出为{computed}。", "There is no reserve; own spending is {computed}."
        ),
        "reserve_below": Words(
            "预备费{stated}，占本级支出{computed}的{share}%，低于{limit}%。",
            "The reserve of {stated} is {share}% of own spending of {computed}, below {limit}%.",
        ),
        "reserve_above": Words(
            "预备费{stated}，占本级支出{computed}的{share}%，高于{limit}%。",
            "The reserve of {stated} is {share}% of own spending of {computed}, above {limit}%.",
        ),
        "carried_too_long": Words(
            "{head}由{since}年预算结转，到{year}年还有{stated}没有用完；连续{years}年没有用完的应当作为结余。",
            "{head}: of what the budget of {since} carried over, {stated} is left in {year}; not used up in {years} "
            "years running it is surplus.",
        ),
        "ahead_of_time": Words(
            "{head}完成预算的{share}%，比时间进度{limit}%快{points}个百分点。",
            "{head}: {share}% of the budget, {points} points ahead of the {limit}% of the year gone by.",
        ),
        "behind_time": Words(
            "{head}完成预算的{share}%，比时间进度{limit}%慢{points}个百分点。",
            "{head}: {share}% of the budget, {points} points behind the {limit}% of the year gone by.",
        ),
        "total_adjusted": Words(
            "支出总额由{computed}调整为{stated}：须有经常委会批准的预算调整。",
            "Total spending is changed from {computed} to {stated}: this needs an adjustment that the standing "
            "committee approves.",
        ),
        "stabilisation_drawn": Words(
            "{head}由{computed}调整为{stated}：调入预算稳定调节基金须经预算调整。",
            "{head} is changed from {computed} to {stated}: drawing on the stabilisation fund needs an adjustment.",
        ),
        "key_spending_cut": Words(
            "重点支出{head}由{computed}调减为{stated}：须经预算调整。",
            "Key spending {head} is cut from {computed} to {stated}: this needs an adjustment.",
        ),
        "debt_raised": Words(
            "{head}由{computed}增加为{stated}：增加举借债务须经预算调整。",
            "{head} is raised from {computed} to {stated}: more debt needs an adjustment.",
        ),
    }
)
# What was approved about it. Places: allowed (amount with its unit), gap.
COVERED = Words(
    "与批准的调整一致，批准为{allowed}。", "This is as the approved adjustment has it: {allowed}."
)
WITHIN = Words("未超过批准调整后的{allowed}。", "This is within the {allowed} of the approved adjustment.")
DIFFERS = Words(
    "批准的调整为{allowed}，相差{gap}。", "The approved adjustment has {allowed}, a difference of {gap}."
)
NOT_APPROVED = Words("没有已批准的预算调整。", "No adjustment has been approved.")
SEVERITIES = MappingProxyType({"warning": Words("警示", "Warning"), "note": Words("说明", "Note")})


def said_of(found: Finding, figures: Figures, unit: Unit, bands: Bands) -> str:
    """The sentence of a finding, amounts in the reader's unit."""
    values: dict[str, Any] = {
        "head": _head(found),
        "column": said(COLUMNS, found.column),
        "stated": _money(found.stated, unit),
        "computed": _money(found.computed, unit),
        "gap": _money(abs(found.difference or 0), unit),
        "share": found.share,
        "limit": found.limit,
        "points": abs((found.share or 0) - (found.limit or 0)),
        "year": figures.year,
        "since": found.line.carried_from if found.line else "",
        "years": bands.carried_years,
    }
    return SENTENCES[found.kind].in_(language()).format(**values)


def approved_of(found: Finding, unit: Unit) -> str:
    """What was approved about a finding; that nothing was, where the law asks for it; else ""."""
    if found.allowed is None:
        return NOT_APPROVED.in_(language()) if found.kind in CHANGED | {TOTAL} else ""
    words = (WITHIN if found.kind in SPENT else COVERED) if found.covered else DIFFERS
    gap = abs((found.stated or 0) - found.allowed)
    return words.in_(language()).format(allowed=_money(found.allowed, unit), gap=_money(gap, unit))


def _head(found: Finding) -> str:
    """Which head; on the side of revenue the side is said too, as both sides have heads of like names."""
    side = said(SIDES, found.side)
    if found.line is None:
        return side
    name = f"{found.line.code} {found.line.name}".strip()
    return f"{side} {name}" if found.side == REVENUE and found.line.code else name


def _money(fen: int | None, unit: Unit) -> str:
    """An amount with its unit; one too small for two places is said exactly."""
    amount = fen or 0
    places = 2 if not amount or abs(amount) * 100 >= unit.fen else unit.power
    gap = "" if language() == "zh" else " "
    return f"{shown(amount, unit, places)}{gap}{unit.title.in_(language())}"
