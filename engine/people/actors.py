"""Who somebody is: a person with every seat he holds, in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.actor import Actor, Seat
from engine.foundation.errors import NotFound
from engine.people.roles import ADMINISTRATORS
from models import Deputy, Membership, Organization, Substitution, User, db

DELEGATION = sa.orm.aliased(Organization)
ABSENT = sa.orm.aliased(User)
COLUMNS = (
    User.id.label("user_id"),
    User.name.label("name"),
    User.congress_id.label("congress_id"),
    User.locale.label("locale"),
    Membership.id.label("membership_id"),
    Membership.role.label("role"),
    Membership.user_id.label("holder_id"),
    ABSENT.name.label("absent_name"),
    Organization.id.label("organization_id"),
    Organization.name.label("organization_name"),
    Deputy.id.label("deputy_id"),
    Deputy.status.label("deputy_status"),
    Deputy.term.label("deputy_term"),
    DELEGATION.id.label("delegation_id"),
    DELEGATION.name.label("delegation_name"),
)


def with_seats(statement: Any) -> sa.Select[Any]:
    """Join what `actor_from` reads to a selection of users: a row per seat and term as a deputy.

    Whoever stands in for somebody has his seats in that organization too, but only those that he holds himself
    and none of the three administrators'.
    """
    own = Membership.user_id == User.id
    substituted = sa.and_(
        Membership.user_id == ABSENT.id,
        Membership.organization_id == Substitution.organization_id,
        Membership.role.not_in(sorted(ADMINISTRATORS)),
    )
    joined: sa.Select[Any] = (
        statement.add_columns(*COLUMNS)
        .outerjoin(Substitution, sa.and_(Substitution.substitute_id == User.id, in_force(clock.today())))
        .outerjoin(ABSENT, sa.and_(ABSENT.id == Substitution.absent_id, ABSENT.active))
        .outerjoin(Membership, sa.and_(sa.or_(own, substituted), Membership.ended_at.is_(None)))
        .outerjoin(Organization, sa.and_(Organization.id == Membership.organization_id, Organization.active))
        .outerjoin(Deputy, Deputy.user_id == User.id)
        .outerjoin(DELEGATION, DELEGATION.id == Deputy.delegation_id)
        .where(User.active)
        .order_by(Membership.user_id != User.id, Membership.id)
    )
    return joined


def in_force(day: dt.date | sa.BindParameter[dt.date]) -> sa.ColumnElement[bool]:
    """The substitutions that hold on that day."""
    return sa.and_(
        Substitution.revoked_at.is_(None), Substitution.begins_on <= day, Substitution.ends_on >= day
    )


def actor_from(rows: Sequence[Any]) -> Actor:
    """The actor whom the rows of `with_seats` describe; his own seats come first."""
    first = rows[0]
    seats = {
        (row.role, row.organization_id, row.holder_id): _seat(row)
        for row in rows
        if row.organization_id is not None
    }
    mandate = max(rows, key=lambda row: (row.deputy_status == "in_office", row.deputy_term or 0))
    # A deputy's seat comes from the register; one suspended still sees his cases, guards stop the rest.
    if mandate.deputy_id is not None:
        seat = Seat("deputy", mandate.delegation_id, mandate.delegation_name)
        seats.setdefault(("deputy", mandate.delegation_id, first.user_id), seat)
    return Actor(
        user_id=first.user_id,
        name=first.name,
        congress_id=first.congress_id,
        seats=tuple(seats.values()),
        deputy_id=mandate.deputy_id,
        locale=first.locale,
    )


def _seat(row: Any) -> Seat:
    own = row.holder_id == row.user_id
    absent = (None, "") if own else (row.holder_id, row.absent_name)
    return Seat(row.role, row.organization_id, row.organization_name, *absent)


def actor_for(user_id: int) -> Actor:
    """The actor that an active user is; raises NotFound for a disabled or unknown one."""
    statement = with_seats(sa.select(User.id).where(User.id == user_id))
    rows = db.session.execute(statement).all()
    if not rows:
        raise NotFound
    return actor_from(rows)
