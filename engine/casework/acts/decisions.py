"""Deciding on a request: one act for every kind of it; what a kind is called and leads to is in process.toml.

`requires` of such a task: `kind` (the decision's word), `settles` (the action it decides on), `happenings` (decision →
happening), `messages` (decision → message for the flow) and `flag` (the variable that gateways ask).
"""

from __future__ import annotations

from typing import Any

from engine.casework.acts.intake import DECISIONS
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.happenings import Happening
from engine.casework.requests import settle
from models import db

_DECIDE = DECISIONS.insert().returning(DECISIONS.c.id)


@act("decide")
def decide(step: Step) -> Outcome:
    """Decide on what was requested, with reasons; the form has `decision` and `reason`."""
    requires, decision = step.spec.requires, str(step.answers["decision"])
    reason = str(step.answers.get("reason") or "")
    unit = step.unit
    decision_id = decided(step, str(requires["kind"]), decision, reason)
    if "settles" in requires:
        settle(step.case, str(requires["settles"]), unit.id if unit else None, decision)
    happening = Happening(
        requires["happenings"][decision],
        subject=f"decision:{decision_id}",
        assignment_id=unit.id if unit else None,
        round=unit.round if unit else step.case.round,
        detail={"decision": decision, "reason": reason},
        told={"reason": reason},
    )
    message = requires.get("messages", {}).get(decision)
    flags = {str(requires["flag"]): decision} if "flag" in requires else {}
    return Outcome([happening], flags, (message,) if message else ())


def with_minutes(step: Step) -> str:
    """The opinion of a meeting with its day, those present and the minutes below it, as they are kept."""
    answers = step.answers
    head = " ".join(str(answers.get(name) or "") for name in ("held_on", "persons"))
    return "\n".join(
        filter(None, (str(answers.get("reason") or ""), head, str(answers.get("minutes") or "")))
    )


def decided(step: Step, kind: str, result: str, reason: str) -> int:
    """Write a decision that needs no second person; gives its id."""
    return int(db.session.scalar(_DECIDE, _row(step, kind, result, reason)) or 0)


def _row(step: Step, kind: str, decision: str, reason: str) -> dict[str, Any]:
    return {
        "case_id": step.case.id,
        "assignment_id": step.unit.id if step.unit else None,
        "round": step.unit.round if step.unit else step.case.round,
        "kind": kind,
        "result": decision,
        "explanation": reason,
        "proposed_by": step.actor.user_id,
        "proposed_at": step.now,
        "confirmed_by": step.actor.user_id,
        "confirmed_at": step.now,
    }
