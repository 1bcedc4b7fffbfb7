"""The tree of people's congresses: province, city, county, township."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.people import access, grants
from engine.people.organizations import REQUIRED
from engine.people.roles import ADMINISTRATORS, SYSTEM
from engine.people.users import NewUser, add_user
from models import Congress, Organization, db

# From the highest; a congress stands under one of a higher level.
LEVELS = ("province", "city", "county", "township")

UNKNOWN_LEVEL = _("层级只能是 province、city、county、township 之一。")
PARENT_NOT_HIGHER = _("上级人大的层级必须更高。")
ONLY_ADMINISTRATORS = _("这里只能设立系统管理员、安全管理员、审计管理员。")


@dataclass(frozen=True, slots=True)
class CongressLine:
    """One congress in the tree; `depth` is 0 at the top."""

    id: int
    code: str
    name: str
    short_name: str
    level: str
    parent_id: int | None
    depth: int


@dataclass(frozen=True, slots=True)
class Founded:
    """A new congress and its office, where its administrators sit."""

    congress_id: int
    office_id: int


@use_case
def found_congress(
    actor: Actor,
    *,
    code: str,
    name: str,
    level: str,
    rule_pack: str,
    short_name: str = "",
    parent_code: str | None = None,
    contact_phone: str = "",
    office_name: str = "",
) -> Founded:
    """Found a congress together with its office; raises Taken, or NotFound for the parent."""
    actor.require(SYSTEM)
    parent = congress_of(parent_code) if parent_code else None
    _check(code, name, level, db.session.get_one(Congress, parent).level if parent else None)
    congress = Congress(
        code=code.strip(),
        name=name.strip(),
        short_name=short_name.strip() or name.strip(),
        level=level,
        parent_id=parent,
        rule_pack=rule_pack,
        contact_phone=contact_phone.strip(),
    )
    with access.unique(code):
        db.session.add(congress)
    office = Organization(
        congress_id=congress.id,
        code="office",
        name=office_name.strip() or f"{congress.name}常务委员会办公厅（室）",
        short_name=office_name.strip() or "常委会办公厅（室）",
        kind="congress_office",
        position=0,
        duties="",
        active=True,
    )
    db.session.add(office)
    db.session.flush()
    new = {"code": congress.code, "name": congress.name, "level": level, "office": office.id}
    audit.record("congress:founded", congress_id=congress.id, subject=f"congress:{congress.id}", new=new)
    return Founded(congress.id, office.id)


@use_case
def appoint_administrator(
    actor: Actor, *, role: str, username: str, name: str, first_password: str | None = None
) -> NewUser:
    """Make an administrator of the congress from the server itself: the first, or when all are lost."""
    actor.require(SYSTEM)
    if role not in ADMINISTRATORS:
        raise InvalidAnswers({"role": [ONLY_ADMINISTRATORS]})
    made = add_user(
        actor,
        username=username,
        name=name,
        first_password=first_password,
        must_change=first_password is None,
    )
    grants.add_role(actor, made.user_id, organization_id=_office(actor.congress_id), role=role)
    return made


def congress_of(code: str) -> int:
    """The id of the congress with this code."""
    congress_id = db.session.scalar(sa.select(Congress.id).where(Congress.code == code.strip()))
    if congress_id is None:
        raise NotFound
    return congress_id


def congress_tree() -> list[CongressLine]:
    """Every congress, each right after the one above it; names of public bodies only, no people."""
    below: dict[int | None, list[Congress]] = {}
    for row in db.session.scalars(sa.select(Congress).order_by(Congress.code)):
        below.setdefault(row.parent_id, []).append(row)
    lines: list[CongressLine] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in below.get(parent, ()):
            lines.append(
                CongressLine(row.id, row.code, row.name, row.short_name, row.level, row.parent_id, depth)
            )
            walk(row.id, depth + 1)

    walk(None, 0)
    return lines


def contact(congress_id: int) -> tuple[str, str]:
    """The name of a congress and the telephone number that helps."""
    row = db.session.get(Congress, congress_id)
    if row is None:
        raise NotFound
    return row.name, row.contact_phone


def _office(congress_id: int) -> int:
    office = sa.select(Organization.id).where(
        Organization.congress_id == congress_id, Organization.kind == "congress_office", Organization.active
    )
    found = db.session.scalar(office.order_by(Organization.position, Organization.id).limit(1))
    if found is None:
        raise NotFound
    return found


def _check(code: str, name: str, level: str, parent_level: str | None) -> None:
    errors = {field: [REQUIRED] for field, value in (("code", code), ("name", name)) if not value.strip()}
    if level not in LEVELS:
        errors["level"] = [UNKNOWN_LEVEL]
    elif parent_level is not None and LEVELS.index(parent_level) >= LEVELS.index(level):
        errors["parent"] = [PARENT_NOT_HIGHER]
    if errors:
        raise InvalidAnswers(errors)
