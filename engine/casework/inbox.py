"""The inbox: a reading of the tasks an actor may work on, by due date, a page at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES, TASKS
from engine.foundation import clock
from engine.foundation.actor import Actor
from models import Organization, User, Watch, db

PAGE = 25
COUNT_CAP = 1000  # a badge says «999+»: an exact count over everything would read everything
WATCHES: sa.Table = Watch.__table__  # type: ignore[assignment]
ORGANIZATIONS: sa.Table = Organization.__table__  # type: ignore[assignment]
TABS = ("todo", "done", "started", "watched")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; everything of it stands in the address of the page."""

    process_key: str = ""
    node: str = ""
    due: str = ""  # overdue | today | week | none
    text: str = ""  # part of a number or title
    mine: bool = False  # only what I have claimed


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
_CORE = (TASKS.c.id.label("task_id"), TASKS.c.due_on.label("due_on"))


def todo(actor: Actor, filters: Filters, after: tuple[dt.date, int] | None = None, limit: int = PAGE) -> Page:
    """Open tasks the actor may take, the earliest due first.

    Each of the actor's seats is its own short walk along the index, and the walks are merged: one condition with OR
    over several seats would sort them all (measured 20 times slower at a million tasks).
    """
    walks = [_walk(place, filters, after, limit) for place in _places(actor)]
    if not walks:
        return Page([], None)
    merged = sa.union(*walks).subquery() if len(walks) > 1 else walks[0].subquery()
    keys = sa.select(merged).order_by(merged.c.due_on, merged.c.task_id).limit(limit + 1).subquery()
    statement = _rows().join(keys, keys.c.task_id == TASKS.c.id).order_by(TASKS.c.due_on, TASKS.c.id)
    return _page(statement, limit, lambda row: (row.due_on.isoformat(), row.task_id))


def _places(actor: Actor) -> list[list[sa.ColumnElement[bool]]]:
    """Where the actor's tasks may lie: in each seat, addressed to him, taken by or delegated to him."""
    free = TASKS.c.assignee_id.is_(None)
    seats = [
        [TASKS.c.organization_id == seat.organization_id, TASKS.c.role == seat.role, free]
        for seat in actor.seats
        if seat.role != "deputy"
    ]
    if actor.user_id is None:
        return seats
    return [*seats, [TASKS.c.user_id == actor.user_id], [TASKS.c.assignee_id == actor.user_id]]


def _walk(
    place: list[sa.ColumnElement[bool]],
    filters: Filters,
    after: tuple[dt.date, int] | None,
    limit: int,
) -> sa.Select[Any]:
    statement = sa.select(*_CORE).where(TASKS.c.open, *place, *_narrowed(filters))
    if after is not None:
        statement = statement.where(sa.tuple_(TASKS.c.due_on, TASKS.c.id) > sa.tuple_(*after))
    if filters.process_key or filters.text:
        statement = statement.join(CASES, CASES.c.id == TASKS.c.case_id).where(*_case_filters(filters))
    top = statement.order_by(TASKS.c.due_on, TASKS.c.id).limit(limit + 1).subquery()
    # Wrapped: SQLite does not take an ordered, limited select as a member of a union.
    return sa.select(top.c.task_id, top.c.due_on)


def _narrowed(filters: Filters) -> list[sa.ColumnElement[bool]]:
    today = clock.today()
    conditions: dict[str, sa.ColumnElement[bool]] = {
        "overdue": TASKS.c.due_on < today,
        "today": TASKS.c.due_on == today,
        "week": TASKS.c.due_on.between(today, today + dt.timedelta(days=7)),
        "none": TASKS.c.due_on == dt.date(9999, 12, 31),
    }
    found = [conditions[filters.due]] if filters.due in conditions else []
    if filters.node:
        found.append(TASKS.c.node == filters.node)
    if filters.mine:
        found.append(TASKS.c.assignee_id.is_not(None))
    return found


def _case_filters(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found = [CASES.c.process_key == filters.process_key] if filters.process_key else []
    if filters.text:
        like = f"%{escaped(filters.text)}%"
        found.append(sa.or_(CASES.c.title.like(like, escape="\\"), CASES.c.number.like(like, escape="\\")))
    return found


def escaped(text: str) -> str:
    """Text for LIKE in which %, _ and \\ mean themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


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


def _page(statement: sa.Select[Any], limit: int, key: Any) -> Page:
    rows = [InboxRow(**row._mapping) for row in db.session.execute(statement)]
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, key(rows[-1]) if more else None)


def done(actor: Actor, filters: Filters, before: tuple[dt.datetime, int] | None = None) -> Page:
    """What the actor has completed, the latest first."""
    statement = _rows().where(
        ~TASKS.c.open, TASKS.c.closed_by == actor.user_id, *_case_filters(filters), *_node(filters)
    )
    if before is not None:
        statement = statement.where(sa.tuple_(TASKS.c.closed_at, TASKS.c.id) < sa.tuple_(*before))
    statement = statement.order_by(TASKS.c.closed_at.desc(), TASKS.c.id.desc()).limit(PAGE + 1)
    return _page(statement, PAGE, lambda row: (row.closed_at.isoformat(), row.task_id))


def _node(filters: Filters) -> list[sa.ColumnElement[bool]]:
    return [TASKS.c.node == filters.node] if filters.node else []


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
    """The cases the actor follows, the latest first."""
    ids = sa.select(WATCHES.c.case_id).where(WATCHES.c.user_id == actor.user_id)
    return _cases([CASES.c.congress_id == actor.congress_id, CASES.c.id.in_(ids)], filters, before)


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
    ).where(*conditions, *_case_filters(filters))
    if before is not None:
        statement = statement.where(CASES.c.id < before)
    statement = statement.order_by(CASES.c.id.desc()).limit(PAGE + 1)
    rows = [CaseRow(**row._mapping) for row in db.session.execute(statement)]
    more = len(rows) > PAGE
    return Page(rows[:PAGE], ("", rows[PAGE - 1].case_id) if more else None)


@dataclass(frozen=True, slots=True)
class Counts:
    """The badges: capped at COUNT_CAP each."""

    todo: int
    overdue: int
    soon: int
    watched: int


def counts(actor: Actor) -> Counts:
    """How much waits for the actor; every number is counted along an index and capped."""
    return Counts(
        todo=_count(actor, Filters()),
        overdue=_count(actor, Filters(due="overdue")),
        soon=_count(actor, Filters(due="week")),
        watched=_capped(sa.select(WATCHES.c.case_id).where(WATCHES.c.user_id == actor.user_id)),
    )


def _count(actor: Actor, filters: Filters) -> int:
    walks = [
        sa.select(TASKS.c.id).where(TASKS.c.open, *place, *_narrowed(filters)) for place in _places(actor)
    ]
    if not walks:
        return 0
    return _capped(sa.union(*walks)) if len(walks) > 1 else _capped(walks[0])


def _capped(statement: Any) -> int:
    inner = statement.limit(COUNT_CAP).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(inner)) or 0
