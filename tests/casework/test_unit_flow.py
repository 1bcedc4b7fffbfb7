"""Extension, evaluation that does not come, pressure on it, and the panel that ends what stays disputed."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from engine.casework.actions import PeriodOver
from engine.casework.periods.clock_messages import speak
from engine.casework.periods.clock_sweep import sweep
from engine.casework.readings.case_page import case_page
from engine.deadlines import clocks
from engine.deadlines.calendars import calendar_of
from engine.deadlines.clocks import explain_clock
from engine.deadlines.extending import NotExtendable, extensions
from engine.definitions import rule_packs
from engine.foundation import clock
from engine.foundation.actor import system_actor
from models import Assignment, Clock, Decision, Notification, Task, db
from tests.casework.permissions.scene import spoken
from tests.support.journey import Journey

MORNING = dt.datetime(2026, 2, 5, 10, tzinfo=clock.ZONE)
WANTED = {
    "ground": "wide",
    "reason": "涉及五个部门，需要统一测算。",
    "plan": "三月摸底，五月形成方案。",
}
SECRET = "有人打电话要求评为满意"
MINUTES = {
    "held_on": "2026-02-05",
    "persons": "代表、水利厅",
    "minutes": "双方当面交换意见，分别记录在案。",
    "reason": "受政策所限，本轮不再重办，请持续通报进展。",
}


@pytest.fixture
def handled(journey: Journey) -> Journey:
    with clock.moved_to(MORNING):
        return journey.draft().submit().accept().assign(slt="lead").sign_for()


def running(journey: Journey, key: str) -> Clock:
    db.session.expire_all()
    statement = sa.select(Clock).where(Clock.case_id == journey.case_id, Clock.key == key)
    return db.session.scalars(statement.order_by(Clock.id.desc())).first()  # type: ignore[return-value]


def test_an_agreed_extension_moves_the_unit_s_and_the_deputy_s_period_and_the_task(handled: Journey) -> None:
    with clock.moved_to(MORNING + dt.timedelta(days=60)):
        handled.act("slt_head", "extend", "slt", **WANTED)
        assert handled.open_nodes() == ["decide_extension", "draft_reply"]
        handled.do("router", "decide_extension", decision="agreed", reason="确需时间。")
        assert handled.open_nodes() == ["draft_reply"]
    for key in ("answer", "deputy_answer"):
        assert (running(handled, key).due_on, running(handled, key).state) == (
            dt.date(2026, 8, 5),
            "extended",
        )
    due = db.session.scalar(sa.select(Task.due_on).where(Task.case_id == handled.case_id, Task.open))
    assert due == dt.date(2026, 8, 5)
    told = db.session.scalars(sa.select(Notification).where(Notification.event == "extension:agreed"))
    assert any(each.user_id == handled.cast.users["deputy1"] for each in told)
    with clock.moved_to(MORNING + dt.timedelta(days=100)), pytest.raises(NotExtendable):
        handled.act("slt_head", "extend", "slt", **WANTED)


def test_the_explanation_of_an_extended_clock_counts_the_longer_rule(handled: Journey) -> None:
    with clock.moved_to(MORNING + dt.timedelta(days=60)):
        handled.act("slt_head", "extend", "slt", **WANTED)
        handled.do("router", "decide_extension", decision="agreed", reason="确需时间。")
    view = next(each for each in clocks.of_case(handled.case_id) if each.key == "answer")
    pack = rule_packs.pack(handled.case.rule_pack_id)
    rule = pack.rule(view.rule_id, on=view.started_on)
    assert explain_clock(view, rule, calendar_of(view.congress_id)).due == view.due_on
    kept = extensions(handled.case_id)[view.id]
    assert (kept.old_due_on, kept.due_on, kept.reason) == (dt.date(2026, 5, 6), view.due_on, "确需时间。")


def test_an_extension_is_asked_for_before_the_period_lapses(handled: Journey) -> None:
    with clock.moved_to(MORNING + dt.timedelta(days=120)), pytest.raises(PeriodOver):
        handled.act("slt_head", "extend", "slt", **WANTED)


def test_a_refused_extension_leaves_the_period_and_a_reply_makes_it_moot(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        handled.act("slt_head", "extend", "slt", **WANTED)
        handled.do("router", "decide_extension", decision="refused", reason="按期答复。")
        assert running(handled, "answer").due_on == dt.date(2026, 5, 6)
        handled.act("slt_head", "extend", "slt", **WANTED)
        handled.contact().reply()
        assert handled.open_nodes() == ["evaluate"]


def test_after_a_reassignment_the_extension_still_counts_from_the_first(handled: Journey) -> None:
    with clock.moved_to(MORNING + dt.timedelta(days=5)):
        handled.act("slt_head", "return_unit", "slt", ground="other", reason="不属于本单位职责范围。")
        handled.do("router", "decide_return", decision="agreed", reason="同意。")
        handled.do("router", "reassign", unit=handled.cast.organizations["jyt"])
        assert running(handled, "answer").due_on > dt.date(2026, 5, 6)
        handled.act("jyt_head", "extend", "jyt", **WANTED)
        handled.do("router", "decide_extension", decision="agreed", reason="确需时间。")
    assert running(handled, "answer").due_on == dt.date(2026, 8, 5)


def test_an_evaluation_that_does_not_come_closes_the_part_once(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        handled.contact().reply()
    for days in (40, 50):
        with clock.moved_to(MORNING + dt.timedelta(days=days)):
            sweep()
            sweep()
            assert handled.open_nodes() == ["evaluate"]
    with clock.moved_to(MORNING + dt.timedelta(days=70)):
        sweep()
        assert handled.open_nodes() == []
        assert handled.case.status == "closed"
        part = db.session.scalars(sa.select(Assignment).where(Assignment.case_id == handled.case_id)).one()
        assert (part.status, part.closed_at is not None) == ("closed", True)
        before = handled.traces()
        late = running(handled, "evaluation").id
        assert speak(system_actor(1), clock_id=late, case_id=handled.case_id) is False
        sweep()
        assert handled.traces() == before


def test_a_report_of_pressure_reaches_supervisors_and_nobody_else(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        handled.contact().reply()
        handled.act("deputy1", "report_pressure", "slt", reason=SECRET)
        seen = {
            who: SECRET in spoken(case_page(handled.cast.actor(who), case_id=handled.case_id))
            for who in ("deputy1", "assigner", "intake", "router", "slt_head", "slt_clerk")
        }
        assert seen == {
            "deputy1": True,
            "assigner": True,  # who is a supervisor as well
            "intake": False,
            "router": False,
            "slt_head": False,
            "slt_clerk": False,
        }
        for who in ("intake", "router", "slt_head"):
            page = case_page(handled.cast.actor(who), case_id=handled.case_id)
            assert "pressure:reported" not in {entry.action for entry in page.timeline}
        told = db.session.scalars(sa.select(Notification).where(Notification.event == "pressure:reported"))
        assert {each.user_id for each in told} == {handled.cast.users["assigner"]}
        bodies = db.session.scalars(
            sa.select(Notification.body).where(Notification.case_id == handled.case_id)
        )
        assert not any(SECRET in body for body in bodies)


def test_the_last_round_goes_to_a_panel_that_ends_it(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        handled.contact().reply().evaluate("dissatisfied")
        assert handled.open_nodes() == ["decide_redo"]
        handled.redo().contact().reply().evaluate("dissatisfied")
        assert handled.open_nodes() == ["panel"]
        handled.do("assigner", "panel", **MINUTES)
        assert (handled.case.status, handled.case.outcome) == ("closed", "closed_with_opinion")
        opinion = db.session.scalars(sa.select(Decision).where(Decision.kind == "panel")).one()
        assert opinion.explanation.startswith(MINUTES["reason"])
