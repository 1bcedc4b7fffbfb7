"""What a database is held against after it was put back: its schema and how many rows each table had."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

REVISION = sa.text("SELECT version_num FROM alembic_version")


class Figures(NamedTuple):
    """Read in one snapshot."""

    revision: str
    rows: dict[str, int]


def figures(connection: sa.Connection) -> Figures:
    """Of every table there is; the caller sees to the snapshot."""
    revision: str = connection.execute(REVISION).scalar_one()
    names = sorted(sa.inspect(connection).get_table_names())
    counted = {
        name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
        for name in names
    }
    return Figures(revision, counted)
