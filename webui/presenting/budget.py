"""A month's budget figures as their page takes them: tables, totals, what is to be noticed, the course of the year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.budget.amounts import UNITS, Unit, is_rounded, percent, shown
from engine.budget.checks import MONTHS, reserve_share
from engine.budget.figures import BUDGETS, CARRY_OVER, COLUMNS, GENERAL, SIDES, Head, Line, Part
from engine.budget.findings import WARNING, Finding
from engine.budget.readings import BudgetPage, Version
from webui.language import day, language, moment
from webui.presenting.budget_course import course_chart, money
from webui.presenting.budget_words import SEVERITIES, approved_of, said_of
from webui.presenting.legal import legal_bases
from webui.presenting.words import said

Shown = dict[str, Any]
FULL = Decimal(100)


def budget_shown(page: BudgetPage, budget: str, unit: Unit) -> Shown:
    """Everything the page of a month shows, of one budget; by default the first there is."""
    there = page.figures.budgets()
    chosen = budget if budget in there else (there or [GENERAL])[0]
    parts = [part for part in page.figures.parts() if part.budget == chosen]
    noticed = _numbered([each for each in page.findings if each.budget == chosen])
    marks = {(each.side, each.line.place): number for number, each in reversed(noticed) if each.line}
    gone = percent(page.shown.month, MONTHS) or Decimal(0)
    version = page.shown.version if page.shown.version != page.versions[0].version else None
    here: Shown = {"year": page.shown.year, "month": page.shown.month, "unit": unit.key}
    return {
        "year": page.shown.year,
        "month": page.shown.month,
        "version": page.shown.version,
        "is_latest": version is None,
        "unit": unit.title.in_(language()),
        "budget": said(BUDGETS, chosen),
        "tabs": [
            {
                "label": said(BUDGETS, each),
                "href": url_for("budget.month", budget=each, version=version, **here),
                "count": sum(found.budget == each for found in page.findings) or None,
                "current": each == chosen,
            }
            for each in there
        ],
        "pick": _pick(page, chosen, unit),
        "export_href": url_for("budget.figures", version=version, **here),
        "facts": _facts(page, parts, chosen, unit, gone),
        "findings": [_finding(each, number, page, unit) for number, each in noticed],
        "unfollowed": not page.has_before,
        "tables": [_table(part, unit, gone, marks) for part in parts],
        "rounded": _leaves_out(page, chosen, unit),
        "chart": course_chart(page.course.get(chosen, []), unit),
        "versions": [_version(each, page, chosen, here) for each in page.versions],
    }


def _leaves_out(page: BudgetPage, budget: str, unit: Unit) -> bool:
    """Whether any amount is shown with less than it has."""
    return any(
        is_rounded(amount, unit)
        for line in page.figures.lines
        if line.budget == budget
        for column in COLUMNS
        if (amount := line.amount(column)) is not None
    )


def _version(each: Version, page: BudgetPage, budget: str, here: Shown) -> Shown:
    return {
        "number": each.version,
        "href": url_for("budget.month", **here, version=each.version, budget=budget),
        "at": moment(each.kept_at),
        "by": each.kept_by or _("系统"),
        "filename": each.filename,
        "unit": UNITS[each.unit].title.in_(language()),
        "reason": each.reason,
        "current": each.version == page.shown.version,
    }


def _numbered(found: Sequence[Finding]) -> list[tuple[int, Finding]]:
    return list(enumerate(found, start=1))


def _pick(page: BudgetPage, budget: str, unit: Unit) -> Shown:
    """What else can be looked at: other months, other units."""
    return {
        "months": [
            {
                "label": _("%(year)s年%(month)s月", year=year, month=month),
                "href": url_for("budget.month", year=year, month=month, budget=budget, unit=unit.key),
                "current": (year, month) == (page.shown.year, page.shown.month),
            }
            for year, months in page.months.items()
            for month in months
        ],
        "units": [
            {
                "label": each.title.in_(language()),
                "href": url_for(
                    "budget.month",
                    year=page.shown.year,
                    month=page.shown.month,
                    budget=budget,
                    unit=each.key,
                    version=page.shown.version,
                ),
                "current": each is unit,
            }
            for each in UNITS.values()
        ],
    }


def _facts(page: BudgetPage, parts: Iterable[Part], budget: str, unit: Unit, gone: Decimal) -> list[Shown]:
    """The figures above everything: what came in, what went out, how much of the plan that is, the reserve."""
    facts = []
    for part in parts:
        if part.side == CARRY_OVER:
            continue
        come, planned = part.total("cumulative"), part.total("planned")
        share = percent(come, planned)
        facts.append(
            {
                "title": said(SIDES, part.side),
                "value": shown(come, unit) if come is not None else "—",
                "unit": unit.title.in_(language()),
                "note": _("完成预算的%(share)s%%，时间进度%(gone)s%%", share=share, gone=gone)
                if share is not None
                else "",
            }
        )
    reserve = reserve_share(page.figures) if budget == GENERAL else None
    if reserve is not None:
        least, most = page.bands.reserve_least, page.bands.reserve_most
        facts.append(
            {
                "title": _("预备费占本级支出"),
                "value": f"{reserve}%",
                "unit": "",
                "note": _("法定%(least)s%%至%(most)s%%", least=least, most=most),
            }
        )
    return facts


def _finding(each: Finding, number: int, page: BudgetPage, unit: Unit) -> Shown:
    basis = legal_bases([each.basis])
    return {
        "number": number,
        "kind": "warn" if each.severity == WARNING else "",
        "severity": said(SEVERITIES, each.severity),
        "side": said(SIDES, each.side),
        "says": said_of(each, page.figures, unit, page.bands),
        "approved": approved_of(each, unit),
        "adjustments": [
            {
                "number": number,
                "on": day(approved_on),
                "href": url_for("cases.page", case_id=case_id) if is_open else "",
            }
            for case_id, number, approved_on, is_open in dict.fromkeys(
                (one.case_id, one.number, one.approved_on, one.open) for one in each.adjustments
            )
        ],
        "basis": basis[0] if basis else None,
    }


def _table(part: Part, unit: Unit, gone: Decimal, marks: dict[tuple[str, int], int]) -> Shown:
    rows = [head for top in part.heads for head in top.all()]
    lines = [head.line for head in rows] + list(part.stated)
    columns = [column for column in COLUMNS if any(line.amount(column) is not None for line in lines)]
    return {
        "title": said(SIDES, part.side),
        "id": part.side,
        "columns": [_column(part, column) for column in columns],
        "carried": part.side == CARRY_OVER,
        "gone": f"{gone}%",
        "rows": [_row(head, columns, unit, marks) for head in rows],
        "totals": [_total(part, columns, unit)]
        + [_amounts(line, columns, unit) | {"name": line.name, "stated": True} for line in part.stated],
    }


def _column(part: Part, column: str) -> str:
    if part.side == CARRY_OVER:
        names = {"approved": _("结转到本年"), "cumulative": _("已支出")}
        return names.get(column, said(COLUMNS, column))
    return said(COLUMNS, column)


def _row(head: Head, columns: Sequence[str], unit: Unit, marks: dict[tuple[str, int], int]) -> Shown:
    line = head.line
    return _amounts(line, columns, unit) | {
        "code": line.code,
        "name": line.name,
        "depth": min(head.depth, 3),
        "is_key": line.is_key,
        "from": line.carried_from or "",
        "mark": marks.get((line.side, line.place)),
    }


def _amounts(line: Line, columns: Sequence[str], unit: Unit) -> Shown:
    share = percent(line.cumulative, line.planned)
    grown = None
    if line.cumulative is not None and line.last_year is not None:
        grown = percent(line.cumulative - line.last_year, abs(line.last_year))
    left = line.approved - (line.cumulative or 0) if line.approved is not None else None
    return {
        "amounts": [money(line.amount(column), unit) for column in columns],
        "share": f"{share}%" if share is not None else "—",
        "bar": f"{max(Decimal(0), min(share, FULL))}%" if share is not None else "",
        "grown": f"{grown:+}%" if grown is not None else "—",
        "left": money(left, unit),
    }


def _total(part: Part, columns: Sequence[str], unit: Unit) -> Shown:
    """The sum of the top heads, computed here, never taken from the file."""
    whole = Line(
        place=0,
        budget=part.budget,
        side=part.side,
        code="",
        name=_("合计（各类相加）"),
        approved=part.total("approved"),
        adjusted=part.total("planned"),
        in_month=part.total("in_month"),
        cumulative=part.total("cumulative"),
        last_year=part.total("last_year"),
    )
    return _amounts(whole, columns, unit) | {"name": whole.name, "stated": False}
