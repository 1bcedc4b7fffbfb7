"""A button cites the article of where the case is: of the step that the unit has in hand, of the forum it is before."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import capabilities
from engine.casework.access import case_to_view
from engine.casework.actions import NotNow, perform
from engine.casework.articles import cited_in
from engine.casework.readings.actions import offered
from engine.definitions.catalogue import definition, shipped
from engine.definitions.folder import load
from engine.definitions.problems import FolderRefused
from models import Assignment, Organization, db
from tests.support.cast import Cast
from tests.support.performance import Performance, performed
from tests.support.scenarios import begun, scenarios

SCENARIOS = {each.name: each for each in scenarios()}
LATE = SCENARIOS["final_accounts/late"]


def urging(performance: Performance, who: str) -> dict[str, str]:
    """The units that somebody may urge now, each with the article that his button cites."""
    actor = performance.cast.actor(who)
    offers = offered(actor, case_to_view(actor, performance.case_id))
    return {each.unit: each.spec.basis for each in offers if each.spec.key == "urge"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        ("notify", {"czt": "预算法第七十八条"}),
        ("preliminary_review", {"czt": "预算法第二十二条"}),
        ("sc_decide", {"czt": "预算法第八十条"}),
        ("sign_problems", {"czt": "预算法第八十条", "slt": "监督法第二十七条"}),
    ],
)
def test_urging_rests_on_what_the_unit_has_in_hand(cast: Cast, after: str, wanted: dict[str, str]) -> None:
    with performed(begun(LATE, after), cast) as performance:
        names = {db.session.get_one(Organization, cast.organizations[code]).name: code for code in wanted}
        assert {names[unit]: cited for unit, cited in urging(performance, "budget").items()} == wanted


@pytest.mark.slow
def test_nothing_is_urged_of_a_unit_that_has_nothing_in_hand(cast: Cast) -> None:
    """The committee is at it."""
    with performed(begun(LATE, "submit_draft"), cast) as performance:
        assert urging(performance, "budget") == {}
        asked = {"case_id": performance.case_id, "key": "urge", "answers": {"reason": "请抓紧。"}}
        part = db.session.scalars(
            sa.select(Assignment.id).where(Assignment.case_id == performance.case_id)
        ).one()
        with pytest.raises(NotNow):
            perform(performance.cast.actor("budget"), assignment_id=part, **asked)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "article"),
    [
        ("interpellation/congress", "组织法第二十四条"),
        ("interpellation/standing-committee", "监督法第五十二条"),
    ],
)
def test_a_step_rests_on_the_law_of_the_forum(cast: Cast, scenario: str, article: str) -> None:
    with performed(begun(SCENARIOS[scenario], "notify_body"), cast) as performance:
        case = case_to_view(performance.cast.actor("meetings"), performance.case_id)
        folder = definition(case.definition_id)
        assert cited_in(case, folder.tasks["notify_body"]).basis == article
        assert set(urging(performance, "meetings").values()) == {article}


def test_an_article_for_a_field_or_of_a_law_that_is_not_there_is_refused() -> None:
    files = shipped()["interpellation"]
    for wrong, place in {
        'basis_where.forums.congress = "组织法第二十四条"': "task.draft.basis_where",
        'basis_where.forum.congress = "组织法第九百条"': "task.draft",
    }.items():
        process = files["process.toml"].replace('basis_where.forum.congress = "组织法第二十四条"', wrong, 1)
        with pytest.raises(FolderRefused) as refused:
            load({**files, "process.toml": process}, **capabilities.known())
        assert [each.place for each in refused.value.problems] == [place]
