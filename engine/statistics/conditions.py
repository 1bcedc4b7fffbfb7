"""Conditions of statistics.toml as queries: what befell a case, what was put on record, how a thing stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.records import ENTRIES
from engine.casework.facts import CASES
from engine.casework.problems import CLOSED
from engine.definitions.kind_statistics import COLUMNS, MILESTONES, Answered, Counted, Span
from engine.foundation import clock
from engine.statistics.indicators import Condition
from engine.statistics.legal_day import legal_day
from engine.statistics.populations import ANSWERING, FIRST_ROUND
from models import AuditEvent

EVENTS: sa.Table = AuditEvent.__table__  # type: ignore[assignment]
OWN = CASES.alias("own_case")  # the case of the thing, apart from the one that a list shows

State = Callable[[Any], Condition]


def _over(thing: Any) -> Condition:
    return thing.due_on < clock.today()


def _period_late(period: Any) -> Condition:
    still = sa.and_(period.ended_on.is_(None), period.due_on < clock.today())
    return sa.or_(period.ended_on > period.due_on, still)


def _problem_late(problem: Any) -> Condition:
    still = sa.and_(problem.status != CLOSED, problem.due_on < clock.today())
    return sa.or_(still, sa.and_(problem.status == CLOSED, problem.closed_on > problem.due_on))


# Population → state → what it asks; the names are those of kind_statistics.STATES.
STATES: Mapping[str, Mapping[str, State]] = {
    "handling": {
        "signed_for": lambda unit: unit.signed_for_at.is_not(None),
        "replied": lambda unit: sa.and_(unit.role.in_(ANSWERING), unit.replied_at.is_not(None)),
        "redone": lambda unit: unit.round > FIRST_ROUND,
    },
    "period": {
        "due": _over,
        "ended": lambda period: period.ended_on.is_not(None),
        "in_time": lambda period: period.ended_on <= period.due_on,
        "late": _period_late,
    },
    "problem": {
        "due": _over,
        "in_time": lambda problem: sa.and_(problem.status == CLOSED, problem.closed_on <= problem.due_on),
        "late": _problem_late,
        "returned": lambda problem: problem.returned > 0,
        "second_hand": lambda problem: sa.and_(problem.status == CLOSED, problem.other_hand),
    },
    "evaluation": {"again": lambda said: said.again},
}


def condition(counted: Counted) -> State:
    """Every condition of what is counted, as one."""
    return lambda things: sa.and_(sa.true(), *_parts(counted, things))


def _parts(counted: Counted, things: Any) -> Iterator[Condition]:
    if counted.happened:
        yield befell(things, counted.happened)
    if counted.never:
        yield ~befell(things, counted.never)
    for name, values in counted.where.items():
        yield _has(things, name, values)
    if counted.answered:
        yield answered(things, counted.answered)
    for column, wanted in (
        ("status", counted.statuses),
        ("key", counted.clocks),
        ("node", counted.nodes),
        ("result", counted.results),
    ):
        if wanted:
            yield getattr(things, column).in_(wanted)
    for state in counted.states:
        yield STATES[counted.of][state](things)


def befell(things: Any, happenings: tuple[str, ...]) -> Condition:
    """That one of these is in the trail of the case."""
    return sa.exists().where(EVENTS.c.case_id == things.case_id, EVENTS.c.action.in_(happenings))


def _has(things: Any, name: str, values: tuple[str, ...]) -> Condition:
    column: Any = OWN.c[name] if name in COLUMNS else OWN.c.fields[name].as_string()
    return sa.exists().where(OWN.c.id == things.case_id, column.in_(values))


def answered(things: Any, wanted: Answered) -> Condition:
    """That a step put one of the values on record, alone or among others."""
    kept = ENTRIES.c.answers[wanted.field].as_string()
    among = [kept.contains(f'"{value}"', autoescape=True) for value in wanted.among]
    return sa.exists().where(
        ENTRIES.c.case_id == things.case_id,
        ENTRIES.c.node == wanted.node,
        sa.or_(kept.in_(wanted.among), *among),
    )


def kept_as(name: str, value: str) -> State:
    """That the case has this value in a field of its register."""
    return lambda things: _has(things, name, (value,))


def put_on_record(node: str, name: str, value: str) -> State:
    """That a step put this value on record."""
    return lambda things: answered(things, Answered(node, name, (value,)))


# Days between two milestones


def both_days(span: Span) -> State:
    """That the case has come to both ends of the span."""
    return lambda things: sa.and_(*(day.is_not(None) for day in days_of(span, things)))


def days_of(span: Span, things: Any) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """The two legal days of each case, NULL where it has not come to one."""
    return _day(span.start, things), _day(span.end, things)


def _day(name: str, things: Any) -> sa.ColumnElement[Any]:
    if name in MILESTONES:
        own = CASES.alias(f"case_{name}")
        at = legal_day(own.c[f"{name}_at"])
        return sa.select(at).where(own.c.id == things.case_id).scalar_subquery()
    first = sa.func.min(ENTRIES.c.entry_on)
    entered = sa.select(first).where(ENTRIES.c.case_id == things.case_id, ENTRIES.c.node == name)
    return entered.scalar_subquery()
