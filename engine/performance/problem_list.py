"""What is wrong with a report goes on the problem list of its case, to be put right there (问题—整改—销号)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.records import ENTRIES, node_of
from engine.casework.acts.step import Step
from engine.casework.facts import AssignmentFacts
from engine.casework.problems import (
    CLOSED,
    OPEN,
    REPORTED,
    WITHDRAWN,
    ProblemFacts,
    move,
    problem_of,
    put_on_list,
    unsettled,
)
from engine.casework.problems import PROBLEMS as LISTED
from engine.performance.problem_kinds import KINDS
from engine.performance.rows import PROBLEMS, REPORTS
from models import db

DEMAND = "更正报告中的这一处，或者说明不需要更正的理由。"
LONGEST_RULE = 500  # characters of a line on the list


def hand_problems_over(step: Step, project: sa.Row[Any], unit: AssignmentFacts | None) -> int:
    """Put what is wrong with the latest version on the list, for the unit that filled it in, else for the organ.

    What was left of earlier versions comes off the list. Gives how many problems are to be put right; those that are
    there already stay as they are.
    """
    report_id = db.session.scalar(
        sa.select(REPORTS.c.id).where(
            REPORTS.c.project_id == project.id, REPORTS.c.version == project.version
        )
    )
    of_report = sa.select(PROBLEMS).where(PROBLEMS.c.report_id == report_id).order_by(PROBLEMS.c.position)
    rows = db.session.execute(of_report).all()
    here = set(db.session.scalars(sa.select(LISTED.c.id).where(LISTED.c.case_id == step.case.id)))
    kept = here.intersection(row.case_problem_id for row in rows)
    move([each for each in unsettled(step.case.id) if each.id not in kept], WITHDRAWN, step.actor.user_id)
    for row in rows:
        if row.case_problem_id not in kept:
            _hand_over(step, row, unit)
    return len(unsettled(step.case.id))


def _hand_over(step: Step, row: sa.Row[Any], unit: AssignmentFacts | None) -> None:
    kind = KINDS[row.code]
    stated, computed = row.stated or "（空）", row.computed or "（无法计算）"
    values = {
        "text": f"{kind.title.zh}（{row.place}）：报告为{stated}，按规则为{computed}",
        "law": kind.rule.zh[:LONGEST_RULE],
        "demand": DEMAND,
        "unit_id": unit.unit_id if unit else step.case.organ_id,
        "due_on": row.due_on,
    }
    listed = problem_of(step.case.id, put_on_list(step.case.id, values, step.actor.user_id))
    of_report = PROBLEMS.update().where(PROBLEMS.c.id == row.id)
    db.session.execute(of_report.values(case_problem_id=listed.id))
    move([listed], OPEN, step.actor.user_id, assignment_id=unit.id if unit else None)
    _take_along(step, row, listed)


def _take_along(step: Step, row: sa.Row[Any], listed: ProblemFacts) -> None:
    """What had been said and done about it before there were cases."""
    if row.measure:
        move(
            [listed], REPORTED, row.planned_by, _said(step, row.planned_by, row.planned_at, done=row.measure)
        )
    if row.closed_at is not None:
        move([listed], CLOSED, row.closed_by, _said(step, row.closed_by, row.closed_at, opinion=row.note))


def _said(step: Step, by: int | None, at: dt.datetime, **answers: str) -> int:
    row = {
        "case_id": step.case.id,
        "assignment_id": None,
        "round": step.case.round,
        "node": node_of(step),
        "answers": answers,
        "entry_on": at.date(),
        "entered_by": by,
        "entered_at": at,
    }
    return int(db.session.execute(ENTRIES.insert().values(row).returning(ENTRIES.c.id)).scalar_one())
