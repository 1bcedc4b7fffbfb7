"""Cases: opening one, following one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import case_to_view
from engine.casework.facts import CASE_COLUMNS, CASES, UPDATE_CASE, CaseFacts, read
from engine.casework.moving import advancing
from engine.casework.moving.happenings import Happening, happen
from engine.casework.moving.suspension import require_open_kind
from engine.casework.sittings import meeting_in_session
from engine.casework.visibility import DELEGATION_STAFF
from engine.deadlines.decided import in_force
from engine.definitions import rule_packs
from engine.definitions.catalogue import Deployed, current, definition
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.actor import Actor, Seat
from engine.foundation.errors import DomainError, GuardRefused, NotAllowed
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import Case, Deputy, Watch, db
from models.base import insert_unless

PLATFORM, PAPER, DELEGATION, MOTION, RESUBMISSION, ORGAN, PUBLIC = (
    "platform",
    "paper",
    "delegation",
    "motion",
    "resubmission",
    "organ",
    "public",  # by anybody, without signing in
)
EVENT = "event"  # by what another case has thrown
ORIGINS = (PLATFORM, PAPER, DELEGATION, MOTION, RESUBMISSION, ORGAN, PUBLIC, EVENT)
WATCHES: sa.Table = Watch.__table__  # type: ignore[assignment]


class DeputyNotInOffice(DomainError):
    """One whose mandate is suspended or ended may not propose (代表法 arts 61-62)."""

    text = _("{name}代表的职务已暂停或者终止，不能提出。")


@use_case
def open_case(
    actor: Actor,
    *,
    process_key: str,
    lead_deputy_id: int | None = None,
    from_motion: bool = False,
    operation_key: str = "",
) -> int:
    """Open a draft case of a kind of work; gives its id.

    A deputy opens his own, a delegation's staff one in the delegation's name; an officer who enters what came on paper,
    or what the presidium made of a motion, names the lead deputy; one whose role opens for his organ opens in its name
    where he names nobody. The same `operation_key` (a form sent twice) gives
    the same case again.
    """
    deployed = current(process_key, actor.congress_id)
    actor.require(*deployed.folder.opened_by)
    source = _source(actor, deployed.folder, lead_deputy_id, from_motion)
    again = _opened_by_same_click(actor, operation_key)
    if again is not None:
        return again
    return create(actor, deployed, source, operation_key).id


@dataclass(frozen=True, slots=True)
class Source:
    """Where a case comes from: its proposer (deputy, delegation, organ), the way in, the case it goes back to."""

    lead: Deputy | None = None
    delegation_id: int | None = None
    origin: str = PLATFORM
    origin_id: int | None = None
    organ_id: int | None = None
    begun: Begun | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """How a case begins that nobody opens: at this start event, as secret as the case that brings it about.

    `author` is whose that one is: what came on paper is taken care of by whoever entered it.
    """

    start: str
    author: int | None
    title: str
    confidentiality: str
    by: Mapping[str, Any]  # what began it, for the trail


def create(actor: Actor, deployed: Deployed, source: Source, operation_key: str = "") -> CaseFacts:
    """Write a new draft case and begin its flow, inside a use case. Raises KindSuspended."""
    folder, now, begun = deployed.folder, clock.now(), source.begun
    require_open_kind(actor.congress_id, deployed.id)
    values = {
        "congress_id": actor.congress_id,
        "process_key": folder.key,
        "definition_id": deployed.id,
        "rule_pack_id": rule_packs.pin(in_force(actor.congress_id)),
        "meeting_id": meeting_in_session(actor.congress_id),
        "title": begun.title if begun else "",
        "stage": folder.stages[0].key,
        "status": "draft",
        "confidentiality": begun.confidentiality if begun else "internal",
        "lead_deputy_id": source.lead.id if source.lead else None,
        "delegation_id": source.delegation_id,
        "organ_id": source.organ_id,
        "origin": source.origin,
        "origin_id": source.origin_id,
        "opened_by": begun.author if begun else actor.user_id,
        "round": 1,
        "fields": {"operation_key": operation_key} if operation_key else {},
        "text_version": 0,
        "created_at": now,
    }
    case_id = db.session.scalar(CASES.insert().returning(CASES.c.id).values(values))
    row = db.session.execute(sa.select(*CASE_COLUMNS).where(CASES.c.id == case_id)).one()
    case = read(CaseFacts, Case, row)
    detail = {"process": folder.key, "version": folder.version, **(begun.by if begun else {})}
    happen(case, folder, [Happening("case:opened", detail=detail)])
    advancing.start(case, folder, {}, begun.start if begun else None)
    return case


def _source(actor: Actor, folder: Folder, lead_deputy_id: int | None, from_motion: bool) -> Source:
    if actor.deputy_id is not None:
        if from_motion:
            raise NotAllowed
        return Source(_lead(actor, lead_deputy_id))
    organ = None if lead_deputy_id or from_motion else organ_of(actor, folder)
    if organ is not None:
        return Source(organ_id=organ.organization_id, origin=ORGAN)
    delegation_id = next(
        (seat.organization_id for seat in actor.seats if seat.role == DELEGATION_STAFF), None
    )
    if delegation_id is not None and lead_deputy_id is None and not from_motion:
        return Source(delegation_id=delegation_id, origin=DELEGATION)
    if delegation_id is not None:
        raise NotAllowed
    return Source(_lead(actor, lead_deputy_id), origin=MOTION if from_motion else PAPER)


def organ_of(actor: Actor, folder: Folder) -> Seat | None:
    """The seat from which the actor opens such a case in his organ's name, if he has one."""
    return next((seat for seat in actor.seats if seat.role in folder.organ_roles), None)


