"""The clocks that run, read in bulk for the sweep and for a changed calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.deadlines.clocks import CLOCKS
from models import Case, db

CASES: sa.Table = Case.__table__  # type: ignore[assignment]


class RunningClock(NamedTuple):
    """A running clock with the rule pack that its case pinned."""

    id: int
    congress_id: int
    case_id: int
    assignment_id: int | None
    key: str
    rule_id: str
    started_on: dt.date
    due_on: dt.date
    unrolled_on: dt.date
    provisional: bool
    state: str
    wakes_on: dt.date | None
    rule_pack_id: int


_RUNNING = sa.select(
    *(CLOCKS.c[name] for name in RunningClock._fields if name != "rule_pack_id"), CASES.c.rule_pack_id
).join_from(CLOCKS, CASES, CASES.c.id == CLOCKS.c.case_id)
_DUE = (
    _RUNNING.where(CLOCKS.c.wakes_on <= sa.bindparam("today"))
    .order_by(CLOCKS.c.wakes_on, CLOCKS.c.id)
    .limit(sa.bindparam("at_most"))
    # What another sweep holds is its business.
    .with_for_update(of=CLOCKS, skip_locked=True)
)
_DUE_OF = _DUE.where(CLOCKS.c.id.in_(sa.bindparam("ids", expanding=True)))


def claim_due(today: dt.date, at_most: int, only: Collection[int] | None = None) -> list[RunningClock]:
    """Clocks whose day has come, the longest due first, locked until the running operation ends."""
    values: dict[str, Any] = {"today": today, "at_most": at_most}
    if only is None:
        return _read(_DUE, values)
    return _read(_DUE_OF, values | {"ids": list(only)})


def running_in(congress_ids: Collection[int] | None) -> list[RunningClock]:
    """Every running clock of these congresses, or of all."""
    statement = _RUNNING.where(CLOCKS.c.ended_at.is_(None)).order_by(CLOCKS.c.id)
    if congress_ids is not None:
        statement = statement.where(CLOCKS.c.congress_id.in_(congress_ids))
    return _read(statement, {})


def running_of(case_ids: Collection[int]) -> list[tuple[int, dt.date]]:
    """(case, due date) of every running clock of these cases, in the order in which they began."""
    statement = sa.select(CLOCKS.c.case_id, CLOCKS.c.due_on).where(
        CLOCKS.c.case_id.in_(case_ids), CLOCKS.c.ended_at.is_(None)
    )
    return [(row.case_id, row.due_on) for row in db.session.execute(statement.order_by(CLOCKS.c.id))]


def claim_running(ids: Collection[int]) -> list[RunningClock]:
    """Those of these clocks that still run, locked until the running operation ends."""
    statement = _RUNNING.where(CLOCKS.c.id.in_(ids), CLOCKS.c.ended_at.is_(None))
    return _read(statement.order_by(CLOCKS.c.id).with_for_update(of=CLOCKS), {})


def _read(statement: sa.Select[Any], values: dict[str, Any]) -> list[RunningClock]:
    return list(map(RunningClock._make, db.session.execute(statement, values)))
