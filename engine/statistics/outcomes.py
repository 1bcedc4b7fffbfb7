"""What came of replies, as it is counted: what deputies said, what was promised, what the public may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES
from engine.statistics.cuts import cut_column
from engine.statistics.populations import FIRST_ROUND, Asked, cases, handlings, held_by, made_once
from engine.statistics.scopes import conditions
from engine.statistics.things import asks, case_periods, entries, problems, unit_periods
from models import Commitment, Evaluation, Publication, PublicationReply

SAID: sa.Table = Evaluation.__table__  # type: ignore[assignment]
PROMISED: sa.Table = Commitment.__table__  # type: ignore[assignment]
RELEASED: sa.Table = PublicationReply.__table__  # type: ignore[assignment]
PUBLISHED: sa.Table = Publication.__table__  # type: ignore[assignment]


def evaluations(asked: Asked, cut: str = "") -> sa.CTE:
    """A row for the latest evaluation by each case of each unit; cases handled together evaluate apart."""
    later = SAID.alias("said_later")
    superseded = sa.exists().where(
        later.c.case_id == SAID.c.case_id,
        later.c.assignment_id == SAID.c.assignment_id,
        later.c.round > SAID.c.round,
    )
    joined = SAID.join(CASES, CASES.c.id == SAID.c.case_id).join(
        ASSIGNMENTS, ASSIGNMENTS.c.id == SAID.c.assignment_id
    )
    before = SAID.alias("said_before")
    # Whoever answers late what was asked of him once says it once, whatever round the reply is of by then.
    again = sa.exists().where(
        before.c.case_id == SAID.c.case_id,
        before.c.assignment_id == SAID.c.assignment_id,
        before.c.round < SAID.c.round,
    )
    columns = [SAID.c.attitude, SAID.c.result, sa.and_(SAID.c.round > FIRST_ROUND, again).label("again")]
    return _counted(asked, cut, SAID, ASSIGNMENTS.c.unit_id, columns, joined, ~superseded)


def commitments(asked: Asked, cut: str = "") -> sa.CTE:
    """A row for each promise of a signed reply, in the hands of the unit that owes it now."""
    joined = PROMISED.join(CASES, CASES.c.id == PROMISED.c.case_id).join(
        ASSIGNMENTS, ASSIGNMENTS.c.id == PROMISED.c.assignment_id
    )
    names = ("first_due_on", "due_on", "status", "fulfilled_on", "rating")
    columns = [PROMISED.c[name] for name in names]
    return _counted(asked, cut, PROMISED, PROMISED.c.unit_id, columns, joined)


def releases(asked: Asked, cut: str = "") -> sa.CTE:
    """A row for each signed reply that is to be published, or withheld with a reason."""
    joined = (
        RELEASED.join(PUBLISHED, PUBLISHED.c.id == RELEASED.c.publication_id)
        .join(CASES, CASES.c.id == PUBLISHED.c.case_id)
        .join(ASSIGNMENTS, ASSIGNMENTS.c.id == RELEASED.c.assignment_id)
    )
    # A copy that was withdrawn is read by nobody, though its reply was published once.
    read = sa.and_(RELEASED.c.state == "published", PUBLISHED.c.released.is_not(None)).label("read")
    columns = [RELEASED.c.extent, RELEASED.c.state, read]
    return _counted(asked, cut, RELEASED, RELEASED.c.unit_id, columns, joined)


def _counted(
    asked: Asked,
    cut: str,
    table: sa.Table,
    unit: sa.ColumnElement[Any],
    columns: Sequence[sa.ColumnElement[Any]],
    joined: sa.FromClause,
    *also: sa.ColumnElement[bool],
) -> sa.CTE:
    """Rows of a table within the scope, in the hands of the units asked for."""
    statement = (
        sa.select(
            table.c.id.label("item_id"),
            CASES.c.id.label("case_id"),
            unit.label("unit_id"),
            *columns,
            *cut_column(cut, unit),
        )
        .select_from(joined)
        .where(*conditions(asked.scope, asked.congress_id), *also)
    )
    held = held_by(asked, unit)
    return made_once(statement if held is None else statement.where(held), f"counted_{table.name}")


POPULATIONS: Mapping[str, Callable[[Asked, str], sa.CTE]] = MappingProxyType(
    {
        "case": cases,
        "handling": handlings,
        "evaluation": evaluations,
        "commitment": commitments,
        "release": releases,
        "case_period": case_periods,
        "period": unit_periods,
        "problem": problems,
        "entry": entries,
        "ask": asks,
    }
)
