"""Workbooks that are whole packages and whose sheet is not what it should be."""

from __future__ import annotations

import io
import zipfile

import openpyxl

CUT_OFF = "<worksheet><sheetData><row>"
NO_SUCH_TEXT = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetData><row><c t="s"><v>9</v></c></row></sheetData></worksheet>'
)


def sheet_of(xml: str) -> bytes:
    """A workbook whose only sheet is this."""
    book, buffer = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(book)
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, xml if name.endswith("sheet1.xml") else old.read(name))
    return buffer.getvalue()
