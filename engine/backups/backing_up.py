"""Making a backup while the program serves, and putting one back into an installation that nobody has used."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import sqlalchemy as sa

from engine.backups import postgres, sqlite
from engine.backups.figures import figures
from engine.backups.folders import (
    CHECKPOINT,
    DATA,
    Manifest,
    arising,
    copied,
    read_manifest,
    require_whole,
    write_manifest,
)
from engine.backups.refusals import BackupRefused
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.arriving import PART
from engine.foundation.audit_checkpoints import Checkpoint, export, take_checkpoint
from engine.foundation.language import _
from models import Congress, db

STORE = "files"
# The signing key of packages, and the secret that addresses of groups are sealed with: without it they are lost.
SECRETS = ("secret", "process-signing.key")
# Lies in the data folder while a backup is being put back, and names the database: nobody serves it then.
UNFINISHED = "restore.unfinished"


class NotEmpty(BackupRefused):
    """A backup is put back only where nobody has begun to work."""

    text = _("这个系统里已有数据，备份只能恢复到空的系统。")


class NothingToKeep(BackupRefused):
    """The database has no tables: another one is meant, or the program was never started."""

    text = _("这个数据库里还没有系统的表，没有可备份的。请确认 DUBAN_DATA 或 DATABASE_URL。")


class OtherDatabase(BackupRefused):
    """SQLite's backup is for SQLite, and PostgreSQL's for PostgreSQL."""

    text = _("备份来自 {made_of}，这个系统用的是 {here}，不能恢复。")


class RowsDiffer(BackupRefused):
    """What was put back is not what was kept."""

    text = _("恢复后的行数与备份时不同：{tables}")


def make_backup(actor: Actor, *, folder: Path, data: Path) -> Manifest:
    """Write all that the installation holds, as of one moment, into a new folder; people work on meanwhile.

    Raises NothingToKeep, FolderTaken, FolderUnwritable, of SQLite DatabaseDamaged, of PostgreSQL NoTool and ToolFailed.
    """
    with db.engine.connect() as connection:
        if not _has_tables(connection):
            raise NothingToKeep
    with arising(folder) as part:
        checkpoint = take_checkpoint(actor)
        (part / CHECKPOINT).write_bytes(_exported(checkpoint))
        # The database before the files: a row speaks only of files that were kept before it, and none is deleted.
        counted = _kind(db.engine).dump(db.engine, part)
        _copy_data(data, part / DATA)
        write_manifest(
            part,
            made_at=clock.now().isoformat(),
            database=db.engine.dialect.name,
            checkpoint=checkpoint.hash,
            **counted._asdict(),
        )
    return read_manifest(folder)


def check_backup(folder: Path) -> Manifest:
    """All files are there as they were written, and PostgreSQL's can be read to the end.

    Whether the database of SQLite opens, and its trail is sound, the caller learns by putting it back somewhere.
    Raises NoBackup, FilesDamaged, and of PostgreSQL NoTool and ToolFailed.
    """
    manifest = read_manifest(folder)
    require_whole(folder, manifest)
    if manifest.database == "postgresql":
        postgres.require_readable(folder)
    return manifest


def restore_backup(folder: Path, *, data: Path) -> Manifest:
    """Make this installation what the backup has; nothing may serve it meanwhile, nor before `settle_restored`.

    The database comes whole or not at all. A restoring that breaks off, at whatever moment, can be begun again.
    Raises NotEmpty, OtherDatabase, RowsDiffer and what `check_backup` raises.
    """
    manifest = check_backup(folder)
    db.session.remove()
    engine = db.engine
    if manifest.database != engine.dialect.name:
        raise OtherDatabase(made_of=manifest.database, here=engine.dialect.name)
    if not is_unfinished(data) and _in_use(engine):
        raise NotEmpty
    data.mkdir(parents=True, exist_ok=True)
    (data / UNFINISHED).write_text(_named(engine))
    _copy_data(folder / DATA, data)
    _kind(engine).load(engine, folder)
    with engine.connect() as connection:
        there = figures(connection).rows
    differing = sorted(name for name in there | manifest.rows if there.get(name) != manifest.rows.get(name))
    if differing:
        raise RowsDiffer(tables="、".join(differing))
    return manifest


def is_unfinished(data: Path) -> bool:
    """Whether a backup was being put back into this very database, and that has not come to its end."""
    mark = data / UNFINISHED
    return mark.exists() and mark.read_text() in ("", _named(db.engine))


def settle_restored(data: Path) -> None:
    """Let the installation be served: what was put back has been looked at, whatever was found."""
    (data / UNFINISHED).unlink(missing_ok=True)


def _named(engine: sa.Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _kind(engine: sa.Engine) -> ModuleType:
    return sqlite if engine.dialect.name == "sqlite" else postgres


def _exported(checkpoint: Checkpoint) -> bytes:
    try:
        return export(checkpoint)
    finally:
        db.session.rollback()  # it has only read


def _in_use(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        if not _has_tables(connection):
            return False
        return bool(connection.execute(sa.select(sa.exists(sa.select(Congress.id)))).scalar())


def _has_tables(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table(Congress.__tablename__)


def _copy_data(source: Path, target: Path) -> None:
    kept = [path for path in (source / STORE).rglob("*") if path.is_file() and path.suffix != PART]
    kept += [source / name for name in SECRETS if (source / name).is_file()]
    for path in kept:
        copied(path, target / path.relative_to(source))