def delegation_of_staff(actor: Actor) -> str | None:
    """The name of the delegation in whose name the actor puts forward what he opens, if in one's."""
    if actor.deputy_id is not None:
        return None
    return next((seat.organization_name for seat in actor.seats if seat.role == DELEGATION_STAFF), None)


def _lead(actor: Actor, lead_deputy_id: int | None) -> Deputy:
    """The lead deputy: the actor himself, or whom the officer names; in office, of the same congress."""
    if actor.deputy_id is not None:
        if lead_deputy_id not in (None, actor.deputy_id):
            raise NotAllowed
        lead_deputy_id = actor.deputy_id
    deputy = db.session.get(Deputy, lead_deputy_id) if lead_deputy_id else None
    if deputy is None or deputy.congress_id != actor.congress_id:
        raise GuardRefused(_("请选择领衔代表。"))
    require_in_office(deputy)
    return deputy


def require_in_office(deputy: Deputy) -> None:
    """Refuse with DeputyNotInOffice one whose mandate does not stand."""
    if deputy.status != "in_office":
        raise DeputyNotInOffice(name=deputy.name)


def _opened_by_same_click(actor: Actor, operation_key: str) -> int | None:
    if not operation_key:
        return None
    return db.session.scalar(
        sa.select(Case.id).where(
            Case.opened_by == actor.user_id, Case.fields["operation_key"].as_string() == operation_key
        )
    )


@use_case
def watch_case(actor: Actor, *, case_id: int) -> None:
    """Follow a case; following it twice does no harm."""
    case = case_to_view(actor, case_id)
    statement = insert_unless(WATCHES).values(case_id=case.id, user_id=actor.user_id, since=clock.now())
    # Asked for, not counted: psycopg does not say how many rows such an insert has added.
    added = db.session.scalar(statement.on_conflict_do_nothing().returning(WATCHES.c.case_id))
    if added is not None:
        happen(case, definition(case.definition_id), [Happening("case:watched")])


@use_case
def unwatch_case(actor: Actor, *, case_id: int) -> None:
    """Stop following a case."""
    case = case_to_view(actor, case_id)
    removed = db.session.execute(
        WATCHES.delete().where(WATCHES.c.case_id == case.id, WATCHES.c.user_id == actor.user_id)
    )
    if removed.rowcount == 1:  # type: ignore[attr-defined]
        happen(case, definition(case.definition_id), [Happening("case:unwatched")])


def update_case(case: CaseFacts, values: Mapping[str, Any]) -> None:
    """Write columns of a case and keep the facts at hand in step."""
    db.session.execute(UPDATE_CASE, {"of_case": case.id, **values})
    for name, value in values.items():
        if hasattr(case, name):
            setattr(case, name, value)


def keep_fields(case: CaseFacts, fields: Mapping[str, Any]) -> None:
    """Add register fields to a case; those it has already stay."""
    known = db.session.scalar(sa.select(CASES.c.fields).where(CASES.c.id == case.id)) or {}
    db.session.execute(UPDATE_CASE, {"of_case": case.id, "fields": {**known, **fields}})
