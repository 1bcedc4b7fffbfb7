"""The cast, with one who reviews budgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask_sqlalchemy import SQLAlchemy

from engine.foundation.actor import Actor
from tests.support.cast import Cast, assemble, join


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    clock_at(dt.datetime(2026, 9, 10, 10, 0))
    return assemble()


@pytest.fixture
def reviewer(cast: Cast) -> Actor:
    return join(cast, "budget", "dgw", "budget_reviewer")
