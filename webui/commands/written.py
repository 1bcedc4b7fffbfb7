"""Files that a command was asked to write."""

from __future__ import annotations

from pathlib import Path

import click


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
