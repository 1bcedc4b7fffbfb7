"""Who may do what with a project: its unit and those above that review it, and the congress."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.foundation.language import _
from engine.people.roles import SYSTEM
from engine.performance.rows import PROJECTS
from models import Organization, PerformancePublication, db

PUBLICATIONS: sa.Table = PerformancePublication.__table__  # type: ignore[assignment]
BUDGET_REVIEWER = "budget_reviewer"
FILLING = "case_officer"  # of the project's own unit
REVIEWING = ("approver", "head")  # of the project's own unit
OVERSEEING = (BUDGET_REVIEWER, "supervisor")
SEEING = (*OVERSEEING, FILLING, *REVIEWING)
# The projects that the public reads.
READ = sa.select(PUBLICATIONS.c.project_id).where(PUBLICATIONS.c.released.is_not(None))


def may_see_all(actor: Actor) -> bool:
    """Whether he sees every project of the congress; others see what their unit works on, and what is published."""
    return bool(actor.roles.intersection((*OVERSEEING, SYSTEM)))


def units_of(actor: Actor, *roles: str) -> frozenset[int]:
    """The units in which he holds one of the roles."""
    return frozenset(seat.organization_id for seat in actor.seats if seat.role in roles)


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """The projects that he sees. Raises NotAllowed for those whom projects do not concern."""
    actor.require(*SEEING, SYSTEM)
    own = PROJECTS.c.congress_id == actor.congress_id
    if may_see_all(actor):
        return own
    units = sorted(units_of(actor, FILLING, *REVIEWING))
    theirs = PROJECTS.c.organization_id.in_(units), PROJECTS.c.case_id.in_(_reviewed_by(units))
    return sa.and_(own, sa.or_(*theirs, PROJECTS.c.id.in_(READ)))


def _reviewed_by(units: list[int]) -> sa.Select[Any]:
    """The cases of which these units look at the report from above."""
    return sa.select(ASSIGNMENTS.c.case_id).where(ASSIGNMENTS.c.unit_id.in_(units))


def project(actor: Actor, project_id: int, *, lock: bool = False) -> sa.Row[Any]:
    """A project that he sees, locked for a change. Raises NotAllowed, NotFound."""
    statement = sa.select(PROJECTS).where(PROJECTS.c.id == project_id, visible(actor))
    row = db.session.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def may_fill(actor: Actor, organization_id: int | None) -> bool:
    """Whether he may fill in for this unit."""
    if actor.roles.intersection((BUDGET_REVIEWER, SYSTEM)):
        return True
    return organization_id is not None and actor.holds(FILLING, organization_id)


def unit_filled_for(actor: Actor, organization_id: int | None) -> tuple[int | None, str]:
    """The unit for which a report is handed in: his own, if he names none; a budget reviewer may leave it open.

    Raises NotAllowed, InvalidAnswers.
    """
    actor.require(BUDGET_REVIEWER, FILLING, SYSTEM)
    if organization_id is None and not actor.roles.intersection((BUDGET_REVIEWER, SYSTEM)):
        own = sorted(units_of(actor, FILLING))
        organization_id = own[0] if len(own) == 1 else None
        if organization_id is None:
            raise InvalidAnswers({"unit": [_("请选择单位。")]})
    if organization_id is None:
        return None, ""
    if not may_fill(actor, organization_id):
        raise NotAllowed
    name = db.session.scalar(
        sa.select(Organization.name).where(
            Organization.id == organization_id, Organization.congress_id == actor.congress_id
        )
    )
    if name is None:
        raise InvalidAnswers({"unit": [_("没有这个单位。")]})
    return organization_id, name
