"""The main job: from a deputy's draft to an evaluated reply, on legal clocks."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from engine.casework.readings.case_page import case_page
from models import AuditEvent, Clock, Notification, db
from tests.support.journey import Journey


def test_a_suggestion_runs_from_draft_to_closed(journey: Journey) -> None:
    journey.draft().submit().accept()
    assert journey.case.number == "省十四届人大四次会议闭会第001号"
    journey.assign(slt="lead", czt="co")
    assert journey.open_nodes() == ["co_sign_for", "sign_for"]
    answer = db.session.scalars(sa.select(Clock).where(Clock.key == "answer")).one()
    assert (answer.due_on, answer.unrolled_on) == (dt.date(2026, 5, 6), dt.date(2026, 5, 5))
    journey.sign_for("slt").sign_for("czt", "co_sign_for")
    journey.do("czt_clerk", "co_opinion", "czt", position="agree", text="同意，资金由我厅统筹安排落实。")
    journey.contact().reply()
    assert journey.case.stage == "evaluate"
    journey.evaluate()
    case = journey.case
    assert (case.status, case.outcome, journey.open_nodes()) == ("closed", "completed", [])
    running = db.session.scalars(sa.select(Clock.key).where(Clock.ended_at.is_(None))).all()
    assert running == ["publication"]  # the public still waits for the reply
    actions = list(
        db.session.scalars(
            sa.select(AuditEvent.action)
            .where(AuditEvent.case_id == journey.case_id)
            .order_by(AuditEvent.position)
        )
    )
    assert actions[0] == "case:opened"
    assert actions[-1] == "case:closed"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) > 10


def test_a_dissatisfied_deputy_gets_a_new_round(journey: Journey) -> None:
    journey.draft().submit().accept().assign().sign_for().contact().reply().evaluate("dissatisfied")
    assert journey.open_nodes() == ["decide_redo"]
    journey.redo()
    assert journey.case.round == 2
    journey.contact().reply().evaluate()
    assert journey.case.status == "closed"


def test_a_co_opinion_is_for_the_units_and_the_office_not_for_the_deputy(journey: Journey) -> None:
    journey.draft().submit().accept().assign(slt="lead", czt="co")
    journey.sign_for("slt").sign_for("czt", "co_sign_for")
    journey.do(
        "czt_clerk", "co_opinion", "czt", position="agree", text="同意主办单位的意见。此项资金已有安排。"
    )
    seen = {
        who: sum(
            len(unit.co_opinions)
            for unit in case_page(journey.cast.actor(who), case_id=journey.case_id).units
        )
        for who in ("deputy1", "slt_clerk", "czt_clerk", "assigner")
    }
    assert seen == {"deputy1": 0, "slt_clerk": 1, "czt_clerk": 1, "assigner": 1}
