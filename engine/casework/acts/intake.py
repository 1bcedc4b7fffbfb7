"""Intake (受理): one officer proposes, another confirms; a confirmed acceptance issues the number."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.access import same_eyes
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import keep_fields, update_case
from engine.casework.moving.happenings import Happening
from engine.casework.numbering import issue_number
from engine.foundation.errors import DomainError, GuardRefused
from engine.foundation.language import _
from models import Decision, db

DECISIONS: sa.Table = Decision.__table__  # type: ignore[assignment]

_PROPOSE = DECISIONS.insert()
_CONFIRM = DECISIONS.update().where(DECISIONS.c.id == sa.bindparam("of_decision"))
_PROPOSAL = (
    sa.select(DECISIONS)
    .where(
        DECISIONS.c.case_id == sa.bindparam("of_case"),
        DECISIONS.c.kind == "intake",
        DECISIONS.c.confirmed_at.is_(None),
        DECISIONS.c.refused_at.is_(None),
    )
    .order_by(DECISIONS.c.id.desc())
    .limit(1)
)


class SamePerson(DomainError):
    """Four eyes: who proposed may not confirm."""

    text = _("须由另一人复核：您是提出审查意见的人。")


@act("propose_intake")
def propose_intake(step: Step) -> Outcome:
    """Propose to accept or to decline; declining needs a reason from the list and an explanation."""
    answers = step.answers
    db.session.execute(
        _PROPOSE,
        {
            "case_id": step.case.id,
            "round": 1,
            "kind": "intake",
            "result": answers["result"],
            "reason_code": answers.get("reason_code"),
            "explanation": answers.get("explanation") or "",
            "proposed_by": step.actor.user_id,
            "proposed_at": step.now,
        },
    )
    old = step.case.category
    update_case(
        step.case, {"category": answers.get("category"), "confidentiality": answers["confidentiality"]}
    )
    detail = {"result": answers["result"], "reason_code": answers.get("reason_code")}
    detail |= {"old": old, "new": answers.get("category")}
    return Outcome([Happening("intake:proposed", detail=detail)])


@act("confirm_intake", gives={"intake": "text"}, words={"intake": ("accepted", "declined", "returned")})
def confirm_intake(step: Step) -> Outcome:
    """Confirm the proposal, or send it back; never the proposer himself."""
    proposal = _open_proposal(step)
    if same_eyes(step.actor, proposal.proposed_by):
        raise SamePerson
    confirmed = step.answers["decision"] == "confirmed"
    done = {"confirmed_at": step.now} if confirmed else {"refused_at": step.now}
    db.session.execute(_CONFIRM, {"of_decision": proposal.id, "confirmed_by": step.actor.user_id, **done})
    opinion = step.answers.get("opinion") or ""
    if not confirmed:
        return Outcome([Happening("intake:returned", detail={"reason": opinion})], {"intake": "returned"})
    if proposal.result != "accepted":
        return _decline(step, proposal)
    number = issue_number(step.case, step.folder)
    happening = Happening("case:accepted", detail={"number": number, "category": step.case.category})
    return Outcome([happening], {"intake": "accepted"})


def _decline(step: Step, proposal: sa.Row[Any]) -> Outcome:
    """Not accepted: declined, or passed on as a deputy's letter (转作代表来信)."""
    update_case(step.case, {"status": "declined", "outcome": proposal.result})
    reason = step.folder.decline_reasons[proposal.reason_code].zh
    happening = Happening(
        f"case:{proposal.result}",
        detail={"reason_code": proposal.reason_code, "reason": proposal.explanation},
        told={"reason": f"{reason}。{proposal.explanation}"},
    )
    return Outcome([happening], {"intake": "declined"})


def _open_proposal(step: Step) -> sa.Row[Any]:
    row = db.session.execute(_PROPOSAL, {"of_case": step.case.id}).one_or_none()
    if row is None:
        raise GuardRefused(_("没有待复核的审查意见。"))
    return row


@act("register_motion")
def register_motion(step: Step) -> Outcome:
    """Register what the presidium made of a motion: it needs no intake, gets its number and goes to be assigned."""
    answers = step.answers
    db.session.execute(
        _PROPOSE,
        {
            "case_id": step.case.id,
            "round": 1,
            "kind": "motion",
            "result": "turned_into_suggestion",
            "explanation": answers["reasons"],
            "proposed_by": step.actor.user_id,
            "proposed_at": step.now,
            "confirmed_by": step.actor.user_id,
            "confirmed_at": step.now,
        },
    )
    motion = {"number": answers["motion_number"], "decided_on": answers["decided_on"].isoformat()}
    category, confidentiality = answers["category"], answers["confidentiality"]
    update_case(step.case, {"category": category, "confidentiality": confidentiality})
    keep_fields(step.case, {"motion": f"{motion['number']} {motion['decided_on']}"})
    number = issue_number(step.case, step.folder)
    detail = {"number": number, "category": category, "motion": motion["number"]}
    detail |= {"decided_on": motion["decided_on"], "reason": answers["reasons"]}
    return Outcome([Happening("case:accepted", detail=detail)])
