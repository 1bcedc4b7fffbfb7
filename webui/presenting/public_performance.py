"""Published self-evaluations, as the public templates and the open data take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from engine.foundation.clock import day_of
from engine.foundation.spreadsheets import harmless
from engine.performance.problem_kinds import KINDS
from engine.performance.public import PublicProject
from engine.performance.report import COLUMNS as FUNDING_COLUMNS
from engine.performance.report import RATE_ROWS, ROWS
from engine.performance.scheme import GRADES
from webui.language import day, language
from webui.presenting.performance import COLUMN_WORDS, LEVEL_WORDS, ROW_WORDS
from webui.presenting.public import Address, Shown, day_written


def line_shown(found: PublicProject, address: Address) -> Shown:
    """A published project in the list."""
    content = found.content
    return {
        "href": address("public_performance.project", public_id=found.public_id),
        "name": content["project"],
        "year": content["year"],
        "unit": content["unit"],
        "budget_head": content["budget_head"],
        "total": content["result"]["values"][1],
        "grade": _grade(content["grade"]),
        "problems": len(content["problems"]),
        "on": day(found.published_at),
    }


def _grade(value: str) -> str:
    return next((words.in_(language()) for words in GRADES.values() if words.zh == value), value)


def project_shown(found: PublicProject, address: Address) -> Shown:
    """A published project, whole; tables as `performance/parts.html` takes them."""
    content = found.content
    problems = [_problem(number, each) for number, each in enumerate(content["problems"], start=1)]
    stated, total = content["result"]["values"]
    return {
        **line_shown(found, address),
        "public_id": found.public_id,
        "congress": found.congress,
        "version": found.version,
        "changed_on": day(found.changed_at),
        "goals": content["goals"],
        "columns": [COLUMN_WORDS[column].in_(language()) for column in FUNDING_COLUMNS],
        "funding": [_funding_row(each) for each in content["funding"]],
        "indicators": [_indicator(each) for each in content["indicators"]],
        "execution": content["execution"]["values"][1] or "—",
        "total_stated": stated or "—",
        "total_computed": total or "—",
        "total_differs": stated is not None and stated != total,
        "grade_stated": content["grade_stated"] or "—",
        "grade_computed": _grade(content["grade"]) or "—",
        "problems": problems,
        "papers": [
            {
                "label": label,
                "href": address("public_performance.report", public_id=found.public_id, format=name),
            }
            for name, label in (("docx", "Word"), ("pdf", "PDF"))
        ],
    }


def _funding_row(row: Mapping[str, Any]) -> Shown:
    return {
        "title": ROW_WORDS[row["row"]].in_(language()),
        "cells": [{"text": text or "—", "marks": ()} for text in row["stated"]],
        "derived": row["row"] in RATE_ROWS or row["row"] == ROWS[4],
    }


def _indicator(each: Mapping[str, Any]) -> Shown:
    words = LEVEL_WORDS.get(each["level1"])
    _weight, stated, computed = each["values"]
    shown = {name: each[name] or "—" for name in ("weight", "target", "actual", "completion")}
    return {
        **shown,
        "level1": words.in_(language()) if words else each["level1"],
        "level2": each["level2"],
        "name": each["name"],
        "stated": each["score"] or "—",
        "computed": computed or "—",
        "differs": None not in (stated, computed) and stated != computed,
        "reason": each["reason"],
        "marks": (),
    }


def _problem(number: int, each: Mapping[str, Any]) -> Shown:
    kind = KINDS.get(each["code"])
    return {
        "number": number,
        "code": each["code"],
        "title": kind.title.in_(language()) if kind else each["code"],
        "rule": kind.rule.in_(language()) if kind else "",
        "place": each["place"],
        "stated": each["stated"] or "—",
        "computed": each["computed"] or "—",
        "measure": each["measure"],
        "due": day_written(each["due_on"]),
        "closed": day_written(each["closed_on"]),
        "note": each["note"],
    }


# Open data

COLUMNS = (
    "id", "url", "congress", "project", "year", "unit", "budget_head", "whole_goal", "annual_goal", "funding",
    "indicators", "execution", "total_stated", "total", "grade", "problems", "report", "published_on",
    "changed_on", "version",
)  # fmt: skip


def record(found: PublicProject, address: Address) -> Shown:
    """A published project as one record: amounts in 万元 and rates in percent, every figure in its own digits."""
    content = found.content
    stated, total = content["result"]["values"]
    where = {"public_id": found.public_id, "_external": True}
    return {
        "id": found.public_id,
        "url": address("public_performance.project", **where),
        "congress": found.congress,
        **{name: content[name] for name in ("project", "year", "unit", "budget_head")},
        "whole_goal": content["goals"]["whole"],
        "annual_goal": content["goals"]["annual"],
        "funding": [
            {"row": row["row"], "column": column, "stated": text, "value": _number(value)}
            for row in content["funding"]
            for column, text, value in zip(FUNDING_COLUMNS, row["stated"], row["values"], strict=True)
        ],
        "indicators": [_indicator_record(each) for each in content["indicators"]],
        "execution": _number(content["execution"]["values"][1]),
        "total_stated": _number(stated),
        "total": _number(total),
        "grade": content["grade"],
        "problems": [dict(each) for each in content["problems"]],
        "report": address("public_performance.report", format="docx", **where),
        "published_on": day_of(found.published_at).isoformat(),
        "changed_on": day_of(found.changed_at).isoformat(),
        "version": found.version,
    }


def _number(value: str | None) -> Any:
    """A figure as a JSON number in its own digits."""
    return None if value is None else orjson.Fragment(value)


def _indicator_record(each: Mapping[str, Any]) -> Shown:
    weight, stated, computed = map(_number, each["values"])
    names = ("level1", "level2", "name", "target", "actual", "completion", "reason")
    return {
        **{name: each[name] for name in names},
        "weight": weight,
        "score_stated": stated,
        "score_computed": computed,
    }


def row(found: PublicProject, address: Address) -> list[str]:
    """A record as a row of the CSV file: nested parts as text, figures as they are."""
    content = found.content
    stated, total = content["result"]["values"]
    cells = record(found, address) | {
        "funding": "\n".join(map(_funding_text, content["funding"])),
        "indicators": "\n".join(map(_indicator_text, content["indicators"])),
        "problems": "\n".join(map(_problem_text, content["problems"])),
        "execution": content["execution"]["values"][1] or "",
        "total_stated": stated or "",
        "total": total or "",
    }
    return [harmless(str(cells[name])) for name in COLUMNS]


def _funding_text(each: Mapping[str, Any]) -> str:
    return f"{each['row']}：" + _pairs(FUNDING_COLUMNS, each["values"])


def _pairs(names: Sequence[str], values: Sequence[str | None]) -> str:
    return "；".join(
        f"{name} {value}" for name, value in zip(names, values, strict=True) if value is not None
    )


def _indicator_text(each: Mapping[str, Any]) -> str:
    levels = "/".join(filter(None, (each["level1"], each["level2"], each["name"])))
    told = _pairs(("目标值", "实际值"), (each["target"], each["actual"]))
    return f"{levels}：{told}；" + _pairs(("权重", "所写得分", "计算得分"), each["values"])


def _problem_text(each: Mapping[str, Any]) -> str:
    kind = KINDS.get(each["code"])
    title = kind.title.zh if kind else each["code"]
    parts = (f"{title}（{each['place']}）", _remedy_text(each))
    return "；".join(filter(None, parts))


def _remedy_text(each: Mapping[str, Any]) -> str:
    if not each["measure"]:
        return ""
    state = f"{each['closed_on']}销号" if each["closed_on"] else f"期限{each['due_on']}"
    return f"整改措施：{each['measure']}（{state}）"
