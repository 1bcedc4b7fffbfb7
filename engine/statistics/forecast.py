"""The workload ahead: what each unit has to finish in which week, beside what it has been finishing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES
from engine.casework.visibility import visible_to
from engine.deadlines.clocks import CLOCKS
from engine.definitions.catalogue import definition
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed
from engine.statistics.lists import DELEGATION, PAGE, Line
from engine.statistics.reach import reach_of
from models import Deputy, Organization, ProcessDefinition, Reply, db

WEEKS = 12
LOOKING_BACK = 8  # weeks over which the mean of finished work is taken
ANSWERS, CO_OPINIONS = "answers", "co_opinions"
CO_ONLY = frozenset({"co"})
ONE_WEEK = dt.timedelta(weeks=1)
TENTH = Decimal("0.1")
REPLIES: sa.Table = Reply.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Week:
    """What a unit owes within one week (the first is of what is overdue); `begins` is its Monday."""

    begins: dt.date
    answers: int
    co_opinions: int

    @property
    def due(self) -> int:
        """All that is due."""
        return self.answers + self.co_opinions


@dataclass(frozen=True, slots=True)
class Outlook:
    """A unit's coming weeks: what runs, how much of it is drafted, and the mean of replies signed in a week."""

    unit_id: int
    unit: str
    overdue: int
    weeks: tuple[Week, ...]
    later: int
    drafted: int
    mean_finished: Decimal

    @property
    def running(self) -> int:
        """Everything the unit still owes."""
        return self.overdue + sum(week.due for week in self.weeks) + self.later

    @property
    def busiest(self) -> Week:
        """The week in which most is due; the first of several."""
        return max(self.weeks, key=lambda week: week.due)


@dataclass(slots=True)
class _Sums:
    overdue: int = 0
    later: int = 0
    by_week: dict[tuple[int, str], int] = field(default_factory=dict)


def first_week(today: dt.date) -> dt.date:
    """The Monday of the present week."""
    return today - dt.timedelta(days=today.weekday())


def outlooks(actor: Actor) -> list[Outlook]:
    """The coming twelve weeks of every unit this person may see, in order of precedence; NotAllowed for others."""
    reach = reach_of(actor)
    if not reach.lists:
        raise NotAllowed
    return _outlooks(actor.congress_id, reach.units)


def outlooks_of(congress_id: int, unit_ids: Sequence[int]) -> dict[int, Outlook]:
    """unit → its outlook, for those who choose among these units."""
    return {each.unit_id: each for each in _outlooks(congress_id, frozenset(unit_ids))}


def _outlooks(congress_id: int, units: frozenset[int] | None) -> list[Outlook]:
    monday = first_week(clock.today())
    work = _owed(congress_id, units)
    sums, drafted, finished = _sums(work, monday), _drafted(work), _finished(congress_id, units)
    shown = (
        sa.select(Organization.id, Organization.short_name)
        .where(Organization.id.in_({*sums, *finished}))
        .order_by(Organization.position, Organization.id)
    )
    return [
        _outlook(unit_id, name, sums.get(unit_id, _Sums()), monday, drafted, finished)
        for unit_id, name in db.session.execute(shown)
    ]


def _outlook(
    unit_id: int,
    name: str,
    sums: _Sums,
    monday: dt.date,
    drafted: Mapping[int, int],
    finished: Mapping[int, int],
) -> Outlook:
    weeks = tuple(
        Week(
            monday + place * ONE_WEEK,
            *(sums.by_week.get((place, what), 0) for what in (ANSWERS, CO_OPINIONS)),
        )
        for place in range(WEEKS)
    )
    mean = (Decimal(finished.get(unit_id, 0)) / LOOKING_BACK).quantize(TENTH, ROUND_HALF_UP)
    return Outlook(unit_id, name, sums.overdue, weeks, sums.later, drafted.get(unit_id, 0), mean)


def _sums(work: _Owed, monday: dt.date) -> dict[int, _Sums]:
    each = (
        sa.select(ASSIGNMENTS.c.unit_id, work.what.label("what"), CLOCKS.c.due_on)
        .select_from(_running())
        .where(*work.conditions)
        .subquery()
    )
    columns = (each.c.unit_id, each.c.what, each.c.due_on)
    statement = sa.select(*columns, sa.func.count()).group_by(*columns)
    today, found = clock.today(), dict[int, _Sums]()
    for unit_id, what, due_on, count in db.session.execute(statement):
        sums, place = found.setdefault(unit_id, _Sums()), (due_on - monday).days // 7
        if due_on < today:
            sums.overdue += count
        elif place >= WEEKS:
            sums.later += count
        else:
            sums.by_week[place, what] = sums.by_week.get((place, what), 0) + count
    return found


def _running() -> sa.Join:
    of_case = CLOCKS.join(CASES, CASES.c.id == CLOCKS.c.case_id)
    return of_case.join(ASSIGNMENTS, ASSIGNMENTS.c.id == CLOCKS.c.assignment_id)


class _Owed(NamedTuple):
    """Running periods of assignments within some units, and which of them are periods to answer."""

    conditions: list[sa.ColumnElement[bool]]
    what: sa.ColumnElement[str]


