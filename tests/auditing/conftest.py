"""The auditor and what he audits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask_sqlalchemy import SQLAlchemy

from engine.foundation.actor import Actor
from tests.foundation.conftest import tamper as tamper
from tests.support.cast import Cast, assemble, join


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    """The cast, on the fifth of February 2026, between sessions."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    return assemble()


@pytest.fixture
def auditor(cast: Cast) -> Actor:
    """The auditor of the congress."""
    return join(cast, "auditor", "dgw", "auditor")


@pytest.fixture
def foreigner(cast: Cast) -> Actor:
    """The auditor of another congress."""
    return join(assemble("15", "邻省人民代表大会"), "auditor", "dgw", "auditor")
