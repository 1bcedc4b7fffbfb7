"""Which organ a paper comes from: the one at which the step lay that brought it about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from engine.casework.facts import TASKS
from engine.casework.readings.case_units import UnitView
from models import Organization, db


def step_done(
    case_id: int, user_id: int | None, at: dt.datetime, nodes: Collection[str] = ()
) -> tuple[str, str]:
    """The step of the case that somebody completed at that instant, one of `nodes`, and its organ; else empty words.

    What a step writes is stamped before the step itself is.
    """
    statement = (
        sa.select(TASKS.c.node, Organization.name)
        .outerjoin(Organization, Organization.id == TASKS.c.organization_id)
        .where(TASKS.c.case_id == case_id, TASKS.c.closed_by == user_id, TASKS.c.closed_at >= at)
        .order_by(TASKS.c.closed_at, TASKS.c.id)
    )
    if nodes:
        statement = statement.where(TASKS.c.node.in_(nodes))
    found = db.session.execute(statement.limit(1)).first()
    return (found[0], found[1] or "") if found else ("", "")


def organ_handing_over(unit: UnitView) -> str:
    """The organ that handed the unit its part; empty where it came by no step."""
    row = unit.assignment
    return step_done(row.case_id, row.assigned_by, row.assigned_at)[1]
