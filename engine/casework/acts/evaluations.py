"""Evaluations (测评) on two axes, and what follows a dissatisfied one: a redo order or a closing opinion."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.acts.decisions import decided, with_minutes
from engine.casework.acts.replies import REPLIES
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import update_case
from engine.casework.facts import UPDATE_ASSIGNMENT, CaseFacts
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import Evaluation, db

EVALUATIONS: sa.Table = Evaluation.__table__  # type: ignore[assignment]
DISSATISFIED = "dissatisfied"

_GIVE = EVALUATIONS.insert().returning(EVALUATIONS.c.id)
_SIGNED = sa.select(REPLIES.c.id).where(
    REPLIES.c.assignment_id == sa.bindparam("of_assignment"),
    REPLIES.c.round == sa.bindparam("in_round"),
    REPLIES.c.signed_at.is_not(None),
)


@act("evaluate", gives={"dissatisfied": "truth", "last_round": "truth"})
def evaluate(step: Step) -> Outcome:
    """Evaluate the signed reply of this round: attitude and result apart; dissatisfied on either opens the redo.

    `requires`: `rounds` (how many there may be); after the last one a panel takes the place of a redo.
    """
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
    rounds = int(step.spec.requires.get("rounds", 0))
    last_round = 0 < rounds <= assignment.round
    if dissatisfied and last_round:
        happenings.append(_happening(step, "panel:called", f"assignment:{assignment.id}", {}))
    return Outcome(happenings, {"dissatisfied": dissatisfied, "last_round": last_round})


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


@act("decide_redo", gives={"redo": "text"}, words={"redo": "decision"})
def decide_redo(step: Step) -> Outcome:
    """Order a new round of handling with a clock of its own, or close this unit's part with written reasons.

    `requires`: `happenings` by decision, where they are not redo:ordered and redo:waived.
    """
    ordered = step.answers["decision"] == "ordered"
    decision_id = decided(step, "redo", str(step.answers["decision"]), str(step.answers["reason"]))
    old = step.assignment.round
    if ordered:
        _next_round(step)
    else:
        _finish(step)
    own = step.spec.requires.get("happenings", {})
    action = own.get(step.answers["decision"]) or ("redo:ordered" if ordered else "redo:waived")
    detail = {"reason": step.answers["reason"], "old": old, "new": step.assignment.round}
    happening = _happening(step, action, f"decision:{decision_id}", detail)
    return Outcome([happening], {"redo": step.answers["decision"]})


@act("close_by_panel")
def close_by_panel(step: Step) -> Outcome:
    """End what stayed disputed to the last round: both sides heard, minutes, and a closing opinion (评议意见)."""
    decision_id = decided(step, "panel", "closed_with_opinion", with_minutes(step))
    _finish(step)
    update_case(step.case, {"outcome": "closed_with_opinion"})
    detail = {name: str(step.answers.get(name) or "") for name in ("held_on", "persons", "minutes", "reason")}
    return Outcome([_happening(step, "panel:held", f"decision:{decision_id}", detail)])


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


@effect("close_unevaluated")
def close_unevaluated(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Close a unit's part whose reply nobody evaluated in time (未反馈): it counts in no rate of satisfaction."""
    db.session.execute(
        UPDATE_ASSIGNMENT,
        {"of_assignment": happening.assignment_id, "status": "closed", "closed_at": clock.now()},
    )
