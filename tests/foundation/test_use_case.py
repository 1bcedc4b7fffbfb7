"""A use case is one transaction, whole or not at all."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.audit_verification import verify
from engine.foundation.errors import Busy, ConcurrentChange, GuardRefused
from engine.foundation.transaction import ATTEMPTS, operation, use_case
from models import AuditEvent, AuditHead, LoginAttempt, db
from tests.foundation.conftest import CLERK, note

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


def attempt() -> LoginAttempt:
    return LoginAttempt(username="zhang", address="127.0.0.1", at=NOON, succeeded=False)


def count(model: type) -> int:
    db.session.rollback()
    return db.session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


def test_what_a_use_case_did_is_kept_when_it_returns(database: SQLAlchemy) -> None:
    @use_case
    def knock(actor: Actor) -> str:
        db.session.add(attempt())
        return actor.name

    assert knock(CLERK) == "郝文员"
    assert count(LoginAttempt) == 1


@pytest.mark.parametrize("error", [GuardRefused, ZeroDivisionError, KeyboardInterrupt])
def test_nothing_is_kept_when_it_raises(database: SQLAlchemy, error: type[BaseException]) -> None:
    @use_case
    def knock(actor: Actor) -> None:
        db.session.add(attempt())
        audit.record("user:knocked", congress_id=1)
        db.session.flush()
        raise error

    with pytest.raises(error):
        knock(CLERK)
    assert (count(LoginAttempt), count(AuditEvent), count(AuditHead)) == (0, 0, 0)


def test_a_use_case_may_not_run_inside_another(database: SQLAlchemy) -> None:
    @use_case
    def outer(actor: Actor) -> None:
        note(actor, (1,))

    with pytest.raises(RuntimeError, match="may not run inside another"):
        outer(CLERK)
    assert count(AuditEvent) == 0


def test_nothing_can_be_recorded_outside_a_use_case(database: SQLAlchemy) -> None:
    with pytest.raises(RuntimeError, match="belongs inside a use case"):
        audit.record("case:noted", congress_id=1)


def test_a_lost_race_is_run_again_and_leaves_one_trace(database: SQLAlchemy) -> None:
    operations: list[str] = []

    @use_case
    def contested(actor: Actor) -> str:
        operations.append(operation().id)
        db.session.add(attempt())
        audit.record("case:noted", congress_id=1, case_id=1)
        if len(operations) < 3:
            raise ConcurrentChange
        return operation().id

    assert contested(CLERK) == operations[-1]
    assert len(set(operations)) == 3
    assert (count(LoginAttempt), count(AuditEvent)) == (1, 1)


def test_a_race_that_is_always_lost_ends_in_a_refusal(
    database: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    tries: list[int] = []

    @use_case
    def hopeless(actor: Actor) -> None:
        tries.append(1)
        raise ConcurrentChange

    with pytest.raises(Busy):
        hopeless(CLERK)
    assert len(tries) == ATTEMPTS


def test_a_broken_constraint_is_not_run_again(database: SQLAlchemy) -> None:
    tries: list[int] = []

    @use_case
    def double(actor: Actor) -> None:
        tries.append(1)
        db.session.add(AuditHead(chain="case:1", position=1, hash=audit.EMPTY))
        db.session.flush()
        db.session.execute(audit.HEADS.insert().values(chain="case:1", position=1, hash=audit.EMPTY))

    with pytest.raises(sa.exc.IntegrityError):
        double(CLERK)
    assert tries == [1]


def test_fifty_writers_of_one_chain_leave_it_without_a_gap(fresh_database: Flask) -> None:
    barrier = threading.Barrier(50)

    def write(number: int) -> None:
        with fresh_database.app_context():
            barrier.wait(timeout=60)
            note(CLERK, (1, 2 + number % 2), words=f"第{number}人")

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(write, range(50)))
    positions = db.session.execute(
        sa.select(AuditEvent.position).where(AuditEvent.chain == "case:1").order_by(AuditEvent.id)
    ).scalars()
    assert list(positions) == list(range(1, 51))
    assert verify().sound
