"""What the other tests stand on does what it says."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask, g

from engine.foundation import clock, sqlite
from models import db
from tests.support import databases, web

# Two runs of the same test: the second would find what the first one left behind.
twice = pytest.mark.parametrize("run", [1, 2])


def count(table: str) -> int:
    return int(db.session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


@pytest.fixture
def marks(database: object) -> str:
    """A table that only this test's transaction knows."""
    db.session.execute(sa.text("CREATE TABLE mark (id INTEGER)"))
    db.session.commit()
    return "mark"


@twice
def test_a_committed_change_is_gone_after_the_test(marks: str, run: int) -> None:
    db.session.execute(sa.text("INSERT INTO mark VALUES (1)"))
    db.session.commit()
    db.session.remove()
    assert count(marks) == 1


def test_a_rollback_undoes_only_what_was_not_committed(marks: str) -> None:
    db.session.execute(sa.text("INSERT INTO mark VALUES (1)"))
    db.session.commit()
    db.session.execute(sa.text("INSERT INTO mark VALUES (2)"))
    db.session.rollback()
    assert count(marks) == 1


def test_each_copy_of_the_database_is_migrated_and_apart_from_the_others(
    fresh_database: Flask, dialect: str
) -> None:
    tables = sa.inspect(db.engine).get_table_names()
    assert set(db.metadata.tables) <= set(tables)
    assert db.engine.dialect.name == {"sqlite": "sqlite", "postgres": "postgresql"}[dialect]


def test_sqlite_keeps_its_promises_in_tests_as_in_use(fresh_database: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(sa.text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert db.session.execute(sa.text("PRAGMA foreign_keys")).scalar_one() == 1


def test_only_the_tests_leave_the_disk_its_time(fresh_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "PRAGMAS", sqlite.PRAGMAS[:-1])  # as they stand in the program
    app = databases.bare_app(fresh_url)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            full = 2
            assert db.session.execute(sa.text("PRAGMA synchronous")).scalar_one() == full
        db.session.remove()
        db.engine.dispose()


def test_a_visitor_does_not_inherit_the_user_of_another() -> None:
    app = Flask(__name__)
    app.test_client_class = web.Visitor
    app.add_url_rule("/who", view_func=lambda: g.get("_login_user", "nobody"))
    with app.app_context():
        g._login_user = "somebody else"
        assert app.test_client().get("/who").text == "nobody"


def test_the_clock_stays_where_the_test_put_it(clock_at: object) -> None:
    assert callable(clock_at)
    clock_at(dt.datetime(2026, 2, 14, 0, 30))
    assert clock.now() == dt.datetime(2026, 2, 13, 16, 30, tzinfo=dt.UTC)
    assert clock.today() == dt.date(2026, 2, 14)


def test_the_databases_named_in_the_environment_are_the_ones_in_use(dialect: str) -> None:
    assert dialect in databases.DIALECTS
