"""The inbox: a reading of the tasks an actor may work on, by due date, a page at a time."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES, TASKS
from engine.casework.readings.filters import Filters, case_filters, filter_values, narrowed, node_filter
from engine.casework.visibility import visible_to
from engine.foundation.actor import Actor, Seat
from models import Organization, User, Watch, db

PAGE = 25
COUNT_CAP = 1000  # a badge says «999+»: an exact count over everything would read everything
WATCHES: sa.Table = Watch.__table__  # type: ignore[assignment]
ORGANIZATIONS: sa.Table = Organization.__table__  # type: ignore[assignment]
TABS = ("todo", "done", "started", "watched")


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line of the inbox."""

    task_id: int
    case_id: int
    process_key: str
    definition_id: int
    number: str | None
    title: str
    node: str
    name: str
    stage: str
    status: str
    due_on: dt.date
    clock: str | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    sent_by: str
    assignee_id: int | None
    assignee: str | None
    unit: str | None
    round: int
    priority: int
    revision: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows; `next` is the key to go on from, None at the end."""

    rows: list[Any]
    next: tuple[str, int] | None


ASSIGNEE = sa.orm.aliased(User)
ME = sa.bindparam("me", type_=sa.BigInteger)
AFTER_DUE = sa.bindparam("after_due", type_=sa.Date)
AFTER_ID = sa.bindparam("after_id", type_=sa.BigInteger)
_CORE = (TASKS.c.id.label("task_id"), TASKS.c.due_on.label("due_on"))


def todo(actor: Actor, filters: Filters, after: tuple[dt.date, int] | None = None, limit: int = PAGE) -> Page:
    """Open tasks the actor may take, the earliest due first.

    Each of the actor's seats is its own short walk along the index, and the walks are merged: one condition with OR
    over several seats would sort them all (measured 20 times slower at a million tasks).
    """
    seats = seats_of(actor)
    if not seats and actor.user_id is None:
        return Page([], None)
    statement = _todo(
        len(seats), standing_in(seats), actor.user_id is not None, filters.shape, after is not None, limit + 1
    )
    values = values_of(actor, seats, filters)
    if after is not None:
        values |= {"after_due": after[0], "after_id": after[1]}
    return _page(statement, limit, lambda row: (row.due_on.isoformat(), row.task_id), values)


@functools.lru_cache(maxsize=512)
def _todo(
    seats: int, standing: int, personal: bool, shape: Filters, paged: bool, rows: int
) -> sa.Select[Any]:
    """The statement for so many seats; built once, for it takes longer to build than to run.

    The number of rows is written into it: PostgreSQL keeps no plan for a limit that it does not know.
    """
    at_most: sa.ColumnElement[int] = sa.literal_column(str(rows), sa.Integer)
    walks = [_walk(place, shape, paged, at_most) for place in places(seats, standing, personal)]
    merged = sa.union(*walks).subquery() if len(walks) > 1 else walks[0].subquery()
    keys = sa.select(merged).order_by(merged.c.due_on, merged.c.task_id).limit(at_most).subquery()
    return _rows().join(keys, keys.c.task_id == TASKS.c.id).order_by(TASKS.c.due_on, TASKS.c.id)


def seats_of(actor: Actor) -> list[Seat]:
    """His seats, those of people for whom he stands in first."""
    return sorted((s for s in actor.seats if s.role != "deputy"), key=lambda s: s.absent_id is None)


def standing_in(seats: list[Seat]) -> int:
    return sum(seat.absent_id is not None for seat in seats)


def places(seats: int, standing: int, personal: bool) -> list[list[sa.ColumnElement[bool]]]:
    """Where the actor's tasks may lie: in each seat, addressed to him, taken by or delegated to him.

    In the first `standing` seats also what the absent person had taken.
    """
    free = TASKS.c.assignee_id.is_(None)
    places = [
        [
            TASKS.c.organization_id == sa.bindparam(f"organization_{n}"),
            TASKS.c.role == sa.bindparam(f"role_{n}"),
            free,
        ]
        for n in range(seats)
    ]
    places += [
        [*places[n][:2], TASKS.c.assignee_id == sa.bindparam(f"absent_{n}", type_=sa.BigInteger)]
        for n in range(standing)
    ]
    if not personal:
        return places
    return [*places, [TASKS.c.user_id == ME], [TASKS.c.assignee_id == ME]]


def values_of(actor: Actor, seats: list[Seat], filters: Filters) -> dict[str, Any]:
    """What the actor and the filters put into a statement; it takes of it what it asks for."""
    values = {"me": actor.user_id, **filter_values(filters)}
    for n, seat in enumerate(seats):
        values |= {f"organization_{n}": seat.organization_id, f"role_{n}": seat.role}
        if seat.absent_id is not None:
            values[f"absent_{n}"] = seat.absent_id
    return values


def _walk(
    place: list[sa.ColumnElement[bool]], shape: Filters, paged: bool, at_most: sa.ColumnElement[int]
) -> sa.Select[Any]:
    statement = sa.select(*_CORE).where(TASKS.c.open, *place, *narrowed(shape))
    if paged:
        statement = statement.where(sa.tuple_(TASKS.c.due_on, TASKS.c.id) > sa.tuple_(AFTER_DUE, AFTER_ID))
    if shape.process_key or shape.text:
        statement = statement.join(CASES, CASES.c.id == TASKS.c.case_id).where(*case_filters(shape))
    top = statement.order_by(TASKS.c.due_on, TASKS.c.id).limit(at_most).subquery()
    # Wrapped: SQLite does not take an ordered, limited select as a member of a union.
    return sa.select(top.c.task_id, top.c.due_on)


def _rows() -> sa.Select[Any]:
    return (
        sa.select(
            TASKS.c.id.label("task_id"),
            TASKS.c.case_id,
            CASES.c.process_key,
            CASES.c.definition_id,
            CASES.c.number,
            CASES.c.title,
            TASKS.c.node,
            TASKS.c.name,
            CASES.c.stage,
            CASES.c.status,
            TASKS.c.due_on,
            TASKS.c.clock,
            TASKS.c.opened_at,
            TASKS.c.closed_at,
            TASKS.c.sent_by,
            TASKS.c.assignee_id,
            ASSIGNEE.name.label("assignee"),
            ORGANIZATIONS.c.short_name.label("unit"),
            TASKS.c.round,
            TASKS.c.priority,
            TASKS.c.revision,
        )
        .select_from(TASKS)
        .join(CASES, CASES.c.id == TASKS.c.case_id)
        .outerjoin(ASSIGNEE, ASSIGNEE.id == TASKS.c.assignee_id)
        .outerjoin(ASSIGNMENTS, ASSIGNMENTS.c.id == TASKS.c.assignment_id)
        .outerjoin(ORGANIZATIONS, ORGANIZATIONS.c.id == ASSIGNMENTS.c.unit_id)
    )


def _page(statement: sa.Select[Any], limit: int, key: Any, values: Mapping[str, Any] | None = None) -> Page:
    rows = [InboxRow(*row) for row in db.session.execute(statement, values)]
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, key(rows[-1]) if more else None)


def done(actor: Actor, filters: Filters, before: tuple[dt.datetime, int] | None = None) -> Page:
    """What the actor has completed, the latest first."""
    statement = _rows().where(
        ~TASKS.c.open, TASKS.c.closed_by == actor.user_id, *case_filters(filters), *node_filter(filters)
    )
    if before is not None:
        statement = statement.where(sa.tuple_(TASKS.c.closed_at, TASKS.c.id) < sa.tuple_(*before))
    statement = statement.order_by(TASKS.c.closed_at.desc(), TASKS.c.id.desc()).limit(PAGE + 1)
    return _page(statement, PAGE, lambda row: (row.closed_at.isoformat(), row.task_id))


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list of cases."""

    case_id: int
    process_key: str
    definition_id: int
    number: str | None
    title: str
    stage: str
    status: str
    outcome: str | None
    round: int
    created_at: dt.datetime
    submitted_at: dt.datetime | None
    due_on: dt.date | None


