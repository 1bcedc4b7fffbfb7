"""Two process administrators and the version that they work from."""

from __future__ import annotations

import pytest

from engine.definitions import catalogue
from engine.designing.drafts import open_draft
from engine.foundation.actor import Actor
from tests.operations.conftest import cast, keeper, second
from tests.support.cast import Cast

__all__ = ["cast", "keeper", "second"]


@pytest.fixture
def base(cast: Cast) -> int:
    """The version that new cases take."""
    return catalogue.current("suggestion").id


@pytest.fixture
def draft_id(keeper: Actor, base: int) -> int:
    """A draft of the process administrator's."""
    return open_draft(keeper, definition_id=base, name="签收改名")
