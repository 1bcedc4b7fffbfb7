"""How a case stands: its open tasks and its running clocks, in one statement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, TASKS
from engine.deadlines.clocks import CLOCKS
from models import db

_CLOCKS: sa.Select[Any] = sa.select(
    CLOCKS.c.key.label("word"), CLOCKS.c.assignment_id, CLOCKS.c.due_on, CLOCKS.c.id, sa.null().label("role")
).where(CLOCKS.c.case_id == sa.bindparam("of_case"), CLOCKS.c.ended_at.is_(None))
_TASKS: sa.Select[Any] = (
    sa.select(TASKS.c.node, TASKS.c.assignment_id, sa.null(), TASKS.c.id, ASSIGNMENTS.c.role)
    .outerjoin(ASSIGNMENTS, ASSIGNMENTS.c.id == TASKS.c.assignment_id)
    .where(TASKS.c.case_id == sa.bindparam("of_case"), TASKS.c.open)
)
_STANDING = sa.union_all(_CLOCKS, _TASKS).order_by("id")


@dataclass(slots=True)
class Standing:
    """The due dates of the clocks that run, by (key, assignment), and where work is open: (node, unit's role)."""

    due_dates: dict[tuple[str, int | None], dt.date] = field(default_factory=dict)
    at_work: list[tuple[str, str | None]] = field(default_factory=list)


def standing_of(case_id: int) -> Standing:
    """How the case stands now; of two rounds of a clock the later counts."""
    standing = Standing()
    for word, assignment_id, due_on, _id, role in db.session.execute(_STANDING, {"of_case": case_id}).all():
        if due_on is None:
            standing.at_work.append((word, role))
        else:
            standing.due_dates[word, assignment_id] = due_on
    return standing
