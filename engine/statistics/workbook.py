"""Statistics as an Excel workbook: summary, a sheet for each table, the cases, and what every figure is made of."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.foundation.spreadsheets import harmless
from engine.statistics.figures import NOTHING, Figure

LONGEST_NAME = 31  # of a sheet, as Excel takes it
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be written: a heading, a line of columns, lines of cells; `notes` stand above the columns."""

    name: str
    columns: Sequence[str]
    lines: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    widths: Sequence[int] = field(default=())


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as .xlsx; no text in it is ever a formula."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bg_color": "#EFEADF"})
    formats = {
        "count": book.add_format({"num_format": "0"}),
        "share": book.add_format({"num_format": "0.00%"}),
        "days": book.add_format({"num_format": "0.0"}),
        "mean": book.add_format({"num_format": "0.00"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    for each in sheets:
        _write(book.add_worksheet(each.name.translate(NOT_IN_NAMES)[:LONGEST_NAME]), each, bold, formats)
    book.close()
    return buffer.getvalue()


def _write(page: Any, sheet: Sheet, bold: Any, formats: dict[str, Any]) -> None:
    for number, note in enumerate(sheet.notes):
        page.write_string(number, 0, harmless(note))
    top = len(sheet.notes)
    for place, title in enumerate(sheet.columns):
        page.write_string(top, place, harmless(title), bold)
    for number, line in enumerate(sheet.lines, start=top + 1):
        for place, cell in enumerate(line):
            _cell(page, number, place, cell, formats)
    page.freeze_panes(top + 1, 1)
    for place in range(len(sheet.columns)):
        page.set_column(place, place, sheet.widths[place] if place < len(sheet.widths) else 14)


def _cell(page: Any, row: int, column: int, cell: Any, formats: dict[str, Any]) -> None:
    if isinstance(cell, Figure):
        _figure(page.write_number, page.write_string, row, column, cell, formats)
    elif isinstance(cell, int):
        page.write_number(row, column, cell, formats["count"])
    else:
        page.write_string(row, column, harmless(str(cell)), formats["text"])


def _figure(
    write_number: Callable[..., Any],
    write_string: Callable[..., Any],
    row: int,
    column: int,
    figure: Figure,
    formats: dict[str, Any],
) -> None:
    """The value as a number to calculate with, already rounded; a dash where there is none."""
    value = figure.value
    if value is None:
        write_string(row, column, NOTHING)
    elif figure.days:
        write_number(row, column, float(value), formats["days"])
    elif figure.whole is None:
        write_number(row, column, figure.part, formats["count"])
    elif figure.mean:
        write_number(row, column, float(value), formats["mean"])
    else:
        write_number(row, column, float(value / 100), formats["share"])
