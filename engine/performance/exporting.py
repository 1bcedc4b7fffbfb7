"""A project's complete self-evaluation report as .docx, .pdf or workbook, every figure computed from what is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.documents.printing import Printed
from engine.documents.setting import typeset
from engine.documents.words import moment
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.performance.completing import completed
from engine.performance.composing import Grid, Heading, Part, composed, title_of
from engine.performance.projects import stated_report
from engine.performance.word_writing import as_word
from engine.performance.workbook import workbook

TEMPLATE = Path(__file__).with_name("report.typ")
FORMATS = ("docx", "pdf", "xlsx")


def export_report(actor: Actor, *, project_id: int, format: str) -> Printed:
    """The report of the latest version. Raises NotAllowed, NotFound."""
    if format not in FORMATS:
        raise NotFound
    stated, scheme = stated_report(actor, project_id)
    report = completed(stated, scheme)
    title = f"{title_of(report)}（{report.year}年度）"
    name = f"{title}.{format}"
    if format == "xlsx":
        return Printed(workbook(composed(report, body=False)), name, ())
    parts = composed(report)
    if format == "docx":
        return Printed(as_word(parts, title), name, ())
    document = typeset(TEMPLATE.read_text(encoding="utf-8"), _data(parts, title, actor.name))
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
