"""Return and reassignment: who asks, who decides, what binds, which periods run on, and what the chain shows."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
import sqlalchemy as sa

from engine.casework.actions import NotNow, PeriodOver, StillPending
from engine.casework.acts.decisions import OwnRequest
from engine.casework.acts.returns import AlreadyHandles, ArbitrationBinds, ReturnBound, SameUnitAgain
from engine.casework.periods.clock_sweep import sweep
from engine.casework.readings.case_page import case_page
from engine.casework.tasks import complete_task
from engine.foundation import clock
from engine.foundation.errors import NotAllowed
from engine.people import grants
from engine.people.actors import actor_for
from engine.people.substitutes import name_substitute
from engine.people.substitution_rules import Period
from models import Assignment, Clock, Notification, Organization, Reassignment, db
from tests.support.cast import join
from tests.support.journey import Journey

MORNING = dt.datetime(2026, 2, 5, 10, tzinfo=clock.ZONE)
ASKED = {"ground": "not_our_duty", "reason": "依据三定规定，此项不属于我厅职责。"}
MINUTES = {
    "held_on": "2026-02-05",
    "persons": "水利厅、财政厅、教育厅",
    "minutes": "经协商，各方同意由一家单位牵头。",
    "reason": "职责最相近。",
}


@pytest.fixture
def handled(journey: Journey) -> Journey:
    with clock.moved_to(MORNING):
        return journey.draft().submit().accept().assign(slt="lead", czt="co").sign_for()


def unit(journey: Journey, code: str) -> int:
    return journey.cast.organizations[code]


def asks(journey: Journey, who: str = "slt_head", code: str = "slt", **over: object) -> int:
    return journey.act(who, "return_unit", code, **{**ASKED, **over})


def statuses(journey: Journey) -> list[tuple[str, str]]:
    rows = db.session.execute(
        sa.select(Organization.code, Assignment.status)
        .join(Organization, Organization.id == Assignment.unit_id)
        .where(Assignment.case_id == journey.case_id)
        .order_by(Assignment.id)
    )
    return [(row.code, row.status) for row in rows]


def clocks_of(journey: Journey, key: str) -> list[tuple[dt.date, str]]:
    db.session.expire_all()
    rows = db.session.scalars(
        sa.select(Clock).where(Clock.case_id == journey.case_id, Clock.key == key).order_by(Clock.id)
    )
    return [(row.due_on, row.state) for row in rows]


def test_an_agreed_return_goes_to_another_unit_with_periods_of_its_own(handled: Journey) -> None:
    with clock.moved_to(MORNING + dt.timedelta(days=4)):
        asks(handled, proposed_unit=unit(handled, "jyt"))
        assert handled.open_nodes() == ["co_sign_for", "decide_return", "draft_reply"]
        handled.do("router", "decide_return", decision="agreed", reason="属教育厅职责。")
        assert handled.open_nodes() == ["co_sign_for", "reassign"]
    with clock.moved_to(MORNING + dt.timedelta(days=5)):
        handled.do("router", "reassign", unit=unit(handled, "jyt"))
    assert handled.open_nodes() == ["co_sign_for", "sign_for"]
    assert statuses(handled) == [("slt", "returned"), ("czt", "assigned"), ("jyt", "assigned")]
    assert clocks_of(handled, "answer") == [
        (dt.date(2026, 5, 6), "cancelled"),
        (dt.date(2026, 5, 11), "running"),
    ]
    assert clocks_of(handled, "deputy_answer") == [(dt.date(2026, 5, 6), "running")]
    row = db.session.scalars(sa.select(Reassignment)).one()
    assert row.action_id is not None and row.decision_id is not None
    handled.sign_for("jyt").contact("jyt").sign_for("czt", "co_sign_for")
    handled.do("czt_clerk", "co_opinion", position="agree", text="同意，资金由我厅统筹安排落实。")
    handled.reply("jyt").evaluate(unit="jyt")
    assert handled.case.status == "closed"
    assert [state for _due, state in clocks_of(handled, "deputy_answer")] == ["satisfied"]


def test_the_handling_goes_on_while_the_return_is_decided(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        asks(handled)
        handled.sign_for("czt", "co_sign_for").contact()
        handled.do("czt_clerk", "co_opinion", position="agree", text="同意，资金由我厅统筹安排落实。")
        handled.do("slt_clerk", "draft_reply", "slt", **handled.answers())
        assert handled.open_nodes() == ["decide_return", "review_reply"]


def test_a_signed_reply_makes_the_pending_return_moot(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        asks(handled)
        handled.sign_for("czt", "co_sign_for").contact()
        handled.do("czt_clerk", "co_opinion", position="agree", text="同意，资金由我厅统筹安排落实。")
        handled.reply()
        assert handled.open_nodes() == ["evaluate"]
        page = case_page(handled.cast.actor("deputy1"), case_id=handled.case_id)
        assert [each.outcome for each in page.requests] == ["lapsed"]
        assert "request:lapsed" in {entry.action for entry in page.timeline}
        assert handled.evaluate().case.status == "closed"


def test_a_refused_return_binds_on_the_same_ground(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        asks(handled)
        handled.do("router", "decide_return", decision="refused", reason="属你厅职责。")
        assert handled.open_nodes() == ["co_sign_for", "draft_reply"]
        with pytest.raises(ReturnBound):
            asks(handled)
        asks(handled, ground="duty_moved")
        with pytest.raises(StillPending):
            asks(handled, ground="other")


def test_only_the_head_of_the_unit_asks_and_only_within_the_period(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        for who in ("slt_clerk", "czt_head", "assigner", "deputy1"):
            with pytest.raises(NotAllowed):
                asks(handled, who)
    late = MORNING + dt.timedelta(days=40)
    with clock.moved_to(late):
        with pytest.raises(PeriodOver):
            asks(handled)
        sweep()
        assert {state for _due, state in clocks_of(handled, "return_request")} == {"lapsed"}
        with pytest.raises(PeriodOver):
            asks(handled)


def test_the_deciding_body_is_the_congress_for_what_is_not_the_governments(journey: Journey) -> None:
    court = Organization(
        congress_id=journey.cast.congress_id,
        code="gfy",
        name="省高级人民法院",
        short_name="省高院",
        kind="court",
        position=9,
        duties="",
        active=True,
    )
    db.session.add(court)
    db.session.commit()
    journey.cast.organizations["gfy"] = court.id  # type: ignore[index]
    journey.cast.users["gfy_head"] = join(journey.cast, "gfy_head", "gfy", "head").user_id  # type: ignore[index]
    journey.draft().submit().accept().assign(gfy="lead")
    asks(journey, "gfy_head", "gfy")
    with pytest.raises(NotAllowed):
        journey.do("router", "decide_return", decision="agreed", reason="同意。")
    journey.do("assigner", "decide_return", decision="agreed", reason="同意。")
    assert journey.task("reassign").organization_id == journey.cast.organizations["dgw"]


def test_a_second_return_is_arbitrated_and_binds(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        asks(handled)
        handled.do("router", "decide_return", decision="agreed", reason="同意。")
        handled.do("router", "reassign", unit=unit(handled, "jyt"))
        asks(handled, "jyt_head", "jyt")
        assert handled.open_nodes() == ["arbitrate", "co_sign_for", "sign_for"]
        with pytest.raises(NotAllowed):
            handled.do("router", "arbitrate", unit=unit(handled, "slt"), **MINUTES)
        with pytest.raises(AlreadyHandles):
            handled.do("assigner", "arbitrate", unit=unit(handled, "czt"), **MINUTES)
        handled.do("assigner", "arbitrate", unit=unit(handled, "slt"), **MINUTES)
        assert handled.open_nodes() == ["co_sign_for", "sign_for"]
        assert statuses(handled)[-1] == ("slt", "assigned")
        with pytest.raises(ArbitrationBinds):
            asks(handled)
        told = db.session.scalars(
            sa.select(Notification.event).where(Notification.case_id == handled.case_id)
        )
        assert "return:arbitrated" in set(told)


def test_an_arbitration_may_leave_the_case_where_it_is(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        asks(handled)
        handled.do("router", "decide_return", decision="agreed", reason="同意。")
        handled.do("router", "reassign", unit=unit(handled, "jyt"))
        handled.sign_for("jyt")
        asks(handled, "jyt_head", "jyt")
        handled.do("assigner", "arbitrate", unit=unit(handled, "jyt"), **MINUTES)
        assert handled.open_nodes() == ["co_sign_for", "draft_reply"]
        with pytest.raises(ArbitrationBinds):
            asks(handled, "jyt_head", "jyt", ground="other")


def test_what_was_given_back_goes_to_another_unit_that_has_no_part_yet(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        asks(handled)
        handled.do("router", "decide_return", decision="agreed", reason="同意。")
        with pytest.raises(SameUnitAgain):
            handled.do("router", "reassign", unit=unit(handled, "slt"))
        with pytest.raises(AlreadyHandles):
            handled.do("router", "reassign", unit=unit(handled, "czt"))


def test_a_co_handling_unit_may_ask_as_well(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        asks(handled, "czt_head", "czt")
        handled.do("router", "co_decide_return", decision="agreed", reason="同意。")
        handled.do("router", "co_reassign", unit=unit(handled, "jyt"))
        assert handled.open_nodes() == ["co_sign_for", "draft_reply"]
        handled.sign_for("jyt", "co_sign_for")
        handled.do("jyt_clerk", "co_opinion", position="agree", text="同意主办单位的意见，予以配合。")
        handled.contact().reply().evaluate()
        assert handled.case.status == "closed"


def test_a_deputy_may_object_to_the_unit_once(handled: Journey) -> None:
    objection = {"reason": "此事应由教育厅承办。", "proposed_unit": unit(handled, "jyt")}
    with clock.moved_to(MORNING):
        with pytest.raises(NotAllowed):
            handled.act("slt_head", "object_unit", "slt", **objection)
        handled.act("deputy1", "object_unit", "slt", **objection)
        handled.do("assigner", "decide_objection", decision="refused", reason="属水利厅职责，已向代表说明。")
        with pytest.raises(StillPending):
            handled.act("deputy1", "object_unit", "slt", **objection)
        told = db.session.scalars(
            sa.select(Notification.event).where(Notification.user_id == handled.cast.users["deputy1"])
        )
        assert "objection:refused" in set(told)


def test_an_accepted_objection_moves_the_case(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        handled.act("deputy1", "object_unit", "slt", reason="此事应由教育厅承办。")
        handled.do("assigner", "decide_objection", decision="agreed", reason="采纳。")
        handled.do("router", "reassign", unit=unit(handled, "jyt"))
        assert statuses(handled)[0] == ("slt", "returned")


def test_of_units_that_answer_separately_one_returns_and_the_case_closes_with_the_last(
    journey: Journey,
) -> None:
    journey.draft().submit().accept().assign(slt="separate", czt="separate")
    journey.sign_for("slt").sign_for("czt").contact("slt").contact("czt")
    asks(journey)
    journey.do("router", "decide_return", decision="agreed", reason="同意。")
    journey.reply("czt").evaluate(unit="czt")
    assert [state for _due, state in clocks_of(journey, "deputy_answer")] == ["running"]
    journey.do("router", "reassign", unit=unit(journey, "jyt"))
    assert journey.case.status == "open"
    journey.sign_for("jyt").contact("jyt").reply("jyt").evaluate(unit="jyt")
    assert journey.case.status == "closed"
    assert [state for _due, state in clocks_of(journey, "deputy_answer")] == ["satisfied"]


def test_a_return_cannot_be_asked_for_after_the_reply(handled: Journey) -> None:
    with clock.moved_to(MORNING):
        handled.sign_for("czt", "co_sign_for").contact()
        handled.do("czt_clerk", "co_opinion", position="agree", text="同意，资金由我厅统筹安排落实。")
        handled.reply()
        with pytest.raises((NotNow, PeriodOver)):
            asks(handled)


LONGER = {
    "ground": "wide",
    "reason": "涉及面广，处理难度较大，需要多个部门共同研究。",
    "plan": "先会同有关部门研究，再分年度安排实施。",
}


@pytest.mark.parametrize("way", ["return", "objection", "arbitration"])
def test_what_else_was_asked_of_a_part_lapses_when_another_unit_takes_it(handled: Journey, way: str) -> None:
    """Decided afterwards, it would take the part from the new unit, or give the deputy more months for the old one."""
    agreed = {"decision": "agreed", "reason": "属教育厅职责。"}
    with clock.moved_to(MORNING):
        if way == "arbitration":
            asks(handled)
            handled.do("router", "decide_return", **agreed)
            handled.do("router", "reassign", unit=unit(handled, "jyt"))
        now, then = ("jyt", "slt") if way == "arbitration" else ("slt", "jyt")
        asks(handled, f"{now}_head", now)
        handled.act("deputy1", "object_unit", now, reason="此事应由教育厅承办。")
        handled.act(f"{now}_head", "extend", now, **LONGER)
        if way == "arbitration":
            handled.do("assigner", "arbitrate", unit=unit(handled, then), **MINUTES)
        else:
            decided = {"return": ("router", "decide_return"), "objection": ("assigner", "decide_objection")}
            handled.do(*decided[way], **agreed)
            assert handled.open_nodes() == ["co_sign_for", "reassign"]
            handled.do("router", "reassign", unit=unit(handled, then))
        assert handled.open_nodes() == ["co_sign_for", "sign_for"]
        handled.sign_for(then)
    assert handled.open_nodes() == ["co_sign_for", "draft_reply"]
    page = case_page(handled.cast.actor("deputy1"), case_id=handled.case_id)
    assert sorted(each.outcome or "" for each in page.requests).count("lapsed") == 2
    assert clocks_of(handled, "deputy_answer") == [(dt.date(2026, 5, 6), "running")]
    assert {state for _due, state in clocks_of(handled, "extension_decision")} <= {"cancelled", "satisfied"}
    # The unit that has it now asks for itself.
    with clock.moved_to(MORNING + dt.timedelta(days=1)):
        handled.act(f"{then}_head", "extend", then, **LONGER)
        handled.do("router", "decide_extension", decision="agreed", reason="同意延期。")
    assert clocks_of(handled, "deputy_answer") == [(dt.date(2026, 8, 5), "extended")]


def test_nobody_decides_on_what_he_or_his_unit_has_asked_for(handled: Journey) -> None:
    """One person may have a seat in the unit and one where its requests are decided, himself or for a colleague."""
    cast, office = handled.cast, handled.cast.organizations["zfb"]
    security = join(cast, "security", "dgw", "security_admin")
    for name in ("slt_head", "slt_clerk"):
        grants.grant_role(security, cast.users[name], organization_id=office, role="government_router")
    with clock.moved_to(MORNING):
        asks(handled)
        handled.act("slt_head", "extend", "slt", **LONGER)
        for who, node in product(("slt_head", "slt_clerk"), ("decide_return", "decide_extension")):
            with pytest.raises(OwnRequest):
                handled.do(who, node, decision="agreed", reason="本单位请求同意。")
        # Who stands in for the head elsewhere is the same pair of eyes, though he has no seat in the unit.
        other = join(cast, "third", "zfb", "head").user_id
        grants.grant_role(security, other, organization_id=office, role="government_router")
        away = {"organization_id": office, "absent_id": cast.users["slt_head"], "substitute_id": other}
        name_substitute(security, period=Period(clock.today(), clock.today(), "出差"), **away)
        with pytest.raises(OwnRequest):
            decide = handled.task("decide_return").id
            complete_task(
                actor_for(other), task_id=decide, answers={"decision": "agreed", "reason": "同意。"}
            )
        handled.do("router", "decide_return", decision="refused", reason="属你厅职责。")
