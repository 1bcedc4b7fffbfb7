"""A report as .docx: headings, paragraphs and real tables with merged cells."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from engine.performance.composing import Grid, Heading, Part, Prose
from engine.performance.workbook import laid_out

BODY_FONT, HEAD_FONT = "仿宋_GB2312", "黑体"


def as_word(parts: Iterable[Part], title: str) -> bytes:
    """The .docx; fonts are named as official documents want them, the reader's machine has them or takes its own."""
    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.author = ""
    _set_page(document.sections[0])
    _set_font(document.styles["Normal"], BODY_FONT, 12)
    for part in parts:
        if isinstance(part, Grid):
            _add_table(document, part)
        elif isinstance(part, Heading):
            _add_heading(document, part)
        elif isinstance(part, Prose):
            paragraph = document.add_paragraph(part.text)
            paragraph.paragraph_format.first_line_indent = Pt(24)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_page(section: Any) -> None:
    """A4 across: tables have up to ten columns."""
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(22))


def _set_font(style: Any, name: str, size: int) -> None:
    style.font.name, style.font.size = name, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _add_heading(document: Any, heading: Heading) -> None:
    paragraph = document.add_heading(heading.text, level=heading.level)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if heading.level == 0 else WD_ALIGN_PARAGRAPH.LEFT
    _set_font(paragraph.style, HEAD_FONT, (20, 15, 13)[heading.level])


def _add_table(document: Any, grid: Grid) -> None:
    table = document.add_table(rows=len(grid.rows), cols=len(grid.widths), style="Table Grid")
    for at, column, cell, head in laid_out(grid):
        place = table.cell(at, column)
        if cell.across > 1 or cell.down > 1:
            place = place.merge(table.cell(at + cell.down - 1, column + cell.across - 1))
        place.text = cell.text
        for run in place.paragraphs[0].runs:
            run.font.size, run.bold = Pt(10), head or None
    for row in table.rows[: grid.heads]:
        mark = OxmlElement("w:tblHeader")  # repeated on every page, and told as headings to screen readers
        mark.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)
    document.add_paragraph()
