"""What may be chosen in a form, for this actor and this case: the units, the colleagues."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.access import Desk
from engine.casework.candidates import CONGRESS_KINDS
from engine.casework.facts import ASSIGNMENTS, MEMBERSHIPS, ORGANIZATIONS, USERS, CaseFacts
from engine.casework.sittings import STANDING_COMMITTEE, meetings_ahead
from engine.casework.working_choices import congresses_below, entries, people, problems
from engine.definitions.forms import Field, Form
from engine.foundation.actor import Actor
from models import Ask, CaseViewer, db
from models.base import among

ASKS: sa.Table = Ask.__table__  # type: ignore[assignment]
VIEWERS: sa.Table = CaseViewer.__table__  # type: ignore[assignment]
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
# Types of fields that offer the same as another.
ALIKE = {"unit_plan": "unit", "units_wish": "unit", "commitments": "ask_answers"}

_UNITS = (
    sa.select(ORGANIZATIONS.c.id, ORGANIZATIONS.c.name)
    .where(
        ORGANIZATIONS.c.congress_id == sa.bindparam("of_congress"),
        ORGANIZATIONS.c.active,
        among(ORGANIZATIONS.c.kind, HANDLING_KINDS),
    )
    .order_by(ORGANIZATIONS.c.position, ORGANIZATIONS.c.id)
)
_HOLDERS = (
    sa.select(USERS.c.id, USERS.c.name)
    .join(MEMBERSHIPS, MEMBERSHIPS.c.user_id == USERS.c.id)
    .where(
        MEMBERSHIPS.c.organization_id == sa.bindparam("of_organization"),
        MEMBERSHIPS.c.role == sa.bindparam("in_role"),
        MEMBERSHIPS.c.ended_at.is_(None),
        USERS.c.active,
    )
    .order_by(USERS.c.name)
)
_ASKS = (
    sa.select(ASKS.c.id, ASKS.c.text)
    .where(ASKS.c.case_id == sa.bindparam("of_case"), ASKS.c.text_version == sa.bindparam("in_version"))
    .order_by(ASKS.c.number)
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a form is filled in: by whom, for which case, on behalf of which organization and in which role."""

    actor: Actor
    case: CaseFacts
    organization_id: int | None
    role: str
    assignment_id: int | None = None  # whose part of the case it is about, if one unit's


def at_desk(actor: Actor, desk: Desk) -> Setting:
    """The setting of a task's form."""
    task = desk.task
    return Setting(actor, desk.case, task.organization_id, task.role, task.assignment_id)


def options_of(offers: Mapping[str, Mapping[int, str]]) -> dict[str, frozenset[int]]:
    """What may be picked, of what is offered: the ids alone."""
    return {name: frozenset(offered) for name, offered in offers.items()}


def options_for(setting: Setting, form: Form) -> dict[str, frozenset[int]]:
    """For each field of the form that picks a row: the ids that may be picked."""
    return options_of(offers_for(setting, form))


def offers_for(setting: Setting, form: Form) -> dict[str, Mapping[int, str]]:
    """For each field of the form that picks a row: what may be picked, id → name, in order."""
    found: dict[str, Mapping[int, str]] = {}
    alike: dict[tuple[str, str], Mapping[int, str] | None] = {}
    for field in form.fields:
        kind = ALIKE.get(field.type, field.type), field.role
        if kind not in alike:
            alike[kind] = _offered(setting, field)
        offered = alike[kind]
        if offered is not None:
            found[field.name] = offered
    return found


def _offered(setting: Setting, field: Field) -> Mapping[int, str] | None:
    offer = OFFERS.get(ALIKE.get(field.type, field.type))
    return offer(setting, field) if offer else None


def units(congress_id: int) -> dict[int, str]:
    """The units a case of this congress may be assigned to, in order of precedence: id → name."""
    return {row.id: row.name for row in db.session.execute(_UNITS, {"of_congress": congress_id})}


def unit_names(ids: Sequence[int]) -> list[str]:
    """The names of organizations, in the order of the ids."""
    found = db.session.execute(
        sa.select(ORGANIZATIONS.c.id, ORGANIZATIONS.c.name).where(ORGANIZATIONS.c.id.in_(ids))
    )
    names = {row.id: row.name for row in found}
    return [names[id_] for id_ in ids if id_ in names]


def holders(organization_id: int | None, role: str) -> dict[int, str]:
    """Active users who hold `role` in the organization: id → name."""
    if organization_id is None:
        return {}
    about = {"of_organization": organization_id, "in_role": role}
    return {row.id: row.name for row in db.session.execute(_HOLDERS, about)}


