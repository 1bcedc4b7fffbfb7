"""Two-level routing, and what goes on between a lead unit and its co-handling ones."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from engine.casework.acts.co_opinions import SentBackBefore
from engine.casework.acts.meetings import NothingToCoordinate
from engine.casework.acts.replies import CoOpinionsMissing
from engine.casework.readings.case_page import case_page
from engine.foundation import clock
from engine.foundation.errors import InvalidAnswers, NotAllowed
from models import Assignment, Clock, CoOpinion, Decision, db
from tests.support.journey import Journey

MORNING = dt.datetime(2026, 2, 5, 10, tzinfo=clock.ZONE)
LATER = MORNING + dt.timedelta(days=4)
HELD = {
    "held_on": "2026-02-05",
    "persons": "水利厅、财政厅",
    "minutes": "双方逐项核对资金来源，形成一致意见。",
    "reason": "由水利厅统一答复，资金按年度安排。",
}


def plan(journey: Journey, **roles: str) -> dict[str, object]:
    return {
        "units": [
            {"unit_id": journey.cast.organizations[code], "role": role, "scope": ""}
            for code, role in roles.items()
        ]
    }


def due(journey: Journey, key: str) -> list[tuple[dt.date, str]]:
    db.session.expire_all()
    rows = db.session.scalars(
        sa.select(Clock).where(Clock.case_id == journey.case_id, Clock.key == key).order_by(Clock.id)
    )
    return [(row.due_on, row.state) for row in rows]


@pytest.fixture
def opined(journey: Journey) -> Journey:
    """Handled by one unit, with a co-handling one that disagrees."""
    with clock.moved_to(MORNING):
        journey.draft().submit().accept().assign(slt="lead", czt="co").sign_for()
        journey.sign_for("czt", "co_sign_for").contact()
        journey.do("czt_clerk", "co_opinion", position="disagree", text="资金渠道不明确，不同意列入本年度。")
        return journey


def test_the_congress_hands_a_case_to_the_government_office_which_names_the_units(journey: Journey) -> None:
    with clock.moved_to(MORNING):
        journey.draft().submit().accept()
        journey.do("assigner", "assign", **plan(journey, zfb="lead"), instruction="请分办。")
        assert journey.open_nodes() == ["route"]
        assert due(journey, "route")[0][1] == "running"
        with pytest.raises(NotAllowed):
            journey.do("assigner", "route", **plan(journey, slt="lead"))
    with clock.moved_to(LATER):
        journey.do("router", "route", **plan(journey, slt="lead", czt="co"))
        assert journey.open_nodes() == ["co_sign_for", "sign_for"]
    # The three months count from the congress's assignment, what is asked of the unit itself from the routing.
    assert due(journey, "answer") == [(dt.date(2026, 5, 6), "running")]
    assert due(journey, "deputy_answer") == [(dt.date(2026, 5, 6), "running")]
    assert due(journey, "sign_for")[0][0] == dt.date(2026, 2, 12)
    part = db.session.scalars(sa.select(Assignment).where(Assignment.role == "lead")).one()
    assert part.assigned_at == LATER and journey.case.assigned_at == MORNING
    page = case_page(journey.cast.actor("slt_clerk"), case_id=journey.case_id)
    routed = next(entry for entry in page.timeline if entry.action == "case:routed")
    assert routed.organization == "省政府办公厅"


def test_the_government_office_may_name_itself(journey: Journey) -> None:
    journey.draft().submit().accept()
    journey.do("assigner", "assign", **plan(journey, zfb="lead"))
    journey.do("router", "route", **plan(journey, zfb="lead"))
    assert journey.open_nodes() == ["sign_for"]


def test_the_reply_names_or_answers_each_unit_that_disagrees(opined: Journey) -> None:
    with clock.moved_to(MORNING):
        with pytest.raises(InvalidAnswers) as refused:
            opined.do("slt_clerk", "draft_reply", **opined.answers())
        assert "findings" in refused.value.errors  # passed over only with a reason that is kept
        body = "感谢您的关心。省财政厅提出资金渠道问题，已商定按年度安排。请予审阅。"
        opined.do("slt_clerk", "draft_reply", **opined.answers(body=body))


def test_an_empty_opinion_is_sent_back_once_and_given_anew(opined: Journey) -> None:
    asked = {"unit": opined.cast.organizations["czt"], "reason": "没有说明资金渠道的依据。"}
    with clock.moved_to(MORNING):
        with pytest.raises(NotAllowed):
            opined.act("czt_clerk", "send_opinion_back", "slt", **asked)
        with pytest.raises(InvalidAnswers):  # the form offers only those who have given one
            other = {**asked, "unit": opined.cast.organizations["jyt"]}
            opined.act("slt_clerk", "send_opinion_back", "slt", **other)
        opined.act("slt_clerk", "send_opinion_back", "slt", **asked)
        assert opined.open_nodes() == ["draft_reply", "redo_opinion"]
        task = opined.task("redo_opinion")
        assert (task.organization_id, task.due_on) == (asked["unit"], dt.date(2026, 2, 12))
        with pytest.raises(CoOpinionsMissing):
            opined.do("slt_clerk", "draft_reply", **opined.answers())
        opined.do("czt_clerk", "redo_opinion", position="agree", text="补充依据后同意，按年度安排资金。")
        assert opined.open_nodes() == ["draft_reply"]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CoOpinion)) == 2
        with pytest.raises(SentBackBefore):
            opined.act("slt_clerk", "send_opinion_back", "slt", **asked)
        assert opined.reply().evaluate().case.status == "closed"


def test_an_opinion_sent_back_and_never_given_anew_stops_nobody(opined: Journey) -> None:
    asked = {"unit": opined.cast.organizations["czt"], "reason": "没有说明资金渠道的依据。"}
    with clock.moved_to(MORNING):
        opined.act("slt_clerk", "send_opinion_back", "slt", **asked)
    with clock.moved_to(MORNING + dt.timedelta(days=30)):
        body = "感谢您的关心。省财政厅提出资金渠道问题，将按年度安排。请予审阅。"
        opined.do("slt_clerk", "draft_reply", **opined.answers(body=body))
        opined.do("slt_deputy_head", "review_reply", decision="passed")
        opined.do("slt_head", "sign_reply", decision="signed", number="1号")
        assert opined.open_nodes() == ["evaluate"]
        assert opined.evaluate().case.status == "closed"
        open_parts = sa.select(sa.func.count()).where(Assignment.closed_at.is_(None))
        assert db.session.scalar(open_parts) == 0


def test_differing_units_are_coordinated_and_both_see_the_outcome(opined: Journey) -> None:
    with clock.moved_to(MORNING):
        opined.act("slt_head", "request_coordination", "slt", reason="财政厅不同意列入本年度计划，请予协调。")
        assert opined.open_nodes() == ["coordinate", "draft_reply"]
        opined.do("router", "coordinate", **HELD)
        assert opined.open_nodes() == ["draft_reply"]
        kept = db.session.scalars(sa.select(Decision).where(Decision.kind == "coordination")).one()
        assert HELD["minutes"] in kept.explanation
        for who in ("slt_clerk", "czt_clerk"):
            page = case_page(opined.cast.actor(who), case_id=opined.case_id)
            assert [each.kind for each in page.decisions if each.kind == "coordination"]


def test_where_nobody_differs_there_is_nothing_to_coordinate(journey: Journey) -> None:
    journey.draft().submit().accept().assign(slt="lead").sign_for()
    with pytest.raises(NothingToCoordinate):
        journey.act("slt_head", "request_coordination", "slt", reason="请协调财政厅予以支持。")
