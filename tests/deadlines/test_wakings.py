"""A clock that wakes says what is due, once, and sleeps until its next day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine.deadlines import calendars, clocks, wakings
from engine.foundation.actor import Actor, system_actor
from engine.foundation.transaction import use_case
from models import Clock, ClockChange
from tests.deadlines import rows
from tests.deadlines.rows import day

pytestmark = pytest.mark.usefixtures("database")

# Assigned on 5 February, due on 6 May: warned 30, 15, 7, 3 and 1 days before.
DUE = day("2026-05-06")


@use_case
def act(actor: Actor, do: Callable[[], Any]) -> Any:
    return do()


@use_case
def wake(actor: Actor, today: dt.date, at_most: int = 100) -> wakings.Woken:
    return wakings.wake(today, at_most, [])


def woken(on: str) -> list[tuple[str, str, int]]:
    found = wake(system_actor(0), day(on))
    return [(each.kind, each.threshold, each.days) for each in found.happenings]


@pytest.fixture
def case(clock_at: Callable[[dt.datetime], None]) -> int:
    clock_at(dt.datetime(2026, 2, 5, 9))
    congress = rows.congress("sx")
    case = rows.case(congress)
    begin(congress, case)
    return case


def begin(congress: int, case: int, count: int = 1) -> None:
    on = day("2026-02-05")
    rule = rows.shanxi().rule("answer", on)
    new = [
        clocks.NewClock(congress, case, None, "answer", rule, number, "case:assigned", on)
        for number in range(count)
    ]
    calendar = calendars.calendar_of(congress)
    act(system_actor(0), lambda: clocks.start(new, calendar))


def test_it_warns_on_each_milestone_and_is_overdue_after_the_due_date(case: int) -> None:
    told = [found for offset in range(120) for found in woken(f"{day('2026-03-01') + dt.timedelta(offset)}")]
    assert told[:5] == [("warned", each, int(each[:-1])) for each in ("30d", "15d", "7d", "3d", "1d")]
    assert told[5:8] == [("overdue", "1d", 1), ("overdue", "every 7d", 8), ("overdue", "every 7d", 15)]
    assert len(told) == len(set(told))


def test_nothing_is_said_before_the_day_nor_twice_on_it(case: int) -> None:
    assert woken("2026-04-05") == []
    assert woken("2026-04-06") == [("warned", "30d", 30)]
    assert woken("2026-04-06") == []
    assert woken("2026-04-07") == []


def test_after_days_of_silence_the_gravest_milestone_stands_for_all_that_were_missed(
    case: int, database: SQLAlchemy
) -> None:
    assert woken("2026-05-20") == [("overdue", "every 7d", 14)]
    row = database.session.execute(sa.select(Clock.state, Clock.notices_sent, Clock.wakes_on)).one()
    assert tuple(row) == ("overdue", 1, day("2026-05-21"))
    history = database.session.scalars(sa.select(ClockChange).order_by(ClockChange.id)).all()
    assert [(each.state, each.reason) for each in history] == [("running", ""), ("overdue", "every 7d")]


def test_occurrences_of_weekly_reminders_differ(case: int) -> None:
    system = system_actor(0)
    days = ("2026-05-07", "2026-05-14", "2026-05-21")
    said = [each for on in days for each in wake(system, day(on)).happenings]
    assert len({each.occurrence for each in said}) == 3
    assert {each.name for each in said} == {"clock.answer:overdue"}


def test_a_clock_that_has_ended_says_nothing(case: int) -> None:
    act(system_actor(0), lambda: clocks.end(case, ["answer"]))
    assert woken("2026-06-01") == []


def test_a_batch_takes_no_more_than_it_may(case: int) -> None:
    congress = rows.congress("ty")
    begin(congress, rows.case(congress), count=5)
    sizes = [len(wake(system_actor(0), day("2026-04-06"), 4).happenings) for _ in range(3)]
    assert sizes == [4, 2, 0]


def test_a_clock_of_an_unknown_rule_is_put_off_and_the_others_go_on(case: int, database: SQLAlchemy) -> None:
    congress = rows.congress("ty")
    begin(congress, rows.case(congress))
    database.session.execute(sa.update(Clock).where(Clock.case_id == case).values(rule_id="gone"))
    database.session.commit()
    found = wake(system_actor(0), day("2026-04-06"))
    assert [each.case_id for each in found.happenings] != [case]
    assert [(each.clock.case_id, "gone" in each.reason) for each in found.faults] == [(case, True)]
    row = database.session.execute(sa.select(Clock).where(Clock.case_id == case)).scalar_one()
    assert (row.state, row.wakes_on, row.notices_sent) == ("running", day("2026-04-07"), 0)


def test_a_batch_of_like_clocks_takes_few_statements(case: int, database: SQLAlchemy) -> None:
    congress = rows.congress("ty")
    begin(congress, rows.case(congress), count=50)
    said: list[str] = []

    def listen(*args: Any) -> None:
        said.append(args[2])

    sa.event.listen(database.engine, "before_cursor_execute", listen)
    wake(system_actor(0), day("2026-04-06"))
    sa.event.remove(database.engine, "before_cursor_execute", listen)
    assert len(said) < 15
