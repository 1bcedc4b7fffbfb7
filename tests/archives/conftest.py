"""A suggestion at the end of its life, with an attachment, ready to be archived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from engine.archives.archiving import CHECKS, archive_case
from engine.casework.attachments import FileStore, add_attachment
from engine.foundation.actor import Actor
from tests.publication.conftest import prepare, release, sign, solved
from tests.support.cast import Cast, assemble, join
from tests.support.journey import Journey


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    """The cast, on the fifth of February 2026, between sessions."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    return assemble()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    """Where files lie."""
    return FileStore(tmp_path / "files")


@pytest.fixture
def archivist(cast: Cast) -> Actor:
    """The archivist of the office."""
    return join(cast, "archivist", "dgw", "archivist")


def closed(cast: Cast, store: FileStore, *, publish: bool = True) -> Journey:
    """A closed case with an attachment."""
    journey = Journey(cast).draft()
    content = b"%PDF-1.4 what the deputy brought along"
    add_attachment(
        cast.actor("deputy1"), case_id=journey.case_id, filename="a.pdf", content=content, store=store
    )
    journey.submit().accept().assign().sign_for().contact()
    sign(journey, **solved(journey)).evaluate()
    if publish:
        prepare(journey)
        release(journey)
    return journey


def merged_and_answered(cast: Cast) -> Journey:
    """A case that was merged into another, answered with it and evaluated by its own proposer."""
    main = Journey(cast).draft().submit().accept()
    other = Journey(cast).draft("deputy2", title="关于煤矸石利用的另一件建议")
    other.do("deputy2", "draft", confirmed=True)
    other.accept().act("assigner", "merge", main=main.case.number, reason="内容相同")
    main.assign().sign_for().contact().reply()
    other.do("deputy2", "evaluate_merged", attitude="satisfied", result="satisfied", reasons="")
    return other


def archive(actor: Actor, journey: Journey, store: FileStore, **over: Any) -> str:
    """Archive it."""
    wanted = {"number": "X1-2026-0001", "retention": "permanent", "checks": CHECKS, **over}
    return archive_case(actor, case_id=journey.case_id, store=store, **wanted)
