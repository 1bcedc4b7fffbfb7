"""B6: an inbox page among a thousand, a hundred thousand and a million tasks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from flask import Flask

from engine.casework.readings import inbox
from engine.foundation.actor import Actor
from models import Case, Task, db
from tests.bench.databases import Cellars, stage
from tests.bench.findings import Finding, median_ratio, milliseconds, seconds
from tests.bench.journeys import TimedJourney, actors_of
from tests.support.databases import Cellar

PER_CASE = 10
OPEN_EACH = 10  # one task in ten is open
INBOXES = 40  # among so many inboxes the open ones are spread, at any size
READER = "slt_clerk"

CASE_COLUMNS = [column.name for column in Case.__table__.columns if column.name not in ("id", "number")]
TASK_COLUMNS = [column.name for column in Task.__table__.columns if column.name != "id"]
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :many)",
    "postgresql": "WITH n(i) AS (SELECT generate_series(0, :many - 1))",
}


class Hall:
    """A database with so many tasks, and one reader in it."""

    def __init__(self, app: Flask, actor: Actor, size: int) -> None:
        self.app = app
        self.actor = actor
        self.size = size
        self.statement, self.parameters = self._page_statement()
        self.raw = db.engine.raw_connection()

    def _page_statement(self) -> tuple[str, Any]:
        said: list[tuple[str, Any]] = []

        def note(_c: Any, _u: Any, statement: str, parameters: Any, _x: Any, _m: bool) -> None:
            said.append((statement, parameters))

        with listening(note):
            page = inbox.todo(self.actor, inbox.Filters())
        if len(page.rows) != inbox.PAGE:
            raise RuntimeError(f"the page has {len(page.rows)} rows")
        return said[-1]

    def sql(self) -> None:
        """The page's statement alone, by the driver."""
        cursor = self.raw.cursor()
        cursor.execute(self.statement, self.parameters)
        cursor.fetchall()
        cursor.close()

    def whole(self) -> None:
        """The whole reading, as a page of the web asks for it."""
        with self.app.app_context():
            inbox.todo(self.actor, inbox.Filters())


@contextlib.contextmanager
def listening(note: Callable[..., None]) -> Iterator[None]:
    """Hear every statement before it is run."""
    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def pages(cellars: Cellars, dialect: str, quick: bool) -> Iterator[Finding]:
    """B6 on one database system."""
    sizes = (1_000, 10_000) if quick else (1_000, 100_000, 1_000_000)
    with cellars.open(dialect) as databases, contextlib.ExitStack() as stack:
        halls = [_hall(stack, databases, size) for size in sizes]
        sql: dict[int, list[float]] = {size: [] for size in sizes}
        whole: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(5 if quick else 200):
            for hall in halls:
                sql[hall.size].append(seconds(hall.sql))
                whole[hall.size].append(seconds(hall.whole))
        for hall in halls:
            hall.raw.close()
    name = "SQLite" if dialect == "sqlite" else "PostgreSQL"
    for size in sizes[1:]:
        yield Finding(
            "B6",
            f"待办一页：{size:,} ÷ 1,000 件 / inbox page (SQL) at {size:,} ÷ 1,000 tasks, {name}",
            median_ratio(sql[size], sql[1_000]),
            floor=2.0,
            at_most=True,
            basis=f"{milliseconds(sql[size])} ÷ {milliseconds(sql[1_000])}",
        )
    largest = sorted(whole[sizes[-1]])
    yield Finding(
        "B6",
        f"待办一页，{sizes[-1]:,} 件 / inbox page, the whole reading at {sizes[-1]:,} tasks, {name}",
        largest[len(largest) // 2] * 1000,
        " ms",
        5.0,
        True,
        basis=f"SQL {milliseconds(sql[sizes[-1]])}",
    )


def _hall(stack: contextlib.ExitStack, databases: Cellar, size: int) -> Hall:
    app, cast = stack.enter_context(stage(databases.fresh()))
    actors = actors_of(cast)
    TimedJourney(cast, actors).assigned()
    # A thousand tasks have a hundred open ones: half of them are the reader's, so that his page is full.
    mine = 2 if size <= 1_000 else INBOXES
    reader, other = cast.organizations["slt"], cast.organizations["czt"]
    multiply("cases", CASE_COLUMNS, size // PER_CASE, {})
    changed = {
        "case_id": f"(SELECT min(id) FROM cases) + n.i / {PER_CASE}",
        "open": f"(n.i % {OPEN_EACH}) = 0",
        "organization_id": f"CASE WHEN (n.i / {OPEN_EACH}) % {mine} = 0 THEN {reader} ELSE {other} END",
        "role": "'case_officer'",
        "user_id": "NULL",
        "assignee_id": "NULL",
        "closed_by": "NULL",
    }
    multiply("task", TASK_COLUMNS, size, changed)
    return Hall(app, actors[READER], size)


def multiply(table: str, columns: list[str], many: int, changed: Mapping[str, str], one: str = "") -> None:
    """Copy a row of a table (the first) so many times, some columns written anew from the number `n.i`."""
    given = ", ".join(changed.get(column, f"one.{column}") for column in columns)
    one = one or f"(SELECT * FROM {table} ORDER BY id LIMIT 1)"
    with db.engine.begin() as connection:
        numbers = NUMBERS[connection.dialect.name]
        insert = f"INSERT INTO {table} ({', '.join(columns)})"
        connection.execute(sa.text(f"{insert} {numbers} SELECT {given} FROM n, {one} AS one"), {"many": many})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
