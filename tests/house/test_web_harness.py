"""The application in tests is the real one, on the test's own connection."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page

from models import db
from tests.support.browser import axe_violations


def test_what_the_application_commits_is_what_the_test_sees(database: SQLAlchemy, app: Flask) -> None:
    db.session.execute(sa.text("CREATE TABLE mark (id INTEGER)"))
    db.session.commit()
    with app.app_context():
        db.session.execute(sa.text("INSERT INTO mark VALUES (1)"))
        db.session.commit()
    assert db.session.execute(sa.text("SELECT count(*) FROM mark")).scalar_one() == 1


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_the_first_page_is_served_without_a_complaint(open_page: Callable[[str], Page], kind: str) -> None:
    page = open_page(kind)
    answer = page.goto("/")
    assert answer is not None
    assert answer.status == 200
    assert axe_violations(page) == []
