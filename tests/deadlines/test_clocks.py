"""Clocks start, are read and end, each step with its row of history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine.deadlines import calendars, clocks
from engine.deadlines.counting import explain
from engine.foundation.actor import Actor, system_actor
from engine.foundation.transaction import use_case
from models import Clock, ClockChange
from tests.deadlines import rows
from tests.deadlines.rows import day

pytestmark = pytest.mark.usefixtures("database")


@dataclass
class Place:
    congress: int
    case: int
    units: list[int]


@pytest.fixture
def place(clock_at: Callable[[dt.datetime], None]) -> Place:
    clock_at(dt.datetime(2026, 2, 5, 9))
    congress = rows.congress("sx")
    case = rows.case(congress)
    return Place(congress, case, [rows.assignment(case, congress, code) for code in ("edu", "fin")])


@use_case
def act(actor: Actor, do: Callable[[], Any]) -> Any:
    return do()


def do(what: Callable[[], Any]) -> Any:
    return act(system_actor(0), what)


def answer_clock(
    place: Place, unit: int | None, key: str = "answer", rule: str = "answer"
) -> clocks.NewClock:
    on = day("2026-02-05")
    return clocks.NewClock(
        place.congress, place.case, unit, key, rows.shanxi().rule(rule, on), 1, "case:assigned", on
    )


def begin(place: Place, *new: clocks.NewClock) -> list[clocks.StartedClock]:
    calendar = calendars.calendar_of(place.congress)
    return do(lambda: clocks.start(new, calendar))  # type: ignore[no-any-return]


def test_a_clock_starts_with_its_due_date_its_next_waking_and_a_row_of_history(
    place: Place, database: SQLAlchemy
) -> None:
    [first, second] = begin(place, *(answer_clock(place, unit) for unit in place.units))
    assert (first.due_on, first.unrolled_on) == (day("2026-05-06"), day("2026-05-05"))
    assert [first.assignment_id, second.assignment_id] == place.units
    row = database.session.execute(sa.select(Clock).where(Clock.id == first.id)).scalar_one()
    assert (row.state, row.wakes_on, row.notices_sent) == ("running", day("2026-04-06"), 0)
    history = database.session.scalars(sa.select(ClockChange).order_by(ClockChange.id)).all()
    assert [(each.clock_id, each.state, each.old_due_on) for each in history] == [
        (first.id, "running", None),
        (second.id, "running", None),
    ]


def test_starting_nothing_changes_nothing(place: Place) -> None:
    assert begin(place) == []


def test_an_end_ends_the_clocks_of_one_assignment_or_of_the_whole_case(place: Place) -> None:
    first, second = place.units
    begin(place, answer_clock(place, first), answer_clock(place, second), answer_clock(place, None, "watch"))
    assert do(lambda: clocks.end(place.case, ["answer"], first)) == 1
    assert do(lambda: clocks.end(place.case, ["answer"], first)) == 0
    assert set(clocks.due_dates(place.case)) == {("answer", second), ("watch", None)}
    assert do(lambda: clocks.end(place.case, [], second)) == 0
    assert do(lambda: clocks.end(place.case, None, state="cancelled", reason="撤回")) == 2
    assert clocks.due_dates(place.case) == {}
    assert [view.state for view in clocks.of_case(place.case)] == ["satisfied", "cancelled", "cancelled"]


def test_an_ended_clock_no_longer_wakes_and_keeps_why_it_ended(place: Place, database: SQLAlchemy) -> None:
    [started] = begin(place, answer_clock(place, None))
    do(lambda: clocks.end(place.case, ["answer"], reason="代表撤回"))
    assert database.session.scalar(sa.select(Clock.wakes_on)) is None
    last = database.session.scalars(sa.select(ClockChange).order_by(ClockChange.id.desc()).limit(1)).one()
    assert (last.clock_id, last.state, last.reason) == (started.id, "satisfied", "代表撤回")


def test_an_end_takes_at_most_two_statements(place: Place, database: SQLAlchemy) -> None:
    begin(place, *(answer_clock(place, unit) for unit in place.units))
    said: list[str] = []

    def listen(*args: Any) -> None:
        if not args[2].startswith(("SAVEPOINT", "RELEASE", "BEGIN")):
            said.append(args[2])

    sa.event.listen(database.engine, "before_cursor_execute", listen)
    do(lambda: clocks.end(place.case, ["answer", "sign_for"]))
    sa.event.remove(database.engine, "before_cursor_execute", listen)
    assert len(said) == 2


def test_a_clock_met_late_says_by_how_many_days(
    place: Place, clock_at: Callable[[dt.datetime], None]
) -> None:
    begin(place, answer_clock(place, None))
    clock_at(dt.datetime(2026, 5, 9, 0, 30))  # still the eighth in London
    do(lambda: clocks.end(place.case, ["answer"]))
    [view] = clocks.of_case(place.case)
    assert (view.running, view.ended_on, view.days_late) == (False, day("2026-05-09"), 3)


def test_a_clock_explains_itself(place: Place) -> None:
    begin(place, answer_clock(place, None))
    [view] = clocks.of_case(place.case)
    rule = rows.shanxi().rule(view.rule_id, view.started_on)
    deadline = clocks.explain_clock(view, rule, calendars.calendar_of(place.congress))
    assert deadline.due == view.due_on
    assert [step.kind for step in explain(deadline)][-2:] == ["rolled_forward", "due"]


def test_a_deadline_before_a_meeting_does_not_make_up_for_warnings_of_the_past(
    place: Place, database: SQLAlchemy
) -> None:
    rule = next(versions[0] for versions in rows.shanxi().rules.values() if versions[0].length.backward)
    on = day("2026-04-20")
    new = clocks.NewClock(place.congress, place.case, None, "papers", rule, 1, "meeting:called", on)
    [started] = begin(place, new)
    wakes = database.session.scalar(sa.select(Clock.wakes_on))
    assert started.due_on < on
    assert wakes is not None and wakes >= day("2026-02-05")
