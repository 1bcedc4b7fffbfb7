"""Deciding on a request: one act for every kind of it; what a kind is called and leads to is in process.toml.

`requires` of such a task: `kind` (the decision's word), `settles` (the action it decides on, if one asked for it),
`happenings` (decision → happening), `messages` (decision → message for the flow), `flag` (the variable that gateways
ask), `on` (the field with its legal day), `entry` (its answers are kept whole), `number` (the decisions that give the
case its number),
`sets`, `keeps` and `other_hand` (as in acts/records.py), `statuses` (decision → the status that the case then has;
draft gives it back to its author) and `ballot` (see acts/votes.py).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.access import same_eyes
from engine.casework.acts.intake import DECISIONS
from engine.casework.acts.records import day_of, keep_columns, keep_entry, require_other_hand
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.acts.votes import counted, keep_ballot, require_carried
from engine.casework.cases import update_case
from engine.casework.moving.happenings import Happening
from engine.casework.numbering import issue_number
from engine.casework.requests import ACTIONS, settle
from engine.casework.visibility import UNIT_ROLES
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import db

_ASKED_BY = sa.select(ACTIONS.c.done_by).where(
    ACTIONS.c.case_id == sa.bindparam("of_case"),
    ACTIONS.c.assignment_id == sa.bindparam("of_assignment"),
    ACTIONS.c.key == sa.bindparam("of_key"),
    ACTIONS.c.settled_at.is_(None),
)
_DECIDE = DECISIONS.insert().returning(DECISIONS.c.id)


class OwnRequest(GuardRefused):
    """Nobody decides on what he or his unit has asked for."""

    text = _("这项申请是您本人或者您所在的承办单位提出的，须由其他人决定。")


@act("decide")
def decide(step: Step) -> Outcome:
    """Decide on what was requested, or on the case itself, with reasons; the form has `decision` and `reason`."""
    requires, decision = step.spec.requires, str(step.answers["decision"])
    reason = str(step.answers.get("reason") or "")
    require_other_hand(step)
    require_others_request(step)
    unit, votes = step.unit, counted(step)
    require_carried(step, votes)
    decision_id = decided(step, str(requires["kind"]), decision, reason)
    if votes is not None:
        keep_ballot(step, votes, decision, decision_id=decision_id)
    if "settles" in requires:
        settle(step.case, str(requires["settles"]), unit.id if unit else None, decision)
    number = _carry_out(step, decision)
    happening = Happening(
        requires["happenings"][decision],
        subject=f"decision:{decision_id}",
        assignment_id=unit.id if unit else None,
        round=unit.round if unit else step.case.round,
        detail={"decision": decision, "reason": reason, **number},
        told={"reason": reason} | step.chosen(),
        on=day_of(step) if "on" in requires else None,
    )
    message = requires.get("messages", {}).get(decision)
    flags = {str(requires["flag"]): decision} if "flag" in requires else {}
    return Outcome([happening], flags, (message,) if message else ())


def require_others_request(step: Step) -> None:
    """Refuse with OwnRequest who asked, who stands in for him or he for, and whoever works in the unit that asked.

    One person may have a seat there and one where it is decided.
    """
    unit, key = step.unit, step.spec.requires.get("settles")
    if unit is None or not key:
        return
    about = {"of_case": step.case.id, "of_assignment": unit.id, "of_key": str(key)}
    own_unit = any(
        seat.organization_id == unit.unit_id for seat in step.actor.seats if seat.role in UNIT_ROLES
    )
    asked_by = db.session.scalars(_ASKED_BY, about).all()
    if asked_by and (own_unit or any(same_eyes(step.actor, each) for each in asked_by)):
        raise OwnRequest


def _carry_out(step: Step, decision: str) -> dict[str, str]:
    """What a decision does to the case besides; gives the number it got, for the trail."""
    requires = step.spec.requires
    if requires.get("entry"):
        keep_entry(step)
    keep_columns(step)
    ended = requires.get("statuses", {}).get(decision)
    if ended == "draft":
        update_case(step.case, {"status": ended, "submitted_at": None})
    elif ended:
        outcome = ended if ended == "withdrawn" else decision
        update_case(step.case, {"status": ended, "outcome": outcome})
    if decision not in requires.get("number", ()):
        return {}
    return {"number": issue_number(step.case, step.folder)}


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
