"""Who somebody is: a person with every seat he holds, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine.foundation.actor import Actor, Seat
from engine.foundation.errors import NotFound
from models import Deputy, Membership, Organization, User, db

DELEGATION = sa.orm.aliased(Organization)
COLUMNS = (
    User.id.label("user_id"),
    User.name.label("name"),
    User.congress_id.label("congress_id"),
    User.locale.label("locale"),
    Membership.id.label("membership_id"),
    Membership.role.label("role"),
    Organization.id.label("organization_id"),
    Organization.name.label("organization_name"),
    Deputy.id.label("deputy_id"),
    Deputy.status.label("deputy_status"),
    Deputy.term.label("deputy_term"),
    DELEGATION.id.label("delegation_id"),
    DELEGATION.name.label("delegation_name"),
)


def with_seats(statement: Any) -> sa.Select[Any]:
    """Join what `actor_from` reads to a selection of users: a row per seat and term as a deputy."""
    joined: sa.Select[Any] = (
        statement.add_columns(*COLUMNS)
        .outerjoin(Membership, sa.and_(Membership.user_id == User.id, Membership.ended_at.is_(None)))
        .outerjoin(Organization, sa.and_(Organization.id == Membership.organization_id, Organization.active))
        .outerjoin(Deputy, Deputy.user_id == User.id)
        .outerjoin(DELEGATION, DELEGATION.id == Deputy.delegation_id)
        .where(User.active)
        .order_by(Membership.id)
    )
    return joined


def actor_from(rows: Sequence[Any]) -> Actor:
    """The actor whom the rows of `with_seats` describe."""
    first = rows[0]
    seats = {
        (row.role, row.organization_id): Seat(row.role, row.organization_id, row.organization_name)
        for row in rows
        if row.organization_id is not None
    }
    mandate = max(rows, key=lambda row: (row.deputy_status == "in_office", row.deputy_term or 0))
    # A deputy's seat comes from the register; one suspended still sees his cases, guards stop the rest.
    if mandate.deputy_id is not None:
        seat = Seat("deputy", mandate.delegation_id, mandate.delegation_name)
        seats.setdefault(("deputy", mandate.delegation_id), seat)
    return Actor(
        user_id=first.user_id,
        name=first.name,
        congress_id=first.congress_id,
        seats=tuple(seats.values()),
        deputy_id=mandate.deputy_id,
        locale=first.locale,
    )


def actor_for(user_id: int) -> Actor:
    """The actor that an active user is; raises NotFound for a disabled or unknown one."""
    statement = with_seats(sa.select(User.id).where(User.id == user_id))
    rows = db.session.execute(statement).all()
    if not rows:
        raise NotFound
    return actor_from(rows)
