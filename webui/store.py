"""Where this installation keeps files."""

from __future__ import annotations

from pathlib import Path

from flask import current_app

from engine.casework.attachments import FileStore


def file_store() -> FileStore:
    """The store in the data folder."""
    return FileStore(Path(current_app.config["DATA_FOLDER"]) / "files")
