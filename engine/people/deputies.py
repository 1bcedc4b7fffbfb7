"""The register of deputies: who was elected, in which delegation, and whether in office."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from engine.foundation.lines import unfit, visible
from engine.foundation.meanwhile import ChangedMeanwhile, Seen
from engine.foundation.transaction import use_case
from engine.people import access, grants, roles
from engine.people.organizations import REQUIRED
from engine.people.refusals import RolesCollide
from engine.people.roles import SYSTEM, SYSTEM_ADMIN
from engine.people.users import NewUser, add_user
from models import Deputy, Organization, User, db

# 代表法 (2025): art. 61 suspends the exercise of a deputy's duties, art. 62 ends the qualification.
STATUS_CHANGED = _(
    "您打开这一页之后，他的状态已经改变，现状见上。您写的没有丢；仍要改成您写的，请再保存一次。"
)
STATUSES: dict[str, tuple[str, str]] = {
    "in_office": ("在任", "In office"),
    "suspended": ("暂停执行职务", "Suspended"),
    "ended": ("资格终止", "Ended"),
}

NOT_A_DELEGATION = _("请选择代表团。")
UNKNOWN_STATUS = _("请选择代表状态。")
ENDED_STAYS = _("代表资格终止后不能恢复；重新当选的，请登记新的任期。")


@dataclass(frozen=True, slots=True)
class Mandate:
    """What the register says of a deputy."""

    card_number: str
    name: str
    term: int
    delegation_id: int
    sex: str = ""
    ethnicity: str = ""
    party: str = ""
    electing_unit: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered deputy, with the user that was made for him if one was wanted."""

    deputy_id: int
    user: NewUser | None


@dataclass(frozen=True, slots=True)
class DeputyLine:
    """One deputy in a list; how to reach him is not for lists."""

    id: int
    card_number: str
    name: str
    term: int
    delegation: str
    position: str
    status: str
    username: str | None


@use_case
def register_deputy(
    actor: Actor,
    mandate: Mandate,
    *,
    username: str | None = None,
    first_password: str | None = None,
    must_change: bool = True,
) -> Registered:
    """Register a deputy in office and, if a user name is given, make the user who signs in for him.

    The seat of a deputy follows from this register; no role has to be granted. Raises Taken.
    """
    actor.require(SYSTEM_ADMIN, SYSTEM)
    words: dict[str, Any] = {
        name: visible(value) for name, value in asdict(mandate).items() if isinstance(value, str)
    }
    mandate = replace(mandate, **words)
    _check(actor, mandate)
    made = None
    if username:
        trusted = actor.holds(SYSTEM)
        made = add_user(
            actor,
            username=username,
            name=mandate.name,
            email=mandate.email,
            first_password=first_password if trusted else None,
            must_change=must_change or not trusted,
        )
    row = Deputy(
        congress_id=actor.congress_id,
        user_id=made.user_id if made else None,
        status="in_office",
        status_since=clock.today(),
        **asdict(mandate),
    )
    with access.unique(mandate.card_number):
        db.session.add(row)
    _record("deputy:registered", actor, row.id, new={"card_number": row.card_number, "name": row.name})
    return Registered(row.id, made)


@use_case
def link_user(actor: Actor, deputy_id: int, *, user_id: int) -> None:
    """Let an existing user sign in for a deputy; an administrator cannot (三员分立)."""
    actor.require(SYSTEM_ADMIN, SYSTEM)
    row = access.deputy(actor, deputy_id)
    user = access.user(actor, user_id)
    if row.user_id == user.id:
        return
    if (other := roles.collide("deputy", grants.roles_of(user.id))) is not None:
        raise RolesCollide(roles.title("deputy"), roles.title(other))
    old, row.user_id = row.user_id, user.id
    _record("deputy:user_linked", actor, row.id, old=old, new=user.id)


@use_case
def change_deputy_status(
    actor: Actor,
    deputy_id: int,
    *,
    status: str,
    since: dt.date | None = None,
    reason: str,
    seen: Seen = None,
) -> None:
    """Suspend a deputy, let him resume, or end his qualification, which cannot be undone; or correct since when.

    `seen`: what his `status` was when the actor began to change it. Raises InvalidAnswers, ChangedMeanwhile.
    """
    actor.require(SYSTEM_ADMIN, SYSTEM)
    row = access.deputy(actor, deputy_id)
    errors = {}
    if status not in STATUSES:
        errors["status"] = [UNKNOWN_STATUS]
    if not reason.strip():
        errors["reason"] = [REQUIRED]
    if row.status == "ended" and status != "ended":
        errors["status"] = [ENDED_STAYS]
    if errors:
        raise InvalidAnswers(errors)
    if seen is not None and seen.get("status") != row.status:
        raise ChangedMeanwhile({"status": [STATUS_CHANGED]}, {"status": row.status})
    if row.status == status and since in (None, row.status_since):
        return
    old = {"status": row.status, "since": row.status_since}
    row.status, row.status_since = status, since or clock.today()
    new = {"status": row.status, "since": row.status_since}
    _record("deputy:status_changed", actor, row.id, old=old, new=new, reason=reason.strip())


def deputies(actor: Actor, *, search: str = "", delegation_id: int | None = None) -> list[DeputyLine]:
    """The register of the actor's congress, by delegation and name."""
    actor.require(SYSTEM_ADMIN, SYSTEM)
    statement = (
        sa.select(Deputy, Organization.name, User.username)
        .join(Organization, Organization.id == Deputy.delegation_id)
        .outerjoin(User, User.id == Deputy.user_id)
        .where(Deputy.congress_id == actor.congress_id)
        .order_by(Organization.position, Organization.id, Deputy.name, Deputy.id)
    )
    if search.strip():
        word = search.strip()
        statement = statement.where(
            Deputy.name.contains(word, autoescape=True) | Deputy.card_number.contains(word, autoescape=True)
        )
    if delegation_id is not None:
        statement = statement.where(Deputy.delegation_id == delegation_id)
    return [_line(*row) for row in db.session.execute(statement)]


def deputy_line(actor: Actor, deputy_id: int) -> DeputyLine:
    """One deputy of the actor's congress."""
    actor.require(SYSTEM_ADMIN, SYSTEM)
    row = access.deputy(actor, deputy_id)
    delegation = db.session.get_one(Organization, row.delegation_id)
    user = db.session.get(User, row.user_id) if row.user_id else None
    return _line(row, delegation.name, user.username if user else None)


def _line(row: Deputy, delegation: str, username: str | None) -> DeputyLine:
    return DeputyLine(
        id=row.id,
        card_number=row.card_number,
        name=row.name,
        term=row.term,
        delegation=delegation,
        position=row.position,
        status=row.status,
        username=username,
    )


def _check(actor: Actor, mandate: Mandate) -> None:
    errors = unfit(Deputy, **asdict(mandate))
    errors |= {field: [REQUIRED] for field in ("card_number", "name") if not getattr(mandate, field)}
    delegation = db.session.get(Organization, mandate.delegation_id)
    if delegation is None or (delegation.congress_id, delegation.kind) != (actor.congress_id, "delegation"):
        errors["delegation_id"] = [NOT_A_DELEGATION]
    if mandate.term < 1:
        errors["term"] = [REQUIRED]
    if errors:
        raise InvalidAnswers(errors)


def _record(action: str, actor: Actor, deputy_id: int, **detail: Any) -> None:
    audit.record(action, congress_id=actor.congress_id, subject=f"deputy:{deputy_id}", **detail)
