"""Reports for the tests: the published one in its three forms, and one without a fault."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl

from engine.deadlines.packs import load_pack
from engine.performance.assessing import Assessment, assess
from engine.performance.blocks import Block, Paragraph
from engine.performance.composing import execution_line
from engine.performance.files import read_blocks
from engine.performance.reading import read_report
from engine.performance.report import (
    ADJUSTED,
    ARRIVAL_RATE,
    ARRIVED,
    BALANCE,
    BUDGETED,
    COLUMNS,
    EXECUTED,
    EXECUTION_RATE,
    Funding,
    Line,
    Report,
)
from engine.performance.scheme import scheme_of

PUBLISHED = (Path(__file__).with_name("published_2021.txt")).read_bytes()
SCHEME = scheme_of(load_pack("national"))


def assessed(filename: str, content: bytes) -> Assessment:
    """What a file states, assessed."""
    return assess(read_report(read_blocks(filename, content)), SCHEME)


def funding(amounts: Mapping[str, Mapping[str, str]], unit: str = "万元") -> Funding:
    """A funding table with these cells and no others."""
    cells = {(row, column): amounts.get(row, {}).get(column, "") for row in amounts for column in COLUMNS}
    return Funding(cells, dict.fromkeys(COLUMNS, unit))


def sound_funding() -> Funding:
    return funding(
        {
            BUDGETED: {"年度总金额": "500", "小计": "500", "中央级": "100", "省级": "400"},
            ADJUSTED: {"年度总金额": "500", "小计": "480", "中央级": "100", "省级": "380", "上年结转": "20"},
            ARRIVED: {"年度总金额": "490", "小计": "470", "中央级": "100", "省级": "370", "上年结转": "20"},
            EXECUTED: {
                "年度总金额": "462.5",
                "小计": "442.5",
                "中央级": "100",
                "省级": "342.5",
                "上年结转": "20",
            },
            BALANCE: {"年度总金额": "27.5", "小计": "27.5", "中央级": "0", "省级": "27.5", "上年结转": "0"},
            ARRIVAL_RATE: {
                "年度总金额": "98",
                "小计": "97.92",
                "中央级": "100",
                "省级": "97.37",
                "上年结转": "100",
            },
            EXECUTION_RATE: {
                "年度总金额": "92.5",
                "小计": "92.19",
                "中央级": "100",
                "省级": "90.13",
                "上年结转": "100",
            },
        }
    )


def line(
    level1: str, level2: str, name: str, weight: str, target: str, actual: str, score: str, **more: str
) -> Line:
    return Line("", level1, level2, name, weight, target, actual, score, **more)


WHY = "汛期停工，已调整施工组织。"
LINES = (
    line(
        "产出指标",
        "数量指标",
        "整治河道长度",
        "15",
        "≥120公里",
        "108公里",
        "13.50",
        completion="90%",
        reason=WHY,
    ),
    line("产出指标", "质量指标", "工程合格率", "15", "≥100%", "100%", "15", completion="100%"),
    line("产出指标", "时效指标", "按期完成率", "10", "≥95%", "90%", "9.47", completion="94.74%", reason=WHY),
    line(
        "产出指标", "成本指标", "每公里造价", "10", "≤4.0万元", "4.4万元", "9", completion="90%", reason=WHY
    ),
    line(
        "效益指标",
        "社会效益指标",
        "受益人口",
        "15",
        "≥30000人",
        "41000人",
        "15",
        completion="136.67%",
        reason=WHY,
    ),
    line(
        "效益指标",
        "生态效益指标",
        "水质改善",
        "10",
        "明显改善",
        "部分达成预期指标并具有一定效果",
        "7.50",
        reason=WHY,
    ),
    line("效益指标", "可持续影响指标", "管护机制", "5", "健全", "达成预期指标", "4.50", reason=WHY),
    line(
        "满意度指标",
        "服务对象满意度指标",
        "群众满意度",
        "10",
        "≥90%",
        "88%",
        "9.78",
        completion="97.78%",
        reason=WHY,
    ),
)


def clean() -> Report:
    """The worked example of practice as a report in which everything follows."""
    return Report(
        project="汾河支流整治项目",
        year=2025,
        funding=sound_funding(),
        body=LINES,
        annex=LINES,
        execution=(execution_line("", "10", "92.5%", "9.25", WHY),),
        total="93.00",
        grade="优",
        whole_goal="三年内完成支流整治，水质稳定达到四类。",
        annual_goal="本年度整治河道120公里。",
        basics={
            "项目概况": "对三条支流清淤、护岸，恢复河滩植被。",
            "立项依据": "《2021-2025汾河流域生态修复规划》",
            "设立的必要性": "三条支流水质长期不达标，沿岸群众反映强烈。",
            "保证项目实施的措施与制度": "按月调度，专款专用，聘请监理。",
            "项目实施计划": "2025年3月开工，2025年11月完工。",
        },
        texts={
            "一": (),
            "二": (),
            "三": ("全年整治河道108公里，余下12公里因汛期停工顺延。",),
            "四": ("按月调度。",),
            "五": ("汛期安排不足。",),
            "六": ("提前安排施工。",),
            "附件1": (),
            "附件2": (),
        },
        evidence=("竣工验收报告", "满意度调查表"),
    )


def with_line(report: Report, which: str, /, **changes: str) -> Report:
    """The report with one indicator changed, in both of its tellings."""
    changed = tuple(replace(each, **changes) if each.name == which else each for each in report.body or ())
    return replace(report, body=changed, annex=changed)


def with_cell(report: Report, row: str, column: str, words: str) -> Report:
    """The report with one cell of its funding table changed."""
    assert report.funding is not None
    cells = {**report.funding.cells, (row, column): words}
    return replace(report, funding=replace(report.funding, cells=cells))


def as_word_processors_do(blocks: list[Block]) -> bytes:
    """The text form as a real .docx: cells of the heading and of the first level merged as they were published."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, Paragraph):
            document.add_paragraph(block.text)
            continue
        wide = max(len(row) for row in block.rows)
        table = document.add_table(rows=len(block.rows), cols=wide, style="Table Grid")
        for at, row in enumerate(block.rows):
            for column, words in enumerate(_spread(row, wide)):
                table.cell(at, column).text = words
        _merge_heading(table, block.rows, wide)
    return _saved(document)


