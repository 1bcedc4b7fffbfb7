"""The bare limit: the rows that real completions wrote, written again by nothing but SQLAlchemy Core.

The rows go into copies of the tables with the same columns and plain indexes, but without keys to other tables
and without uniqueness, which makes the bare side a little faster than any program could be.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from models import db

WRITE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?')
SET = re.compile(r" SET (.*?) WHERE ", re.S)
COLUMN = re.compile(r'(?:^|, )"?(\w+)"?=')
PREFIX = "bare_"

Statement = tuple[sa.Executable, list[dict[str, Any]]]
Statements = list[Statement]


@dataclass(frozen=True, slots=True)
class Write:
    """One kind of write of a step: how many rows of which table, and which columns an update sets."""

    verb: str
    table: str
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class Writes:
    """What one step wrote; statements that found no row are no rows."""

    rows: Counter[Write] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """The number of rows."""
        return sum(self.rows.values())

    def per(self, had: int, wanted: int) -> Writes:
        """What `wanted` would have written where `had` wrote this."""
        return Writes(Counter({write: round(count * wanted / had) for write, count in self.rows.items()}))


@contextmanager
def recorded() -> Iterator[Callable[[], Writes]]:
    """Watch the database; each call gives what was written since the last."""
    writes = Writes()

    def note(_c: Any, cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        found = WRITE.match(statement)
        if found is not None:
            rows = _number(cursor, statement, parameters if many else None)
            writes.rows[_kind(found[1], found[2], statement)] += rows

    def since() -> Writes:
        nonlocal writes
        done, writes = writes, Writes()
        return done

    sa.event.listen(db.engine, "after_cursor_execute", note)
    try:
        yield since
    finally:
        sa.event.remove(db.engine, "after_cursor_execute", note)


def _number(cursor: Any, statement: str, many: Any) -> int:
    """How many rows were written; an insert that gives rows back does not say, so its values are counted."""
    if many is not None:
        return len(many)
    if " VALUES " in statement:
        return statement.partition(" VALUES ")[2].count("), (") + 1
    return max(cursor.rowcount, 0)


def _kind(verb: str, table: str, statement: str) -> Write:
    if "ON CONFLICT (chain)" in statement:  # the head of a chain that is there is moved on
        return Write("UPDATE", table, ("position",))
    if verb == "UPDATE":
        set_ = SET.search(statement + " WHERE ")
        return Write(verb, table, tuple(COLUMN.findall(set_[1] if set_ else "")))
    return Write(verb.split()[0], table)


class BareTables:
    """Copies of tables that take the rows; made from what the real tables hold, a thousand rows in each.

    A quick run, which only proves that everything runs, has a hundred: what it changes beyond them changes nothing.
    """

    def __init__(self, engine: sa.Engine, *, quick: bool = False) -> None:
        self.engine = engine
        many = 100 if quick else 1000
        self.metadata = sa.MetaData()
        self.rows: dict[str, dict[str, Any]] = {}
        self.tables = {name: self._copy(name) for name in db.metadata.tables}
        self.metadata.create_all(engine)
        with engine.begin() as connection:
            for name, table in self.tables.items():
                if self.rows[name]:
                    connection.execute(table.insert(), [dict(self.rows[name]) for _ in range(many)])

    def _copy(self, name: str) -> sa.Table:
        original = db.metadata.tables[name]
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(original).limit(1)).mappings().first()
        self.rows[name] = {key: value for key, value in dict(row or {}).items() if key != "id"}
        columns = [
            sa.Column(column.name, column.type, nullable=True)
            for column in original.columns
            if column.name != "id"
        ]
        number = sa.Column(
            "id", original.columns["id"].type if "id" in original.c else sa.Integer, primary_key=True
        )
        copy = sa.Table(PREFIX + name, self.metadata, number, *columns)
        for index in original.indexes:
            sa.Index(
                f"{PREFIX}{index.name}",
                *(copy.c[column.name] for column in index.columns),
                **{key: value for key, value in index.dialect_kwargs.items() if key.endswith("_where")},
            )
        return copy

    def statements(self, writes: Writes) -> Statements:
        """One prepared statement for each kind of write of a step, all its rows in one execution."""
        return [self.statement(write, count) for write, count in writes.rows.items() if count]

    def statement(self, write: Write, count: int) -> Statement:
        """One kind of write with its rows."""
        table, row = self.tables[write.table], self.rows[write.table]
        if write.verb == "INSERT":
            return table.insert(), [row] * count
        of_id = table.c.id == sa.bindparam("of_id")
        if write.verb == "DELETE":
            return table.delete().where(of_id), [{"of_id": 0}] * count
        values: dict[str, Any] = {column: sa.bindparam(f"new_{column}") for column in write.columns}
        new = {f"new_{column}": row[column] for column in write.columns}
        return table.update().where(of_id).values(values), [{**new, "of_id": n + 1} for n in range(count)]


class BareSteps:
    """The same steps as a walk, each one bare transaction."""

    def __init__(self, tables: BareTables, steps: Sequence[Writes]) -> None:
        self.engine = tables.engine
        self.steps = [tables.statements(step) for step in steps]
        self.rows = sum(step.total for step in steps) / len(steps)
        self.turn = 0

    def run(self, before_commit: Callable[[int, sa.Connection], object] | None = None) -> float:
        """All steps once, on other rows each time; gives the seconds."""
        self.turn = (self.turn + 13) % 900
        begun = time.perf_counter()
        for number, step in enumerate(self.steps):
            with self.engine.begin() as connection:
                if before_commit is not None:
                    before_commit(number, connection)
                for statement, rows in step:
                    self._write(connection, statement, rows)
        return time.perf_counter() - begun

    def _write(self, connection: sa.Connection, statement: sa.Executable, rows: list[dict[str, Any]]) -> None:
        if "of_id" in rows[0]:
            rows = [{**row, "of_id": row["of_id"] + self.turn} for row in rows]
        connection.execute(statement, rows[0] if len(rows) == 1 else rows)