def _owed(congress_id: int, units: frozenset[int] | None) -> _Owed:
    """What stands for a unit's written work: a folder's main clocks, and those of co-handling units alone."""
    folders = [definition(id_) for id_ in db.session.scalars(sa.select(ProcessDefinition.id)).all()]
    specs = [(each.key, spec) for each in folders for spec in each.clocks if spec.per == "assignment"]
    answers = _clocks({(kind, spec.key) for kind, spec in specs if spec.main})
    opinions = _clocks({(kind, spec.key) for kind, spec in specs if spec.roles == CO_ONLY})
    found = [
        CLOCKS.c.congress_id == congress_id,
        CLOCKS.c.ended_at.is_(None),
        ASSIGNMENTS.c.closed_at.is_(None),
        sa.or_(answers, opinions),
    ]
    if units is not None:
        found.append(ASSIGNMENTS.c.unit_id.in_(sorted(units)))
    return _Owed(found, sa.case((answers, ANSWERS), else_=CO_OPINIONS))


def _clocks(named: set[tuple[str, str]]) -> sa.ColumnElement[bool]:
    """A clock of one of these kinds of work and keys."""
    return sa.tuple_(CASES.c.process_key, CLOCKS.c.key).in_(sorted(named))


def _drafted(work: _Owed) -> dict[int, int]:
    """unit → replies of the present round that are written and not yet signed."""
    signed = REPLIES.alias("signed_reply")
    statement = (
        sa.select(ASSIGNMENTS.c.unit_id, sa.func.count(sa.distinct(ASSIGNMENTS.c.id)))
        .select_from(_running())
        .join(
            REPLIES,
            sa.and_(REPLIES.c.assignment_id == ASSIGNMENTS.c.id, REPLIES.c.round == ASSIGNMENTS.c.round),
        )
        .where(
            *work.conditions,
            ~sa.exists().where(
                signed.c.assignment_id == ASSIGNMENTS.c.id,
                signed.c.round == ASSIGNMENTS.c.round,
                signed.c.signed_at.is_not(None),
            ),
        )
        .group_by(ASSIGNMENTS.c.unit_id)
    )
    return {unit_id: count for unit_id, count in db.session.execute(statement)}


def _finished(congress_id: int, units: frozenset[int] | None) -> dict[int, int]:
    """unit → replies signed in the last weeks."""
    since = clock.now() - LOOKING_BACK * ONE_WEEK
    statement = (
        sa.select(ASSIGNMENTS.c.unit_id, sa.func.count())
        .join(REPLIES, REPLIES.c.assignment_id == ASSIGNMENTS.c.id)
        .join(CASES, CASES.c.id == ASSIGNMENTS.c.case_id)
        .where(CASES.c.congress_id == congress_id, REPLIES.c.signed_at >= since)
        .group_by(ASSIGNMENTS.c.unit_id)
    )
    if units is not None:
        statement = statement.where(ASSIGNMENTS.c.unit_id.in_(sorted(units)))
    return {unit_id: count for unit_id, count in db.session.execute(statement)}


@dataclass(frozen=True, slots=True)
class Owed:
    """The cases behind a number of the forecast; `hidden` of the `count` may not be opened by this person."""

    count: int
    hidden: int
    lines: list[tuple[Line, dt.date]]


def owed(actor: Actor, unit_id: int, begins: dt.date | None) -> Owed:
    """What a unit owes in the week that begins on a Monday; None: what is overdue."""
    reach = reach_of(actor)
    if not reach.lists:
        raise NotAllowed
    reach.require_unit(unit_id)
    today = clock.today()
    span = (
        [CLOCKS.c.due_on < today]
        if begins is None
        else [CLOCKS.c.due_on >= max(begins, today), CLOCKS.c.due_on < begins + ONE_WEEK]
    )
    fitting = [*_owed(actor.congress_id, frozenset({unit_id})).conditions, *span]
    counts = sa.select(sa.func.count(), sa.func.count().filter(visible_to(actor)))
    count, shown = db.session.execute(counts.select_from(_running()).where(*fitting)).one()
    rows = db.session.execute(_lines().where(*fitting, visible_to(actor)).limit(10 * PAGE)).mappings()
    return Owed(count, count - shown, [_line(dict(row)) for row in rows])


def _lines() -> sa.Select[Any]:
    names = ("process_key", "definition_id", "number", "title", "status", "stage", "category")
    return (
        sa.select(
            CASES.c.id.label("case_id"),
            *(CASES.c[name] for name in names),
            CASES.c.submitted_at.label("received_at"),
            sa.func.coalesce(Deputy.name, DELEGATION.short_name).label("lead"),
            Organization.short_name.label("unit"),
            CLOCKS.c.due_on,
        )
        .select_from(_running())
        .join(Organization, Organization.id == ASSIGNMENTS.c.unit_id)
        .outerjoin(Deputy, Deputy.id == CASES.c.lead_deputy_id)
        .outerjoin(DELEGATION, DELEGATION.id == CASES.c.delegation_id)
        .order_by(CLOCKS.c.due_on, CASES.c.id)
    )


def _line(row: dict[str, Any]) -> tuple[Line, dt.date]:
    due_on = row.pop("due_on")
    return Line(**row), due_on