def _spread(row: tuple[str, ...], wide: int) -> list[str]:
    """Of a row with fewer cells than columns, 财政资金 covers what is over."""
    cells = list(row)
    if len(cells) < wide and "财政资金" in cells:
        place = cells.index("财政资金") + 1
        cells[place:place] = [""] * (wide - len(cells))
    return cells + [""] * (wide - len(cells))


def _merge_heading(table: Any, rows: Any, wide: int) -> None:
    if "财政资金" in rows[0]:
        table.cell(0, 3).merge(table.cell(0, 7))
        for column in (0, 1, 2, 8, 9):
            table.cell(0, column).merge(table.cell(1, column))
    if rows[0][0].startswith("附件1"):
        table.cell(0, 0).merge(table.cell(0, wide - 1))
        table.cell(2, 0).merge(table.cell(5, 0))


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def as_a_workbook(blocks: list[Block]) -> bytes:
    """The text form on a sheet, as somebody would copy it: numbers as numbers, percentages as formats, cells merged."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    at = 1
    for block in blocks:
        if isinstance(block, Paragraph):
            sheet.cell(at, 1, block.text)
            sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=10)
            at += 1
            continue
        wide = max(len(row) for row in block.rows)
        for row in block.rows:
            for column, words in enumerate(_spread(row, wide), start=1):
                _put(sheet.cell(at, column), words)
            if row[0].startswith("附件"):
                sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=max(wide, 2))
            at += 1
        at += 1
    return _saved(book)


def _put(cell: Any, words: str) -> None:
    if words.endswith("%") and words[:-1].replace(".", "").isdigit():
        cell.value, cell.number_format = float(words[:-1]) / 100, "0.00%" if "." in words else "0%"
    elif words.replace(".", "").isdigit():
        cell.value = float(words)
    else:
        cell.value = words or None
