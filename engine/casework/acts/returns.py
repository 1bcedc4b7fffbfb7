"""Return and reassignment (申请调整): a unit asks to be relieved, the assigning body decides, another takes over.

A unit never passes a case on by itself. What was refused may not be asked again on the same ground; a later
return of the same case is settled by arbitration, and what has been arbitrated is not returned any more.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from engine.casework.acts.decisions import decide, decided, require_others_request, with_minutes
from engine.casework.acts.moot import made_moot
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.facts import ASSIGNMENTS, UPDATE_ASSIGNMENT
from engine.casework.moving.happenings import Happening
from engine.casework.requests import ACTIONS, settle
from engine.deadlines import clocks
from engine.deadlines.clocks import ClockState
from engine.foundation import clock
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import Decision, Organization, Reassignment, db

REASSIGNMENTS: sa.Table = Reassignment.__table__  # type: ignore[assignment]
DECISIONS: sa.Table = Decision.__table__  # type: ignore[assignment]
ARBITRATION = "arbitration"
SECOND = 2  # the return of a case from which on it is arbitrated

_RETURNED = sa.select(sa.func.count()).where(
    ASSIGNMENTS.c.case_id == sa.bindparam("of_case"), ASSIGNMENTS.c.status == "returned"
)
_ARBITRATED = sa.select(
    sa.exists().where(
        DECISIONS.c.assignment_id == sa.bindparam("of_assignment"), DECISIONS.c.kind == ARBITRATION
    )
)
_REFUSED = sa.select(ACTIONS.c.answers).where(
    ACTIONS.c.assignment_id == sa.bindparam("of_assignment"),
    ACTIONS.c.key == sa.bindparam("of_key"),
    ACTIONS.c.outcome == "refused",
)
_HANDLES = sa.select(Organization.name).join(
    ASSIGNMENTS,
    sa.and_(
        ASSIGNMENTS.c.unit_id == Organization.id,
        ASSIGNMENTS.c.case_id == sa.bindparam("of_case"),
        ASSIGNMENTS.c.closed_at.is_(None),
        ASSIGNMENTS.c.unit_id == sa.bindparam("of_unit"),
    ),
)


class ReturnBound(GuardRefused):
    """A return was refused; on the same ground it is not asked again."""

    text = _("以同一理由提出的退回申请已被驳回，不得再次提出，请继续办理。")


class ArbitrationBinds(GuardRefused):
    """Who handles the case was arbitrated."""

    text = _("承办单位已经协调裁定，不得再申请退回。")


class SameUnitAgain(GuardRefused):
    """A part that was given back goes to another unit."""

    text = _("已同意退回，须交给其他单位承办。")


class AlreadyHandles(GuardRefused):
    """A unit has one part in a case."""

    text = _("{unit}已在承办本案，请另选单位。")


@act("request_return", gives={"arbitration": "truth"})
def request_return(step: Step) -> Outcome:
    """Ask to be relieved of the case, with a ground; decides whether the request is decided or arbitrated."""
    unit = step.assignment
    if db.session.scalar(_ARBITRATED, {"of_assignment": unit.id}):
        raise ArbitrationBinds
    about = {"of_assignment": unit.id, "of_key": step.spec.key}  # type: ignore[union-attr]
    grounds = {answers.get("ground") for answers in db.session.scalars(_REFUSED, about)}
    if step.answers.get("ground") in grounds:
        raise ReturnBound
    before = db.session.scalar(_RETURNED, {"of_case": step.case.id}) or 0
    from_which = int(step.spec.requires.get("arbitrated_from", SECOND))
    return Outcome([], {"arbitration": before + 1 >= from_which})


@act("decide_return")
def decide_return(step: Step) -> Outcome:
    """Decide on a return or an objection; agreed, the unit's part is closed and waits for another unit."""
    outcome = decide(step)
    if step.answers["decision"] == "agreed":
        _close_as_returned(step, outcome.happenings[0].action)
        _free_of_requests(step, outcome)
    return outcome


@act("reassign_unit", gives={"assignment_id": "number"})
def reassign_unit(step: Step) -> Outcome:
    """Hand the part that was given back to another unit: a new assignment with periods of its own."""
    if step.answers["unit"] == step.assignment.unit_id:
        raise SameUnitAgain
    new_id = _hand_on(step, int(step.answers["unit"]), _deciding(step))
    return Outcome(_handed_on(step, new_id), {"assignment_id": new_id})


