"""Actions: what somebody does to a case of his own accord, as process.toml allows: request, withdraw, urge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.access import case_locked, is_lead_deputy, speak_from
from engine.casework.acts.step import ACTS, GROUNDS, Outcome, Step
from engine.casework.articles import NotNow as NotNow
from engine.casework.articles import action_in
from engine.casework.attachments import FileStore
from engine.casework.candidates import CONGRESS_KINDS, GOVERNMENT_KINDS
from engine.casework.choices import Setting, offers_for, options_of
from engine.casework.facts import (
    ASSIGNMENT_COLUMNS,
    ASSIGNMENTS,
    TASKS,
    AssignmentFacts,
    CaseFacts,
    read,
)
from engine.casework.groups import belongs
from engine.casework.moving import advancing
from engine.casework.moving.advancing import Moving, locked_instance
from engine.casework.moving.happenings import Happening, happen
from engine.casework.requests import ACTIONS, one_click, pending, storable
from engine.deadlines import clocks
from engine.definitions.catalogue import definition
from engine.definitions.folder import ActionSpec, Folder
from engine.definitions.legal_bases import require_basis
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, NotAllowed, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import Assignment, Cosignature, Organization, db

_KINDS = sa.select(Organization.id, Organization.kind).where(
    Organization.id.in_(sa.bindparam("ids", expanding=True))
)


class PeriodOver(GuardRefused):
    """The period within which it may be done has passed, or never ran."""

    text = _("“{action}”须在期限内提出，期限已经届满。")


class StillPending(GuardRefused):
    """The same request is waiting for its decision."""

    text = _("已经提出“{action}”，正在等待决定。")


@use_case
def perform(
    actor: Actor,
    *,
    case_id: int,
    key: str,
    answers: Mapping[str, Any],
    assignment_id: int | None = None,
    sending: str = "",
    store: FileStore | None = None,
) -> int:
    """Do an action to a case; gives the id of the row it leaves. `sending` marks one click: sent twice, it is one.
    Files that its form takes are kept in `store`.

    Raises NotFound, NotAllowed, BasisMissing, NotNow, PeriodOver, StillPending, InvalidAnswers and what its act
    refuses.
    """
    case = case_locked(actor, case_id)
    click = one_click(actor, case_id, key, sending)
    again = _sent_before(click)
    if again is not None:
        return again
    folder = definition(case.definition_id)
    spec = spec_of(folder, key)
    unit = subject_of(case, spec, assignment_id)
    organization_id = require_place(actor, case, spec, unit)
    spec = action_in(case, folder, spec, unit)
    speak_from(actor, spec.roles, organization_id)
    require_now(actor, case, spec, unit)
    form = folder.forms[spec.form]
    offers = offers_for(setting_of(actor, case, spec, organization_id, unit), form)
    checked = form.check(answers, options_of(offers), clock.today())
    action_id = _leave(actor, case, spec, unit, checked, click)
    now = clock.now()
    step = Step(
        actor, case, folder, spec, checked, now, unit, offers=offers, action_id=action_id, store=store
    )
    _carry_out(step)
    return action_id


def _sent_before(click: str) -> int | None:
    return db.session.scalar(sa.select(ACTIONS.c.id).where(ACTIONS.c.sending == click)) if click else None


def setting_of(
    actor: Actor, case: CaseFacts, spec: ActionSpec, organization_id: int | None, unit: AssignmentFacts | None
) -> Setting:
    """The setting of an action's form."""
    return Setting(actor, case, organization_id, next(iter(spec.roles), ""), unit.id if unit else None)


def spec_of(folder: Folder, key: str) -> ActionSpec:
    spec = folder.actions.get(key)
    if spec is None:
        raise NotFound
    return spec


def subject_of(case: CaseFacts, spec: ActionSpec, assignment_id: int | None) -> AssignmentFacts | None:
    """The assignment that the action is about; it must be the case's own and not closed."""
    if spec.of == "case":
        return None
    for unit in open_assignments(case.id):
        if unit.id == assignment_id:
            return unit
    raise NotFound


def open_assignments(case_id: int) -> list[AssignmentFacts]:
    statement = sa.select(*ASSIGNMENT_COLUMNS).where(
        ASSIGNMENTS.c.case_id == case_id, ASSIGNMENTS.c.closed_at.is_(None)
    )
    rows = db.session.execute(statement.order_by(ASSIGNMENTS.c.id))
    return [read(AssignmentFacts, Assignment, row) for row in rows]


def require_place(
    actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None
) -> int | None:
    """The organization the actor acts for (None for a deputy); NotAllowed when the action is not his."""
    if spec.at in ("lead_deputy", "proposers"):
        own = is_lead_deputy(actor, case) or (spec.at == "proposers" and _cosigns(actor, case))
        if not own:
            raise NotAllowed
        return None
    if spec.at == "group":
        if not belongs(actor, case.id):
            raise NotAllowed
        return None
    kinds = _kinds({seat.organization_id for seat in actor.seats if seat.role in spec.roles})
    for organization_id, kind in sorted(kinds.items()):
        if (
            organization_id == case.organ_id
            if spec.at == "organ"
            else _fits(spec.at, organization_id, kind, unit)
        ):
            return organization_id
    raise NotAllowed


