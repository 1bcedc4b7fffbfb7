"""The sweep misses no clock and tells none twice: in batches, beside another sweep, after days of silence."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from engine.casework.periods import clock_sweep
from engine.deadlines import calendars, clocks
from engine.definitions import catalogue
from engine.foundation.actor import Actor, system_actor
from engine.foundation.audit_verification import verify
from engine.foundation.transaction import use_case
from models import AuditEvent, Clock, ClockChange, ProcessDefinition, db
from tests.deadlines import rows
from tests.deadlines.rows import day


@use_case
def act(actor: Actor, do: Callable[[], Any]) -> Any:
    return do()


def begin(congress: int, case: int, count: int = 1) -> None:
    on = day("2026-02-05")
    rule = rows.shanxi().rule("answer", on)
    new = [
        clocks.NewClock(congress, case, None, "answer", rule, number, "case:assigned", on)
        for number in range(count)
    ]
    calendar = calendars.calendar_of(congress)
    act(system_actor(0), lambda: clocks.start(new, calendar))


def told() -> list[tuple[int | None, str]]:
    wanted = sa.select(AuditEvent.case_id, AuditEvent.action).where(AuditEvent.action.startswith("clock"))
    return [tuple(row) for row in db.session.execute(wanted.order_by(AuditEvent.id))]


def congress_with_definition() -> int:
    """A congress, and the shipped kinds of work deployed; the first serves every case of the test."""
    congress = rows.congress("sx")
    for files in catalogue.shipped().values():
        catalogue.deploy(system_actor(congress), files)
    return congress


@pytest.fixture
def congress(database: SQLAlchemy, clock_at: Callable[[dt.datetime], None]) -> int:
    clock_at(dt.datetime(2026, 2, 5, 9))
    return congress_with_definition()


def test_each_clock_speaks_once_however_often_it_is_swept(congress: int) -> None:
    case = rows.case(congress)
    begin(congress, case)
    days = [day("2026-04-01") + dt.timedelta(offset) for offset in range(37)]
    assert [sum(clock_sweep.sweep(on) for _ in range(2)) for on in days].count(1) == 6
    assert [action for _, action in told()] == ["clock.answer:warned"] * 5 + ["clock.answer:overdue"]


def test_a_scheduler_that_was_down_for_days_tells_each_clock_once(congress: int) -> None:
    cases = [rows.case(congress) for _ in range(3)]
    for case in cases:
        begin(congress, case)
    assert clock_sweep.sweep(day("2026-04-22")) == 3
    assert clock_sweep.sweep(day("2026-04-28")) == 0
    assert clock_sweep.sweep(day("2026-05-04")) == 3
    assert sorted(told()) == sorted([(case, "clock.answer:warned") for case in cases] * 2)
    assert verify().sound


def test_a_sweep_works_through_all_its_batches(congress: int) -> None:
    for _ in range(3):
        begin(congress, rows.case(congress), count=5)
    assert clock_sweep.sweep(day("2026-04-06"), batch=4) == 15
    assert db.session.scalar(sa.select(sa.func.min(Clock.wakes_on))) == day("2026-04-21")


def test_the_sweep_goes_by_the_day_of_the_program_clock(
    congress: int, clock_at: Callable[[dt.datetime], None]
) -> None:
    begin(congress, rows.case(congress))
    assert clock_sweep.sweep() == 0
    clock_at(dt.datetime(2026, 4, 6, 0, 1))
    assert clock_sweep.sweep() == 1


def test_one_clock_of_an_unknown_rule_stops_no_other_and_is_in_the_audit_trail(congress: int) -> None:
    bad, good = rows.case(congress), rows.case(congress)
    for case in (bad, good):
        begin(congress, case)
    db.session.execute(sa.update(Clock).where(Clock.case_id == bad).values(rule_id="gone"))
    db.session.commit()
    assert clock_sweep.sweep(day("2026-04-06")) == 1
    assert sorted(told()) == [(bad, "clock:postponed"), (good, "clock.answer:warned")]
    assert clock_sweep.sweep(day("2026-04-06")) == 0
    assert clock_sweep.sweep(day("2026-04-07")) == 0
    assert told().count((bad, "clock:postponed")) == 2


def test_a_clock_that_cannot_be_told_is_set_aside_and_the_rest_of_its_batch_is_told(congress: int) -> None:
    files: dict[str, str] = {}
    unreadable = rows.add(
        ProcessDefinition(
            key="broken",
            version=1,
            content_hash="x",
            files=files,
            active=False,
            deployed_at=dt.datetime.now(dt.UTC),
        )
    )
    catalogue._folders.forget(unreadable)  # SQLite gives the id of another test's undone row again
    bad, good = rows.case(congress), rows.case(congress)
    for case in (bad, good):
        begin(congress, case)
    db.session.execute(sa.text(f"UPDATE cases SET definition_id = {unreadable} WHERE id = {bad}"))
    db.session.commit()
    assert clock_sweep.sweep(day("2026-04-06")) == 1
    assert sorted(told()) == [(bad, "clock:postponed"), (good, "clock.answer:warned")]
    row = db.session.execute(sa.select(Clock).where(Clock.case_id == bad)).scalar_one()
    assert (row.state, row.wakes_on) == ("running", day("2026-04-07"))
    reasons = sa.select(ClockChange.reason).where(ClockChange.clock_id == row.id).order_by(ClockChange.id)
    assert "FolderRefused" in db.session.scalars(reasons).all()[-1]


def test_two_sweeps_at_once_tell_each_clock_once(fresh_database: Flask) -> None:
    congress = congress_with_definition()
    for _ in range(8):
        begin(congress, rows.case(congress), count=10)
    db.session.remove()
    counts: list[int] = []
    failures: list[BaseException] = []
    together = threading.Barrier(3)

    def run() -> None:
        with fresh_database.app_context():
            together.wait()
            try:
                counts.append(clock_sweep.sweep(day("2026-04-06"), batch=7))
            except BaseException as failure:
                failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(counts) == 80 == len(told())
    assert set(db.session.scalars(sa.select(Clock.notices_sent))) == {1}
    assert verify().sound
