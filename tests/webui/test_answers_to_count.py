"""Who counts what the askers think of an answer sees who said what, of this answer and not of the one before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from engine.casework.readings.case_page import case_page
from tests.support.cast import Cast
from tests.support.performance import performed
from tests.support.scenarios import scenarios
from webui.presenting.actions import answers_to_count

pytestmark = pytest.mark.slow

CONGRESS = next(each for each in scenarios() if each.name == "interpellation/congress")
STEPS = CONGRESS.content["steps"]
COUNTED = next(
    place for place, step in enumerate(STEPS) if step.get("task") == "count_askers" and "refused" not in step
)
RATED = [step for step in STEPS[:COUNTED] if step.get("action") == "rate_answer" and "refused" not in step]


@pytest.mark.parametrize(("steps", "shown"), [(COUNTED, len(RATED)), (COUNTED + 1, 0)])
def test_the_answers_to_be_counted_are_shown_until_they_are(
    app: Flask, cast: Cast, steps: int, shown: int
) -> None:
    assert RATED
    scenario = replace(CONGRESS, content={**CONGRESS.content, "steps": STEPS[:steps]})
    with app.test_request_context(), performed(scenario, cast) as performance:
        page = case_page(performance.cast.actor("meetings"), case_id=performance.case_id)
        found = answers_to_count(page, page.folder.tasks["count_askers"])
    assert len(found) == shown
