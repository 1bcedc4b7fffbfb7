"""The cast, with those who fill in, review, confirm and publish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.support.cast import Cast, assemble, join


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    """The cast on the fifth of February 2026, with two budget reviewers."""
    import dataclasses

    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    cast = assemble()
    more = {
        name: join(cast, name, "dgw", "budget_reviewer").user_id for name in ("reviewer_one", "reviewer_two")
    }
    return dataclasses.replace(cast, users={**cast.users, **more})
