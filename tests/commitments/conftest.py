"""The cast, and a suggestion whose reply has promised something."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from models import Commitment, db
from tests.casework.conftest import cast, journey
from tests.support.journey import Journey

__all__ = ["cast", "journey"]


@pytest.fixture
def promised(journey: Journey) -> Journey:
    """Replied on 5 February 2026 with one promise, due on 3 October."""
    return journey.draft().submit().accept().assign().sign_for().contact().reply()


@pytest.fixture
def owed(database: SQLAlchemy) -> Callable[[Journey], Commitment]:
    """The latest promise of a case, as it stands."""

    def find(journey: Journey) -> Commitment:
        db.session.expire_all()
        statement = sa.select(Commitment).where(Commitment.case_id == journey.case_id)
        return db.session.scalars(statement.order_by(Commitment.id.desc())).first()  # type: ignore[return-value]

    return find
