"""Replaying past cases: every legal period of a span counted by the active pack and by a draft. Only reads."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES
from engine.casework.visibility import RESTRICTED
from engine.deadlines.calendars import calendar_of
from engine.deadlines.clocks import CLOCKS, ClockState
from engine.deadlines.counting import count
from engine.deadlines.rules import Rule, RulePack, UnknownRule
from engine.deadlines.workdays import Calendar
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from engine.sandbox.drafts import Draft, draft
from models import Organization, db

LONGEST_SPAN = dt.timedelta(days=3 * 366)
NOT_KEPT = (ClockState.CANCELLED.value, ClockState.LAPSED.value)


class _Period(NamedTuple):
    case_id: int
    number: str | None
    confidentiality: str
    unit_id: int | None
    unit: str | None
    key: str
    rule_id: str
    started_on: dt.date
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A period that is late by one pack and not by the other; a restricted case has no number and no id here."""

    case_id: int | None
    number: str
    unit: str
    rule: Rule
    started_on: dt.date
    ended_on: dt.date | None
    before: dt.date
    after: dt.date


@dataclass(frozen=True, slots=True)
class Line:
    """What one unit had due, and late, by either pack; a unit of None is the congress itself."""

    unit: str
    due: int
    late_before: int
    late_after: int
    busiest_before: int
    busiest_after: int


@dataclass(frozen=True, slots=True)
class Load:
    """What a unit has due in a week (`begins`: its Monday) by either pack."""

    begins: dt.date
    unit: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a draft would have made of the periods that began within a span."""

    draft: Draft
    since: dt.date
    until: dt.date
    periods: int
    moved: int  # with another due date
    not_counted: int  # whose rule neither pack has for that day
    late_before: int
    late_after: int
    newly_late: tuple[Moved, ...]
    newly_in_time: tuple[Moved, ...]
    lines: tuple[Line, ...]
    loads: tuple[Load, ...]

    @property
    def weeks(self) -> list[Load]:
        """The load of all units together, week by week."""
        before, after = Counter[dt.date](), Counter[dt.date]()
        for each in self.loads:
            before[each.begins] += each.before
            after[each.begins] += each.after
        return [Load(day, "", before[day], after[day]) for day in sorted(before | after)]


@dataclass(frozen=True, slots=True)
class _Counted:
    period: _Period
    rule: Rule
    before: dt.date
    after: dt.date
    today: dt.date

    @property
    def ended_on(self) -> dt.date | None:
        return clock.day_of(self.period.ended_at) if self.period.ended_at else None

    def late(self, due: dt.date) -> bool:
        """It ended after that day, or runs and the day is over; a right that lapses makes nobody late."""
        return not self.rule.lapses and (self.ended_on or self.today) > due


def replay(actor: Actor, *, draft_id: int, since: dt.date, until: dt.date) -> Comparison:
    """Count the periods that began within the span by both packs. Raises NotAllowed, NotFound, InvalidAnswers."""
    return compare(actor, draft(actor, draft_id), since=since, until=until)


def compare(actor: Actor, tried: Draft, *, since: dt.date, until: dt.date) -> Comparison:
    """`replay` of a draft at hand. Raises InvalidAnswers."""
    if not dt.timedelta(0) <= until - since <= LONGEST_SPAN:
        raise InvalidAnswers({"since": [_("起止日期须先后相接，最长三年。")]})
    periods = _periods(actor.congress_id, since, until)
    counted = list(_counted(periods, tried, calendar_of(actor.congress_id)))
    turned = [each for each in counted if each.late(each.before) != each.late(each.after)]
    return Comparison(
        draft=tried,
        since=since,
        until=until,
        periods=len(counted),
        moved=sum(each.before != each.after for each in counted),
        not_counted=len(periods) - len(counted),
        late_before=sum(each.late(each.before) for each in counted),
        late_after=sum(each.late(each.after) for each in counted),
        newly_late=tuple(_moved(each) for each in turned if each.late(each.after)),
        newly_in_time=tuple(_moved(each) for each in turned if each.late(each.before)),
        lines=tuple(_lines(counted)),
        loads=tuple(_loads(counted)),
    )


def _periods(congress_id: int, since: dt.date, until: dt.date) -> list[_Period]:
    rows = db.session.execute(
        sa.select(
            CLOCKS.c.case_id,
            CASES.c.number,
            CASES.c.confidentiality,
            ASSIGNMENTS.c.unit_id,
            Organization.name,
            CLOCKS.c.key,
            CLOCKS.c.rule_id,
            CLOCKS.c.started_on,
            CLOCKS.c.ended_at,
        )
        .join(CASES, CASES.c.id == CLOCKS.c.case_id)
        .outerjoin(ASSIGNMENTS, ASSIGNMENTS.c.id == CLOCKS.c.assignment_id)
        .outerjoin(Organization, Organization.id == ASSIGNMENTS.c.unit_id)
        .where(
            CLOCKS.c.congress_id == congress_id,
            CLOCKS.c.started_on.between(since, until),
            CLOCKS.c.state.not_in(NOT_KEPT),
        )
        .order_by(CLOCKS.c.id)
    )
    return [_Period(*row) for row in rows]


def _counted(periods: list[_Period], tried: Draft, calendar: Calendar) -> Iterator[_Counted]:
    """Each kind of period of a day is counted once, however many cases have it."""
    today = clock.today()
    known: dict[tuple[str, dt.date], tuple[Rule, dt.date, dt.date] | None] = {}
    for period in periods:
        alike = (period.rule_id, period.started_on)
        if alike not in known:
            known[alike] = _by_both(*alike, tried, calendar)
        found = known[alike]
        if found is not None:
            yield _Counted(period, *found, today)


def _by_both(
    rule_id: str, on: dt.date, tried: Draft, calendar: Calendar
) -> tuple[Rule, dt.date, dt.date] | None:
    def due(pack: RulePack) -> tuple[Rule, dt.date]:
        rule = pack.rule(rule_id, on=on)
        return rule, count(rule, on, calendar).due

    try:
        return *due(tried.base), due(tried.pack)[1]
    except UnknownRule:
        return None


def _moved(each: _Counted) -> Moved:
    period, hidden = each.period, each.period.confidentiality == RESTRICTED
    return Moved(
        case_id=None if hidden else period.case_id,
        number="" if hidden else period.number or "",
        unit=period.unit or "",
        rule=each.rule,
        started_on=period.started_on,
        ended_on=each.ended_on,
        before=each.before,
        after=each.after,
    )


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _weekly(counted: list[_Counted], *, after: bool) -> Counter[tuple[dt.date, str]]:
    """(Monday, unit) → what is due."""
    return Counter(
        (_monday(each.after if after else each.before), each.period.unit or "") for each in counted
    )


def _loads(counted: list[_Counted]) -> list[Load]:
    before, after = _weekly(counted, after=False), _weekly(counted, after=True)
    return [Load(*place, before[place], after[place]) for place in sorted(before | after)]


def _lines(counted: list[_Counted]) -> list[Line]:
    units: dict[str, list[_Counted]] = {}
    for each in counted:
        units.setdefault(each.period.unit or "", []).append(each)
    lines = [
        Line(
            unit,
            len(own),
            sum(each.late(each.before) for each in own),
            sum(each.late(each.after) for each in own),
            max(_weekly(own, after=False).values()),
            max(_weekly(own, after=True).values()),
        )
        for unit, own in units.items()
    ]
    return sorted(lines, key=lambda line: (-line.late_after, -line.due, line.unit))
