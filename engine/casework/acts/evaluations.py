"""Evaluations (测评) on two axes, and what follows a dissatisfied one: a redo order or a closing opinion."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.acts.intake import DECISIONS
from engine.casework.acts.replies import REPLIES
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import update_case
from engine.casework.facts import UPDATE_ASSIGNMENT
from engine.casework.happenings import Happening
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import Evaluation, db

EVALUATIONS: sa.Table = Evaluation.__table__  # type: ignore[assignment]
DISSATISFIED = "dissatisfied"

_GIVE = EVALUATIONS.insert().returning(EVALUATIONS.c.id)
_DECIDE = DECISIONS.insert().returning(DECISIONS.c.id)
_SIGNED = sa.select(REPLIES.c.id).where(
    REPLIES.c.assignment_id == sa.bindparam("of_assignment"),
    REPLIES.c.round == sa.bindparam("in_round"),
    REPLIES.c.signed_at.is_not(None),
)


@act("evaluate")
def evaluate(step: Step) -> Outcome:
    """Evaluate the signed reply of this round: attitude and result apart; dissatisfied on either opens the redo."""
    assignment = step.assignment
    reply_id = _signed_reply(step)
    answers = step.answers
    on_paper = step.actor.deputy_id != step.case.lead_deputy_id
    evaluation_id = db.session.scalar(
        _GIVE,
        {
            "case_id": step.case.id,
            "assignment_id": assignment.id,
            "reply_id": reply_id,
            "round": assignment.round,
            "deputy_id": step.case.lead_deputy_id,
            "attitude": answers["attitude"],
            "result": answers["result"],
            "reasons": answers.get("reasons") or "",
            "channel": "paper" if on_paper else "platform",
            "given_by": step.actor.user_id,
            "given_at": step.now,
        },
    )
    dissatisfied = DISSATISFIED in (answers["attitude"], answers["result"])
    detail = {"attitude": answers["attitude"], "result": answers["result"]}
    happenings = [_happening(step, "evaluation:given", f"evaluation:{evaluation_id}", detail)]
    if dissatisfied:
        reason = {"reason": answers.get("reasons") or ""}
        happenings.append(_happening(step, "evaluation:dissatisfied", f"evaluation:{evaluation_id}", reason))
    else:
        _finish(step)
    return Outcome(happenings, {"dissatisfied": dissatisfied})


def _signed_reply(step: Step) -> int:
    about = {"of_assignment": step.assignment.id, "in_round": step.assignment.round}
    reply_id = db.session.scalar(_SIGNED, about)
    if reply_id is None:
        raise GuardRefused(_("还没有签发的答复，不能测评。"))
    return reply_id


def _finish(step: Step) -> None:
    """The unit's part is done."""
    db.session.execute(
        UPDATE_ASSIGNMENT,
        {"of_assignment": step.assignment.id, "status": "closed", "closed_at": step.now},
    )


@act("decide_redo")
def decide_redo(step: Step) -> Outcome:
    """Order a new round of handling with a clock of its own, or close this unit's part with written reasons."""
    ordered = step.answers["decision"] == "ordered"
    decision_id = db.session.scalar(
        _DECIDE,
        {
            "case_id": step.case.id,
            "assignment_id": step.assignment.id,
            "round": step.assignment.round,
            "kind": "redo",
            "result": step.answers["decision"],
            "explanation": step.answers["reason"],
            "proposed_by": step.actor.user_id,
            "proposed_at": step.now,
            "confirmed_by": step.actor.user_id,
            "confirmed_at": step.now,
        },
    )
    old = step.assignment.round
    if ordered:
        _next_round(step)
    else:
        _finish(step)
    action = "redo:ordered" if ordered else "redo:waived"
    detail = {"reason": step.answers["reason"], "old": old, "new": step.assignment.round}
    happening = _happening(step, action, f"decision:{decision_id}", detail)
    return Outcome([happening], {"redo": step.answers["decision"]})


def _next_round(step: Step) -> None:
    assignment = step.assignment
    assignment.round += 1
    assignment.status = "signed_for"
    db.session.execute(
        UPDATE_ASSIGNMENT,
        {"of_assignment": assignment.id, "round": assignment.round, "status": "signed_for"},
    )
    if assignment.round > step.case.round:
        update_case(step.case, {"round": assignment.round})


def _happening(step: Step, action: str, subject: str, detail: dict[str, Any]) -> Happening:
    return Happening(
        action,
        subject=subject,
        assignment_id=step.assignment.id,
        round=step.assignment.round,
        detail=detail,
        told={"reason": detail.get("reason", ""), "round": step.assignment.round},
    )
