"""The cases behind a figure: exactly those that were counted, as far as this person may see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from engine.casework.facts import CASES
from engine.casework.visibility import visible_to
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed, NotFound
from engine.statistics.counting import asked, indicator, require_cut
from engine.statistics.cuts import OF_HANDLINGS_ONLY
from engine.statistics.indicators import OF_CASES, Indicator, Term
from engine.statistics.labels import ORGANIZATIONS
from engine.statistics.outcomes import POPULATIONS
from engine.statistics.reach import Reach, reach_of
from engine.statistics.scopes import Scope, received_at
from models import Deputy, Organization, db

PAGE = 50
PARTS = ("part", "whole")
DELEGATION = orm.aliased(Organization)
UNKNOWN = ""  # as the value of a cut: nothing is known of it


@dataclass(frozen=True, slots=True)
class Wish:
    """Which number was opened: an indicator's numerator or denominator, in one line of a table or over all."""

    indicator: str
    side: str = "part"
    cut: str = ""
    value: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was counted; the unit only where it was counted in a unit's hands."""

    case_id: int
    process_key: str
    definition_id: int
    number: str | None
    title: str
    status: str
    stage: str
    category: str | None
    received_at: dt.datetime
    lead: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list; `hidden` of the `count` things lie in cases that this person may not open."""

    term: Term
    count: int
    hidden: int
    lines: list[Line]
    more: bool


def listed(actor: Actor, scope: Scope, wish: Wish, *, offset: int = 0, limit: int = PAGE) -> Listed:
    """The cases behind a number; NotAllowed for one who sees totals only, NotFound for a number nobody shows."""
    reach = reach_of(actor)
    found = indicator(scope.process_key, wish.indicator)
    term = _term(found, wish.side)
    _require(reach, scope, wish, term)
    things = POPULATIONS[term.of](asked(actor, scope, units=reach.units), wish.cut)
    fitting = [term.where(things.c)]
    if wish.cut:
        fitting.append(_of_value(things.c.cut, wish.value))
    of_cases = things.join(CASES, CASES.c.id == things.c.case_id)
    counts = sa.select(sa.func.count(), sa.func.count().filter(visible_to(actor))).select_from(of_cases)
    count, shown = db.session.execute(counts.where(*fitting)).one()
    page = _lines(things).where(*fitting, visible_to(actor)).limit(limit + 1).offset(offset)
    lines = [Line(**row) for row in db.session.execute(page).mappings()]
    return Listed(term, count, count - shown, lines[:limit], len(lines) > limit)


def _term(found: Indicator, side: str) -> Term:
    if side not in PARTS:
        raise NotFound
    term = found.part if side == "part" else found.whole
    if term is None:
        raise NotFound
    return term


def _require(reach: Reach, scope: Scope, wish: Wish, term: Term) -> None:
    if not reach.lists or (reach.units is not None and term.of in OF_CASES):
        raise NotAllowed
    if scope.unit_id is not None:
        reach.require_unit(scope.unit_id)
    if wish.cut:
        require_cut(scope.process_key, wish.cut)
    if wish.cut in ORGANIZATIONS and wish.value.isascii() and wish.value.isdigit():
        reach.require_own(int(wish.value[:18]))
    if wish.cut in OF_HANDLINGS_ONLY and term.of in OF_CASES:
        raise NotFound


def _of_value(column: sa.ColumnElement[Any], value: str) -> sa.ColumnElement[bool]:
    if value == UNKNOWN:
        return column.is_(None)
    return sa.cast(column, sa.String) == value


def _lines(things: sa.CTE) -> sa.Select[Any]:
    names: Sequence[str] = ("process_key", "definition_id", "number", "title", "status", "stage", "category")
    return (
        sa.select(
            CASES.c.id.label("case_id"),
            *(CASES.c[name] for name in names),
            sa.type_coerce(received_at(), CASES.c.created_at.type).label("received_at"),
            sa.func.coalesce(Deputy.name, DELEGATION.short_name).label("lead"),
            Organization.short_name.label("unit"),
        )
        .select_from(things)
        .join(CASES, CASES.c.id == things.c.case_id)
        .outerjoin(Deputy, Deputy.id == CASES.c.lead_deputy_id)
        .outerjoin(DELEGATION, DELEGATION.id == CASES.c.delegation_id)
        .outerjoin(Organization, Organization.id == things.c.unit_id)
        .order_by(CASES.c.id, things.c.item_id)
    )
