"""Migrations make what the models say, on both databases, and lose nothing on the way."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from flask import Flask

from models import db
from tests.foundation.conftest import CLERK, insert_minimal, note


@pytest.fixture
def config(fresh_database: Flask) -> Config:
    configuration: Config = fresh_database.extensions["migrate"].migrate.get_config()
    return configuration


def rows(table: str) -> list[tuple[object, ...]]:
    found = db.session.execute(sa.text(f"SELECT * FROM {table}")).all()
    db.session.rollback()
    return [tuple(row) for row in found]


def test_models_and_migrations_agree(config: Config) -> None:
    command.check(config)


def test_partial_indexes_are_partial_on_this_database(fresh_database: Flask, dialect: str) -> None:
    partial = [
        index
        for table in db.metadata.sorted_tables
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    ]
    assert partial
    source = "sqlite_master WHERE name" if dialect == "sqlite" else "pg_indexes WHERE indexname"
    column = "sql" if dialect == "sqlite" else "indexdef"
    for index in partial:
        made = db.session.execute(sa.text(f"SELECT {column} FROM {source} = :name"), {"name": index.name})
        assert " WHERE " in made.scalar_one()


def test_each_partial_index_says_the_same_on_both_databases() -> None:
    for table in db.metadata.sorted_tables:
        for index in table.indexes:
            here, there = (index.dialect_options[each]["where"] for each in ("sqlite", "postgresql"))
            assert (here is None) == (there is None), index.name


def test_going_down_and_up_again_ends_where_it_began(fresh_database: Flask, config: Config) -> None:
    note(CLERK, (1, 2))
    insert_minimal("congress", id=1)
    db.session.commit()
    command.downgrade(config, "base")
    assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
    command.upgrade(config, "head")
    command.check(config)
    note(CLERK, (1,))
    assert len(rows("audit_event")) == 1


def test_migrating_what_is_migrated_already_keeps_every_row(fresh_database: Flask, config: Config) -> None:
    note(CLERK, (1, 2))
    before = rows("audit_event")
    command.upgrade(config, "head")
    assert rows("audit_event") == before
    assert len(before) == 2


def test_a_rebuilt_table_keeps_the_rows_that_refer_to_it(fresh_database: Flask, config: Config) -> None:
    """SQLite changes a column by rebuilding the table, which must not take dependants along."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    insert_minimal("congress", id=1)
    insert_minimal("congress", id=2, code="y", parent_id=1)
    insert_minimal("user_account", id=1, congress_id=2)
    db.session.commit()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("congress") as batch:
            batch.alter_column("contact_phone", nullable=True)
        connection.commit()
    assert [row[0] for row in rows("congress")] == [1, 2]
    assert len(rows("user_account")) == 1
