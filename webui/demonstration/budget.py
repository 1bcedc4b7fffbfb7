"""The budget of the demonstration: eight months of one year's figures, invented in the shape of a province's.

Amounts are whole fen from the first: what a head has come to by a month is its budget, its pace and the share of the
year, rounded to a ten-thousandth of 万元, and every head above is the sum of those below it.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.budget.amounts import UNITS
from engine.budget.figures import CARRY_OVER, Figures, Line, parents
from engine.budget.keeping import keep_figures
from engine.budget.workbook import workbook_of
from engine.foundation import clock
from webui.demonstration.province import Province

TABLE = Path(__file__).with_name("budget.toml")
MONTHS = 8
WAN = UNITS["wan"].fen
BASE = 10_000  # paces are ten-thousandths of an even course
LAST_YEAR = 9_240  # the least that the year before had come to, in ten-thousandths of this year's course


def keep_budget(province: Province) -> None:
    """Take in the months of this year that are over, at most eight, each some days after its end."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))["head"]
    today = clock.today()
    year, months = (today.year, min(today.month - 1, MONTHS)) if today.month > 3 else (today.year - 1, MONTHS)
    reviewer = province.actor("yusuan")
    for month in range(1, months + 1):
        figures = Figures(year, month, tuple(lines(table, year, month)))
        with clock.moved_to(dt.datetime(year, month + 1, 12, 10, tzinfo=clock.ZONE)):
            keep_figures(
                reviewer,
                year=year,
                month=month,
                filename=f"{year}年{month}月预算执行情况.xlsx",
                content=workbook_of(figures, UNITS["wan"]),
            )


def lines(table: list[Mapping[str, Any]], year: int, month: int) -> Iterator[Line]:
    """The rows of a month: the heads of the table, those with others below them as their sums."""
    made = [_line(place, head, year, month) for place, head in enumerate(table, start=1)]
    for line in made:
        below = [
            each
            for each in made
            if (each.budget, each.side) == (line.budget, line.side)
            and next(parents(each.code), "") == line.code
        ]
        yield _summed(line, below) if below else line


def _line(place: int, head: Mapping[str, Any], year: int, month: int) -> Line:
    approved = int(head["approved"]) * WAN
    adjusted = int(head["adjusted"]) * WAN if "adjusted" in head else None
    plan = approved if adjusted is None else adjusted
    pace = int(head.get("pace", BASE))
    now, before = (_come_to(plan, pace, each) for each in (month, month - 1))
    line = Line(place, head["budget"], head["side"], head["code"], head["name"], approved, adjusted)
    if head["side"] == CARRY_OVER:
        return replace(line, cumulative=now, carried_from=year - int(head["years"]))
    return replace(
        line,
        in_month=now - before,
        cumulative=now,
        last_year=now * (LAST_YEAR + int(line.code) * 37 % 1_000) // BASE // 100 * 100,
        is_key=bool(head.get("key", False)),
    )


def _come_to(plan: int, pace: int, month: int) -> int:
    """What has come by the end of a month; a little more in the last month of each quarter."""
    share = month * 1000 + (40 if month % 3 == 0 else 0)
    return plan * pace * share // (BASE * 12_000) // 100 * 100 if month else 0


def _summed(line: Line, below: list[Line]) -> Line:
    def total(column: str) -> int:
        return sum(each.amount(column) or 0 for each in below)

    adjusted = sum(each.planned or 0 for each in below) if any(each.adjusted for each in below) else None
    return replace(
        line,
        approved=total("approved"),
        adjusted=adjusted,
        in_month=total("in_month"),
        cumulative=total("cumulative"),
        last_year=total("last_year"),
    )
