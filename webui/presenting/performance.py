"""A self-evaluation on screen: its rows with what is stated, what follows, and the numbers of the problems there."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.definitions.words import Words
from engine.performance.assessing import Assessment
from engine.performance.indicator_scores import Scored
from engine.performance.problem_kinds import KINDS
from engine.performance.problems import Problem
from engine.performance.projects import KeptProblem, ProjectLine, ProjectPage, Step
from engine.performance.quantities import plain
from engine.performance.report import COLUMNS, FORM_PLACE, FUNDING_PLACE, RATE_ROWS, ROWS, Line
from engine.performance.scheme import GRADES, LEVELS, Grade
from webui.language import day, language, moment
from webui.presenting.rows import status_title

Shown = dict[str, Any]
COLUMN_WORDS = {
    "年度总金额": Words("年度总金额", "Total of the year"),
    "小计": Words("财政资金小计", "Public money"),
    "中央级": Words("中央级", "Central"),
    "省级": Words("省级", "Province"),
    "市级": Words("市级", "City"),
    "县区级": Words("县区级", "County"),
    "上年结转": Words("上年结转", "Carried over"),
    "其他": Words("其他资金", "Other"),
}
ROW_WORDS = {
    "年初预算资金": Words("年初预算", "Initial budget"),
    "全年预算资金": Words("全年预算", "Adjusted budget"),
    "实际到位资金": Words("实际到位", "Arrived"),
    "全年执行资金": Words("全年执行", "Executed"),
    "资金结余": Words("资金结余", "Balance"),
    "预算到位率": Words("预算到位率（%）", "Rate of arrival (%)"),
    "预算执行率": Words("预算执行率（%）", "Rate of execution (%)"),
}
LEVEL_WORDS = {words.zh: words for words in LEVELS.values()}


def steps() -> dict[str, str]:
    """Versions kept, and the steps from before there were cases."""
    return {
        "submit": _("报送"),
        "approve": _("审核通过"),
        "confirm": _("确认"),
        "publish": _("公开"),
        "withdraw": _("撤回公开"),
        "send_back": _("退回"),
        "stored": _("保存报告"),
    }


def _stage(line: ProjectLine) -> str:
    """How far it is: the stage of its case, or how that ended."""
    if line.stage is None:
        return _("待转入办理流程")
    if line.status == "withdrawn":
        return _("不再评价")
    return line.stage.in_(language()) if line.status == "open" else status_title(line.status)


def _figure(value: Decimal | None) -> str:
    return "—" if value is None else plain(value)


def line_shown(line: ProjectLine) -> Shown:
    """A line of the list."""
    return {
        "href": url_for("performance.page", project_id=line.id),
        "name": line.name,
        "year": line.year,
        "unit": line.unit or "—",
        "budget_head": line.budget_head or "—",
        "stage": _stage(line),
        "total": _figure(line.total),
        "grade": GRADES[Grade(line.grade)].in_(language()) if line.grade else "—",
        "problems": "—" if line.problems is None else line.problems,
        "unsettled": "—" if line.problems is None else line.unsettled,
    }


def project_shown(page: ProjectPage) -> Shown:
    """One project; of one whose report is still to come, `reported` is False and there are no figures."""
    line = page.line
    return {
        **line_shown(line),
        "id": line.id,
        "version": line.version,
        "work": _work(page),
        "may_fill": page.may_fill,
        "public_id": page.public_id,
        "may_take_down": page.may_take_down,
        "steps": [_step(each) for each in page.steps],
        "reported": page.assessment is not None,
        **(assessment_shown(page.assessment, page.problems) if page.assessment else {}),
    }


def _work(page: ProjectPage) -> Shown | None:
    """What waits in the case, and where it is done."""
    work = page.work
    if work is None:
        return None
    case_id = page.line.case_id
    return {
        "href": url_for("cases.page", case_id=case_id) if work.seen else "",
        "number": work.number,
        "waiting": [title.in_(language()) for title in work.waiting],
        "own": [
            {"href": url_for("tasks.page", task_id=key), "title": title.in_(language())}
            for key, title in work.own
        ],
    }


def _step(each: Step) -> Shown:
    return {
        "what": steps()[each.move],
        "version": each.version,
        "reason": each.reason,
        "by": each.by,
        "at": moment(each.at),
    }


def assessment_shown(found: Assessment, kept: Sequence[KeptProblem] = ()) -> Shown:
    """Tables, total and problems; problems carry numbers, rows the numbers of those that stand there."""
    problems = [_problem(number, each) for number, each in enumerate(found.problems, start=1)]
    by_row = {(each.code, each.place): number for number, each in enumerate(found.problems)}
    for one in kept:
        at = by_row.get((one.problem.code, one.problem.place))
        if at is not None:
            problems[at] |= _remedy(one)
    return {
        "project": found.report.project,
        "report_year": found.report.year,
        "columns": [COLUMN_WORDS[column].in_(language()) for column in COLUMNS],
        "funding": [
            _funding_row(found, row) for row in (found.report.funding.rows if found.report.funding else ())
        ],
        "indicators": [_indicator(found, each) for each in found.indicators],
        "execution": _figure(found.execution),
        "total_stated": _figure(found.total_stated),
        "total_computed": _figure(found.total),
        "total_differs": found.total_stated is not None and found.total_stated != found.total,
        "grade_stated": _grade_stated(found.report.grade),
        "grade_computed": GRADES[found.grade].in_(language()) if found.grade else "—",
        "problems": problems,
    }


def _grade_stated(stated: str | None) -> str:
    """The grade as the report has it: one of the four in the reader's words, anything else as it was written."""
    if not stated:
        return "—"
    return GRADES[Grade(stated)].in_(language()) if stated in {str(each) for each in GRADES} else stated


