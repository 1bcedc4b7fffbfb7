"""The papers of a meeting's matters: there when the last who owes one has brought it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.meetings.readings import meeting_page
from models import AgendaItem, db
from tests.support.cast import Cast
from tests.support.performance import Performance
from tests.support.scenarios import scenarios

pytestmark = pytest.mark.slow

SCENARIO = next(each for each in scenarios() if each.name == "inquiry/plain")
STEPS = SCENARIO.content["steps"]
DELIVERIES = [place for place, step in enumerate(STEPS) if step.get("task") == "submit_material"]


def papers_after(cast: Cast, steps: int) -> dict[str, tuple[dt.date | None, dt.date | None]]:
    """Key → when it came and when it is due, after so many steps."""
    performance = Performance(replace(SCENARIO, content={**SCENARIO.content, "steps": STEPS[:steps]}), cast)
    with performance.days:
        performance.play()
        meeting_id = db.session.scalar(sa.select(AgendaItem.meeting_id).order_by(AgendaItem.id.desc()))
        assert meeting_id
        [matter] = meeting_page(performance.cast.actor("meetings"), meeting_id=meeting_id).matters
        return {each.material.key: (each.came_on, each.due_on) for each in matter.papers}


@pytest.mark.parametrize(("place", "came"), [(0, None), (1, dt.date(2026, 5, 18))])
def test_material_of_several_bodies_is_there_with_the_last(
    app: Flask, cast: Cast, place: int, came: dt.date | None
) -> None:
    with app.app_context():
        papers = papers_after(cast, DELIVERIES[place] + 1)
    assert papers["material"] == (came, dt.date(2026, 5, 18))
