"""What the tests of the ground share: something to record, and a way past the triggers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine.foundation import audit
from engine.foundation.actor import Actor, Seat
from engine.foundation.transaction import use_case
from models import db
from models.base import UtcDateTime

CLERK = Actor(user_id=7, name="郝文员", congress_id=1, seats=(Seat("clerk", 3, "代表工作室"),))

Tamper = Callable[..., None]


@use_case
def note(actor: Actor, case_ids: tuple[int | None, ...], words: str = "旧事") -> None:
    """Record one event for each case named."""
    for case_id in case_ids:
        audit.record("case:noted", congress_id=1, case_id=case_id, subject="case:1", words=words)


@pytest.fixture
def tamper(database: SQLAlchemy) -> Tamper:
    """Run a statement as somebody would who owns the database and takes the triggers away first."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    else:
        triggers = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in db.session.execute(triggers).scalars().all():
            db.session.execute(sa.text(f"DROP TRIGGER {name}"))
    db.session.commit()

    def run(statement: str, **values: object) -> None:
        db.session.execute(sa.text(statement), values)
        db.session.commit()

    return run


@pytest.fixture
def trail(database: SQLAlchemy) -> None:
    """Three cases of ten events each, written in turn, and two of the congress itself."""
    for turn in range(10):
        note(CLERK, (1, 2, 3), words=f"第{turn + 1}次")
    note(CLERK, (None,))
    note(CLERK, (None,))


@pytest.fixture
def changed_clock(database: SQLAlchemy) -> None:
    """A clock of some case, with one change."""
    for table in ("process_definition", "rule_pack_version", "congress"):
        insert_minimal(table, id=1)
    insert_minimal("cases", id=1, congress_id=1, definition_id=1, rule_pack_id=1)
    insert_minimal("clock", id=1, congress_id=1, case_id=1)
    insert_minimal("clock_change", id=1, clock_id=1)
    db.session.commit()


def insert_minimal(table: str, **values: object) -> None:
    """Insert a row whose other obligatory columns hold anything that fits them."""
    target = db.metadata.tables[table]
    row = {column.name: _sample(column.type) for column in target.columns if not column.nullable}
    db.session.execute(target.insert().values(row | values))


def _sample(kind: sa.types.TypeEngine[Any]) -> object:
    if isinstance(kind, UtcDateTime):
        return dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    if isinstance(kind, sa.JSON):
        return {}
    return {int: 1, str: "x", bool: False, dt.date: dt.date(2026, 3, 2)}[kind.python_type]
