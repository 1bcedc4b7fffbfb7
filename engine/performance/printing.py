"""A completed report as a file: .docx, .pdf or workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.documents.printing import Printed
from engine.documents.setting import typeset
from engine.documents.words import moment
from engine.foundation import clock
from engine.performance.composing import Grid, Heading, Part, composed, title_of
from engine.performance.report import Report
from engine.performance.word_writing import as_word
from engine.performance.workbook import workbook

TEMPLATE = Path(__file__).with_name("report.typ")
FORMATS = ("docx", "pdf", "xlsx")


def named(report: Report, format: str) -> str:
    """The name of the file."""
    return f"{_title(report)}.{format}"


def _title(report: Report) -> str:
    return f"{title_of(report)}（{report.year}年度）"


def printed(report: Report, format: str, by: str) -> Printed:
    """The file in one of FORMATS; `by` stands at the foot of the PDF. Raises TemplateFails if it cannot be set."""
    name = named(report, format)
    if format == "xlsx":
        return Printed(workbook(composed(report, body=False)), name, ())
    parts, title = composed(report), _title(report)
    if format == "docx":
        return Printed(as_word(parts, title), name, ())
    document = typeset(TEMPLATE.read_text(encoding="utf-8"), _data(parts, title, by))
    return Printed(document.content, name, document.lacking)


def _data(parts: Iterable[Part], title: str, by: str) -> dict[str, Any]:
    shown = [_part(part) for part in parts if not (isinstance(part, Heading) and part.level == 0)]
    return {
        "document": {"title": title},
        "printed": {"at": moment(clock.now()), "by": by},
        "parts": shown,
    }


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Grid):
        rows = [[asdict(cell) for cell in row] for row in part.rows]
        return {"kind": "grid", "rows": rows, "widths": list(part.widths), "heads": part.heads}
    kind = ("section" if part.level == 1 else "part") if isinstance(part, Heading) else "prose"
    return {"kind": kind, "text": part.text}
