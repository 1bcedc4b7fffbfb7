"""A person's dates: when his open tasks are due, and the cases that he leads, opened or watches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import visible_to
from engine.casework.facts import CASES, TASKS
from engine.casework.readings.filters import Filters
from engine.casework.readings.inbox import WATCHES, todo
from engine.casework.readings.related import answered_by
from engine.foundation.actor import Actor
from models import db

AT_MOST = 300  # of tasks, and of cases
NEVER = dt.date(9999, 12, 31)
RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class OwnDate:
    """A day and what is due on it; `step` is empty for a case as a whole. Of a restricted case nothing is named."""

    key: str
    due_on: dt.date
    case_id: int
    step: str
    number: str
    title: str
    restricted: bool


def own_dates(actor: Actor) -> list[OwnDate]:
    """The actor's dates, his tasks first, the earliest of them first; at most AT_MOST of each kind."""
    tasks = [row for row in todo(actor, Filters(), limit=AT_MOST).rows if row.due_on < NEVER]
    found = _restricted({row.case_id for row in tasks})
    dates = [
        _date(f"task-{row.task_id}", row, row.name, row.due_on, restricted=row.case_id in found)
        for row in tasks
    ]
    cases = _cases(actor)
    joint = answered_by([(row.definition_id, row.merged_into_id) for row in cases if row.due_on is None])
    return dates + [
        _date(f"case-{row.case_id}", row, "", due_on, restricted=row.confidentiality == RESTRICTED)
        for row in cases
        if (due_on := row.due_on or joint.get(row.merged_into_id))
    ]


def _date(key: str, row: Any, step: str, due_on: dt.date, *, restricted: bool) -> OwnDate:
    if restricted:
        return OwnDate(key, due_on, row.case_id, "", "", "", True)
    return OwnDate(key, due_on, row.case_id, step, row.number or "", row.title, False)


def _restricted(case_ids: set[int]) -> set[int]:
    if not case_ids:
        return set()
    these = CASES.c.id.in_(case_ids), CASES.c.confidentiality == RESTRICTED
    return set(db.session.scalars(sa.select(CASES.c.id).where(*these)))


def _cases(actor: Actor) -> list[Any]:
    """Open cases of his with the next day on which anything in them is due, or that are answered with another."""
    mine = [
        CASES.c.opened_by == actor.user_id,
        CASES.c.id.in_(sa.select(WATCHES.c.case_id).where(WATCHES.c.user_id == actor.user_id)),
    ]
    if actor.deputy_id is not None:
        mine.append(CASES.c.lead_deputy_id == actor.deputy_id)
    next_due = (
        sa.select(sa.func.min(TASKS.c.due_on))
        .where(TASKS.c.case_id == CASES.c.id, TASKS.c.open, TASKS.c.due_on < NEVER)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            CASES.c.id.label("case_id"),
            CASES.c.definition_id,
            CASES.c.merged_into_id,
            CASES.c.number,
            CASES.c.title,
            CASES.c.confidentiality,
            next_due.label("due_on"),
        )
        .where(CASES.c.status == "open", sa.or_(*mine), visible_to(actor))
        .where(sa.or_(next_due.is_not(None), CASES.c.merged_into_id.is_not(None)))
        .order_by(CASES.c.id.desc())
        .limit(AT_MOST)
    )
    return list(db.session.execute(statement).all())
