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
from models.base import among

USERS: sa.Table = User.__table__  # type: ignore[assignment]
MEMBERSHIPS: sa.Table = Membership.__table__  # type: ignore[assignment]
ORGANIZATIONS: sa.Table = Organization.__table__  # type: ignore[assignment]
DEPUTIES: sa.Table = Deputy.__table__  # type: ignore[assignment]
SUBSTITUTIONS: sa.Table = Substitution.__table__  # type: ignore[assignment]
DELEGATION, ABSENT = ORGANIZATIONS.alias("delegation"), USERS.alias("absent")
TODAY = sa.bindparam("today", type_=sa.Date)
COLUMNS = (
    USERS.c.id.label("user_id"),
    USERS.c.name.label("name"),
    USERS.c.congress_id.label("congress_id"),
    USERS.c.locale.label("locale"),
    MEMBERSHIPS.c.id.label("membership_id"),
    MEMBERSHIPS.c.role.label("role"),
    MEMBERSHIPS.c.user_id.label("holder_id"),
    ABSENT.c.name.label("absent_name"),
    ORGANIZATIONS.c.id.label("organization_id"),
    ORGANIZATIONS.c.name.label("organization_name"),
    DEPUTIES.c.id.label("deputy_id"),
    DEPUTIES.c.status.label("deputy_status"),
    DEPUTIES.c.term.label("deputy_term"),
    DELEGATION.c.id.label("delegation_id"),
    DELEGATION.c.name.label("delegation_name"),
)


def with_seats(statement: sa.Select[Any], beside: sa.FromClause | None = None) -> sa.Select[Any]:
    """Join what `actor_from` reads to a selection of users: a row per seat and term as a deputy.

    It is run with the legal day as `today`; built once for each selection, as every request asks who is there. What
    the selection joins to the users is given as `beside`.

    Whoever stands in for somebody has his seats in that organization too, but only those that he holds himself
    and none of the three administrators'.
    """
    member, other = MEMBERSHIPS.c, SUBSTITUTIONS.c
    own = member.user_id == USERS.c.id
    substituted = sa.and_(
        member.user_id == ABSENT.c.id,
        member.organization_id == other.organization_id,
        ~among(member.role, sorted(ADMINISTRATORS)),
    )
    joined = (
        (USERS if beside is None else beside)
        .outerjoin(SUBSTITUTIONS, sa.and_(other.substitute_id == USERS.c.id, in_force(TODAY)))
        .outerjoin(ABSENT, sa.and_(ABSENT.c.id == other.absent_id, ABSENT.c.active))
        .outerjoin(MEMBERSHIPS, sa.and_(sa.or_(own, substituted), member.ended_at.is_(None)))
        .outerjoin(
            ORGANIZATIONS, sa.and_(ORGANIZATIONS.c.id == member.organization_id, ORGANIZATIONS.c.active)
        )
        .outerjoin(DEPUTIES, DEPUTIES.c.user_id == USERS.c.id)
        .outerjoin(DELEGATION, DELEGATION.c.id == DEPUTIES.c.delegation_id)
    )
    return (
        statement.add_columns(*COLUMNS)
        .select_from(joined)
        .where(USERS.c.active)
        .order_by(member.user_id != USERS.c.id, member.id)
    )


def in_force(day: dt.date | sa.BindParameter[dt.date]) -> sa.ColumnElement[bool]:
    """The substitutions that hold on that day."""
    return sa.and_(
        SUBSTITUTIONS.c.revoked_at.is_(None), SUBSTITUTIONS.c.begins_on <= day, SUBSTITUTIONS.c.ends_on >= day
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


_BY_ID = with_seats(sa.select(USERS.c.id).where(USERS.c.id == sa.bindparam("of_user")))


def actor_for(user_id: int) -> Actor:
    """The actor that an active user is; raises NotFound for a disabled or unknown one."""
    rows = db.session.execute(_BY_ID, {"of_user": user_id, "today": clock.today()}).all()
    if not rows:
        raise NotFound
    return actor_from(rows)
