"""What a database lacks when it cannot do what is rightly asked: itself, or space; what else it says is our fault."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa


class Lacking(StrEnum):
    """Neither is anybody's who asks; both may be over in a while."""

    DATABASE = "database"
    SPACE = "space"


# PostgreSQL: no connection, out of resources, told to stop, an error of the system below it. None: it never answered.
STATES = ("08", "53", "57P", "58")
FULL = "53100"
# SQLite: the names of its results.
NAMES = (
    "SQLITE_CANTOPEN",
    "SQLITE_IOERR",
    "SQLITE_BUSY",
    "SQLITE_READONLY",
    "SQLITE_NOTADB",
    "SQLITE_CORRUPT",
)


def what_is_lacking(error: sa.exc.DBAPIError) -> Lacking | None:
    """What made a statement fail, where that was no fault of the statement."""
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    state = getattr(error.orig, "sqlstate", "")
    if name.startswith("SQLITE_FULL") or state == FULL:
        return Lacking.SPACE
    unreachable = isinstance(error, sa.exc.OperationalError) and state is None
    stopped = error.connection_invalidated or name.startswith(NAMES) or (state or "").startswith(STATES)
    return Lacking.DATABASE if unreachable or stopped else None


def has_no_tables(error: sa.exc.DBAPIError) -> bool:
    """Whether the database is there and empty: nobody has migrated it yet."""
    undefined = getattr(error.orig, "sqlstate", "") == "42P01"
    return undefined or str(error.orig).startswith("no such table")
