"""What may be chosen in a form, for this actor and this case: the units, the colleagues."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from engine.casework.access import Desk
from engine.definitions.folder import Folder
from engine.definitions.forms import Field
from engine.foundation.actor import Actor
from models import Ask, Membership, Organization, User, db

# Whom a congress may hand a case to: the organs under its oversight and those below them.
HANDLING_KINDS = (
    "government_office",
    "department",
    "city_government",
    "court",
    "procuratorate",
    "supervisory_commission",
    "party_organ",
    "other",
)

_UNITS = (
    sa.select(Organization.id, Organization.name)
    .where(
        Organization.congress_id == sa.bindparam("of_congress"),
        Organization.active,
        Organization.kind.in_(HANDLING_KINDS),
    )
    .order_by(Organization.position, Organization.id)
)
_HOLDERS = (
    sa.select(User.id, User.name)
    .join(Membership, Membership.user_id == User.id)
    .where(
        Membership.organization_id == sa.bindparam("of_organization"),
        Membership.role == sa.bindparam("in_role"),
        Membership.ended_at.is_(None),
        User.active,
    )
    .order_by(User.name)
)
_ASKS = (
    sa.select(Ask.id, Ask.text)
    .where(Ask.case_id == sa.bindparam("of_case"), Ask.text_version == sa.bindparam("in_version"))
    .order_by(Ask.number)
)


def options_for(actor: Actor, desk: Desk, folder: Folder) -> dict[str, frozenset[int]]:
    """For each field of the task's form that picks a row: the ids that may be picked."""
    return {name: frozenset(offered) for name, offered in offers_for(actor, desk, folder).items()}


def offers_for(actor: Actor, desk: Desk, folder: Folder) -> dict[str, Mapping[int, str]]:
    """For each field of the task's form that picks a row: what may be picked, id → name, in order."""
    form = folder.forms[folder.tasks[desk.task.node].form]
    found: dict[str, Mapping[int, str]] = {}
    for field in form.fields:
        offered = _options(actor, desk, field)
        if offered is not None:
            found[field.name] = offered
    return found


def _options(actor: Actor, desk: Desk, field: Field) -> Mapping[int, str] | None:
    if field.type in ("unit_plan", "units_wish"):
        return units(actor.congress_id)
    if field.type == "colleague":
        return holders(desk.task.organization_id, field.role or desk.task.role)
    if field.type == "ask_answers":
        return asks(desk.case.id, desk.case.text_version)
    return None


def units(congress_id: int) -> dict[int, str]:
    """The units a case of this congress may be assigned to, in order of precedence: id → name."""
    return {row.id: row.name for row in db.session.execute(_UNITS, {"of_congress": congress_id})}


def holders(organization_id: int | None, role: str) -> dict[int, str]:
    """Active users who hold `role` in the organization: id → name."""
    if organization_id is None:
        return {}
    about = {"of_organization": organization_id, "in_role": role}
    return {row.id: row.name for row in db.session.execute(_HOLDERS, about)}


def asks(case_id: int, text_version: int) -> dict[int, str]:
    """The asks of a version of the text, in order: id → text."""
    about = {"of_case": case_id, "in_version": text_version}
    return {row.id: row.text for row in db.session.execute(_ASKS, about)}
