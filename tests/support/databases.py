"""Databases for tests: migrated once, then copied or rolled back, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, cast

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate, upgrade
from psycopg import pq

from engine.foundation import postgres as remembering
from engine.foundation import sqlite
from models import db
from tests.support import postgres

ROOT = Path(__file__).resolve().parents[2]
DIALECTS = tuple(os.environ.get("DUBAN_TEST_DATABASES", "sqlite").split(","))

# A commit inside a test only closes a savepoint of the outer transaction, which is rolled back at the end.
db.session.session_factory.configure(join_transaction_mode="create_savepoint")


class Cellar(Protocol):
    """Where copies of the migrated database come from."""

    def fresh(self) -> str:
        """The URL of a new database that has every table and the rows the migrations brought."""

    def furnished(self, furnish: Callable[[str], None]) -> Cellar:
        """A cellar whose copies have besides what `furnish` writes into the database of a URL, and lets go of."""


class SqliteCellar:
    """Copies are copies of a file."""

    def __init__(self, folder: Path, name: str = "", furnish: Callable[[str], None] | None = None) -> None:
        self.folder = folder
        self.name = name
        self.numbers = itertools.count(1)
        self.template = folder / f"template{name}.sqlite3"
        (furnish or migrate)(
            f"sqlite:///{self.template}"
        )  # closing the last connection empties the write-ahead log

    def fresh(self) -> str:
        path = self.folder / f"copy{self.name}-{next(self.numbers)}.sqlite3"
        shutil.copyfile(self.template, path)
        return f"sqlite:///{path}"

    def furnished(self, furnish: Callable[[str], None]) -> SqliteCellar:
        shutil.copyfile(self.template, self.folder / "template-furnished.sqlite3")
        return SqliteCellar(self.folder, "-furnished", furnish)


class PostgresCellar:
    """Copies are made by the server from a template that nobody is connected to."""

    def __init__(
        self, server: postgres.Server, name: str = "duban", furnish: Callable[[str], None] | None = None
    ) -> None:
        self.server = server
        self.name = name
        self.numbers = itertools.count(1)
        template = "template1" if furnish is None else "template_duban"
        server.run(f"CREATE DATABASE template_{name} TEMPLATE {template}")
        (furnish or migrate)(server.url(f"template_{name}"))

    def fresh(self) -> str:
        name = f"copy_{self.name}_{next(self.numbers)}"
        self.server.run(f"CREATE DATABASE {name} TEMPLATE template_{self.name}")
        return self.server.url(name)

    def furnished(self, furnish: Callable[[str], None]) -> PostgresCellar:
        return PostgresCellar(self.server, "furnished", furnish)


@contextlib.contextmanager
def cellar(dialect: str, folder: Path) -> Iterator[Cellar]:
    """The cellar of one database system."""
    if dialect == "sqlite":
        yield SqliteCellar(folder)
    else:
        with postgres.running() as server:
            yield PostgresCellar(server)


def bare_app(url: str, **config: Any) -> Flask:
    """The database without the web: what the engine's own tests need, so that they prove it knows no web."""
    app = Flask("duban", root_path=str(ROOT))
    app.config.update(SQLALCHEMY_DATABASE_URI=url, TESTING=True, **config)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "models" / "migrations"), render_as_batch=True)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine)
        else:
            remembering.prepare(db.engine)
    return app


def migrate(url: str) -> None:
    """Bring the database to the newest schema the way an installation does, and let go of it."""
    app = bare_app(url)
    with app.app_context():
        upgrade()
        db.engine.dispose()


@contextlib.contextmanager
def forgetting(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose every change is undone at the end, whatever was committed through it."""
    _mark_plainly(engine.dialect)
    with engine.connect() as connection:
        outer = connection.begin()
        try:
            yield connection
        finally:
            outer.rollback()


def _mark_plainly(dialect: Any) -> None:
    """Let savepoints, in which every step of a test begins and ends, be said to the database without being compiled."""
    say = _say_to_sqlite if dialect.name == "sqlite" else _say_to_postgres
    dialect.do_savepoint = lambda connection, name: say(connection, f"SAVEPOINT {name}")
    dialect.do_release_savepoint = lambda connection, name: say(connection, f"RELEASE SAVEPOINT {name}")
    dialect.do_rollback_to_savepoint = lambda connection, name: say(
        connection, f"ROLLBACK TO SAVEPOINT {name}"
    )


def _say_to_sqlite(connection: sa.Connection, text: str) -> None:
    driven: Any = connection.connection.driver_connection
    driven.execute(text)


def _say_to_postgres(connection: sa.Connection, text: str) -> None:
    server = cast(Any, connection.connection.driver_connection).pgconn
    if server.transaction_status == pq.TransactionStatus.IDLE:
        remembering.run(server, b"BEGIN")  # as the driver does before its first statement
    remembering.run(server, text.encode())


@contextlib.contextmanager
def bound(app: Flask, connection: sa.Connection) -> Iterator[None]:
    """Let `app` see the database through this one connection."""
    with app.app_context():
        engines: dict[Any, Any] = db.engines  # type: ignore[assignment]  # a session may be bound to a connection too
    usual = engines[None]
    engines[None] = connection
    try:
        yield
    finally:
        engines[None] = usual
