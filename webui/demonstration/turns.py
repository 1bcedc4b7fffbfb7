"""Turns that some open cases take today: withdrawn, merged, returned, extended, urged, put under key supervision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.actions import perform
from engine.casework.tasks import complete_task
from engine.foundation import clock
from engine.foundation.errors import DomainError
from models import Assignment, Case, Cosignature, Deputy, Organization, Task, User, db
from webui.demonstration.province import Province

OFFICE = "jiaoban"
GROUNDS = ("major", "concentrated", "hard")
Found = sa.Row[Any]


def take_turns(province: Province) -> None:
    """Let people do of their own accord what the year's stories do not tell."""
    for turn in (_withdraw, _merge, _transfer, _return, _extend, _see_through, _choose_keys):
        turn(province)


def waiting(node: str, skip: int, count: int) -> list[Found]:
    """Open tasks at a node, with case, unit and lead deputy's user; the oldest first."""
    statement = (
        sa.select(
            Task.id,
            Task.case_id,
            Task.assignment_id,
            Case.number,
            Organization.code.label("unit"),
            User.username.label("deputy"),
        )
        .join(Case, Case.id == Task.case_id)
        .outerjoin(Deputy, Deputy.id == Case.lead_deputy_id)
        .outerjoin(User, User.id == Deputy.user_id)
        .outerjoin(Assignment, Assignment.id == Task.assignment_id)
        .outerjoin(Organization, Organization.id == Assignment.unit_id)
        .where(Task.node == node, Task.open)
        .order_by(Task.id)
    )
    return list(db.session.execute(statement.offset(skip).limit(count)))


def act_on(province: Province, who: str, row: Found, key: str, answers: Mapping[str, Any], of: str) -> bool:
    """Do an action; a case that does not lend itself to it is left as it is."""
    try:
        perform(
            province.actor(who.partition("@")[0]),
            case_id=row.case_id,
            key=key,
            answers=answers,
            assignment_id=row.assignment_id if of == "assignment" else None,
        )
    except DomainError:
        return False
    return True


def _withdraw(province: Province) -> None:
    """One withdraws alone, and one jointly: of his cosigners one has agreed and the others have yet to."""
    reason = {"reason": "有关部门已经着手解决，不再提出。"}
    rows = waiting("intake", 2, 20)
    joint = [row for row in rows if len(_cosigners(row.case_id)) > 1]
    for row in [row for row in rows if not _cosigners(row.case_id)][:1] + joint[:1]:
        act_on(province, row.deputy, row, "withdraw", reason, "case")
    for row in joint[:1]:
        who = _cosigners(row.case_id)[0]
        act_on(province, who, row, "answer_withdrawal", {"decision": "agreed"}, "case")


def _cosigners(case_id: int) -> list[str]:
    """The user names of the deputies who signed a case with its first."""
    return list(
        db.session.scalars(
            sa.select(User.username)
            .join(Deputy, Deputy.user_id == User.id)
            .join(Cosignature, Cosignature.deputy_id == Deputy.id)
            .where(Cosignature.case_id == case_id, Cosignature.status == "confirmed")
            .order_by(Cosignature.id)
        )
    )


def _merge(province: Province) -> None:
    rows = waiting("assign", 6, 3)
    for row in rows[1:]:
        reason = "所提事项与该件相近，一并办理。"
        act_on(province, OFFICE, row, "merge", {"main": rows[0].number, "reason": reason}, "case")


def _transfer(province: Province) -> None:
    answers = {
        "result": "transferred",
        "confidentiality": "internal",
        "reason_code": "petition",
        "explanation": "所附系群众来信，转有关方面处理并答复。",
    }
    for row in waiting("intake", 2, 1):
        complete_task(province.actor("shouli"), task_id=row.id, answers=answers)
        review = [each for each in waiting("intake_review", 0, 50) if each.case_id == row.case_id]
        complete_task(province.actor("fuhe"), task_id=review[0].id, answers={"decision": "confirmed"})
        act_on(province, row.deputy, row, "resubmit", {"confirmed": True}, "case")


def _units(province: Province, row: Found, *roles: str) -> Iterator[str]:
    return (f"{row.unit}_{role}" for role in roles if f"{row.unit}_{role}" in province.users)


def _return(province: Province) -> None:
    others = list(province.units.values())
    for place, row in enumerate(waiting("sign_for", 0, 4)):
        answers = {
            "reason": "所提事项属其他单位职责，建议改由该单位承办。",
            "ground": "not_our_duty",
            "proposed_unit": others[place + 5],
        }
        for who in _units(province, row, "zg"):
            if act_on(province, who, row, "return_unit", answers, "assignment"):
                break


def _extend(province: Province) -> None:
    answers = {
        "reason": "涉及面广，需要会同多个市实地调研。",
        "plan": "下月完成调研，第五个月末提出意见。",
        "ground": "wide",
    }
    for row in waiting("draft_reply", 20, 4):
        for who in _units(province, row, "zg"):
            if act_on(province, who, row, "extend", answers, "assignment"):
                break


def _see_through(province: Province) -> None:
    """Urge the late ones, talk to one, bring one before the council."""
    talk = {
        "held_on": "",
        "persons": "分管领导、督办处",
        "summary": "听取了进展。",
        "demands": "一周内与代表见面。",
    }
    for place, row in enumerate(waiting("draft_reply", 0, 6)):
        act_on(province, OFFICE, row, "urge", {"reason": "请尽快与代表沟通，按期答复。"}, "assignment")
        if place < 2:
            from_today = {**talk, "held_on": _today()}
            act_on(province, OFFICE, row, "talk", from_today, "assignment")
        if place == 0:
            reason = {"reason": "多次督办没有明显进展。", "measures": "催办、黄牌、约谈。"}
            act_on(province, OFFICE, row, "escalate", reason, "assignment")


def _choose_keys(province: Province) -> None:
    committee = db.session.scalar(
        sa.select(Organization.id).where(Organization.kind == "committee").order_by(Organization.id).limit(1)
    )
    decision = {
        "decision": "agreed",
        "meeting": "常委会第四十八次主任会议",
        "decided_on": _today(),
        "leader": "常委会副主任",
        "committee": committee,
    }
    for place, row in enumerate(waiting("draft_reply", 8, 5)):
        proposal = {"grounds": GROUNDS[place % 3], "reason": "事关全局，代表反映集中，群众普遍关心。"}
        if not act_on(province, OFFICE, row, "propose_key", proposal, "case") or place > 2:
            continue
        act_on(province, OFFICE, row, "decide_key", decision, "case")
        if place < 2:
            act_on(province, OFFICE, row, "plan_key", {"plan": "两次实地督办，九月底前报告结果。"}, "case")


def _today() -> str:
    return clock.today().isoformat()