@act("arbitrate_unit", gives={"assignment_id": "number"})
def arbitrate_unit(step: Step) -> Outcome:
    """Settle in a meeting of the units who handles the case; the unit named may not return it any more."""
    require_others_request(step)
    requires, unit = step.spec.requires, step.assignment
    moved = step.answers["unit"] != unit.unit_id
    result = "moved" if moved else "kept"
    settle(step.case, str(requires["settles"]), unit.id, result)
    decision_id = decided(step, ARBITRATION, result, with_minutes(step))
    detail = {name: _plain(step.answers.get(name)) for name in ("held_on", "persons", "minutes", "reason")}
    happening = _of_unit(step, requires["happening"], f"decision:{decision_id}", {**detail, "result": result})
    if not moved:
        return Outcome([happening])
    _close_as_returned(step, happening.action)
    new_id = _hand_on(step, int(step.answers["unit"]), decision_id)
    db.session.execute(DECISIONS.update().where(DECISIONS.c.id == decision_id).values(assignment_id=new_id))
    flags = {"assignment_id": new_id}
    outcome = Outcome([happening, *_handed_on(step, new_id)], flags, (str(requires["message"]),))
    _free_of_requests(step, outcome)
    return outcome


def _free_of_requests(step: Step, outcome: Outcome) -> None:
    """What else was asked about a part need not be decided once it goes to another unit, who may ask for itself."""
    lapsed, messages = made_moot(step)
    outcome.happenings += lapsed
    outcome.afterwards = messages


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")


def _close_as_returned(step: Step, happening: str) -> None:
    """The unit's part is over; its periods are cancelled, but for those that this very happening ends."""
    unit = step.assignment
    db.session.execute(
        UPDATE_ASSIGNMENT, {"of_assignment": unit.id, "status": "returned", "closed_at": step.now}
    )
    cancelled = {
        spec.key for spec in step.folder.clocks if spec.per == "assignment" and happening not in spec.ends
    }
    clocks.end(step.case.id, cancelled, unit.id, state=ClockState.CANCELLED, reason=happening)


def _deciding(step: Step) -> int | None:
    """The decision by which the part at hand was given back."""
    return db.session.scalar(
        sa.select(sa.func.max(DECISIONS.c.id)).where(
            DECISIONS.c.assignment_id == step.assignment.id, DECISIONS.c.result == "agreed"
        )
    )


def _hand_on(step: Step, unit_id: int, decision_id: int | None) -> int:
    """A new assignment in the place of the one at hand; gives its id."""
    old = step.assignment
    name = db.session.scalar(_HANDLES, {"of_case": step.case.id, "of_unit": unit_id})
    if name is not None:
        raise AlreadyHandles(unit=name)
    new_id = db.session.scalar(
        ASSIGNMENTS.insert()
        .returning(ASSIGNMENTS.c.id)
        .values(
            case_id=step.case.id,
            unit_id=unit_id,
            role=old.role,
            scope=old.scope,
            instruction=str(step.answers.get("instruction") or ""),
            assigned_at=step.now,
            assigned_by=step.actor.user_id,
            round=old.round,
            status="assigned",
        )
    )
    assert new_id is not None
    action_id = db.session.scalar(
        sa.select(sa.func.max(ACTIONS.c.id)).where(
            ACTIONS.c.assignment_id == old.id, ACTIONS.c.outcome.in_(("agreed", "moved"))
        )
    )
    db.session.execute(
        REASSIGNMENTS.insert().values(
            case_id=step.case.id,
            from_id=old.id,
            to_id=new_id,
            action_id=action_id,
            decision_id=decision_id,
            made_by=step.actor.user_id,
            made_at=step.now,
        )
    )
    return int(new_id)


def _handed_on(step: Step, new_id: int) -> list[Happening]:
    """Said of the old part and of the new; where periods do not begin anew, the main ones count from the old T0."""
    old = step.assignment
    told: dict[str, object] = {"reason": str(step.answers.get("reason") or "")}
    restarts = bool(step.spec.requires.get("restarts", True))
    named = (
        sa.select(ASSIGNMENTS.c.id, Organization.name)
        .join(Organization, Organization.id == ASSIGNMENTS.c.unit_id)
        .where(ASSIGNMENTS.c.id.in_([old.id, new_id]))
    )
    units = {row.id: row.name for row in db.session.execute(named)}
    detail = {"old": units[old.id], "new": units[new_id]}
    return [
        _of_unit(step, "return:reassigned", f"assignment:{old.id}", detail),
        Happening(
            "assignment:reassigned",
            subject=f"assignment:{new_id}",
            assignment_id=new_id,
            round=old.round,
            detail={**detail, "restarts": restarts},
            told=told,
            main_since=None if restarts else _since(step),
        ),
    ]


def _since(step: Step) -> dt.date:
    """The day from which the old part's main period counted."""
    main = {spec.key for spec in step.folder.clocks if spec.main}
    of_unit = [view for view in clocks.of_case(step.case.id) if view.assignment_id == step.assignment.id]
    return min((view.started_on for view in of_unit if view.key in main), default=clock.today())


def _of_unit(step: Step, action: str, subject: str, detail: dict[str, object]) -> Happening:
    unit = step.assignment
    return Happening(
        action,
        subject=subject,
        assignment_id=unit.id,
        round=unit.round,
        detail=detail,
        told={"reason": str(step.answers.get("reason") or "")},
    )
