"""The .xlsx form of a report: our own template, whose sheets say one after the other what the document says."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from engine.foundation.language import Sentence, _
from engine.foundation.spreadsheets import DAMAGED
from engine.performance.blocks import Block, Paragraph, ReportUnreadable, Table
from engine.performance.quantities import PERCENT, plain

NOTES = "填写说明"  # a sheet of advice, not of the report
MOST_ROWS, MOST_COLUMNS = 2000, 60
TABLE_FROM = 3  # filled cells in a row begin a table; an empty row or a heading ends it


def read_sheets(content: bytes) -> Iterator[Block]:
    """The blocks of a workbook that has passed `check_package`. Raises ReportUnreadable."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content))
    except (*DAMAGED, InvalidFileException) as error:
        raise ReportUnreadable(why=_("文件已损坏。")) from error
    for sheet, typed in zip(book.worksheets, formulas.worksheets, strict=True):
        if sheet.title == NOTES:
            continue
        if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
            raise ReportUnreadable(why=_("表格过大。"))
        yield from _blocks([_row(*pair) for pair in zip(sheet.iter_rows(), typed.iter_rows(), strict=True)])


def _blocks(rows: list[tuple[str, ...]]) -> Iterator[Block]:
    table: list[tuple[str, ...]] = []
    for row in rows:
        filled = [cell for cell in row if cell]
        if filled and (table or len(filled) >= TABLE_FROM):
            table.append(row)
            continue
        if table:
            yield Table(tuple(table))
            table = []
        for text in filled:
            yield from (Paragraph(line) for line in text.splitlines())
    if table:
        yield Table(tuple(table))


def _row(cells: tuple[Any, ...], typed: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(_words(cell, formula) for cell, formula in zip(cells, typed, strict=True))


def _words(cell: Any, formula: Any) -> str:
    """What a reader sees: percentages as such. A formula that no program has computed is not guessed at."""
    value = cell.value
    if value is None:
        if formula.data_type == "f":
            raise ReportUnreadable(
                why=Sentence(
                    _("单元格 {place} 的公式还没有算出数值，请用办公软件打开、保存后再传。"),
                    place=f"{formula.parent.title}!{formula.coordinate}",
                )
            )
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value).strip()
    number = Decimal(str(value))
    if PERCENT in str(cell.number_format):
        return plain(number * 100) + PERCENT
    return plain(number)
