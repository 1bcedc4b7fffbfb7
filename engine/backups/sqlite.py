"""SQLite copied while people write, by its own online backup: one moment, and nobody waits for it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from engine.backups.figures import Figures, figures
from engine.backups.refusals import BackupRefused
from engine.foundation.language import _

NAME = "duban.sqlite3"


class DatabaseDamaged(BackupRefused):
    """Pages of the database file are not what SQLite wrote."""

    text = _("数据库文件已损坏，不能备份：{reason}")


def dump(engine: sa.Engine, folder: Path) -> Figures:
    """Copy the database into the folder as one file; gives its figures. Raises DatabaseDamaged."""
    copy = folder / NAME
    _copy(Path(str(engine.url.database)), copy)
    reading = sa.create_engine(f"sqlite:///{copy}")
    try:
        with reading.connect() as connection:
            found = connection.execute(sa.text("PRAGMA quick_check(1)")).scalar_one()
            if found != "ok":
                raise DatabaseDamaged(reason=found)
            return figures(connection)
    finally:
        reading.dispose()


def load(engine: sa.Engine, folder: Path) -> None:
    """Put the copy in the place of the engine's database, whole or not at all."""
    engine.dispose()
    _copy(folder / NAME, Path(str(engine.url.database)))


def _copy(source: Path, target: Path) -> None:
    # immutable or read-only would keep the source from recovering what a killed process left in its log
    with (
        contextlib.closing(sqlite3.connect(source)) as read,
        contextlib.closing(sqlite3.connect(target)) as written,
    ):
        read.backup(written)  # all pages in one step: a single snapshot
        written.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
