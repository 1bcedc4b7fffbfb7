"""How migrations meet the database: one transaction, one migrating process, no broken reference left behind."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from models import Base, db
from models.base import UtcDateTime

# Any number will do, if every process that migrates this database takes the same.
MIGRATING = 7_220_001


def plain_type(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write a migration in the types of SQLAlchemy alone: it must still run when ours have changed."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: sa.Connection) -> None:
    """Run the migrations that are due; all of them, or none."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
        render_item=plain_type,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            refuse_broken_references(connection)


def refuse_broken_references(connection: sa.Connection) -> None:
    """SQLite does not watch foreign keys while tables are rebuilt, so they are counted afterwards."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"the migration would leave rows without what they refer to: {broken[:10]}")


def watch_foreign_keys(connection: sa.Connection, state: Literal["ON", "OFF"]) -> None:
    """Rebuilding a table drops it, and SQLite would take its dependants along; only settable outside a transaction."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        driver.execute(f"PRAGMA foreign_keys={state}")


with db.engine.connect() as connection:
    watch_foreign_keys(connection, "OFF")
    try:
        migrate(connection)
    finally:
        connection.rollback()
        watch_foreign_keys(connection, "ON")
