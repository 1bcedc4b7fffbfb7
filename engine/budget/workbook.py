"""Figures as a workbook (.xlsx): a blank one to fill in, and a month's as it is kept; both can be taken in again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from engine.budget.amounts import Unit, exact, in_unit
from engine.budget.figures import BUDGETS, COLUMNS, SIDES, Figures, Line
from engine.budget.reading import BUDGET, CODE, FROM, KEY, NAME, NEEDED, SIDE
from engine.foundation.spreadsheets import harmless

TITLES = (BUDGET, SIDE, CODE, NAME, *(words.zh for words in COLUMNS.values()), KEY, FROM)
FIRST_ROW = 3  # below the title, the unit and the titles of the columns
SPREADSHEET_DIGITS = 15  # a spreadsheet keeps no more; an amount that has more is written as words


def blank(unit: Unit) -> bytes:
    """A workbook without figures."""
    return _workbook("", unit, ())


def workbook_of(figures: Figures, unit: Unit) -> bytes:
    """The figures of a month in a unit, exactly."""
    title = f"{figures.year}年{figures.month}月预算执行情况表"
    return _workbook(title, unit, figures.lines)


def _workbook(title: str, unit: Unit, lines: Sequence[Line]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("预算执行")
    bold = book.add_format({"bold": True})
    needed = book.add_format({"bold": True, "bg_color": "#FDE9D9", "text_wrap": True})
    plain = book.add_format({"bold": True, "text_wrap": True})
    money = book.add_format({"num_format": "#,##0.00########"})
    sheet.write_string(0, 0, title or "预算执行情况表", bold)
    sheet.write_string(1, 0, f"单位：{unit.title.zh}")
    for place, words in enumerate(TITLES):
        sheet.write_string(2, place, words, needed if words in NEEDED else plain)
    for row, line in enumerate(lines, start=FIRST_ROW):
        _write(sheet, row, line, unit, money)
    sheet.freeze_panes(FIRST_ROW, 4)
    sheet.set_column(0, 2, 14)
    sheet.set_column(3, 3, 36)
    sheet.set_column(4, len(TITLES) - 1, 16)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, line: Line, unit: Unit, money: Any) -> None:
    words = (BUDGETS[line.budget].zh, SIDES[line.side].zh, line.code, harmless(line.name))
    for place, each in enumerate(words):
        sheet.write_string(row, place, each)
    for place, column in enumerate(COLUMNS, start=len(words)):
        amount = line.amount(column)
        if amount is None:
            continue
        written = exact(amount, unit)
        if len(written.replace(".", "").strip("-0")) > SPREADSHEET_DIGITS:
            sheet.write_string(row, place, written)
        else:
            sheet.write_number(row, place, in_unit(amount, unit), money)
    last = len(words) + len(COLUMNS)
    if line.is_key:
        sheet.write_string(row, last, "是")
    if line.carried_from is not None:
        sheet.write_string(row, last + 1, str(line.carried_from))
