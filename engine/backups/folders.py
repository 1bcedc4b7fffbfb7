"""The folder of a backup: which files it has, their hashes, and how it comes to be whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from engine.backups.refusals import BackupRefused
from engine.foundation.arriving import arriving
from engine.foundation.language import _

FORMAT = "duban-backup/1"
MANIFEST = "manifest.json"
CHECKPOINT = "checkpoint.json"
DATA = "data"  # what lies beside the database: the files of the store, and the secrets of the installation
CHUNK = 1 << 20


class NoBackup(BackupRefused):
    """The folder has no manifest that can be read: no backup, or not a whole one."""

    text = _("{folder}不是完整的备份：没有可读的清单。")


class FolderTaken(BackupRefused):
    """A backup is never written over something."""

    text = _("{folder}已经存在。请另指定一个新的文件夹。")


class FolderUnwritable(BackupRefused):
    """The disk is full, or it may not be written there."""

    text = _("备份写不到{folder}：{reason}。没有留下备份。")


class FilesDamaged(BackupRefused):
    """What lies in the folder is not what was put there."""

    text = _("备份已损坏，{count}个文件与清单不符：{names}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str  # ISO 8601, UTC
    database: str  # the SQLAlchemy name of the database system
    revision: str  # of the schema
    rows: dict[str, int]  # table → rows at the moment of the backup
    checkpoint: str  # hash of the audit checkpoint that was taken just before
    files: dict[str, tuple[str, int]]  # path within the folder → SHA-256 and size in bytes


@contextlib.contextmanager
def arising(folder: Path) -> Iterator[Path]:
    """A folder to write a backup into, which takes its name once all is written; after a failure nothing is left.

    Raises FolderTaken and FolderUnwritable.
    """
    if folder.exists():
        raise FolderTaken(folder=folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Beside it, as only within one file system a folder is renamed; readable by its owner alone.
        with tempfile.TemporaryDirectory(
            prefix=f"{folder.name}.", suffix=".part", dir=folder.parent
        ) as place:
            part = Path(place) / folder.name
            part.mkdir(mode=0o700)
            yield part
            _settle(part)
            part.rename(folder)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise FolderUnwritable(folder=folder, reason=reason) from error


def _settle(folder: Path) -> None:
    """Let the disk have every byte before the folder may be taken for a backup."""
    for path in _files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())


def copied(source: Path, target: Path) -> str:
    """Copy a file; gives the SHA-256 of what was read. Whatever lay at the target is replaced in one go."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sha256 = hashlib.sha256()
    # The rights come along before the first byte: some of them are secrets.
    with source.open("rb") as read, arriving(target, source.stat().st_mode & 0o777) as written:
        while chunk := read.read(CHUNK):
            sha256.update(chunk)
            written.write(chunk)
    return sha256.hexdigest()


def write_manifest(folder: Path, **values: Any) -> None:
    """The last thing written into a backup: without it a folder is none."""
    files = {
        path.relative_to(folder).as_posix(): (_hash(path), path.stat().st_size) for path in _files(folder)
    }
    document = {"format": FORMAT, **values, "files": files}
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    (folder / MANIFEST).write_bytes(orjson.dumps(document, option=options))


def read_manifest(folder: Path) -> Manifest:
    """Raises NoBackup."""
    try:
        document = orjson.loads((folder / MANIFEST).read_bytes())
        if document.pop("format") != FORMAT:
            raise ValueError("another format")
        document["files"] = {name: (sha256, size) for name, (sha256, size) in document["files"].items()}
        return Manifest(**document)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoBackup(folder=folder) from error


def require_whole(folder: Path, manifest: Manifest) -> None:
    """Every file of the manifest, and no other, is there as it was written. Raises FilesDamaged."""
    there = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    there.pop(MANIFEST, None)
    wrong = sorted(there.keys() ^ manifest.files.keys())
    for name in sorted(there.keys() & manifest.files.keys()):
        sha256, size = manifest.files[name]
        if there[name].stat().st_size != size or _hash(there[name]) != sha256:
            wrong.append(name)
    if wrong:
        raise FilesDamaged(count=len(wrong), names="、".join(wrong[:20]))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
