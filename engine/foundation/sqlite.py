"""SQLite made to keep its promises: durable, with foreign keys, one writer at a time."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from engine.foundation.transaction import is_writing

# recursive_triggers: without it INSERT OR REPLACE deletes a row past the triggers that keep the audit trail.
PRAGMAS: tuple[str, ...] = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "recursive_triggers=ON",
)


def prepare(engine: sa.Engine) -> None:
    """Set every connection of `engine` up; a use case takes the write lock when it begins.

    A transaction that first reads and then writes would find its snapshot outdated under load and fail;
    taking the lock at the start makes writers wait in a row instead.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    # Not the engine's event of that name: an engine with a listener asks for more of them around every statement.
    engine.dialect.do_begin = _begin  # type: ignore[assignment,method-assign]


def _begin(connection: Any) -> None:
    connection.execute("BEGIN IMMEDIATE" if is_writing() else "BEGIN")
