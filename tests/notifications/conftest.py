"""The world and the mail server of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask_sqlalchemy import SQLAlchemy

from notifications.messages import Notices, load_notices
from tests.notifications import folders, sink
from tests.notifications.world import World, peopled


@pytest.fixture
def world(database: SQLAlchemy) -> World:
    """A congress with a case, in the test's database."""
    made = peopled(database.session())
    database.session.commit()
    return made


@pytest.fixture
def notices() -> Notices:
    """The sample folder's notices."""
    return load_notices(folders.sample())


@pytest.fixture
def mailbox() -> Iterator[sink.Sink]:
    """A mail server that takes everything."""
    with sink.listening() as listening:
        yield listening
