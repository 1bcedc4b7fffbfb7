"""The form of a self-evaluation: what was typed as a report, and a report as what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.performance.composing import execution_line
from engine.performance.filling import LONGEST, MOST_LINES, TYPED_COLUMNS, amount_field, line_field
from engine.performance.own_figures import OwnFigure
from engine.performance.report import (
    AMOUNT_ROWS,
    BASICS,
    COLUMNS,
    FISCAL,
    SECTIONS,
    TOTAL,
    Funding,
    Line,
    Report,
)
from engine.performance.scheme import LEVELS
from webui.language import language
from webui.presenting.performance import COLUMN_WORDS, ROW_WORDS

Typed = dict[str, str]
LINE = ("level1", "level2", "name", "weight", "target", "actual", "score", "reason")
TEXTS = ("三", "四", "五", "六")
FIRST_LINES = 3  # of an empty form


def filled(form: Mapping[str, str], base: Report | None) -> Report:
    """The report that was typed; what the form has no field for is that of `base`."""
    lines = tuple(_lines(form))
    texts = {f"{key}": _paragraphs(form.get(f"text-{number}", "")) for number, key in enumerate(TEXTS)}
    year = form.get("year", "").strip()
    return Report(
        project=form.get("project", "").strip(),
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
        funding=_funding(form, base.funding if base else None),
        body=lines,
        execution=(execution_line("", "", "", "", form.get("execution_reason", "").strip()),),
        whole_goal=_text(form, "whole_goal"),
        annual_goal=_text(form, "annual_goal"),
        basics={label: _text(form, f"basic-{number}") for number, label in enumerate(BASICS)},
        texts={key: () for key in SECTIONS} | texts,
        evidence=_paragraphs(form.get("evidence", "")),
    )


def _text(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n").strip()[:LONGEST]


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text[: LONGEST * 2].splitlines() if line.strip())


def _lines(form: Mapping[str, str]) -> Iterable[Line]:
    for number in range(MOST_LINES):
        typed = {name: form.get(line_field(number, name), "").strip() for name in LINE}
        if any(value for name, value in typed.items() if name != "level1"):
            yield Line(place="", **typed)


def _funding(form: Mapping[str, str], base: Funding | None) -> Funding:
    """The typed parts; a row without parts keeps the sums that the report has without saying of what."""
    cells: dict[tuple[str, str], str] = {}
    for row in AMOUNT_ROWS:
        typed = {(row, column): form.get(amount_field(row, column), "").strip() for column in TYPED_COLUMNS}
        cells |= typed
        if base is not None and not any(typed.values()):
            cells |= {(row, column): base.at(row, column) for column in (TOTAL, FISCAL)}
    return Funding(cells, dict.fromkeys(COLUMNS, "万元"))


def typed_of(report: Report | None) -> Typed:
    """A report as the form types it, without what is computed; of none, an empty form."""
    if report is None:
        return {"lines": str(FIRST_LINES)}
    lines = report.body or report.annex or ()
    typed = {
        "project": report.project,
        "year": str(report.year or ""),
        "whole_goal": report.whole_goal,
        "annual_goal": report.annual_goal,
        "execution_reason": next((line.reason for line in report.execution if line.reason), ""),
        "evidence": "\n".join(report.evidence),
        "lines": str(len(lines)),
    }
    for number, label in enumerate(BASICS):
        typed[f"basic-{number}"] = report.basics.get(label, "")
    for number, key in enumerate(TEXTS):
        typed[f"text-{number}"] = "\n".join(report.texts.get(key, ()))
    if report.funding is not None:
        for row in AMOUNT_ROWS:
            for column in TYPED_COLUMNS:
                typed[amount_field(row, column)] = report.funding.at(row, column)
    for number, line in enumerate(lines):
        typed |= {line_field(number, name): getattr(line, name) for name in LINE}
    return typed


def with_own(typed: Typed, figures: Iterable[OwnFigure]) -> Typed:
    """The system's own indicators put in: into the line of that name, else as a new one."""
    found = dict(typed)
    for each in figures:
        line = each.line
        names = [number for number in range(MOST_LINES) if found.get(line_field(number, "name")) == line.name]
        if names:
            found[line_field(names[0], "actual")] = line.actual
            continue
        number = next(n for n in range(MOST_LINES) if not found.get(line_field(n, "name")))
        found |= {line_field(number, name): getattr(line, name) for name in LINE}
        found["lines"] = str(max(number + 1, _count(found)))
    return found


def _count(typed: Mapping[str, str]) -> int:
    said = typed.get("lines", "")
    return min(int(said), MOST_LINES) if said.isdecimal() else FIRST_LINES


def form_shown(typed: Mapping[str, str], more: int = 0) -> dict[str, Any]:
    """The form: amounts, lines of indicators, texts, each field with its name and what was typed."""
    count = min(_count(typed) + more, MOST_LINES)
    return {
        "typed": dict(typed),
        "count": count,
        "columns": [COLUMN_WORDS[column].in_(language()) for column in TYPED_COLUMNS],
        "amounts": [
            {
                "title": ROW_WORDS[row].in_(language()),
                "fields": [amount_field(row, column) for column in TYPED_COLUMNS],
            }
            for row in AMOUNT_ROWS
        ],
        "lines": [{name: line_field(number, name) for name in LINE} for number in range(count)],
        "levels": [{"value": words.zh, "label": words.in_(language())} for words in LEVELS.values()],
        "basics": [(f"basic-{number}", label) for number, label in enumerate(BASICS)],
        "texts": [(f"text-{number}", SECTIONS[key]) for number, key in enumerate(TEXTS)],
    }
