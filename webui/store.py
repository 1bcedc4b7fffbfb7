"""Where this installation keeps files."""

from __future__ import annotations

import functools
from pathlib import Path

from flask import current_app

from engine.casework.attachments import FileStore


def file_store() -> FileStore:
    """The store in the data folder."""
    return _store(current_app.config["DATA_FOLDER"])


@functools.cache
def _store(folder: str) -> FileStore:
    return FileStore(Path(folder) / "files")
