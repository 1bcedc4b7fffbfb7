"""Text for spreadsheet programs: no cell that somebody wrote is ever computed by whoever opens the file."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence

# What openpyxl raises over a package that is whole, and whose parts are not what they should be.
DAMAGED = (SyntaxError, LookupError, ValueError, TypeError, OSError, zipfile.BadZipFile, zlib.error)

# With what a formula begins. Programs set to Chinese take the wide signs for the narrow ones; a tab or the end of a
# line in front is left out by some when they read.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?%?")


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula; a number stays as it is, with its sign."""
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def as_csv(rows: Iterable[Sequence[str | int]]) -> bytes:
    """Rows as a CSV file, their texts made harmless; with the mark in front, spreadsheets know that it is UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows(map(_harmless_row, rows))
    return text.getvalue().encode("utf-8-sig")


def as_workbook(name: str, rows: Sequence[Sequence[str | int]], widths: Sequence[int]) -> bytes:
    """Rows as a workbook (.xlsx) of one sheet, the first row its head; texts stay texts, and no link leads out."""
    import xlsxwriter  # only when it is used: every command would wait for it

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True})
    for at, row in enumerate(rows):
        for place, cell in enumerate(_harmless_row(row)):
            if isinstance(cell, str):
                sheet.write_string(at, place, cell, None if at else head)
            else:
                sheet.write_number(at, place, cell)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def _harmless_row(row: Sequence[str | int]) -> list[str | int]:
    return [harmless(cell) if isinstance(cell, str) else cell for cell in row]
