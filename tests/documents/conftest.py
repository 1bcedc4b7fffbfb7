"""The cast, and a congress that has what it prints."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from engine.documents import press, setting
from tests.support.cast import Cast, assemble
from tests.support.journey import Journey


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    """The cast, on the fifth of February 2026, between sessions."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    return assemble()


@pytest.fixture
def journey(cast: Cast) -> Journey:
    """A case to be."""
    return Journey(cast)


SET: dict[str, bytes] = {}


@pytest.fixture
def press_at_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The press without its process of its own, and nothing set twice: for tests of what is printed, not of how.

    The second database prints the same as the first; test_setting tries the press as it is.
    """

    def set_here(job: dict[str, Any], files: Mapping[str, str]) -> bytes:
        asked = json.dumps([job, files], sort_keys=True, ensure_ascii=True).encode()
        name = hashlib.sha256(asked).hexdigest()
        if name not in SET:
            for file, text in files.items():
                (tmp_path / file).write_text(text, encoding="utf-8")
            monkeypatch.chdir(tmp_path)
            SET[name] = press._typst(job) if job["kind"] == "typst" else press._word(job)
        return SET[name]

    monkeypatch.setattr(setting, "_press", set_here)