def _problem(number: int, each: Problem) -> Shown:
    kind = KINDS[each.code]
    return {
        "number": number,
        "code": each.code,
        "title": kind.title.in_(language()),
        "rule": kind.rule.in_(language()),
        "place": each.place,
        "stated": each.stated or "—",
        "computed": each.computed or "—",
    }


def _remedy(kept: KeptProblem) -> Shown:
    return {
        "id": kept.id,
        "listed": bool(kept.remedy.status),
        "measure": kept.remedy.measure,
        "due": day(kept.remedy.due_on) if kept.remedy.due_on else "",
        "closed": moment(kept.remedy.closed_at) if kept.remedy.closed_at else "",
        "closed_by": kept.remedy.closed_by,
        "note": kept.remedy.note,
    }


def _funding_row(found: Assessment, row: str) -> Shown:
    assert found.report.funding is not None
    cells = []
    for column in COLUMNS:
        place = f"{FORM_PLACE if found.report.one_page else FUNDING_PLACE} / {row} / {column}"
        marks = [number for number, each in enumerate(found.problems, start=1) if each.place == place]
        cells.append({"text": found.report.funding.at(row, column) or "—", "marks": marks})
    return {
        "title": ROW_WORDS[row].in_(language()),
        "cells": cells,
        "derived": row in RATE_ROWS or row == ROWS[4],
    }


def _indicator(found: Assessment, each: Scored) -> Shown:
    line: Line = each.line
    marks = [
        number
        for number, one in enumerate(found.problems, start=1)
        if line.name in one.place.split(" / ")[1:2] and not one.place.startswith(FUNDING_PLACE)
    ]
    words = LEVEL_WORDS.get(line.level1)
    return {
        "level1": words.in_(language()) if words else line.level1,
        "level2": line.level2,
        "name": line.name,
        "weight": line.weight or "—",
        "target": line.target or "—",
        "actual": line.actual or "—",
        "completion": line.completion or "—",
        "stated": line.score or "—",
        "computed": _figure(each.computed),
        "differs": each.stated is not None and each.computed is not None and each.stated != each.computed,
        "reason": line.reason,
        "marks": marks,
    }
