"""Files that a command was asked to read or to write."""

from __future__ import annotations

from pathlib import Path

import click

MOST_BYTES = 64 * 1024 * 1024  # as much as a page takes


def named(path: Path) -> str:
    """Its name as it can be written and kept: one that is no UTF-8, as of files packed elsewhere, with «�» in it."""
    return click.format_filename(path.name)


class Unreadable(click.FileError):
    """A file of which a command can make nothing; its exit code is that of misuse."""

    exit_code = 2


def read_file(path: Path) -> bytes:
    """Its content; one that is larger than a page would take is refused before it fills the memory."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(str(path), error.strerror or "") from error
    if len(content) > MOST_BYTES:
        raise Unreadable(str(path), f"文件超过 {MOST_BYTES >> 20} MB / larger than {MOST_BYTES >> 20} MB")
    return content


def require_place(path: Path, source: Path) -> None:
    """Refuse, before anything is done, a place in no folder, and one where `source` itself lies."""
    if not path.parent.is_dir():
        raise click.UsageError(f"没有这个文件夹 / no such folder: {path.parent}")
    if path.exists() and path.samefile(source):
        raise click.UsageError(f"会覆盖台账本身 / this would overwrite the ledger itself: {path}")


def write_file(path: Path, content: bytes) -> None:
    """Write it; a place that does not take it is told in one line."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.FileError(str(path), error.strerror or "") from error
