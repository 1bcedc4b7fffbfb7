"""A report as a workbook: our own template, which `sheet_files` reads."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter

from engine.performance.composing import Cell, Grid, Heading, Part, Prose, composed, execution_line
from engine.performance.report import Line, Report
from engine.performance.scheme import BANDS, LEVELS, Level
from engine.performance.sheet_files import NOTES

SHEET = "自评报告"
COLUMNS = 10
SECOND = {
    Level.OUTPUT: ("数量指标", "质量指标", "时效指标", "成本指标"),
    Level.BENEFIT: ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    Level.SATISFACTION: ("服务对象满意度指标",),
}
ADVICE = (
    "金额以万元计，比率以百分数计（99.84 或者 99.84%）；没有金额的格留空，不填0。",
    "定量目标写明≥、≤或者＝，目标值与业绩值用同一单位。",
    f"定性目标的业绩值写：{'；'.join(words.zh for words in BANDS.values())}。",
    "各指标权重与预算执行率权重合计为100；没有得满分的，写明偏差原因及改进措施。",
    "填好后用 flask performance import 或者在网页上传核对。",
)


def template() -> bytes:
    """A blank report (.xlsx): sections, funding table, indicators in three levels; advice on a sheet of its own."""
    blank = Report(
        execution=(execution_line("", "", "", "", ""),),
        annex=tuple(
            Line("", LEVELS[level].zh, second, "", "", "", "", "")
            for level, seconds in SECOND.items()
            for second in seconds
        ),
    )
    return workbook(composed(blank, body=False), ADVICE)


def workbook(parts: Iterable[Part], advice: Iterable[str] = ()) -> bytes:
    """The parts one under the other; every text is text, so that none runs as a formula."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, COLUMNS - 1, 14)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    formats = {
        "heading": book.add_format({"bold": True, "font_size": 13}),
        "prose": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
        ),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"}),
    }
    row = 0
    for part in parts:
        row = _write(sheet, row, part, formats)
    if lines := list(advice):
        notes = book.add_worksheet(NOTES)
        notes.set_column(0, 0, 100)
        for number, line in enumerate(lines):
            notes.write_string(number, 0, line)
    book.close()
    return buffer.getvalue()


def _write(sheet: object, row: int, part: Part, formats: dict[str, object]) -> int:
    """Write a part from this row on; gives the row after it and an empty one after a table, which ends it."""
    if isinstance(part, Grid):
        return _write_grid(sheet, row, part, formats) + 1
    kind = "heading" if isinstance(part, Heading) else "prose"
    assert isinstance(part, Heading | Prose)
    sheet.merge_range(row, 0, row, COLUMNS - 1, part.text, formats[kind])  # type: ignore[attr-defined]
    return row + 1


def _write_grid(sheet: object, row: int, grid: Grid, formats: dict[str, object]) -> int:
    for at, column, cell, head in laid_out(grid):
        form = formats["head" if head else "cell"]
        if cell.across > 1 or cell.down > 1:
            last = (row + at + cell.down - 1, column + cell.across - 1)
            sheet.merge_range(row + at, column, *last, "", form)  # type: ignore[attr-defined]
        sheet.write_string(row + at, column, cell.text, form)  # type: ignore[attr-defined]
    return row + len(grid.rows)


def laid_out(grid: Grid) -> Iterable[tuple[int, int, Cell, bool]]:
    """(row, column, cell, whether it is a heading) of every cell, each beside what reaches down from above."""
    taken: set[tuple[int, int]] = set()
    for at, cells in enumerate(grid.rows):
        column = 0
        for cell in cells:
            while (at, column) in taken:
                column += 1
            taken |= {(at + down, column + over) for down in range(cell.down) for over in range(cell.across)}
            yield at, column, cell, at < grid.heads
            column += cell.across
