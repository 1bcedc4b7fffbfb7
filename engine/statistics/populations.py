"""What is counted: cases, and what units did with them; one row for each thing, told in columns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES
from engine.deadlines.clocks import CLOCKS, ClockState
from engine.statistics.cuts import cut_column
from engine.statistics.scopes import Scope, conditions
from models import ContactRecord, Reply

# Methods of a contact in which unit and deputy sit face to face (面商).
FACE_TO_FACE = ("visit", "meeting", "survey")
ANSWERING = ("lead", "separate")
FIRST_ROUND = 1
RETURNED = "returned"  # the status of an assignment that went to another unit

Joined = sa.FromClause  # one of several looks into the same table


@dataclass(frozen=True, slots=True)
class Asked:
    """What a statistic is asked of: cases of one congress in a scope, in the hands of some units or of all."""

    congress_id: int
    scope: Scope
    main_clocks: frozenset[str]
    units: frozenset[int] | None = None


def cases(asked: Asked, cut: str = "") -> sa.CTE:
    """A row for each case."""
    units = (
        sa.select(sa.func.count(sa.distinct(ASSIGNMENTS.c.unit_id)))
        .where(ASSIGNMENTS.c.case_id == CASES.c.id, ASSIGNMENTS.c.status != RETURNED)
        .scalar_subquery()
    )
    statement = sa.select(
        CASES.c.id.label("item_id"),
        CASES.c.id.label("case_id"),
        sa.cast(sa.null(), sa.BigInteger).label("unit_id"),
        CASES.c.status,
        CASES.c.outcome,
        CASES.c.number,
        CASES.c.assigned_at,
        CASES.c.merged_into_id,
        units.label("units"),
        *cut_column(cut),
    ).where(*conditions(asked.scope, asked.congress_id))
    held = held_by(asked)
    if held is not None:
        handled = sa.select(ASSIGNMENTS.c.case_id).where(held)
        statement = statement.where(CASES.c.id.in_(handled))
    return made_once(statement, "counted_case")


def handlings(asked: Asked, cut: str = "") -> sa.CTE:
    """A row for each assignment of a case to a unit, with its first and last reply and its period."""
    first = _replies("first_reply")
    period = CLOCKS.alias("period")
    joined = (
        ASSIGNMENTS.join(CASES, CASES.c.id == ASSIGNMENTS.c.case_id)
        .outerjoin(first, _first_signed(first))
        .outerjoin(period, _of_first_round(period, asked.main_clocks))
    )
    statement = (
        sa.select(
            ASSIGNMENTS.c.id.label("item_id"),
            ASSIGNMENTS.c.case_id,
            ASSIGNMENTS.c.unit_id,
            ASSIGNMENTS.c.role,
            ASSIGNMENTS.c.round,
            ASSIGNMENTS.c.status,
            ASSIGNMENTS.c.signed_for_at,
            first.c.signed_at.label("replied_at"),
            _grade(first).label("grade"),
            period.c.due_on,
            _heard(first).label("heard"),
            *cut_column(cut),
        )
        .select_from(joined)
        .where(*conditions(asked.scope, asked.congress_id))
    )
    held = held_by(asked)
    return made_once(statement if held is None else statement.where(held), "counted_handling")


def made_once(statement: Any, name: str) -> sa.CTE:
    """The rows made once, however many figures are counted of them."""
    return statement.cte(name).prefix_with("MATERIALIZED")


def held_by(
    asked: Asked, unit: sa.ColumnElement[Any] = ASSIGNMENTS.c.unit_id
) -> sa.ColumnElement[bool] | None:
    """That the unit is one of those whose work is counted; None for all."""
    wanted: Collection[int] | None = asked.units
    if asked.scope.unit_id is not None:
        mine = {asked.scope.unit_id}
        wanted = mine if wanted is None else mine & set(wanted)
    return None if wanted is None else unit.in_(sorted(wanted))


# Joins that give at most one row


def _replies(name: str) -> Joined:
    return Reply.__table__.alias(name)


def _first_signed(reply: Joined) -> sa.ColumnElement[bool]:
    return sa.and_(
        reply.c.assignment_id == ASSIGNMENTS.c.id,
        reply.c.round == FIRST_ROUND,
        reply.c.signed_at.is_not(None),
    )


def _grade(first: Joined) -> sa.ColumnElement[str | None]:
    """The grade of the last signed reply. It is looked for only where there was a second round, which is rare."""
    last = _replies("last_reply")
    latest = (
        sa.select(last.c.grade)
        .where(last.c.assignment_id == ASSIGNMENTS.c.id, last.c.signed_at.is_not(None))
        .order_by(last.c.round.desc())
        .limit(1)
    )
    return sa.case((ASSIGNMENTS.c.round > FIRST_ROUND, latest.scalar_subquery()), else_=first.c.grade)


def _of_first_round(period: Joined, main_clocks: frozenset[str]) -> sa.ColumnElement[bool]:
    """The period to answer of the first round as it stands, approved extensions included."""
    later = CLOCKS.alias("later_period")

    def counts(clock: Joined) -> sa.ColumnElement[bool]:
        return sa.and_(
            clock.c.key.in_(sorted(main_clocks)),
            clock.c.round == FIRST_ROUND,
            clock.c.state != ClockState.CANCELLED,
        )

    superseded = sa.exists().where(
        later.c.case_id == period.c.case_id,
        later.c.assignment_id == period.c.assignment_id,
        later.c.id > period.c.id,
        counts(later),
    )
    return sa.and_(
        period.c.case_id == ASSIGNMENTS.c.case_id,
        period.c.assignment_id == ASSIGNMENTS.c.id,
        counts(period),
        ~superseded,
    )


def _heard(first: Joined) -> sa.ColumnElement[int | None]:
    """1 where the unit had met the deputy when it signed its first reply, 0 for other contacts only, NULL for none."""
    contacts = ContactRecord.__table__
    met = sa.case((contacts.c.method.in_(FACE_TO_FACE), 1), else_=0)
    return (
        sa.select(sa.func.max(met))
        .where(
            contacts.c.case_id == ASSIGNMENTS.c.case_id,
            contacts.c.assignment_id == ASSIGNMENTS.c.id,
            contacts.c.recorded_at <= first.c.signed_at,
        )
        .scalar_subquery()
    )
