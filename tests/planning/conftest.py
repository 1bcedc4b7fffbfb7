"""The cast, with two committees and those who prepare meetings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.support.cast import Cast, assemble
from tests.support.sitting import arranged

SETTING = {
    "organs": [
        {"code": "hzw", "name": "环境与资源保护委员会", "kind": "committee"},
        {"code": "cjw", "name": "财政经济委员会", "kind": "committee"},
        {"code": "bgt", "name": "人大常委会办公厅", "kind": "congress_office"},
    ],
    "people": [
        {"who": "committee", "at": "hzw", "roles": ["committee_officer"]},
        {"who": "finance", "at": "cjw", "roles": ["committee_officer"]},
        {"who": "meetings", "at": "bgt", "roles": ["meeting_officer"]},
    ],
}


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    """The cast with the organs, on the fifth of February 2026."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    return arranged(assemble(), SETTING)
