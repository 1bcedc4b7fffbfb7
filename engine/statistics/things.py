"""What is counted beside cases and replies: periods, problems, what was put on record, points of opinions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.acts.records import ENTRIES
from engine.casework.facts import ASSIGNMENTS, CASES
from engine.casework.problems import CLOSED, OPEN, PROBLEMS, REPORTED, STEPS, VERIFIED
from engine.casework.texts import ASKS
from engine.deadlines.clocks import CLOCKS, ClockState
from engine.statistics.cuts import cut_column
from engine.statistics.legal_day import legal_day
from engine.statistics.populations import Asked, held_by, made_once
from engine.statistics.scopes import conditions

NO_UNIT = sa.cast(sa.null(), sa.BigInteger)


def case_periods(asked: Asked, cut: str = "") -> sa.CTE:
    """A row for each period of a case itself that was not cancelled, with its due date and the day it ended."""
    statement = _periods(NO_UNIT, cut).select_from(CLOCKS.join(CASES, CASES.c.id == CLOCKS.c.case_id))
    mine = CLOCKS.c.assignment_id.is_(None), *_of_cases(asked)
    return made_once(statement.where(*mine, *conditions(asked.scope, asked.congress_id)), "counted_period")


def unit_periods(asked: Asked, cut: str = "") -> sa.CTE:
    """A row for each period of a unit that was not cancelled, with its due date and the day it ended."""
    joined = CLOCKS.join(CASES, CASES.c.id == CLOCKS.c.case_id).join(
        ASSIGNMENTS, ASSIGNMENTS.c.id == CLOCKS.c.assignment_id
    )
    statement = _periods(ASSIGNMENTS.c.unit_id, cut).select_from(joined)
    return _held(statement, asked, ASSIGNMENTS.c.unit_id, "counted_unit_period")


def _periods(unit: sa.ColumnElement[Any], cut: str) -> sa.Select[Any]:
    return sa.select(
        CLOCKS.c.id.label("item_id"),
        CLOCKS.c.case_id,
        unit.label("unit_id"),
        CLOCKS.c.key,
        CLOCKS.c.due_on,
        legal_day(CLOCKS.c.ended_at).label("ended_on"),
        *cut_column(cut),
    ).where(CLOCKS.c.state != ClockState.CANCELLED)


def problems(asked: Asked, cut: str = "") -> sa.CTE:
    """A row for each problem of a list, in the hands of the unit that has to put it right.

    Due on its own day, else by the main period of the part it was handed over with. `other_hand`: whoever struck it
    off had neither reported nor verified it in that round.
    """
    joined = PROBLEMS.join(CASES, CASES.c.id == PROBLEMS.c.case_id).outerjoin(
        ASSIGNMENTS, ASSIGNMENTS.c.id == PROBLEMS.c.assignment_id
    )
    statement = sa.select(
        PROBLEMS.c.id.label("item_id"),
        PROBLEMS.c.case_id,
        PROBLEMS.c.unit_id,
        PROBLEMS.c.status,
        PROBLEMS.c.returned,
        sa.func.coalesce(PROBLEMS.c.due_on, _due_with_its_part(asked)).label("due_on"),
        _struck_off_on().label("closed_on"),
        _by_other_hand().label("other_hand"),
        *cut_column(cut, PROBLEMS.c.unit_id),
    ).select_from(joined)
    return _held(statement, asked, PROBLEMS.c.unit_id, "counted_problem")


def _due_with_its_part(asked: Asked) -> sa.ColumnElement[Any]:
    found = sa.select(sa.func.max(CLOCKS.c.due_on)).where(
        CLOCKS.c.case_id == PROBLEMS.c.case_id,
        CLOCKS.c.assignment_id == PROBLEMS.c.assignment_id,
        CLOCKS.c.key.in_(sorted(asked.main_clocks)),
        CLOCKS.c.state != ClockState.CANCELLED,
    )
    return found.scalar_subquery()


def _struck_off_on() -> sa.ColumnElement[Any]:
    closed = sa.select(sa.func.max(STEPS.c.done_at)).where(
        STEPS.c.problem_id == PROBLEMS.c.id, STEPS.c.status == CLOSED
    )
    return legal_day(closed.scalar_subquery())


def _by_other_hand() -> sa.ColumnElement[bool]:
    closing, before, opened = (STEPS.alias(name) for name in ("closing", "before", "opened"))
    last_round = sa.select(sa.func.max(opened.c.id)).where(
        opened.c.problem_id == closing.c.problem_id, opened.c.status == OPEN
    )
    same = sa.exists().where(
        before.c.problem_id == closing.c.problem_id,
        before.c.id > last_round.scalar_subquery(),
        before.c.status.in_((REPORTED, VERIFIED)),
        before.c.done_by == closing.c.done_by,
    )
    return sa.exists().where(closing.c.problem_id == PROBLEMS.c.id, closing.c.status == CLOSED, ~same)


def entries(asked: Asked, cut: str = "") -> sa.CTE:
    """A row for whatever a step has put on record."""
    statement = sa.select(
        ENTRIES.c.id.label("item_id"),
        ENTRIES.c.case_id,
        NO_UNIT.label("unit_id"),
        ENTRIES.c.node,
        *cut_column(cut),
    ).select_from(ENTRIES.join(CASES, CASES.c.id == ENTRIES.c.case_id))
    return made_once(
        statement.where(*_of_cases(asked), *conditions(asked.scope, asked.congress_id)), "counted_entry"
    )


def asks(asked: Asked, cut: str = "") -> sa.CTE:
    """A row for each numbered point of the present text: what deputies ask, what opinions handed over say."""
    statement = sa.select(
        ASKS.c.id.label("item_id"), ASKS.c.case_id, NO_UNIT.label("unit_id"), *cut_column(cut)
    ).select_from(
        ASKS.join(CASES, sa.and_(CASES.c.id == ASKS.c.case_id, CASES.c.text_version == ASKS.c.text_version))
    )
    return made_once(
        statement.where(*_of_cases(asked), *conditions(asked.scope, asked.congress_id)), "counted_ask"
    )


def _of_cases(asked: Asked) -> list[sa.ColumnElement[bool]]:
    """That the case is, or was, in the hands of the units asked for."""
    held = held_by(asked)
    return [] if held is None else [CASES.c.id.in_(sa.select(ASSIGNMENTS.c.case_id).where(held))]


def _held(statement: sa.Select[Any], asked: Asked, unit: sa.ColumnElement[Any], name: str) -> sa.CTE:
    """The rows within the scope, in the hands of the units asked for."""
    held = held_by(asked, unit)
    also = [] if held is None else [held]
    return made_once(statement.where(*conditions(asked.scope, asked.congress_id), *also), name)
