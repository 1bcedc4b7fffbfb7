"""A report composed: the sections, sentences and tables of a complete self-evaluation, from what it states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.performance.quantities import tidy
from engine.performance.report import (
    BASICS,
    BODY_PLACES,
    COLUMNS,
    EXECUTION_RATE,
    FISCAL,
    FISCAL_PARTS,
    ROWS,
    SECTIONS,
    Line,
    Report,
)
from engine.performance.scheme import LEVELS

BODY_HEADS = ("二级指标", "三级指标", "权重", "目标值", "业绩值", "得分")
ANNEX_HEADS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "权重",
    "目标值",
    "业绩值",
    "完成率",
    "指标得分",
    "偏差原因分析及改进措施",
)
FORMULAS = {"资金结余": "(5)=(3)-(4)", "预算到位率": "(6)=(3)/(2)", "预算执行率": "(7)=(4)/(2)"}
WAN = "(万元)"
RATES = ("预算到位率", "预算执行率")
EMPTY_LINES = 10  # of a blank table


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 0 is the title of the whole, 1 a section, 2 a part of one."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and how many columns and rows it covers."""

    text: str = ""
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first `heads` rows are headings, `widths` are relative."""

    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    heads: int = 1


Part = Heading | Prose | Grid


def composed(report: Report, *, body: bool = True) -> list[Part]:
    """The whole report; without `body` the indicators stand in annex 1 alone, as in the workbook to be filled in."""
    return [
        Heading(title_of(report), 0),
        Prose(f"项目名称：{report.project}"),
        *_first_section(report),
        *_second_section(report, body),
        *(part for key in ("三", "四", "五", "六") for part in _section(key, report.texts.get(key, ()))),
        Heading(f"附件1.{SECTIONS['附件1']}", 1),
        _annex(report),
        Heading(f"附件2.{SECTIONS['附件2']}", 1),
        *_prose(report.evidence),
    ]


def title_of(report: Report) -> str:
    """The title of the whole; 「…项目」 does not say 项目 twice."""
    return f"{report.project.removesuffix('项目')}项目支出绩效自评报告"


def _section(key: str, lines: Iterable[str]) -> Iterator[Part]:
    yield Heading(f"{key}、{SECTIONS[key]}", 1)
    yield from _prose(lines)


def _prose(texts: Iterable[str]) -> Iterator[Part]:
    for text in texts:
        yield from (Prose(line.strip()) for line in text.splitlines() if line.strip())


def _first_section(report: Report) -> Iterator[Part]:
    yield Heading(f"一、{SECTIONS['一']}", 1)
    yield Heading("（一）项目概况", 2)
    for label in BASICS:
        # One paragraph each: the label says what it is, and a second one would have none.
        yield Prose(f"{label}：{' '.join(report.basics.get(label, '').split(chr(10)))}")
    yield Heading("（二）预算执行情况", 2)
    yield _funding(report)
    yield Heading("（三）项目绩效目标", 2)
    yield Prose("（1）项目实施期绩效目标")
    yield from _prose([report.whole_goal])
    yield Prose("（2）项目年度目标")
    yield from _prose([report.annual_goal])


def _funding(report: Report) -> Grid:
    fiscal = len(FISCAL_PARTS) + 1
    head = (
        Cell("项目", down=2),
        Cell("行次", down=2),
        Cell(f"{COLUMNS[0]}{WAN}", down=2),
        Cell(f"财政资金{WAN}", across=fiscal),
        Cell(f"上年结转资金{WAN}", down=2),
        Cell(f"其他资金{WAN}", down=2),
    )
    below = tuple(Cell(column) for column in (FISCAL, *FISCAL_PARTS))
    return Grid((head, below, *_funding_rows(report)), (5, 4, *[3] * len(COLUMNS)), heads=2)


def _funding_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    for number, row in enumerate(ROWS, start=1):
        title = f"{row}(%)" if row in RATES else row
        figures = [report.funding.at(row, column) if report.funding else "" for column in COLUMNS]
        yield (Cell(title), Cell(FORMULAS.get(row, f"({number})")), *(Cell(each) for each in figures))


def _second_section(report: Report, body: bool) -> Iterator[Part]:
    yield Heading(f"二、{SECTIONS['二']}", 1)
    if report.total:
        yield Prose(
            "综合考虑预算执行情况、产出、效益、服务对象满意度各方面因素，通过数据采集及分析，最终评分结果："
            f"{report.project}绩效自评价结果为：总得分{report.total}分，属于“{report.grade}”。"
        )
    if not body:
        return
    yield Heading("（一）预算执行情况", 2)
    yield _body_table(report.execution)
    for level, place in BODY_PLACES.items():
        yield Heading(place.removeprefix("二、"), 2)
        yield _body_table([line for line in report.body or () if tidy(line.level1) == LEVELS[level].zh])


def _body_table(lines: Sequence[Line]) -> Grid:
    heads = tuple(Cell(head) for head in BODY_HEADS)
    rows = [
        tuple(map(Cell, (line.level2, line.name, line.weight, line.target, line.actual, line.score)))
        for line in lines
    ]
    return Grid((heads, *rows), (4, 6, 2, 3, 3, 2))


def _annex(report: Report) -> Grid:
    """Annex 1; a first level that has several lines stands beside them once."""
    lines = [*report.execution, *(report.annex or report.body or ())]
    heads = tuple(Cell(head) for head in ANNEX_HEADS)
    rows: list[tuple[Cell, ...]] = []
    for level1, group in groupby(lines, key=lambda line: line.level1):
        members = list(group)
        for place, line in enumerate(members):
            first = (Cell(level1, down=len(members)),) if place == 0 else ()
            rows.append((*first, *map(Cell, _annex_cells(line))))
    rows += [tuple(Cell() for _head in ANNEX_HEADS)] * (0 if lines else EMPTY_LINES)
    return Grid((heads, *rows), (3, 3, 5, 2, 3, 3, 3, 2, 5))


def _annex_cells(line: Line) -> tuple[str, ...]:
    return (
        line.level2,
        line.name,
        line.weight,
        line.target,
        line.actual,
        line.completion,
        line.score,
        line.reason,
    )


def execution_line(place: str, weight: str, rate: str, score: str, reason: str) -> Line:
    """The line on execution of a report that is composed."""
    return Line(
        place=place,
        level1="预算执行",
        level2=EXECUTION_RATE,
        name=EXECUTION_RATE,
        weight=weight,
        target="100%",
        actual=rate,
        score=score,
        completion=rate,
        reason=reason,
    )
