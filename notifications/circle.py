"""Who may be told of a restricted case (知悉范围): its proposers, whoever works or worked on it, and those admitted.

The same people who may see it (engine/casework/visibility.py): that one's office oversees cases, or that one's unit
handles this one, is not enough.
"""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import sqlalchemy as sa

from models import Case, CaseViewer, Cosignature, Deputy, Membership, Substitution, Task
from notifications.places import CASE
from notifications.recipients import stands_in


def circle(connection: sa.Connection, case_id: int, on: dt.date) -> frozenset[int]:
    """The ids of the users, with those who stand in on that legal day at the seats where the case now lies."""
    return frozenset(connection.scalars(_statement(), {"case_id": case_id, "today": on}))


@functools.cache
def _statement() -> sa.Select[Any]:
    seats = sa.and_(
        Task.case_id == CASE,
        Task.open,
        Membership.organization_id == Task.organization_id,
        Membership.role == Task.role,
        Membership.ended_at.is_(None),
    )
    replaced = stands_in(Membership.user_id, Membership.organization_id)
    parts: list[sa.Select[Any]] = [
        sa.select(Case.opened_by).where(Case.id == CASE),
        sa.select(Deputy.user_id).join(Case, Case.lead_deputy_id == Deputy.id).where(Case.id == CASE),
        sa.select(Deputy.user_id)
        .join(Cosignature, Cosignature.deputy_id == Deputy.id)
        .where(Cosignature.case_id == CASE, Cosignature.status.in_(("invited", "confirmed"))),
        sa.select(CaseViewer.user_id).where(CaseViewer.case_id == CASE),
        *(
            sa.select(column).where(Task.case_id == CASE)
            for column in (Task.user_id, Task.assignee_id, Task.closed_by)
        ),
        sa.select(Membership.user_id).join(Task, seats),
        sa.select(Substitution.substitute_id).join(Membership, replaced).join(Task, seats),
    ]
    user_id = sa.union(*parts).subquery().c[0]
    return sa.select(user_id).where(user_id.is_not(None))
