"""Rights: the security administrator gives and takes roles; three administrators never meet in one person."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.people import access, departures, roles, substitutes
from engine.people.refusals import AdministratorsThere, LastAdministrator, NotForOneself, RolesCollide
from engine.people.roles import ADMINISTRATORS, GRANTABLE, SECURITY_ADMIN, SYSTEM
from models import Deputy, Membership, Organization, User, db

NOT_GRANTABLE = _("请选择要授予的角色；人大代表身份由代表名册产生，不能授予。")
CLOSED = _("该单位已停用，请选择其他单位。")


@use_case
def grant_role(actor: Actor, user_id: int, *, organization_id: int, role: str) -> int:
    """Give a user a role in an organization; the membership's id comes back, also of one that existed."""
    actor.require(SECURITY_ADMIN, SYSTEM)
    if user_id == actor.user_id:
        raise NotForOneself
    return add_role(actor, user_id, organization_id=organization_id, role=role)


def add_role(actor: Actor, user_id: int, *, organization_id: int, role: str) -> int:
    """`grant_role` within a running use case that has asked for permission."""
    user = access.user(actor, user_id)
    organization = access.organization(actor, organization_id)
    if role not in {each.key for each in GRANTABLE}:
        raise InvalidAnswers({"role": [NOT_GRANTABLE]})
    if not organization.active:
        raise InvalidAnswers({"organization_id": [CLOSED]})
    if (held := _membership(user_id, organization_id, role)) is not None:
        return held
    if (other := roles.collide(role, roles_of(user_id))) is not None:
        raise RolesCollide(roles.title(role), roles.title(other))
    row = Membership(
        user_id=user.id,
        organization_id=organization.id,
        role=role,
        granted_at=clock.now(),
        granted_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    _record("role:granted", actor, user.id, role=role, organization=organization.name)
    return row.id


@use_case
def end_role(actor: Actor, membership_id: int) -> None:
    """Take a role back; once ended it stays so. The last administrator of a kind keeps his."""
    actor.require(SECURITY_ADMIN, SYSTEM)
    row = db.session.get(Membership, membership_id)
    if row is None:
        raise NotFound
    user = access.user(actor, row.user_id)  # its lock lets the changes to one person's rights take turns
    db.session.refresh(row)
    if row.ended_at is not None:
        return
    if user.id == actor.user_id:
        raise NotForOneself
    if row.role in ADMINISTRATORS:
        _refuse_last(actor, row.role, user.id)
    row.ended_at = clock.now()
    db.session.flush()
    substitutes.end_without_seat(actor, user.id)
    departures.rights_shrank(user.id, "role:ended")
    organization = db.session.get_one(Organization, row.organization_id)
    _record("role:ended", actor, user.id, role=row.role, organization=organization.name)


def roles_of(user_id: int) -> set[str]:
    """Every role that a user holds, a deputy's among them unless his office has ended."""
    granted = sa.select(Membership.role).where(Membership.user_id == user_id, Membership.ended_at.is_(None))
    elected = sa.select(Deputy.id).where(Deputy.user_id == user_id, Deputy.status != "ended").limit(1)
    held = set(db.session.scalars(granted))
    return held | {"deputy"} if db.session.scalar(elected) else held


def refuse_last_administrator(actor: Actor, user_id: int) -> None:
    """Refuse to lose a user who is the last administrator of his kind."""
    for role in sorted(roles_of(user_id) & ADMINISTRATORS):
        _refuse_last(actor, role, user_id)


def refuse_losing_administrators(actor: Actor, organization_id: int) -> None:
    """Refuse to close an organization outside which nobody administers; raises AdministratorsThere."""
    for role in sorted(ADMINISTRATORS):
        here = _in_office(actor, role, Membership.organization_id == organization_id)
        if here and not _in_office(actor, role, Membership.organization_id != organization_id):
            raise AdministratorsThere(role=roles.title(role))


def _refuse_last(actor: Actor, role: str, user_id: int) -> None:
    if not _in_office(actor, role, User.id != user_id):
        raise LastAdministrator(role=roles.title(role))


def _in_office(actor: Actor, role: str, which: sa.ColumnElement[bool]) -> bool:
    """Whether any of these administrators is active, in an organization that is."""
    found = (
        sa.select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(
            User.congress_id == actor.congress_id,
            User.active,
            Organization.active,
            Membership.role == role,
            Membership.ended_at.is_(None),
            which,
        )
        # Two administrators must not remove each other at the same moment.
        .with_for_update(of=(User, Membership))
    )
    return db.session.scalars(found).first() is not None


def _membership(user_id: int, organization_id: int, role: str) -> int | None:
    return db.session.scalar(
        sa.select(Membership.id).where(
            Membership.user_id == user_id,
            Membership.organization_id == organization_id,
            Membership.role == role,
            Membership.ended_at.is_(None),
        )
    )


def _record(action: str, actor: Actor, user_id: int, **detail: Any) -> None:
    audit.record(action, congress_id=actor.congress_id, subject=f"user:{user_id}", **detail)