def _cosigns(actor: Actor, case: CaseFacts) -> bool:
    confirmed = sa.exists().where(
        Cosignature.case_id == case.id,
        Cosignature.deputy_id == actor.deputy_id,
        Cosignature.text_version == case.text_version,
        Cosignature.status == "confirmed",
    )
    return actor.deputy_id is not None and bool(db.session.scalar(sa.select(confirmed)))


def _kinds(ids: set[int]) -> dict[int, str]:
    return {row.id: row.kind for row in db.session.execute(_KINDS, {"ids": list(ids)})} if ids else {}


def _fits(at: str, organization_id: int, kind: str, unit: AssignmentFacts | None) -> bool:
    if at == "unit":
        return unit is not None and organization_id == unit.unit_id
    if at == "government_office":
        return kind == "government_office"
    if at == "assigning_body" and unit is not None:
        governed = _kinds({unit.unit_id}).get(unit.unit_id) in GOVERNMENT_KINDS
        return kind in CONGRESS_KINDS or (governed and kind == "government_office")
    return kind in CONGRESS_KINDS


def require_now(actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> None:
    """The law, the case, the assignment, open tasks and the period must allow it, no like request be pending.

    And its act must find something to act on.
    """
    title = spec.title
    require_basis(spec, case.rule_pack_id)
    _require_links(case, spec)
    if case.status not in spec.statuses:
        raise NotNow(action=title)
    if unit is not None and spec.assignment_statuses and unit.status not in spec.assignment_statuses:
        raise NotNow(action=title)
    if spec.nodes and not _token(case, spec, unit):
        raise NotNow(action=title)
    if spec.idle and _token(case, spec, None):
        raise NotNow(action=title)
    if spec.within and not _within(case, spec, unit):
        raise PeriodOver(action=title)
    if (spec.once or not spec.settled) and _pending(case, spec, unit):
        raise StillPending(action=title)
    if spec.act in GROUNDS:
        GROUNDS[spec.act](actor, case, spec, unit)


def _require_links(case: CaseFacts, spec: ActionSpec) -> None:
    """What must be set of the case is set, what must not is not, and the action it answers is waiting."""
    missing = any(getattr(case, name) is None for name in spec.needs)
    present = any(getattr(case, name) is not None for name in spec.lacks)
    other = any(getattr(case, name) not in values for name, values in spec.where.items())
    if missing or present or other or (spec.after and pending(case, spec.after) is None):
        raise NotNow(action=spec.title)


def _token(case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> str | None:
    """The token of an open task at one of the action's nodes."""
    open_tasks = sa.select(TASKS.c.token).where(TASKS.c.case_id == case.id, TASKS.c.open)
    if spec.nodes:
        open_tasks = open_tasks.where(TASKS.c.node.in_(spec.nodes))
    if unit is not None:
        open_tasks = open_tasks.where(TASKS.c.assignment_id == unit.id)
    return db.session.scalar(open_tasks.order_by(TASKS.c.id).limit(1))


def _within(case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> bool:
    due = clocks.due_dates(case.id)
    day = due.get((spec.within, unit.id if unit else None), due.get((spec.within, None)))
    return day is not None and day >= clock.today()


def _pending(case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> bool:
    same = sa.exists().where(
        ACTIONS.c.case_id == case.id,
        ACTIONS.c.key == spec.key,
        ACTIONS.c.assignment_id.is_not_distinct_from(unit.id if unit else None),
        *([] if spec.once else [ACTIONS.c.settled_at.is_(None)]),
    )
    return bool(db.session.scalar(sa.select(same)))


def _leave(
    actor: Actor,
    case: CaseFacts,
    spec: ActionSpec,
    unit: AssignmentFacts | None,
    answers: Mapping[str, Any],
    click: str,
) -> int:
    now = clock.now()
    row = {
        "case_id": case.id,
        "assignment_id": unit.id if unit else None,
        "round": unit.round if unit else case.round,
        "key": spec.key,
        "answers": {name: storable(value) for name, value in answers.items()},
        "done_by": actor.user_id,
        "done_at": now,
        "sending": click or None,
        "outcome": "done" if spec.settled else None,
        "settled_at": now if spec.settled else None,
    }
    return int(db.session.scalar(ACTIONS.insert().values(row).returning(ACTIONS.c.id)) or 0)


def _carry_out(step: Step) -> None:
    """Record it, let its act write what it writes, and tell the flow."""
    spec, unit = step.spec, step.unit
    assert isinstance(spec, ActionSpec)
    reason = str(step.answers.get("reason") or "")
    outcome = ACTS[spec.act](step) if spec.act else Outcome([])
    happening = Happening(
        spec.happening,
        subject=f"action:{step.action_id}",
        assignment_id=unit.id if unit else None,
        round=unit.round if unit else step.case.round,
        detail={**({"reason": reason} if reason else {}), **outcome.detail},
        told={"reason": reason, **outcome.told},
    )
    happen(step.case, step.folder, [happening, *outcome.happenings])
    messages = (spec.message, *outcome.messages) if spec.message else outcome.messages
    for message in messages:
        token = _token(step.case, spec, unit) if unit is not None else None
        moving = Moving(step.case, step.folder, locked_instance(step.case), unit)
        advancing.correlate(moving, message, outcome.flags, token)
