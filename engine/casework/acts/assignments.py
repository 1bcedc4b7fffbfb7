"""Assignments (交办): which units handle a case, in which role; T0 of the legal clock; signing for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.moot import made_moot
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import update_case
from engine.casework.facts import ASSIGNMENTS, ORGANIZATIONS, UPDATE_ASSIGNMENT
from engine.casework.moving.happenings import Happening
from engine.foundation import clock
from models import db

_ASSIGN = ASSIGNMENTS.insert().returning(ASSIGNMENTS.c.id, sort_by_parameter_order=True)
_NAMES = sa.select(ORGANIZATIONS.c.id, ORGANIZATIONS.c.name).where(
    ORGANIZATIONS.c.id.in_(sa.bindparam("ids", expanding=True))
)
_KINDS = sa.select(ORGANIZATIONS.c.kind).where(ORGANIZATIONS.c.id.in_(sa.bindparam("ids", expanding=True)))


ASSIGNED = {"answering_units": "list", "co_units": "list", "routed": "truth"}


@act("assign_units", gives=ASSIGNED)
def assign_units(step: Step) -> Outcome:
    """Hand the case to one lead unit with any co-handling ones, to several, or whole to the government office.

    The moment is T0: the three months of 代表法 art. 51 begin. The plan's own rules (one lead, no unit twice, scopes)
    are checked with the form.
    """
    routed = step.spec.requires.get("routes") and _is_router(plan_of(step.answers))
    outcome = _hand_to_router(step) if routed else hand_to_units(step, "case:assigned", None)
    lapsed, messages = made_moot(step)
    return Outcome([*outcome.happenings, *lapsed], outcome.flags, messages)


def _is_router(units: list[dict[str, Any]]) -> bool:
    """The whole case goes to the government office, and to nobody else."""
    ids = [unit["unit_id"] for unit in units]
    kind = db.session.scalar(_KINDS, {"ids": ids})
    return len(ids) == 1 and kind == "government_office"


def _hand_to_router(step: Step) -> Outcome:
    """T0 of a case whose units the government office is yet to name (分办)."""
    update_case(step.case, {"assigned_at": step.case.assigned_at or step.now})
    instruction = step.answers.get("instruction") or ""
    happenings = [
        Happening("case:assigned", detail={"units": [], "instruction": instruction}),
        Happening("case:handed_to_router", detail={"instruction": instruction}, told={"reason": instruction}),
    ]
    return Outcome(happenings, {"routed": True, "answering_units": [], "co_units": []})


@act("route_units", gives=ASSIGNED)
def route_units(step: Step) -> Outcome:
    """Name the units of a case that the congress handed over whole (分办).

    `requires`: `counted_from`, congress (the default: main periods count from the congress's T0) or router.
    """
    own = step.spec.requires.get("counted_from") == "router" or step.case.assigned_at is None
    since = None if own else clock.day_of(step.case.assigned_at or step.now)
    return hand_to_units(step, "case:routed", since)


def hand_to_units(
    step: Step, action: str, since: dt.date | None, kept: Mapping[int, int] | None = None
) -> Outcome:
    """Write an assignment for each unit of the plan; main periods count from `since` where it is given.

    `kept` (unit → assignment) are parts that units have in hand already: what is handed over becomes part of those.
    """
    rows = [_row(step, unit) for unit in plan_of(step.answers)]
    ids = _parts(rows, kept or {})
    update_case(step.case, {"assigned_at": step.case.assigned_at or step.now})
    names = _names([row["unit_id"] for row in rows])
    detail = {
        "units": [
            {"assignment": id_, "unit": names[row["unit_id"]], "role": row["role"], "scope": row["scope"]}
            for id_, row in zip(ids, rows, strict=True)
        ],
        "instruction": step.answers.get("instruction") or "",
    }
    roles = [(id_, row["role"]) for id_, row in zip(ids, rows, strict=True)]
    flags = {
        "answering_units": [id_ for id_, role in roles if role != "co"],
        "co_units": [id_ for id_, role in roles if role == "co"],
        "routed": False,
    }
    return Outcome([Happening(action, detail=detail, main_since=since, parts=tuple(ids))], flags)


def _parts(rows: list[dict[str, Any]], kept: Mapping[int, int]) -> list[int]:
    """The assignments of the rows, in their order; what is not kept is written."""
    new = [row for row in rows if row["unit_id"] not in kept]
    made = list(db.session.scalars(_ASSIGN, new)) if new else []
    parts = {**kept, **{row["unit_id"]: id_ for row, id_ in zip(new, made, strict=True)}}
    return [parts[row["unit_id"]] for row in rows]


def parts_at_work(case_id: int) -> dict[int, int]:
    """Which units have a part of the case in hand: unit → assignment."""
    at_work = sa.select(ASSIGNMENTS.c.unit_id, ASSIGNMENTS.c.id).where(
        ASSIGNMENTS.c.case_id == case_id, ASSIGNMENTS.c.closed_at.is_(None)
    )
    return {row.unit_id: row.id for row in db.session.execute(at_work)}


def plan_of(answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Which units in which roles: a plan as written; of units alone one leads, several deal with it each for itself."""
    units = answers["units"] if "units" in answers else [answers["unit"]]
    role = "lead" if len(units) == 1 else "separate"
    return [unit if isinstance(unit, dict) else {"unit_id": unit, "role": role} for unit in units]


def _row(step: Step, unit: dict[str, Any]) -> dict[str, Any]:
    return {
        "case_id": step.case.id,
        "unit_id": unit["unit_id"],
        "role": unit["role"],
        "scope": unit.get("scope") or "",
        "instruction": step.answers.get("instruction") or "",
        "assigned_at": step.now,
        "assigned_by": step.actor.user_id,
        "round": 1,
        "status": "assigned",
    }


def _names(unit_ids: list[int]) -> dict[int, str]:
    return {row.id: row.name for row in db.session.execute(_NAMES, {"ids": unit_ids})}


@act("sign_for")
def sign_for(step: Step) -> Outcome:
    """Sign for an assignment (签收) and, if wished, name the case officer."""
    assignment = step.assignment
    officer = step.answers.get("officer")
    db.session.execute(
        UPDATE_ASSIGNMENT,
        {
            "of_assignment": assignment.id,
            "status": "signed_for",
            "signed_for_at": step.now,
            "signed_for_by": step.actor.user_id,
            "officer_id": officer,
        },
    )
    old, assignment.status, assignment.officer_id = assignment.status, "signed_for", officer
    happening = Happening(
        "assignment:signed_for",
        subject=f"assignment:{assignment.id}",
        assignment_id=assignment.id,
        round=assignment.round,
        detail={"old": old, "new": "signed_for", "officer": officer},
    )
    return Outcome([happening])
