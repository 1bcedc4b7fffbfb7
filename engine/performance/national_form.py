"""The national form of one page (项目支出绩效自评表): names, funds as rows, goal, indicators and total in one table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.performance.blocks import Block, Cells, Paragraph
from engine.performance.quantities import tidy
from engine.performance.report import (
    ADJUSTED,
    BUDGETED,
    CARRIED,
    COLUMNS,
    EXECUTED,
    EXECUTION_RATE,
    FISCAL,
    FORM_PLACE,
    FORM_ROWS,
    OTHER,
    TOTAL,
    Funding,
    Line,
)
from engine.performance.scheme import LEVELS
from engine.performance.tables import NEEDED, SUMS, UNIT, indicator_columns, lines_under, unit_of_all

# The headings over the amounts, and which row of the report's table each is: the form has it turned.
AMOUNT_HEADS = {"年初预算数": BUDGETED, "全年预算数": ADJUSTED, "全年执行数": EXECUTED}
RATE_HEAD, WEIGHT_HEAD, SCORE_HEAD = "执行率", "分值", "得分"
FUND_ROWS = (
    ("年度资金总额", TOTAL),
    ("当年财政拨款", FISCAL),
    ("本年财政拨款", FISCAL),
    ("上年结转", CARRIED),
    ("其他资金", OTHER),
)
OF_WHICH = re.compile(r"^其中:?")
YEAR = re.compile(r"(?P<year>20\d{2})年")
NAME, OFFICES, GOAL, EXPECTED = "项目名称", ("主管部门", "实施单位"), "年度总体目标", "预期目标"
TURNED_OUT = "实际完成情况"


@dataclass
class Form:
    """What a form states, by the fields of a report."""

    facts: dict[str, Any] = field(default_factory=dict)
    basics: dict[str, str] = field(default_factory=dict)
    funding: Funding | None = None
    lines: tuple[Line, ...] = ()
    execution: tuple[Line, ...] = ()


def form_in(blocks: Iterable[Block]) -> Form | None:
    """The form that the blocks are, or None: known by the headings 年初预算数, 全年预算数, 全年执行数 side by side."""
    rows = [row for block in blocks for row in _rows(block)]
    start = next(
        (place for place, row in enumerate(rows) if AMOUNT_HEADS.keys() <= _columns(row).keys()), None
    )
    if start is None:
        return None
    form = Form()
    _read_names(rows[:start], form)
    _read_funds(rows, start, form)
    _read_goal(rows[start + 1 :], form)
    _read_indicators(rows[start + 1 :], form)
    return form


def _rows(block: Block) -> Iterator[Cells]:
    """The rows of a table; a paragraph is a row of one cell, as a sheet's lines of few cells become paragraphs."""
    if isinstance(block, Paragraph):
        yield (block.text,)
    else:
        yield from block.rows


def _said(row: Cells) -> list[str]:
    return [cell for cell in row if tidy(cell)]


def _columns(row: Cells) -> dict[str, int]:
    """Heading of the funds → place in the row."""
    known = (*AMOUNT_HEADS, RATE_HEAD, WEIGHT_HEAD, SCORE_HEAD)
    return {name: at for at, cell in enumerate(row) for name in known if tidy(cell).startswith(name)}


def _aligned(row: Cells, width: int) -> Cells:
    """The row under headings of so many cells. A form that has been turned to text writes a cell over several columns
    once; such cells stand on the left, so that rows of other lengths end below the same heading."""
    return ("",) * (width - len(row)) + row[max(0, len(row) - width) :]


def _read_names(rows: Sequence[Cells], form: Form) -> None:
    """Names and year above the funds; a label that stands alone is followed by its words."""
    cells = [cell for row in rows for cell in _said(row)]
    for label, words in zip(cells, [*cells[1:], ""], strict=True):
        text = tidy(label).rstrip(":")
        if text == NAME:
            form.facts["project"] = words.strip()
        elif text in OFFICES:
            form.basics[text] = words.strip()
        elif text.startswith(f"{NAME}:"):
            form.facts["project"] = re.split("[:：]", label, maxsplit=1)[1].strip()
        elif "year" not in form.facts and (year := YEAR.search(text)):
            form.facts["year"] = int(year["year"])


def _read_funds(rows: Sequence[Cells], start: int, form: Form) -> None:
    heads, width = _columns(rows[start]), len(rows[start])
    above = next(filter(None, (unit_of_all(cell) for row in rows[: start + 1] for cell in row)), "")
    within = next((found[1] for cell in rows[start] if (found := UNIT.search(tidy(cell)))), above)
    cells: dict[tuple[str, str], str] = {}
    for row in rows[start + 1 :]:
        column = _fund(row)
        if not column:
            break
        under = _aligned(row, width)
        for head, name in AMOUNT_HEADS.items():
            cells[name, column] = under[heads[head]]
        cells[EXECUTION_RATE, column] = under[heads[RATE_HEAD]] if RATE_HEAD in heads else ""
        if column == TOTAL and heads.keys() >= {RATE_HEAD, WEIGHT_HEAD, SCORE_HEAD}:
            weight, score = under[heads[WEIGHT_HEAD]], under[heads[SCORE_HEAD]]
            form.execution = (_execution(weight, cells[EXECUTION_RATE, TOTAL], score),)
    form.funding = Funding(cells, dict.fromkeys(COLUMNS, within), FORM_ROWS)


def _fund(row: Cells) -> str:
    """Which of the funds the row is of, "" for none."""
    for cell in _said(row)[:2]:
        text = OF_WHICH.sub("", tidy(cell))
        if found := next((column for begins, column in FUND_ROWS if text.startswith(begins)), ""):
            return found
    return ""


def _execution(weight: str, rate: str, score: str) -> Line:
    return Line(FORM_PLACE, "预算执行", EXECUTION_RATE, EXECUTION_RATE, weight, "100%", rate, score)


def _read_goal(rows: Sequence[Cells], form: Form) -> None:
    """The goal of the year and what came of it: beside the label, or below the headings 预期目标 and 实际完成情况."""
    for number, row in enumerate(rows):
        said = _said(row)
        if not said or not tidy(said[0]).startswith(GOAL):
            continue
        words = said[1:]
        if words and tidy(words[0]).startswith(EXPECTED):
            words = _said(rows[number + 1]) if number + 1 < len(rows) else []
        form.facts["annual_goal"] = words[0].strip() if words else ""
        if len(words) > 1:
            form.basics[TURNED_OUT] = words[1].strip()
        return


def _read_indicators(rows: Sequence[Cells], form: Form) -> None:
    for number, row in enumerate(rows):
        columns = indicator_columns(row)
        if columns.keys() >= NEEDED:
            below = [_aligned(each, len(row)) for each in rows[number + 1 :]]
            end = next((at for at, each in enumerate(below) if _is_sum(each)), len(below))
            found = lines_under(below[:end], columns, FORM_PLACE, "")
            form.lines = tuple(replace(line, level1=_level(line.level1)) for line in found)
            if end < len(below):
                form.facts["total"] = below[end][columns["score"]]
            return


def _is_sum(row: Cells) -> bool:
    said = _said(row)
    return bool(said) and tidy(said[0]).startswith(SUMS)


def _level(words: str) -> str:
    """The first level by its own name; forms add its weight (产出指标（50分）)."""
    text = tidy(words)
    return next((level.zh for level in LEVELS.values() if text.startswith(level.zh)), words)
