"""How far what is wrong with a report is put right, as the problem list of its case says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.records import ENTRIES
from engine.casework.facts import USERS
from engine.casework.problems import CLOSED, REPORTED, STEPS
from engine.casework.problems import PROBLEMS as LISTED
from engine.performance.rows import PROBLEMS
from models import db


@dataclass(frozen=True, slots=True)
class Remedy:
    """How far a problem of a report is put right; status "" while it is not on a list."""

    status: str
    measure: str = ""
    due_on: dt.date | None = None
    note: str = ""
    closed_by: str = ""
    closed_at: dt.datetime | None = None


def remedies(report_id: int) -> dict[int, Remedy]:
    """How far each problem of a report is put right, by its key there."""
    statement = (
        sa.select(PROBLEMS, LISTED.c.status, LISTED.c.due_on.label("listed_due"))
        .outerjoin(LISTED, LISTED.c.id == PROBLEMS.c.case_problem_id)
        .where(PROBLEMS.c.report_id == report_id)
    )
    rows = db.session.execute(statement).all()
    steps = _steps([row.case_problem_id for row in rows if row.case_problem_id is not None])
    return {row.id: _remedy(row, steps) for row in rows}


def _steps(listed: list[int]) -> dict[tuple[int, str], sa.Row[Any]]:
    """Of each problem the last step to each status, with the words of its entry."""
    statement = (
        sa.select(STEPS.c.problem_id, STEPS.c.status, STEPS.c.done_at, ENTRIES.c.answers, USERS.c.name)
        .outerjoin(ENTRIES, ENTRIES.c.id == STEPS.c.entry_id)
        .outerjoin(USERS, USERS.c.id == STEPS.c.done_by)
        .where(STEPS.c.problem_id.in_(listed))
    )
    rows: list[Any] = list(db.session.execute(statement.order_by(STEPS.c.id)))
    return {(row.problem_id, row.status): row for row in rows}


def _remedy(row: sa.Row[Any], steps: dict[tuple[int, str], sa.Row[Any]]) -> Remedy:
    if row.case_problem_id is None:  # not handed over, or said before there were cases
        return Remedy("", row.measure, row.due_on, row.note, "", row.closed_at)
    reported = steps.get((row.case_problem_id, REPORTED))
    closed = steps.get((row.case_problem_id, CLOSED)) if row.status == CLOSED else None
    return Remedy(
        status=row.status,
        measure=_words(reported, "done"),
        due_on=row.listed_due,
        note=_words(closed, "opinion"),
        closed_by=(closed.name or "") if closed else "",
        closed_at=closed.done_at if closed else None,
    )


def _words(step: sa.Row[Any] | None, field: str) -> str:
    return str((step.answers or {}).get(field) or "") if step else ""
