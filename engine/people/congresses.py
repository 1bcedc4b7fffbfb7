"""The tree of people's congresses: province, city, county, township."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.lines import unfit, visible
from engine.foundation.meanwhile import Seen, reconciled
from engine.foundation.transaction import use_case
from engine.people import access, grants
from engine.people.organizations import REQUIRED
from engine.people.refusals import NoSuchCongress
from engine.people.roles import ADMINISTRATORS, SYSTEM, SYSTEM_ADMIN
from engine.people.users import NewUser, add_user
from models import Congress, Organization, db

# From the highest; a congress stands under one of a higher level.
LEVELS = ("province", "city", "county", "township")

UNKNOWN_LEVEL = _("层级只能是 province、city、county、township 之一。")
PARENT_NOT_HIGHER = _("上级人大的层级必须更高。")
ONLY_ADMINISTRATORS = _("这里只能设立系统管理员、安全管理员、审计管理员。")
BAD_PHONE = _("请写一个电话号码，如 0351-1234567，分机写“转801”。")
BAD_CODE = _("邮政编码是六位数字。")

PHONE = re.compile(r"\+?[0-9][0-9 -]{2,30}( ?转 ?[0-9]{1,6})?")
POSTAL_CODE = re.compile(r"[0-9]{6}")


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
class Particulars:
    """What a congress says of itself: its names, and how a letter or a call reaches it ("" where it does not say)."""

    name: str
    short_name: str
    contact_phone: str = ""
    postal_address: str = ""
    postal_code: str = ""  # six figures


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
    letters_to: tuple[str, str] = ("", ""),
    office_name: str = "",
) -> Founded:
    """Found a congress together with its office; raises InvalidAnswers, Taken, or NoSuchCongress for the parent.

    `letters_to` is its postal address and the postal code of it.
    """
    actor.require(SYSTEM)
    parent = congress_of(parent_code) if parent_code else None
    _check(code, name, level, db.session.get_one(Congress, parent).level if parent else None)
    said = _said(Particulars(name, short_name, contact_phone, *letters_to))
    congress = Congress(
        code=code.strip(),
        level=level,
        parent_id=parent,
        rule_pack=rule_pack,
        **said,
    )
    with access.unique(code):
        db.session.add(congress)
    office = _office_of(congress, visible(office_name))
    new = {"code": congress.code, "name": congress.name, "level": level, "office": office.id}
    audit.record("congress:founded", congress_id=congress.id, subject=f"congress:{congress.id}", new=new)
    return Founded(congress.id, office.id)


def _office_of(congress: Congress, name: str) -> Organization:
    """The office of a new congress, by its usual name where it has none of its own. Raises InvalidAnswers."""
    office = Organization(
        congress_id=congress.id,
        code="office",
        name=name or f"{congress.name}常务委员会办公厅（室）",
        short_name=name or "常委会办公厅（室）",
        kind="congress_office",
        position=0,
        duties="",
        active=True,
    )
    if fault := unfit(Organization, name=office.name):
        raise InvalidAnswers({"office": fault["name"]})
    db.session.add(office)
    db.session.flush()
    return office


@use_case
def change_congress(actor: Actor, particulars: Particulars, *, seen: Seen = None) -> None:
    """Write anew what the actor's own congress says of itself; nothing happens when nothing differs.

    `seen`: what the fields held when the actor began to change them. Raises ChangedMeanwhile.

    What it is called and where it is reached stands on papers and public pages from then on, on old cases as well: a
    letter shall arrive. Its code, level and rule pack stay. Raises InvalidAnswers.
    """
    actor.require(SYSTEM_ADMIN, SYSTEM)
    row = access.congress(actor)
    said = reconciled(_said(particulars), seen, asdict(_particulars(row)))
    old = {name: getattr(row, name) for name, value in said.items() if getattr(row, name) != value}
    if not old:
        return
    for name in old:
        setattr(row, name, said[name])
    new = {name: said[name] for name in old}
    audit.record("congress:changed", congress_id=row.id, subject=f"congress:{row.id}", old=old, new=new)


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
    """The id of the congress with this code. Raises NoSuchCongress."""
    known = sa.select(Congress.id).where(Congress.code == code.strip())
    # An argument that is no UTF-8 comes in halves of letters, which no database can be asked for.
    congress_id = db.session.scalar(known) if code.isprintable() else None
    if congress_id is None:
        raise NoSuchCongress(code=code)
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


def particulars(congress_id: int) -> Particulars:
    """What a congress says of itself, to whoever asks. Raises NotFound."""
    row = db.session.get(Congress, congress_id)
    if row is None:
        raise NotFound
    return _particulars(row)


def highest() -> Particulars | None:
    """What the congress at the top of the tree says of itself: the one whose installation this is."""
    top = sa.select(Congress).where(Congress.parent_id.is_(None)).order_by(Congress.id).limit(1)
    row = db.session.scalar(top)
    return _particulars(row) if row else None


def _particulars(row: Congress) -> Particulars:
    return Particulars(row.name, row.short_name, row.contact_phone, row.postal_address, row.postal_code)


def _office(congress_id: int) -> int:
    office = sa.select(Organization.id).where(
        Organization.congress_id == congress_id, Organization.kind == "congress_office", Organization.active
    )
    found = db.session.scalar(office.order_by(Organization.position, Organization.id).limit(1))
    if found is None:
        raise NotFound
    return found


def _check(code: str, name: str, level: str, parent_level: str | None) -> None:
    errors: dict[str, list[Any]] = {**unfit(Congress, code=code)}
    errors |= {field: [REQUIRED] for field, value in (("code", code), ("name", name)) if not value.strip()}
    if level not in LEVELS:
        errors["level"] = [UNKNOWN_LEVEL]
    elif parent_level is not None and LEVELS.index(parent_level) >= LEVELS.index(level):
        errors["parent"] = [PARENT_NOT_HIGHER]
    if errors:
        raise InvalidAnswers(errors)


def _said(particulars: Particulars) -> dict[str, Any]:
    """What the columns shall hold; raises InvalidAnswers with every problem."""
    said = {name: visible(value) for name, value in asdict(particulars).items()}
    said["short_name"] = said["short_name"] or said["name"]
    errors: dict[str, list[Any]] = {**unfit(Congress, **said)}
    shapes = (("contact_phone", PHONE, BAD_PHONE), ("postal_code", POSTAL_CODE, BAD_CODE))
    errors |= {name: [why] for name, shape, why in shapes if said[name] and not shape.fullmatch(said[name])}
    if not said["name"]:
        errors["name"] = [REQUIRED]
    if errors:
        raise InvalidAnswers(errors)
    return said
