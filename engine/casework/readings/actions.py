"""What an actor may do to a case of his own accord, and the form for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import case_to_view
from engine.casework.actions import (
    open_assignments,
    require_now,
    require_place,
    setting_of,
    spec_of,
    subject_of,
)
from engine.casework.articles import action_in
from engine.casework.choices import offers_for
from engine.casework.entries import PROBLEM, Reader
from engine.casework.facts import AssignmentFacts, CaseFacts
from engine.casework.requests import ACTIONS, one_click
from engine.definitions.catalogue import definition
from engine.definitions.folder import ActionSpec, Folder
from engine.definitions.forms import Form
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, NotAllowed
from models import Organization, User, db


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that an actor may do now, for the case or for one assignment."""

    spec: ActionSpec
    assignment_id: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """An action that was done: by whom, what he wrote, and how it was settled (`outcome` None: it waits)."""

    id: int
    key: str
    assignment_id: int | None
    round: int
    answers: Mapping[str, Any]
    by: str
    at: dt.datetime
    outcome: str | None
    settled_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ActionForm:
    """An action's form with what may be picked in it."""

    spec: ActionSpec
    folder: Folder
    form: Form
    offers: Mapping[str, Mapping[int, str]]
    assignment: AssignmentFacts | None


def offered(actor: Actor, case: CaseFacts) -> list[Offer]:
    """What the actor may do to the case now, in the order of process.toml; one offer for each assignment concerned."""
    folder = definition(case.definition_id)
    if not folder.actions:
        return []
    units = open_assignments(case.id)
    names = _names({unit.unit_id for unit in units})
    return [
        Offer(spec, unit.id if unit else None, names.get(unit.unit_id, "") if unit else "")
        for each in folder.actions.values()
        for spec, unit in _allowed(actor, case, folder, each, units)
    ]


def sent_before(actor: Actor, *, case_id: int, key: str, sending: str) -> bool:
    """Whether this click of the actor's has done the action; what it did may have ended his sight of the case."""
    click = one_click(actor, case_id, key, sending)
    return bool(click and db.session.scalar(sa.select(sa.exists().where(ACTIONS.c.sending == click))))


def _allowed(
    actor: Actor, case: CaseFacts, folder: Folder, spec: ActionSpec, units: list[AssignmentFacts]
) -> Iterator[tuple[ActionSpec, AssignmentFacts | None]]:
    for unit in units if spec.of == "assignment" else [None]:
        try:
            require_place(actor, case, spec, unit)
            cited = action_in(case, folder, spec, unit)
            require_now(actor, case, cited, unit)
        except (NotAllowed, GuardRefused):
            continue
        yield cited, unit


def may_now(actor: Actor, case: CaseFacts, spec: ActionSpec) -> bool:
    """Whether the actor may do an action to the whole case now."""
    folder = definition(case.definition_id)
    return spec.of == "case" and any(True for _none in _allowed(actor, case, folder, spec, []))


def _names(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(sa.select(Organization.id, Organization.name).where(Organization.id.in_(ids)))
    return {row.id: row.name for row in rows}


def requests_of(reader: Reader) -> list[RequestView]:
    """The actions done to a case that this reader may know of, the oldest first."""
    statement = (
        sa.select(
            ACTIONS.c.id,
            ACTIONS.c.key,
            ACTIONS.c.assignment_id,
            ACTIONS.c.round,
            ACTIONS.c.answers,
            sa.func.coalesce(User.name, "系统"),
            ACTIONS.c.done_at,
            ACTIONS.c.outcome,
            ACTIONS.c.settled_at,
        )
        .outerjoin(User, User.id == ACTIONS.c.done_by)
        .where(ACTIONS.c.case_id == reader.case.id)
        .order_by(ACTIONS.c.id)
    )
    hidden = hidden_actions(reader)
    found = (RequestView(*row) for row in db.session.execute(statement))
    return [each for each in found if each.id not in hidden]


def hidden_actions(reader: Reader) -> frozenset[int]:
    """The ids of actions that are kept from this reader: not his own nor for his roles, or about others' problems."""
    specs = reader.folder.actions.values()
    roles, about = reader.actor.roles, _about_problems(reader)
    kept = {spec.key for spec in specs if spec.seen_by and not roles.intersection(spec.seen_by)}
    if not kept and not about:
        return frozenset()
    statement = sa.select(ACTIONS.c.id, ACTIONS.c.key, ACTIONS.c.done_by, ACTIONS.c.answers).where(
        ACTIONS.c.case_id == reader.case.id, ACTIONS.c.key.in_(kept | set(about))
    )
    rows = db.session.execute(statement).all()
    hidden = {row.id for row in rows if row.key in kept and row.done_by != reader.actor.user_id}
    for row in rows:
        picked = [row.answers[name] for name in about.get(row.key, ()) if name in row.answers]
        if not all(map(reader.knows_of, picked)):
            hidden.add(row.id)
    return frozenset(hidden)


def _about_problems(reader: Reader) -> dict[str, list[str]]:
    """The fields in which actions pick a problem, by action; none where all problems are the reader's business."""
    if reader.problems is None:
        return {}
    fields = {
        key: [each.name for each in reader.folder.forms[spec.form].fields if each.type == PROBLEM]
        for key, spec in reader.folder.actions.items()
    }
    return {key: names for key, names in fields.items() if names}


def action_form(actor: Actor, *, case_id: int, key: str, assignment_id: int | None) -> ActionForm:
    """The form of an action for whoever may do it now. Raises as `perform`, but for the answers."""
    case = case_to_view(actor, case_id)
    folder = definition(case.definition_id)
    spec = spec_of(folder, key)
    unit = subject_of(case, spec, assignment_id)
    organization_id = require_place(actor, case, spec, unit)
    spec = action_in(case, folder, spec, unit)
    require_now(actor, case, spec, unit)
    form = folder.forms[spec.form]
    offers = offers_for(setting_of(actor, case, spec, organization_id, unit), form)
    return ActionForm(spec, folder, form, offers, unit)
