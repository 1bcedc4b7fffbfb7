"""The clock runs in one process at a time, survives its jobs, and begins only where something is served."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from engine.foundation.audit_checkpoints import all_checkpoints
from engine.jobs import JOBS, Job, seal_the_day
from models import db
from webui import scheduler
from webui.scheduler import AdvisoryLock, Clockwork, FileLock, Leadership

OFTEN = dt.timedelta(milliseconds=40)
Start = Callable[..., Clockwork]


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


@pytest.fixture
def served(fresh_database: Flask, tmp_path: Path) -> Flask:
    fresh_database.config["DATA_FOLDER"] = str(tmp_path)
    return fresh_database


@pytest.fixture
def start(served: Flask) -> Iterator[Start]:
    """`start(function, …)` starts a clock that runs these often; all are stopped at the end."""
    running: list[Clockwork] = []

    def begin(*functions: Callable[[], object]) -> Clockwork:
        jobs = [Job(f"job {number}", function, OFTEN) for number, function in enumerate(functions)]
        running.append(scheduler.start(served, jobs))
        return running[-1]

    yield begin
    for clockwork in running:
        if clockwork.scheduler.running:
            clockwork.stop()


def test_a_job_runs_at_once_and_again_within_the_application(served: Flask, start: Start) -> None:
    seen: list[object] = []
    start(
        lambda: seen.append(
            (current_app.config["DATA_FOLDER"], db.session.execute(sa.text("SELECT 1")).scalar())
        )
    )
    until(lambda: len(seen) >= 3)
    assert set(seen) == {(served.config["DATA_FOLDER"], 1)}


def test_a_job_that_fails_is_logged_and_the_clock_goes_on(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []
    others: list[int] = []

    def broken() -> None:
        tries.append(1)
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR, "duban.clock"):
        start(broken, lambda: others.append(1))
        until(lambda: len(tries) >= 3 and len(others) >= 3)
    assert "the job 'job 0' failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_of_two_clocks_one_works_and_the_other_takes_over(start: Start) -> None:
    first: list[int] = []
    second: list[int] = []
    leader = start(lambda: first.append(1))
    until(lambda: first)
    start(lambda: second.append(1))
    until(lambda: len(first) >= 10)
    assert second == []
    leader.stop()
    until(lambda: second)


def test_stopping_waits_for_the_job_that_is_under_way(start: Start) -> None:
    begun = threading.Event()
    done: list[int] = []

    def slow() -> None:
        begun.set()
        time.sleep(0.3)
        done.append(1)

    clockwork = start(slow)
    begun.wait(timeout=10)
    clockwork.stop()
    assert done


def test_leadership_is_by_what_the_database_offers(served: Flask, dialect: str) -> None:
    expected: type[Leadership] = AdvisoryLock if dialect == "postgres" else FileLock
    assert isinstance(scheduler.leadership(served), expected)


def test_a_leader_that_lost_its_connection_leads_no_more(served: Flask, dialect: str) -> None:
    if dialect != "postgres":
        pytest.skip("a file lock has no connection to lose")
    leader, other = scheduler.leadership(served), scheduler.leadership(served)
    assert leader.held()
    assert not other.held()
    kill = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    db.session.execute(sa.text(kill))
    db.session.rollback()
    assert not leader.held()
    assert other.held()
    other.give_up()
    assert leader.held()
    leader.give_up()


def test_making_the_application_starts_no_clock(app: Flask) -> None:
    assert not [thread.name for thread in threading.enumerate() if "APScheduler" in thread.name]


def test_every_job_has_its_own_name_and_a_period() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.every > dt.timedelta(0) for job in JOBS)


def numbers() -> dict[str, int]:
    """How many rows each table has."""
    tables = db.metadata.sorted_tables
    found = {
        each.name: db.session.scalar(sa.select(sa.func.count()).select_from(each)) or 0 for each in tables
    }
    db.session.rollback()
    return found


# job → the tables that it writes to though nothing happened
KEPT = {"audit checkpoint": {"audit_checkpoint"}}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_runs_on_an_empty_database_and_finds_nothing_to_do(fresh_database: Flask, job: Job) -> None:
    before = numbers()
    job.function()
    job.function()
    assert {table for table, number in numbers().items() if number != before[table]} <= KEPT.get(
        job.name, set()
    )


def test_one_checkpoint_is_taken_a_day(
    fresh_database: Flask, clock_at: Callable[[dt.datetime], None]
) -> None:
    for moment in ((2, 0, 5), (2, 12, 0), (2, 23, 59), (3, 0, 1)):
        clock_at(dt.datetime(2026, 3, *moment))
        seal_the_day()
    assert len(all_checkpoints()) == 2
