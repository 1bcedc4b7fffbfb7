"""The cast on stage, with two process administrators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask_sqlalchemy import SQLAlchemy

from engine.foundation.actor import Actor
from tests.support.cast import Cast, assemble, join
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


@pytest.fixture
def keeper(cast: Cast) -> Actor:
    """The process administrator."""
    return join(cast, "keeper", "dgw", "process_admin")


@pytest.fixture
def second(cast: Cast) -> Actor:
    """The other one, where four eyes are asked for."""
    return join(cast, "second", "dgw", "process_admin")
