"""Meetings that settle something between units: convened, minuted, with an opinion that all sides see."""

from __future__ import annotations

from engine.casework.acts.co_opinions import differing_opinions
from engine.casework.acts.decisions import decided, require_others_request, with_minutes
from engine.casework.acts.step import Outcome, Step, act, ground
from engine.casework.facts import AssignmentFacts, CaseFacts
from engine.casework.moving.happenings import Happening
from engine.casework.requests import settle
from engine.definitions.folder import ActionSpec
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _


class NothingToCoordinate(GuardRefused):
    """No co-handling unit differs from the lead unit."""

    text = _("会办单位没有提出不同意见，无需协调。")


@ground("request_coordination")
def units_differ(actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> None:
    """A unit differs, in part or in all. Raises NothingToCoordinate."""
    if not differing_opinions(case.id, ("partly", "disagree")):
        raise NothingToCoordinate


@act("request_coordination")
def request_coordination(step: Step) -> Outcome:
    """Ask the assigning body to bring units together that differ on the answer."""
    return Outcome([])


@act("hold_meeting")
def hold_meeting(step: Step) -> Outcome:
    """Record a meeting: `requires` names `kind`, `settles` and `happening`; the form has minutes and `reason`."""
    require_others_request(step)
    requires, unit = step.spec.requires, step.assignment
    decision_id = decided(step, str(requires["kind"]), "held", with_minutes(step))
    settle(step.case, str(requires["settles"]), unit.id, "held")
    reason = str(step.answers.get("reason") or "")
    return Outcome(
        [
            Happening(
                str(requires["happening"]),
                subject=f"decision:{decision_id}",
                assignment_id=unit.id,
                round=unit.round,
                detail={"reason": reason, "persons": str(step.answers.get("persons") or "")},
                told={"reason": reason},
            )
        ]
    )
