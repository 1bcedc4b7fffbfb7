"""Right answers to every task and to every action: what is refused is refused to the person, not to his answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation import clock
from tests.support.journey import Journey

DECLINED = {
    "result": "declined",
    "reason_code": "judicial",
    "explanation": "涉案",
    "confidentiality": "internal",
}
COORDINATION = {"reason": "财政厅不同意列入本年度计划，请予协调。"}
EXTENSION = {
    "ground": "wide",
    "reason": "涉及五个部门，需要统一测算。",
    "plan": "三月摸底，五月形成方案。",
}
RETURN = {"ground": "not_our_duty", "reason": "依据三定规定，不属于本单位职责。"}
AGREED = {"decision": "agreed", "reason": "同意退回。"}
OBJECTION = {"reason": "此事应由教育厅承办。"}
MAIN = "省十四届人大四次会议闭会第001号"
MERGER = {"main": MAIN, "reason": "内容相同，一并办理。"}
CARD = {"colour": "yellow", "reason": "未按要求反馈。"}
KEY = {"grounds": "major", "reason": "群众普遍关心。"}


def sent_back(journey: Journey) -> dict[str, Any]:
    """The other unit's opinion is returned to it."""
    return {"unit": journey.cast.organizations["czt"], "reason": "没有说明资金渠道。"}


def key_decision(journey: Journey) -> dict[str, Any]:
    """The council takes the case up."""
    return {
        "decision": "agreed",
        "meeting": "主任会议第十次会议",
        "decided_on": clock.today().isoformat(),
        "leader": "张副省长",
        "committee": journey.cast.organizations["dgw"],
    }


def admitted(journey: Journey) -> dict[str, Any]:
    """Who else is to know of a restricted case."""
    return {"person": journey.cast.users["slt_head"], "reason": "须知悉。"}


def to_task(journey: Journey, node: str) -> Mapping[str, Any]:
    """A right answer to the task at a node."""
    right: dict[str, Mapping[str, Any]] = {
        "draft": {"confirmed": True},
        "intake": DECLINED,
        "intake_review": {"decision": "confirmed"},
        "assign": {"units": [{"unit_id": journey.cast.organizations["slt"], "role": "lead", "scope": ""}]},
        "sign_for": {},
        "co_sign_for": {},
        "co_opinion": {"position": "agree", "text": "同意主办单位的意见，予以配合。"},
        "draft_reply": journey.answers(),
        "review_reply": {"decision": "passed"},
        "sign_reply": {"decision": "signed", "number": "2号"},
        "evaluate": {"attitude": "satisfied", "result": "satisfied"},
        "decide_redo": {"decision": "waived", "reason": "政策所限"},
        "decide_return": AGREED,
        "co_decide_return": AGREED,
        "decide_objection": AGREED,
        "decide_extension": AGREED,
        "route": {"units": [{"unit_id": journey.cast.organizations["slt"], "role": "lead", "scope": ""}]},
        "redo_opinion": {"position": "agree", "text": "同意主办单位的意见，予以配合。"},
        "coordinate": {
            "held_on": clock.today().isoformat(),
            "persons": "水利厅、财政厅",
            "minutes": "逐项核对，形成一致意见。",
            "reason": "由水利厅统一答复。",
        },
        "panel": {
            "held_on": clock.today().isoformat(),
            "persons": "代表、水利厅",
            "minutes": "双方当面交换意见，记录在案。",
            "reason": "受政策所限，本轮不再重办，请持续通报。",
        },
        "reassign": {"unit": journey.cast.organizations["jyt"]},
        "co_reassign": {"unit": journey.cast.organizations["jyt"]},
        "arbitrate": _arbitration(journey),
        "co_arbitrate": _arbitration(journey),
        "delegation_check": {"decision": "passed"},
        "register_motion": {
            "motion_number": "第12号议案",
            "decided_on": clock.today().isoformat(),
            "reasons": "所提事项可由政府依职权办理。",
            "category": "agriculture",
            "confidentiality": "public",
        },
        "evaluate_merged": {"attitude": "satisfied", "result": "satisfied"},
        "decide_merged": {"decision": "waived", "reason": "答复已经涵盖。"},
    }
    return right[node]


def _arbitration(journey: Journey) -> dict[str, Any]:
    return {
        "unit": journey.cast.organizations["jyt"],
        "held_on": clock.today().isoformat(),
        "persons": "各单位",
        "minutes": "召集各单位会商，意见一致。",
        "reason": "职责相近。",
    }


def to_action(journey: Journey, key: str) -> Mapping[str, Any]:
    """A right answer to an action's form."""
    today = clock.today().isoformat()
    admitted = {"person": journey.cast.users["slt_head"], "reason": "须知悉。"}
    right: dict[str, Mapping[str, Any]] = {
        "withdraw": {"reason": "另行提出。"},
        "answer_withdrawal": {"decision": "agreed"},
        "resubmit": {"confirmed": True},
        "merge": MERGER,
        "separate": {"reason": "情形不同。"},
        "admit_viewer": admitted,
        "dismiss_viewer": admitted,
        "talk": {"held_on": today, "persons": "厅长", "summary": "听取了进展。", "demands": "一周内见面。"},
        "escalate": {"reason": "多次督办没有进展。", "measures": "催办、约谈。"},
        "issue_card": CARD,
        "lift_card": {**CARD, "reason": "已当面说明。"},
        "propose_key": KEY,
        "decide_key": key_decision(journey),
        "plan_key": {"plan": "六月实地督办。"},
        "report_key": {"effect": "progress", "result": "已列入计划。"},
        "urge": {"reason": "请抓紧办理。"},
        "return_unit": {**RETURN, "ground": "other"},
        "extend": EXTENSION,
        "send_opinion_back": sent_back(journey),
        "request_coordination": COORDINATION,
        "report_pressure": {"reason": "有人打电话要求评为满意。"},
        "object_unit": {"reason": "此事应由教育厅承办。"},
    }
    return right.get(key, {})