def committees(congress_id: int) -> dict[int, str]:
    """The congress's own organs, which may supervise a case: id → name."""
    statement = (
        sa.select(ORGANIZATIONS.c.id, ORGANIZATIONS.c.name)
        .where(
            ORGANIZATIONS.c.congress_id == congress_id,
            ORGANIZATIONS.c.active,
            among(ORGANIZATIONS.c.kind, CONGRESS_KINDS),
        )
        .order_by(ORGANIZATIONS.c.position, ORGANIZATIONS.c.id)
    )
    return {row.id: row.name for row in db.session.execute(statement)}


def insiders(case: CaseFacts) -> dict[int, str]:
    """The active people of the congress's own offices and of the units that handle or handled the case: id → name.

    A unit that has answered still owes what it promised; one that returned the case has no more to do with it, one that
    was merged has its work done by its successor.
    """
    present = sa.func.coalesce(ORGANIZATIONS.c.successor_id, ORGANIZATIONS.c.id)
    units_at_work = (
        sa.select(present)
        .join(ASSIGNMENTS, ASSIGNMENTS.c.unit_id == ORGANIZATIONS.c.id)
        .where(ASSIGNMENTS.c.case_id == case.id, ASSIGNMENTS.c.status != "returned")
    )
    statement = (
        sa.select(USERS.c.id, USERS.c.name, ORGANIZATIONS.c.short_name)
        .join(MEMBERSHIPS, MEMBERSHIPS.c.user_id == USERS.c.id)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == MEMBERSHIPS.c.organization_id)
        .where(
            USERS.c.congress_id == case.congress_id,
            USERS.c.active,
            MEMBERSHIPS.c.ended_at.is_(None),
            sa.or_(ORGANIZATIONS.c.kind.in_(CONGRESS_KINDS), ORGANIZATIONS.c.id.in_(units_at_work)),
        )
        .order_by(ORGANIZATIONS.c.position, USERS.c.name)
    )
    return {row.id: f"{row.name}（{row.short_name}）" for row in db.session.execute(statement)}


def viewers(case_id: int) -> dict[int, str]:
    """Who was admitted to know of a restricted case: id → name."""
    statement = (
        sa.select(USERS.c.id, USERS.c.name)
        .join(VIEWERS, VIEWERS.c.user_id == USERS.c.id)
        .where(VIEWERS.c.case_id == case_id)
        .order_by(USERS.c.name)
    )
    return {row.id: row.name for row in db.session.execute(statement)}


def co_handlers(case_id: int) -> dict[int, str]:
    """The units that have given their co-opinion on a case: id → name."""
    statement = (
        sa.select(ORGANIZATIONS.c.id, ORGANIZATIONS.c.name)
        .join(ASSIGNMENTS, ASSIGNMENTS.c.unit_id == ORGANIZATIONS.c.id)
        .where(ASSIGNMENTS.c.case_id == case_id, ASSIGNMENTS.c.role == "co", ASSIGNMENTS.c.status == "closed")
        .order_by(ORGANIZATIONS.c.position, ORGANIZATIONS.c.id)
    )
    return {row.id: row.name for row in db.session.execute(statement)}


def asks(case_id: int, text_version: int) -> dict[int, str]:
    """The asks of a version of the text, in order: id → text."""
    about = {"of_case": case_id, "in_version": text_version}
    return {row.id: row.text for row in db.session.execute(_ASKS, about)}


# Type of field → what may be picked in it.
OFFERS: Mapping[str, Callable[[Setting, Field], Mapping[int, str]]] = {
    "unit": lambda setting, field: units(setting.actor.congress_id),
    "meeting": lambda setting, field: meetings_ahead(
        setting.case.congress_id, field.role or STANDING_COMMITTEE
    ),
    "committee": lambda setting, field: committees(setting.case.congress_id),
    "insider": lambda setting, field: insiders(setting.case),
    "viewer": lambda setting, field: viewers(setting.case.id),
    "co_handler": lambda setting, field: co_handlers(setting.case.id),
    "colleague": lambda setting, field: holders(setting.organization_id, field.role or setting.role),
    "ask_answers": lambda setting, field: asks(setting.case.id, setting.case.text_version),
    "people": lambda setting, field: people(setting.case, field.role),
    "congresses": lambda setting, field: congresses_below(setting.case),
    "entry": lambda setting, field: entries(setting.case, field.role),
    "problem": lambda setting, field: problems(setting.case, setting.assignment_id, field.role),
}
