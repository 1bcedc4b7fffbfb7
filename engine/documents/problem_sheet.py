"""The list of problems of a case as a workbook (.xlsx): a row each, amounts as numbers, the unit in the heading."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from engine.casework.problems import WITHDRAWN
from engine.casework.readings.case_page import case_page
from engine.casework.readings.problems import ProblemView
from engine.documents.problems import STATUSES
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.foundation.spreadsheets import harmless

COLUMNS = (
    ("序号", 6),
    ("问题", 48),
    ("整改单位", 20),
    ("涉及金额（万元）", 18),
    ("违反的规定", 24),
    ("整改要求", 36),
    ("整改期限", 12),
    ("状态", 12),
    ("退回次数", 10),
)
AMOUNT = 3
DIGITS = 15  # a spreadsheet keeps no more; an amount that has more is written as words


def problem_sheet(actor: Actor, *, case_id: int) -> tuple[str, bytes]:
    """Name and content of the file: every problem that the reader may see. Raises NotFound, also where he sees none."""
    page = case_page(actor, case_id=case_id)
    if not page.problems:
        raise NotFound
    return f"{page.facts.number or page.title}问题清单.xlsx", _workbook(page.title, page.problems)


def _workbook(title: str, problems: list[ProblemView]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bg_color": "#EFEADF", "text_wrap": True})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    money = book.add_format({"num_format": "#,##0.00####", "valign": "top"})
    sheet = book.add_worksheet("问题清单")
    sheet.write_string(0, 0, harmless(title), book.add_format({"bold": True}))
    for place, (heading, width) in enumerate(COLUMNS):
        sheet.write_string(1, place, heading, bold)
        sheet.set_column(place, place, width)
    for row, view in enumerate(problems, start=2):
        for place, cell in enumerate(_cells(view)):
            sheet.write_string(row, place, harmless(cell), words)
        _write_amount(sheet, row, view.amount, money)
    kept = any(view.amount and view.status != WITHDRAWN for view in problems)
    if kept:
        _write_sum(sheet, len(problems) + 2, problems, money)
    sheet.freeze_panes(2, 2)
    book.close()
    return buffer.getvalue()


def _cells(view: ProblemView) -> tuple[str, ...]:
    due = view.due_on.isoformat() if view.due_on else ""
    told = (view.law, view.demand, due, STATUSES[view.status], str(view.returned))
    return (str(view.ordinal), view.text, view.unit, view.amount, *told)


def _write_amount(sheet: Any, row: int, amount: str, money: Any) -> None:
    if amount and len(amount.replace(".", "").strip("0")) <= DIGITS:
        sheet.write_number(row, AMOUNT, Decimal(amount), money)


def _write_sum(sheet: Any, row: int, problems: list[ProblemView], money: Any) -> None:
    """What they come to, those taken off the list left out."""
    together = sum((Decimal(each.amount or 0) for each in problems if each.status != WITHDRAWN), Decimal())
    sheet.write_string(row, 1, "合计（不含已撤下的）")
    _write_amount(sheet, row, str(together), money)
