"""Reading a report: from paragraphs and tables to what they state, nothing added and nothing put right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.foundation.language import _
from engine.performance.blocks import Block, Paragraph, ReportUnreadable, Table
from engine.performance.national_form import Form, form_in
from engine.performance.outline import Placed, outlined
from engine.performance.quantities import tidy
from engine.performance.report import (
    ANNEX_PLACE,
    BASICS,
    BODY_PLACES,
    EXECUTION_PLACE,
    EXECUTION_RATE,
    SECTIONS,
    Funding,
    Line,
    Report,
)
from engine.performance.scheme import LEVELS, Level
from engine.performance.tables import funding_in, lines_in, unit_of_all

TOTAL = re.compile(r"总得分(?:为)?:?(?P<total>[\d.,]+)分")
GRADE = re.compile(r"(?:属于|等级为|等级:|评价结果为)[\"“”'「『]?(?P<grade>[一-龥]{1,4})[\"“”'」』]?")
PROJECT = re.compile(r"(?:^|[:,。;])(?P<project>[^:,。;]{2,100}?)(?:项目支出)?绩效自评")
NAMED = re.compile(r"项目名称:.{1,200}")
YEAR = re.compile(r"(?P<year>20\d{2})年")
WHOLE_GOAL, ANNUAL_GOAL = "项目实施期绩效目标", "项目年度目标"
EXECUTION_WORD = "预算执行"
PARTS = {"二": Level.OUTPUT, "三": Level.BENEFIT, "四": Level.SATISFACTION}


@dataclass
class _Gathered:
    """What has been read so far."""

    facts: dict[str, Any] = field(default_factory=dict)
    basics: dict[str, str] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    goals: dict[str, list[str]] = field(default_factory=dict)
    goal: str = ""
    unit: str = ""  # that the lines since the last heading name
    tables: dict[str, list[Line]] = field(default_factory=dict)
    execution: list[Line] = field(default_factory=list)
    funding: Funding | None = None


def read_report(blocks: Iterable[Block]) -> Report:
    """What the blocks state. Raises ReportUnreadable where there is neither a funding nor an indicator table."""
    found, blocks = _Gathered(), list(blocks)
    for placed in outlined(blocks):
        _take(placed, found)
    if found.funding is None and (form := form_in(blocks)) is not None:
        _take_form(form, found)
    if found.funding is None and not found.tables:
        raise ReportUnreadable(why=_("没有找到资金表，也没有找到指标表。"))
    return Report(
        **found.facts,
        funding=found.funding,
        body=_table(found, "body"),
        annex=_table(found, "annex"),
        execution=tuple(found.execution),
        whole_goal="".join(found.goals.get(WHOLE_GOAL, ())),
        annual_goal="".join(found.goals.get(ANNUAL_GOAL, ())),
        basics=found.basics,
        texts={key: tuple(lines) for key, lines in found.texts.items()},
        evidence=tuple(found.texts.get("附件2", ())),
    )


def _take_form(form: Form, found: _Gathered) -> None:
    """What the form states stands in the place of what its tables looked like."""
    found.facts |= form.facts
    found.basics |= form.basics
    found.goals[ANNUAL_GOAL] = [found.facts.pop("annual_goal", "")]
    found.funding = form.funding
    # As annex to a report whose body tells the indicators, the form is the second telling.
    found.tables = {"body": kept} if (kept := found.tables.get("body")) else {}
    if form.lines:
        found.tables["annex" if kept else "body"] = list(form.lines)
    found.execution = list(form.execution)


def _table(found: _Gathered, which: str) -> tuple[Line, ...] | None:
    return tuple(found.tables[which]) if which in found.tables else None


def _take(placed: Placed, found: _Gathered) -> None:
    if placed.section in SECTIONS:
        found.texts.setdefault(placed.section, [])
    if isinstance(placed.block, Table):
        _take_table(placed, placed.block, found)
    elif placed.heading:
        found.goal = found.unit = ""
    else:
        _take_paragraph(placed, placed.block, found)


def _take_paragraph(placed: Placed, block: Paragraph, found: _Gathered) -> None:
    text = tidy(block.text)
    found.unit = unit_of_all(block.text) or found.unit
    if "project" not in found.facts and NAMED.match(text):
        found.facts["project"] = re.split("[:：]", block.text, maxsplit=1)[1].strip()
    if placed.section == "一":
        _take_basics(block.text, found)
    elif placed.section == "二":
        _take_result(text, found)
    if placed.section in SECTIONS:
        found.texts[placed.section].append(block.text)


def _take_basics(words: str, found: _Gathered) -> None:
    """The labelled paragraphs of the first section, its goals, and the year in which the project was carried out."""
    text = tidy(words)
    if goal := next((name for name in (WHOLE_GOAL, ANNUAL_GOAL) if name in text and len(text) < 30), ""):
        found.goal = goal
    elif found.goal:
        found.goals.setdefault(found.goal, []).append(words.strip())
    elif label := next((name for name in BASICS if text.startswith(name)), ""):
        found.basics[label] = re.split("[:：]", words, maxsplit=1)[-1].strip()
        if label == BASICS[-1] and (year := YEAR.search(text)):
            found.facts["year"] = int(year["year"])


def _take_result(text: str, found: _Gathered) -> None:
    """The sentence with total and grade."""
    total = TOTAL.search(text)
    if total is None or "total" in found.facts:
        return
    found.facts["total"] = total["total"]
    grade = GRADE.search(text, total.end())
    found.facts["grade"] = grade["grade"] if grade else ""
    if project := PROJECT.search(text):
        found.facts.setdefault("project", project["project"])


def _take_table(placed: Placed, table: Table, found: _Gathered) -> None:
    if placed.section == "附件2" and not _is_title(table):
        found.texts["附件2"] += [" ".join(filter(None, row)) for row in table.rows[1:]]
    if (funding := funding_in(table, found.unit)) is not None:
        found.funding = found.funding or funding  # the same table may go on with the indicators
    level = PARTS.get(placed.part) if placed.section == "二" else None
    place = BODY_PLACES[level] if level else EXECUTION_PLACE
    lines = lines_in(table, place, LEVELS[level].zh if level else EXECUTION_WORD)
    if lines is not None:
        _take_lines(lines, placed, found)


def _take_lines(lines: Sequence[Line], placed: Placed, found: _Gathered) -> None:
    which = "annex" if placed.section == "附件1" or (lines and lines[0].place == ANNEX_PLACE) else "body"
    kept = found.tables.setdefault(which, [])
    for line in lines:
        (found.execution if _of_execution(line) else kept).append(line)


def _of_execution(line: Line) -> bool:
    """Whether the line is on the rate of execution as such, not an indicator of that name among the outputs."""
    return EXECUTION_WORD in tidy(line.level1) and tidy(line.name).startswith(EXECUTION_RATE)


def _is_title(table: Table) -> bool:
    return len(table.rows) < 2
