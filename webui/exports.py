"""Rows given out as a file that spreadsheet programs open."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from engine.foundation.spreadsheets import as_csv, as_workbook

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def given_out(kind: str, name: str, rows: Sequence[Sequence[str | int]], widths: Sequence[int]) -> Response:
    """The rows, the first of them the head, as `name`.csv or `name`.xlsx; `widths` are a workbook's columns'."""
    content = as_csv(rows) if kind == "csv" else as_workbook(name[:31], rows, widths)
    answer = Response(content, content_type=KINDS[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return answer
