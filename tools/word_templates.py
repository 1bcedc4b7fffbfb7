"""Writes the Word templates of the documents, from `word.json` beside them: what each consists of, line by line.

    python -m tools.word_templates

For developers only: the .docx files are committed. Layout after GB/T 9704-2012; the fonts are named, and the reader's
machine has them or takes its own.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

PROCESSES = Path(__file__).resolve().parent.parent / "processes"
SONG, FANGSONG, HEI = "方正小标宋简体", "仿宋_GB2312", "黑体"
RED = RGBColor(0xC8, 0x16, 0x1D)
MARGINS = {"letter": (37, 35, 28, 26), "form": (25, 24, 24, 22), "ledger": (25, 24, 24, 22)}
SIZES = {"letter": 16, "form": 12, "ledger": 10.5}
# A file must not change because it was written again.
WRITTEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Sheet:
    """One Word template under construction; each method adds what one line of a description says."""

    def __init__(self, kind: str) -> None:
        self.document: Any = Document()
        self.kind = kind
        self.size = SIZES[kind]
        self._page()
        self._fonts()
        self._numbers()

    def _page(self) -> None:
        section = self.document.sections[0]
        width, height = Mm(210), Mm(297)
        if self.kind == "ledger":
            section.orientation, width, height = WD_ORIENT.LANDSCAPE, height, width
        section.page_width, section.page_height = width, height
        top, bottom, left, right = MARGINS[self.kind]
        section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
        section.left_margin, section.right_margin = Mm(left), Mm(right)

    def _fonts(self) -> None:
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = "Times New Roman", Pt(self.size)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), FANGSONG)
        style.paragraph_format.space_after = Pt(0)
        if self.kind == "letter":
            style.paragraph_format.line_spacing = Pt(29)
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = "", "", ""
        properties.created = properties.modified = WRITTEN

    def _numbers(self) -> None:
        """— 1 — at the foot: outside, odd pages right and even pages left."""
        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        for footer, side in ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT)):
            paragraph = footer.paragraphs[0]
            paragraph.alignment = side
            _run(paragraph, "— ", "宋体", 14)
            for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
                run = _run(paragraph, "", "宋体", 14)
                run._r.append(_field(kind, text))
            _run(paragraph, " —", "宋体", 14)

    def paragraph(
        self, text: str = "", *, font: str = FANGSONG, align: Any = None, indent: bool = True
    ) -> Any:
        """A paragraph of running text, its first line two characters in."""
        paragraph = self.document.add_paragraph()
        if align is not None:
            paragraph.alignment = align
        elif indent and self.kind == "letter":
            paragraph.paragraph_format.first_line_indent = Pt(self.size * 2)
        _run(paragraph, text, font, self.size)
        return paragraph

    def add(self, what: str, *given: Any) -> None:
        """One line of a description."""
        getattr(self, f"_add_{what}")(*given)

    def _add_head(self, organ: str, number: str = "") -> None:
        _run(self._centred(60), organ, SONG, 36, RED)
        if number:
            self._add_centre(number)
        line = self.document.add_paragraph()
        _border(line, "bottom", 12, "C8161D")

    def _add_title(self, text: str) -> None:
        _run(self._centred(34), text, SONG, 22 if self.kind == "letter" else 20)

    def _centred(self, height: float) -> Any:
        """A centred line as high as its large type needs."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = ALIGN.CENTER
        paragraph.paragraph_format.line_spacing = Pt(height)
        return paragraph

    def _add_right(self, text: str) -> None:
        self.paragraph(text, align=ALIGN.RIGHT)

    def _add_centre(self, text: str) -> None:
        self.paragraph(text, align=ALIGN.CENTER)

    def _add_corner(self, text: str) -> None:
        self.paragraph(text, font=HEI, align=ALIGN.RIGHT)

    def _add_to(self, name: str) -> None:
        self.paragraph("")
        self.paragraph(f"{name}：", indent=False)

    def _add_p(self, text: str) -> None:
        self.paragraph(text)

    def _add_level(self, text: str) -> None:
        self.paragraph(text, font=HEI)

    def _add_when(self, condition: str, *lines: Sequence[Any]) -> None:
        """Lines that are there only where the condition holds."""
        self.paragraph("{%p if " + condition + " %}", indent=False)
        for line in lines:
            self.add(*line)
        self.paragraph("{%p endif %}", indent=False)

    def _add_each(self, loop: str, *lines: str) -> None:
        """Paragraphs for each of a list; a line that begins with # is a heading."""
        self.paragraph("{%p for " + loop + " %}", indent=False)
        for line in lines:
            if line.startswith("%"):
                self.paragraph("{%p " + line[1:] + " %}", indent=False)
            else:
                self.paragraph(line.lstrip("#"), font=HEI if line.startswith("#") else FANGSONG)
        self.paragraph("{%p endfor %}", indent=False)

    def _add_sign(self, organ: str, day: str) -> None:
        for text in ("", "", organ, day):
            paragraph = self.paragraph(text, align=ALIGN.RIGHT)
            paragraph.paragraph_format.right_indent = Pt(self.size * 4)

    def _add_copies(self, names: str) -> None:
        _border(self.paragraph(f"抄送：{names}。", indent=False), "top", 8, "000000")

    def _add_page(self) -> None:
        self.document.add_page_break()

    def _add_form(self, *rows: Sequence[Any]) -> None:
        """A table over the width: (label, value, label, value) or (label, value[, height in mm])."""
        table = self.document.add_table(rows=0, cols=4, style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for row in rows:
            cells = table.add_row().cells
            wide = len(row) < 4
            if wide:
                cells[1].merge(cells[3])
            for place, text in enumerate(row[: 2 if wide else 4]):
                _fill(cells[place], text, HEI if place % 2 == 0 else FANGSONG, self.size)
            if len(row) == 3:
                table.rows[-1].height = Mm(row[2])
            for cell, width in zip(cells, (27, 55, 27, 55), strict=True):
                if not wide:
                    cell.width = Mm(width)

    def _add_list(
        self, loop: str, heads: Sequence[str], cells: Sequence[str], widths: Sequence[float] = ()
    ) -> None:
        """A table with one row for each of a list; columns as wide as said, in mm, or all alike."""
        table = self.document.add_table(rows=1, cols=len(heads), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, heads, strict=True):
            _fill(cell, text, HEI, min(self.size, 10.5))
        for texts in (["{%tr for " + loop + " %}"], cells, ["{%tr endfor %}"]):
            row = table.add_row().cells
            for place, text in enumerate(texts):
                _fill(row[place], text, FANGSONG, min(self.size, 10.5))
        for column, width in zip(table.columns, widths, strict=False):
            for cell in column.cells:
                cell.width = Mm(width)

    def save(self, path: Path) -> None:
        """Write the file, with one fixed time on all its parts."""
        written = io.BytesIO()
        self.document.save(written)
        with zipfile.ZipFile(written) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as kept:
            for name in sorted(made.namelist()):
                kept.writestr(
                    zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), made.read(name), zipfile.ZIP_DEFLATED
                )


def _run(paragraph: Any, text: str, font: str, size: float, colour: Any = None) -> Any:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = "Times New Roman"
    run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), font)
    if colour is not None:
        run.font.color.rgb = colour
    return run


def _fill(cell: Any, text: str, font: str, size: float) -> None:
    """The lines of a cell; one that begins with | is set to the right, for signatures."""
    for place, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.paragraph_format.line_spacing = 1.15
        if line.startswith("|"):
            paragraph.alignment = ALIGN.RIGHT
        _run(paragraph, line.lstrip("|"), font, size)


def _field(kind: str, text: str) -> Any:
    if kind:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
        return element
    element = OxmlElement("w:instrText")
    element.text = text
    return element


def _border(paragraph: Any, side: str, eighths: int, colour: str) -> None:
    borders, line = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "1"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def main() -> None:
    """Write every template there is a description of."""
    for described in sorted(PROCESSES.glob("*/documents/word.json")):
        for key, (kind, *lines) in json.loads(described.read_text(encoding="utf-8")).items():
            sheet = Sheet(kind)
            for line in lines:
                sheet.add(*line)
            sheet.save(described.with_name(f"{key}.docx"))


if __name__ == "__main__":
    main()