def started(actor: Actor, filters: Filters, before: int | None = None) -> Page:
    """The cases the actor opened or leads, the latest first."""
    mine = CASES.c.opened_by == actor.user_id
    if actor.deputy_id is not None:
        mine = sa.or_(mine, CASES.c.lead_deputy_id == actor.deputy_id)
    return _cases([CASES.c.congress_id == actor.congress_id, mine], filters, before)


def watched(actor: Actor, filters: Filters, before: int | None = None) -> Page:
    """The cases the actor follows and may still see, the latest first."""
    ids = sa.select(WATCHES.c.case_id).where(WATCHES.c.user_id == actor.user_id)
    return _cases([visible_to(actor), CASES.c.id.in_(ids)], filters, before)


def _cases(conditions: list[sa.ColumnElement[bool]], filters: Filters, before: int | None) -> Page:
    earliest = (
        sa.select(sa.func.min(TASKS.c.due_on))
        .where(TASKS.c.case_id == CASES.c.id, TASKS.c.open, TASKS.c.due_on < dt.date(9999, 12, 31))
        .scalar_subquery()
    )
    statement = sa.select(
        CASES.c.id.label("case_id"),
        *(CASES.c[name] for name in ("process_key", "definition_id", "number", "title", "stage", "status")),
        *(CASES.c[name] for name in ("outcome", "round", "created_at", "submitted_at")),
        earliest.label("due_on"),
    ).where(*conditions, *case_filters(filters))
    if before is not None:
        statement = statement.where(CASES.c.id < before)
    statement = statement.order_by(CASES.c.id.desc()).limit(PAGE + 1)
    rows = [CaseRow(**row._mapping) for row in db.session.execute(statement)]
    more = len(rows) > PAGE
    return Page(rows[:PAGE], ("", rows[PAGE - 1].case_id) if more else None)
