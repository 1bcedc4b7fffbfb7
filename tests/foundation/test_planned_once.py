"""PostgreSQL plans a statement once: what a connection has prepared outlives every kind of rollback."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db

ASKED = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT 20261128'")


@pytest.mark.parametrize("dialect", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_what_is_prepared_outlives_a_rollback_whole_or_to_a_savepoint(fresh_database: Flask) -> None:
    with db.engine.connect() as connection:
        for _ in range(3):
            connection.execute(sa.text("SELECT 20261128"))
        mark = connection.begin_nested()
        mark.rollback()
        assert connection.scalar(ASKED) == 1
        connection.rollback()
        assert connection.scalar(ASKED) == 1
