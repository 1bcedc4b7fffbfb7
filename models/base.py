"""The declarative base, the Flask-SQLAlchemy object and the column types all tables share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Integer, MetaData, String, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant: aware on the Python side, UTC in the database on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse a naive time: nobody could say which instant it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry its time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Give back UTC: SQLite forgets the zone, PostgreSQL answers in the session's."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


# SQLite numbers rows by itself only for INTEGER keys.
BigKey = BigInteger().with_variant(Integer, "sqlite")

Key = Annotated[int, mapped_column(BigKey, primary_key=True)]
Word = Annotated[str, mapped_column(String(64))]
Line = Annotated[str, mapped_column(String(500))]
Prose = Annotated[str, mapped_column(Text)]
Instant = Annotated[dt.datetime, mapped_column(UtcDateTime)]
Record = Annotated[dict[str, Any], mapped_column(JSON)]
Records = Annotated[list[dict[str, Any]], mapped_column(JSON)]


class Base(DeclarativeBase):
    """The base of every table; constraints are named so that both databases can migrate them."""

    metadata = MetaData(naming_convention=NAMES)


def reference(target: str, *, index: bool = True, **kwargs: Any) -> Any:
    """A foreign-key column to `table.column`, indexed unless a wider index already serves it."""
    return mapped_column(BigKey, ForeignKey(target), index=index, **kwargs)


class OneDatabase(Session):
    """A session on the one database there is, which does not ask of each statement's tables where they lie."""

    def get_bind(
        self,
        mapper: Any = None,
        clause: Any = None,
        bind: sa.Engine | sa.Connection | None = None,
        **kwargs: Any,
    ) -> sa.Engine | sa.Connection:
        """The engine of the running application."""
        return self._db.engine if bind is None else bind


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": OneDatabase})


def among(column: Any, words: Iterable[str]) -> sa.ColumnElement[bool]:
    """`column IN ('a', 'b')` for words that never change, written into the statement, which is then not built anew."""
    return cast(
        sa.ColumnElement[bool], column.in_([sa.literal_column(f"'{word}'", sa.String) for word in words])
    )


def one_of(column: Any, values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """`column IN (…)` for values that a statement is made for, bound one by one; it too is not built anew."""
    return cast(sa.ColumnElement[bool], column.in_([sa.literal(value) for value in values]))


def insert_unless(table: Any, dialect: str | None = None) -> Any:
    """An INSERT that knows ON CONFLICT, which each database spells for itself; by default for the present one."""
    spelling = dialect or db.engine.dialect.name
    return (postgresql.insert if spelling == "postgresql" else sqlite.insert)(table)
