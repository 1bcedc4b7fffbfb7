"""The cast at its browsers: fixtures for the pages of the main job."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.visitors import signed_in

Enter = Callable[[str], Visitor]


@pytest.fixture
def cast(app: Flask, clock_at: Callable[..., None]) -> Cast:
    """The cast, on the fifth of February 2026, between sessions."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    with app.app_context():
        return assemble()


@pytest.fixture
def assigned(app: Flask, cast: Cast) -> Journey:
    """A suggestion that waits to be signed for by two units."""
    with app.app_context():
        return Journey(cast).draft().submit().accept().assign(slt="lead", czt="co")


@pytest.fixture
def handling(app: Flask, assigned: Journey) -> Journey:
    """A suggestion whose lead unit is to draft the reply; the co-opinion is in."""
    with app.app_context():
        assigned.sign_for("slt").sign_for("czt", "co_sign_for")
        opinion = {"position": "agree", "text": "同意主办单位的意见，无补充。"}
        assigned.do("czt_clerk", "co_opinion", "czt", **opinion)
    return assigned


@pytest.fixture
def enter(app: Flask, cast: Cast) -> Enter:
    """`enter("slt_clerk")` signs somebody of the cast in."""
    return lambda username: signed_in(app, f"{username}@14", PASSWORD)


@pytest.fixture
def task_at(app: Flask) -> Callable[..., int]:
    """`task_at(journey, "sign_for", "slt")` is the id of the open task."""

    def find(journey: Journey, node: str, unit: str | None = None) -> int:
        with app.app_context():
            return journey.task(node, unit).id

    return find
