"""The cast on the server's own database, and its time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.cast import Cast, assemble
from tests.support.walk import Walk
from tests.support.web import Site


@pytest.fixture
def cast(app_server: Site) -> Cast:
    """Everybody, with the passwords of the cast."""
    with app_server.app.app_context():
        return assemble()


@pytest.fixture
def walk(app_server: Site, cast: Cast, open_page: Callable[[str], Page]) -> Walk:
    """Sittings from the fifth of February 2026 on, between sessions."""
    return Walk(app_server, open_page)
