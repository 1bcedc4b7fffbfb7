"""A changed calendar counts the running clocks again, of the congress and of those that inherit from it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine.deadlines import calendars, clocks, wakings
from engine.deadlines.recounting import Recount, recount
from engine.deadlines.workdays import DayKind, SpecialDay, YearStatus
from engine.foundation.actor import Actor, system_actor
from engine.foundation.transaction import use_case
from models import Clock, ClockChange
from tests.deadlines import rows
from tests.deadlines.rows import day

pytestmark = pytest.mark.usefixtures("database")


@use_case
def act(actor: Actor, do: Callable[[], Any]) -> Any:
    return do()


def begin(congress: int, rule: str, on: str) -> int:
    case = rows.case(congress)
    found = rows.shanxi().rule(rule, day(on))
    new = clocks.NewClock(congress, case, None, rule, found, 1, "case:assigned", day(on))
    calendar = calendars.read_calendar(congress)
    [started] = act(system_actor(0), lambda: clocks.start([new], calendar))
    return int(started.id)


def confirm(congress: int, year: int, **off: str) -> list[Recount]:
    """Confirm the year with these further days off (name=date) and count again below the congress."""

    def change() -> list[Recount]:
        held = calendars.read_calendar(congress).year(year)
        days = held.days | {day(on): SpecialDay(DayKind.RESTDAY, name) for name, on in off.items()}
        confirmed = dataclasses.replace(held, days=days, status=YearStatus.CONFIRMED)
        calendars.store_year(congress, confirmed)
        return recount(calendars.below(congress), "notice")

    return act(system_actor(0), change)  # type: ignore[no-any-return]


def row(database: SQLAlchemy, id: int) -> Clock:
    database.session.expire_all()
    found = database.session.get(Clock, id)
    assert found is not None
    return found


def test_a_provisional_due_date_becomes_certain_when_its_year_is_confirmed(
    clock_at: Callable[[dt.datetime], None], database: SQLAlchemy
) -> None:
    clock_at(dt.datetime(2026, 12, 1, 9))
    congress = rows.congress("sx")
    id = begin(congress, "answer", "2026-12-01")  # until 1 March 2027
    assert row(database, id).provisional
    [found] = confirm(congress, 2027)
    assert (found.moved, found.provisional) == (False, False)
    assert not row(database, id).provisional
    [last] = database.session.scalars(sa.select(ClockChange).where(ClockChange.state == "recomputed")).all()
    assert (last.old_due_on, last.new_due_on, last.reason) == (last.new_due_on, last.old_due_on, "notice")


def test_a_due_date_moves_with_the_notice_and_wakes_accordingly(
    clock_at: Callable[[dt.datetime], None], database: SQLAlchemy
) -> None:
    clock_at(dt.datetime(2026, 12, 1, 9))
    congress = rows.congress("sx")
    id = begin(congress, "answer", "2026-12-01")
    [found] = confirm(congress, 2027, 庙会="2027-03-01")
    assert found.moved
    assert (row(database, id).due_on, row(database, id).unrolled_on) == (day("2027-03-02"), day("2027-03-01"))
    assert row(database, id).wakes_on == day("2027-01-31")
    happening = found.happening
    assert (happening.kind, happening.threshold, happening.due_on) == (
        "recomputed",
        "2027-03-01",
        day("2027-03-02"),
    )


def test_a_county_that_inherits_is_counted_again_and_one_with_its_own_notice_is_not(
    clock_at: Callable[[dt.datetime], None], database: SQLAlchemy
) -> None:
    clock_at(dt.datetime(2026, 12, 1, 9))
    province = rows.congress("sx")
    heir, own = rows.congress("a", province), rows.congress("b", province)
    confirm(own, 2027)
    ids = [begin(congress, "answer", "2026-12-01") for congress in (province, heir, own)]
    stranger = begin(rows.congress("nm"), "answer", "2026-12-01")
    found = confirm(province, 2027, 庙会="2027-03-01")
    assert [each.clock.id for each in found] == ids[:2]
    assert row(database, stranger).due_on == day("2027-03-01")


def test_a_clock_that_had_warned_runs_again_when_its_date_moves_away(
    clock_at: Callable[[dt.datetime], None], database: SQLAlchemy
) -> None:
    clock_at(dt.datetime(2026, 12, 24, 9))
    congress = rows.congress("sx")
    id = begin(congress, "sign_for", "2026-12-22")  # three working days, warned one before
    act(system_actor(0), lambda: wakings.wake(day("2026-12-24"), 10, []))
    assert row(database, id).state == "warned"
    confirm(congress, 2026, a="2026-12-24", b="2026-12-25")
    moved = row(database, id)
    assert (moved.state, moved.due_on, moved.wakes_on) == ("running", day("2026-12-29"), day("2026-12-28"))


def test_what_is_newly_due_is_left_for_the_sweep_to_tell(
    clock_at: Callable[[dt.datetime], None], database: SQLAlchemy
) -> None:
    clock_at(dt.datetime(2027, 3, 1, 9))
    congress = rows.congress("sx")
    confirm(congress, 2027, 庙会="2027-03-01")
    id = begin(congress, "answer", "2026-12-01")
    act(system_actor(0), lambda: wakings.wake(day("2027-03-01"), 10, []))
    assert row(database, id).state == "warned"
    clock_at(dt.datetime(2027, 3, 2, 9))

    def withdraw() -> list[Recount]:
        held = calendars.read_calendar(congress).year(2027)
        days = {on: special for on, special in held.days.items() if on != day("2027-03-01")}
        calendars.store_year(congress, dataclasses.replace(held, days=days))
        return recount([congress], "mistake")

    [found] = act(system_actor(0), withdraw)
    assert (found.state, found.due_on, found.wakes_on) == ("warned", day("2027-03-01"), day("2027-03-02"))


def test_an_ended_clock_keeps_its_due_date(
    clock_at: Callable[[dt.datetime], None], database: SQLAlchemy
) -> None:
    clock_at(dt.datetime(2026, 12, 1, 9))
    congress = rows.congress("sx")
    id = begin(congress, "answer", "2026-12-01")
    act(system_actor(0), lambda: clocks.end(row(database, id).case_id, None))
    assert confirm(congress, 2027, 庙会="2027-03-01") == []
