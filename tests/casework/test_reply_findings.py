"""What stops a reply, what is noticed about it, and the reasons for which it goes on nevertheless."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from engine.casework.acts.reply_soundness import ReplyUnfit
from engine.casework.choices import asks
from engine.casework.readings.case_page import case_page
from engine.foundation import clock
from engine.foundation.errors import InvalidAnswers
from models import AuditEvent, Organization, ReplyCommitment, ReplyFinding, db
from tests.support.journey import Journey

LONG = (
    "收到代表的建议后，我厅党组高度重视，召开专题会议研究，成立由分管副厅长牵头的工作专班，赴三市九县实地调研，"
    "与代表当面沟通两次，逐条研究办理措施。一是完善制度，修订管理办法，明确各级职责和时限要求；二是加大投入，"
    "统筹省级专项资金一亿二千万元支持重点项目建设；三是强化监督，建立月调度、季通报制度，对进展缓慢的地方约谈提醒，"
    "确保各项任务落到实处见到成效。下一步我厅将继续跟踪问效，及时向代表通报进展情况，自觉接受监督。"
)


@pytest.fixture
def drafting(journey: Journey) -> Journey:
    """A case whose lead unit is about to draft the reply; another unit helps."""
    journey.draft().submit().accept().assign(slt="lead", czt="co").sign_for().sign_for("czt", "co_sign_for")
    return journey.contact()


def opinion(journey: Journey, position: str) -> None:
    text = "该项投入须由县级统筹，省级无此科目。"
    journey.do("czt_clerk", "co_opinion", "czt", position=position, text=text)


def draft(journey: Journey, **over: Any) -> None:
    journey.do("slt_clerk", "draft_reply", "slt", **journey.answers(**over))


def refused(journey: Journey, **over: Any) -> Mapping[str, list[str]]:
    with pytest.raises(InvalidAnswers) as refusal:
        draft(journey, **over)
    return refusal.value.errors


def said(journey: Journey, *answers: dict[str, Any]) -> list[dict[str, Any]]:
    """One answer for each ask."""
    ids = asks(journey.case_id, journey.case.text_version)
    return [{"ask_id": id_, **answer} for id_, answer in zip(ids, answers, strict=True)]


A, B = {"grade": "A", "text": "已经建成使用。"}, {"grade": "B", "text": "已列入计划。"}
C = {"grade": "C", "text": "现阶段难以实施。"}


def test_an_answer_that_says_nothing_is_a_hole(drafting: Journey) -> None:
    opinion(drafting, "agree")
    errors = refused(drafting, answers=said(drafting, A, {"grade": "A", "text": "略。"}))
    assert list(errors) == ["answers-1"] and "第2条建议没有真正答复" in errors["answers-1"][0]


def test_a_plan_without_a_date_and_a_refusal_without_a_reason_are_refused(drafting: Journey) -> None:
    opinion(drafting, "agree")
    errors = refused(drafting, answers=said(drafting, B, C), commitments=[])
    assert set(errors) == {"answers-0", "answers-1", "commitments"}
    assert "写明完成日期" in errors["answers-0"][0] and "不能解决的理由" in errors["answers-1"][0]
    assert "commitments-0" in refused(drafting, commitments=[{"what": "修渠", "due": ""}])
    assert "commitments-0" in refused(drafting, commitments=[{"what": "修渠", "due": "2026-02-04"}])


def test_a_promise_for_one_ask_does_not_cover_another(drafting: Journey) -> None:
    opinion(drafting, "agree")
    first, second = asks(drafting.case_id, 1)
    promise = {"what": "修渠", "due": "2026-12-01", "ask_id": first}
    assert list(refused(drafting, answers=said(drafting, B, B), commitments=[promise])) == ["answers-1"]
    lines = "2026年6月30日 完成2026年度设计\n2026-09-01：开工"
    draft(
        drafting,
        answers=said(drafting, B, {**C, "reason": "国家标准尚未出台。"}),
        commitments=[{**promise, "milestones": lines}],
    )
    kept = db.session.scalars(sa.select(ReplyCommitment)).one()
    assert kept.ask_id == first != second
    assert kept.milestones == [
        {"on": "2026-06-30", "what": "完成2026年度设计"},
        {"on": "2026-09-01", "what": "开工"},
    ]


@pytest.mark.parametrize("line", ["完成设计", "2026-13-01 完成", "2027-06-01 太晚", "2026-06-30"])
def test_a_milestone_says_when_and_what_before_the_end(drafting: Journey, line: str) -> None:
    opinion(drafting, "agree")
    promise = {"what": "修渠", "due": "2026-12-01", "milestones": line}
    assert list(refused(drafting, commitments=[promise])) == ["commitments-0"]


def test_a_co_handling_unit_that_disagrees_cannot_be_passed_over_in_silence(drafting: Journey) -> None:
    opinion(drafting, "disagree")
    assert list(refused(drafting)) == ["findings"]
    name = db.session.get_one(Organization, drafting.cast.organizations["czt"]).name
    body = f"感谢您对我省工作的关心。{name}认为投入须由县级统筹，我厅已协调一致。"
    assert list(refused(drafting, grade="A", body=body, answers=said(drafting, A, A))) == ["findings"]
    draft(drafting, body=body)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReplyFinding)) == 0


def test_a_reason_is_kept_recorded_and_shown_to_no_other_house(drafting: Journey) -> None:
    opinion(drafting, "disagree")
    key = f"unmentioned:{next(u.assignment.id for u in page(drafting, 'slt_clerk').units if u.name == '省财政厅')}"
    draft(
        drafting, findings=[{"key": key, "reason": "已另函协商一致。"}, {"key": "superior", "reason": "无关"}]
    )
    kept = db.session.scalars(sa.select(ReplyFinding)).one()
    assert (kept.key, kept.reason) == (key, "已另函协商一致。")
    event = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == "reply:finding_overridden")
    ).one()
    assert "已另函协商一致" in event.detail and "省财政厅" in event.detail
    seen = {who: actions(drafting, who) for who in ("slt_head", "deputy1", "assigner", "czt_clerk")}
    assert "reply:finding_overridden" in seen.pop("slt_head")
    assert all("reply:finding_overridden" not in found for found in seen.values())
    drafting.do("slt_deputy_head", "review_reply", "slt", decision="passed")
    drafting.do("slt_head", "sign_reply", "slt", decision="signed", number="1号")


def page(journey: Journey, who: str) -> Any:
    return case_page(journey.cast.actor(who), case_id=journey.case_id)


def actions(journey: Journey, who: str) -> list[str]:
    return [entry.action for entry in page(journey, who).timeline]


def test_what_is_noticed_only_later_wants_a_reason_of_the_one_who_passes_it(drafting: Journey) -> None:
    from datetime import datetime

    with clock.moved_to(datetime(2026, 4, 20, 10, tzinfo=clock.ZONE)):  # the co-opinion is overdue
        draft(drafting)
        opinion(drafting, "disagree")
        with pytest.raises(InvalidAnswers) as refusal:
            drafting.do("slt_deputy_head", "review_reply", "slt", decision="passed")
        assert list(refusal.value.errors) == ["findings"]
        units = page(drafting, "slt_clerk").units
        key = f"unmentioned:{next(unit.assignment.id for unit in units if unit.name == '省财政厅')}"
        reason = [{"key": key, "reason": "意见晚到，已电话沟通。"}]
        drafting.do("slt_deputy_head", "review_reply", "slt", decision="passed", findings=reason)
        drafting.do("slt_head", "sign_reply", "slt", decision="signed", number="1号")
    assert (
        db.session.scalars(sa.select(ReplyFinding.answered_by)).one()
        == drafting.cast.users["slt_deputy_head"]
    )


def test_a_promise_whose_day_has_passed_before_the_signature_goes_back(drafting: Journey) -> None:
    from datetime import datetime

    opinion(drafting, "agree")
    draft(drafting, commitments=[{"what": "修渠", "due": "2026-03-01"}])
    drafting.do("slt_deputy_head", "review_reply", "slt", decision="passed")
    with clock.moved_to(datetime(2026, 3, 2, 10, tzinfo=clock.ZONE)):
        with pytest.raises(ReplyUnfit, match="2026-03-01"):
            drafting.do("slt_head", "sign_reply", "slt", decision="signed", number="1号")
        drafting.do("slt_head", "sign_reply", "slt", decision="returned", opinion="日期已过。")


@pytest.mark.parametrize(
    ("text", "noticed"),
    [
        ("请致电13912345678联系王某。", True),
        ("身份证号140102199003070016的群众反映。", True),
        ("材料请发送wang@example.cn邮箱。", True),
        ("全省共完成1391234567890元投资，热线12345，咨询电话0351-1234567。", False),
        ("文号140102号，2026年完成。", False),
    ],
)
def test_personal_data_is_noticed_in_what_will_be_published(
    drafting: Journey, text: str, noticed: bool
) -> None:
    opinion(drafting, "agree")
    body = f"感谢您对我省工作的关心和支持。{text}特此答复。"
    if not noticed:
        draft(drafting, body=body)
        return
    assert list(refused(drafting, body=body)) == ["findings"]
    draft(drafting, body=body, publicity="withheld", publicity_reason="涉及个人隐私。")


def test_personal_data_is_noticed_in_reasons_and_promises_as_well(drafting: Journey) -> None:
    opinion(drafting, "agree")
    promise = {"what": "由13912345678负责落实", "due": drafting.promised_on()}
    assert list(refused(drafting, commitments=[promise])) == ["findings"]
    promise |= {"what": "修渠", "milestones": f"{drafting.promised_on(30)} 请联系wang@example.cn"}
    assert list(refused(drafting, commitments=[promise])) == ["findings"]
    first, second = said(drafting, B, C)
    answers = [first, {**second, "reason": "详询13912345678。"}]
    assert list(refused(drafting, answers=answers)) == ["findings"]


def test_a_matter_of_a_higher_level_wants_to_be_reported_there(drafting: Journey) -> None:
    opinion(drafting, "agree")
    body = "此事属于中央事权，本省无权调整相关标准，感谢您的理解和支持。"
    assert list(refused(drafting, body=body)) == ["findings"]
    draft(drafting, body=body + "我厅已书面向国家有关部门反映。")


def test_the_same_words_as_another_reply_of_the_unit_are_named_with_their_share(drafting: Journey) -> None:
    other = Journey(drafting.cast).draft().submit().accept().assign().sign_for().contact()
    other.do("slt_clerk", "draft_reply", "slt", **other.answers(body=LONG))
    other.do("slt_deputy_head", "review_reply", "slt", decision="passed")
    other.do("slt_head", "sign_reply", "slt", decision="signed", number="晋水函〔2026〕9号")
    opinion(drafting, "agree")
    assert list(refused(drafting, body=LONG)) == ["findings"]
    fresh = "".join(reversed(LONG))
    reason = [{"key": "boilerplate", "reason": "两件建议内容相同，并案研究。"}]
    draft(drafting, body=LONG, findings=reason)
    kept = db.session.scalars(sa.select(ReplyFinding)).one()
    assert "晋水函〔2026〕9号" in kept.shown["other"] and kept.shown["share"] >= 90
    drafting.do("slt_deputy_head", "review_reply", "slt", decision="returned", opinion="请结合实际修改。")
    draft(drafting, body=fresh)
