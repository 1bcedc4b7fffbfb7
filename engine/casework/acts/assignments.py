"""Assignments (交办): which units handle a case, in which role; T0 of the legal clock; signing for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import update_case
from engine.casework.facts import ASSIGNMENTS, ORGANIZATIONS, UPDATE_ASSIGNMENT
from engine.casework.happenings import Happening
from models import db

_ASSIGN = ASSIGNMENTS.insert().returning(ASSIGNMENTS.c.id, sort_by_parameter_order=True)
_NAMES = sa.select(ORGANIZATIONS.c.id, ORGANIZATIONS.c.name).where(
    ORGANIZATIONS.c.id.in_(sa.bindparam("ids", expanding=True))
)


@act("assign_units")
def assign_units(step: Step) -> Outcome:
    """Hand the case to one lead unit with any co-handling ones, or to several that answer separately.

    The moment is T0: the three months of 代表法 art. 51 begin. The plan's own rules (one lead, no unit twice, scopes)
    are checked with the form.
    """
    rows = [_row(step, unit) for unit in step.answers["units"]]
    ids = list(db.session.scalars(_ASSIGN, rows))
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
    }
    return Outcome([Happening("case:assigned", detail=detail)], flags)


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
    assignment.status, assignment.officer_id = "signed_for", officer
    happening = Happening(
        "assignment:signed_for",
        subject=f"assignment:{assignment.id}",
        assignment_id=assignment.id,
        round=assignment.round,
        detail={"old": "assigned", "new": "signed_for", "officer": officer},
    )
    return Outcome([happening])
