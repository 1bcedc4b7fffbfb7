"""Organizations: the organs and units of a congress's sphere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.lines import unfit, visible
from engine.foundation.meanwhile import Seen, reconciled
from engine.foundation.transaction import use_case
from engine.people import access
from engine.people.refusals import StillInUse
from engine.people.roles import ADMINISTRATORS, SYSTEM, SYSTEM_ADMIN
from models import Assignment, Membership, Organization, Task, db

# kind → titles, in the order in which lists show them
KINDS: dict[str, tuple[str, str]] = {
    "congress_office": ("人大常委会机关", "Congress office"),
    "deputies_committee": ("代表工作委员会", "Deputies' affairs committee"),
    "session_secretariat": ("大会秘书处", "Session secretariat"),
    "committee": ("专门委员会、工作委员会", "Committee"),
    "delegation": ("代表团", "Delegation"),
    "government_office": ("政府办公厅（室）", "Government office"),
    "department": ("政府部门", "Department"),
    "city_government": ("下级人民政府", "Lower-level government"),
    "supervisory_commission": ("监察委员会", "Supervisory commission"),
    "court": ("人民法院", "Court"),
    "procuratorate": ("人民检察院", "Procuratorate"),
    "party_organ": ("党委部门", "Party organ"),
    "other": ("其他", "Other"),
}

REQUIRED = _("请填写这一项。")
UNKNOWN_KIND = _("请选择单位类别。")


@dataclass(frozen=True, slots=True)
class OrganizationLine:
    """One organization in a list."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    parent_id: int | None
    position: int
    duties: str
    active: bool
    people: int
    successor_id: int | None


@use_case
def create_organization(
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: str,
    short_name: str = "",
    parent_id: int | None = None,
    position: int = 0,
    duties: str = "",
) -> int:
    """Create an organization and give its id; raises Taken for a code in use."""
    actor.require(SYSTEM_ADMIN, SYSTEM)
    said = _said(code=code, name=name, short_name=short_name, kind=kind, position=position, duties=duties)
    if parent_id is not None:
        access.organization(actor, parent_id)
    row = Organization(congress_id=actor.congress_id, parent_id=parent_id, active=True, **said)
    with access.unique(row.code):
        db.session.add(row)
    _record("organization:created", actor, row, new={"code": row.code, "name": row.name, "kind": row.kind})
    return row.id


@use_case
def change_organization(
    actor: Actor,
    organization_id: int,
    *,
    name: str,
    short_name: str = "",
    position: int,
    duties: str = "",
    seen: Seen = None,
) -> None:
    """Rename an organization or set its place and duties; nothing happens when nothing differs.

    `seen`: what the fields held when the actor began to change them. Raises InvalidAnswers, ChangedMeanwhile.
    """
    actor.require(SYSTEM_ADMIN, SYSTEM)
    said = _said(name=name, short_name=short_name, position=position, duties=duties)
    row = access.organization(actor, organization_id)
    old = {field: getattr(row, field) for field in said}
    new = reconciled(said, seen, old)
    if old == new:
        return
    for field, value in new.items():
        setattr(row, field, value)
    _record("organization:changed", actor, row, old=old, new=new)


@use_case
def deactivate_organization(actor: Actor, organization_id: int) -> None:
    """Close an organization that nobody sits in, nothing is under and no work is open with."""
    actor.require(SYSTEM_ADMIN, SYSTEM)
    row = access.organization(actor, organization_id)
    if not row.active:
        return
    if _in_use(row.id):
        raise StillInUse
    row.active = False
    _record("organization:deactivated", actor, row)


@use_case
def reactivate_organization(actor: Actor, organization_id: int) -> None:
    """Open an organization again."""
    actor.require(SYSTEM_ADMIN, SYSTEM)
    row = access.organization(actor, organization_id)
    if row.active:
        return
    row.active, row.successor_id = True, None
    _record("organization:reactivated", actor, row)


def organizations(actor: Actor, *, active_only: bool = False) -> list[OrganizationLine]:
    """The organizations of the actor's congress by kind and precedence, for administrators."""
    actor.require(*ADMINISTRATORS, SYSTEM)
    people = (
        sa.select(sa.func.count(sa.distinct(Membership.user_id)))
        .where(Membership.organization_id == Organization.id, Membership.ended_at.is_(None))
        .scalar_subquery()
    )
    statement = sa.select(Organization, people).where(Organization.congress_id == actor.congress_id)
    if active_only:
        statement = statement.where(Organization.active)
    lines = [_line(row, count) for row, count in db.session.execute(statement)]
    order = list(KINDS)
    return sorted(lines, key=lambda line: (order.index(line.kind), line.position, line.id))


def organization_line(actor: Actor, organization_id: int) -> OrganizationLine:
    """One organization of the actor's congress, for the system administrator."""
    actor.require(SYSTEM_ADMIN, SYSTEM)
    for line in organizations(actor):
        if line.id == organization_id:
            return line
    raise NotFound


def _line(row: Organization, people: int) -> OrganizationLine:
    return OrganizationLine(
        id=row.id,
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        kind=row.kind,
        parent_id=row.parent_id,
        position=row.position,
        duties=row.duties,
        active=row.active,
        people=people,
        successor_id=row.successor_id,
    )


def _in_use(organization_id: int) -> bool:
    seated = sa.select(1).where(Membership.organization_id == organization_id, Membership.ended_at.is_(None))
    below = sa.select(1).where(Organization.parent_id == organization_id, Organization.active)
    work = sa.select(1).where(Task.organization_id == organization_id, Task.open)
    part = sa.select(1).where(Assignment.unit_id == organization_id, Assignment.closed_at.is_(None))
    uses = (each.exists() for each in (seated, below, work, part))
    return bool(db.session.scalar(sa.select(sa.or_(*uses))))


def _said(**typed: Any) -> dict[str, Any]:
    """What the columns shall hold; raises InvalidAnswers with every problem."""
    said = {field: visible(value) if isinstance(value, str) else value for field, value in typed.items()}
    said["short_name"] = said["short_name"] or said["name"]
    errors = unfit(Organization, **said)
    errors |= {field: [REQUIRED] for field in ("code", "name") if said.get(field) == ""}
    if "kind" in said and said["kind"] not in KINDS:
        errors["kind"] = [UNKNOWN_KIND]
    if errors:
        raise InvalidAnswers(errors)
    return said


def _record(action: str, actor: Actor, row: Organization, **detail: Any) -> None:
    audit.record(action, congress_id=actor.congress_id, subject=f"organization:{row.id}", **detail)
