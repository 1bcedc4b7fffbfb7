"""Each kind of work at its own screens: one case of it on its way, by the people whose work it is.

The cases are the worked examples of the process folders. What is particular to a kind is done at a screen; steps that
another kind has in the same way (signing for, reviewing, signing) are done beside it.
"""

from __future__ import annotations

import pytest

from tests.support.cast import Cast
from tests.support.on_screen import OnScreen
from tests.support.scenarios import scenarios
from tests.support.walk import Walk
from tests.support.web import Site

pytestmark = pytest.mark.browser
SCENARIOS = {each.name: each for each in scenarios()}
PHONES = ("deputy1", "deputy2", "deputy3", "deputy12", "committee", "slt_clerk")
# A worked example of each kind, and its steps that are taken at a screen.
WALKS = {
    "inspections/plain": [
        *(
            "open",
            "write",
            "draft",
            "find",
            "list_problem",
            "report_problem",
            "verify_problem",
            "close_problem",
        ),
    ],
    "suggestion/returned": ["return_unit", "decide_return", "reassign"],
    "suggestion/extended": ["extend", "decide_extension"],
    "suggestion/routed": ["route"],
    "suggestion/panel": ["panel"],
    "work_report/plain": ["submit_draft", "vote"],
    "inquiry/plain": ["inquire"],
    "interpellation/congress": ["presidium", "count_askers"],
    "removal/members": ["defence", "vote"],
    "special_investigation/standing-committee": [
        *("exclude", "form_committee", "take_evidence", "provide_material", "close_call", "deliberate"),
    ],
    "filing_list/compared": ["submit_list", "check_list"],
    "budget_review/plain": ["submit_draft", "session_vote"],
    "budget_adjustment/approved": ["examine", "submit_draft", "sc_decide"],
    "final_accounts/plain": ["hear_audit", "list_problem", "hand_problems", "hear_rectification"],
    "motions/after-the-session": ["write", "presidium"],
    "filing_review/corrected": ["review", "judge"],
    "performance_review/plain": [
        *(
            "write",
            "take_up",
            "level_review",
            "confirm",
            "publish",
            "report_problem",
            "close_problem",
            "apply",
        ),
    ],
}


@pytest.mark.parametrize("name", WALKS)
def test_a_case_goes_its_way_on_screen(name: str, app_server: Site, cast: Cast, walk: Walk) -> None:
    with app_server.app.app_context():
        performance = OnScreen(SCENARIOS[name], cast, walk=walk, phones=PHONES, seen=[*WALKS[name]])
        with performance.days:
            performance.play()
            performance.check()
    assert performance.seen == []
