"""The case page: one reading of everything an actor may see of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import case_to_view, is_candidate, is_free, is_lead_deputy
from engine.casework.entries import Reader
from engine.casework.facts import ASSIGNMENTS, TASK_COLUMNS, TASKS, CaseFacts, TaskFacts, read
from engine.casework.groups import MemberView, group_of
from engine.casework.moving.suspension import Standstill, standstill_of
from engine.casework.readings.actions import Offer, RequestView, offered, requests_of
from engine.casework.readings.case_units import UnitView, unit_views
from engine.casework.readings.chains import Link, chains
from engine.casework.readings.names import names_picked
from engine.casework.readings.on_record import BallotView, EntryView, ballots_of, entries_of
from engine.casework.readings.problems import ProblemView, files_of_entries, problems_shown
from engine.casework.readings.related import JointReply, Related, joint_reply, related
from engine.casework.readings.stages import StageView, stages
from engine.casework.readings.timeline import Entry, timeline
from engine.casework.sittings import Placed, agenda_of
from engine.casework.texts import present_asks, present_text
from engine.deadlines import clocks
from engine.deadlines.clocks import ClockView
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.foundation.actor import Actor
from models import (
    Ask,
    Attachment,
    Case,
    CaseText,
    Cosignature,
    Decision,
    Deputy,
    Meeting,
    Organization,
    Task,
    User,
    Watch,
    db,
)


@dataclass(frozen=True, slots=True)
class OpenTaskView:
    """An open task of the case, as «what to do now» shows it."""

    id: int
    node: str
    name: str
    role: str
    organization: str | None
    assignee_id: int | None
    assignee: str | None
    assignment_id: int | None
    due_on: dt.date
    clock: str | None
    round: int
    mine: bool
    free: bool


@dataclass(frozen=True, slots=True)
class CosignerView:
    """A co-signer and his answer to the present text."""

    deputy_id: int
    name: str
    delegation: str
    status: str
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class LeadView:
    """The lead deputy; his telephone is empty for whoever has no business with it."""

    id: int
    name: str
    delegation_id: int
    position: str
    phone: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page shows; rows are read-only here."""

    case: Case
    folder: Folder
    facts: CaseFacts
    meeting: str | None
    lead: LeadView | None
    delegation: str | None
    title: str
    body: Mapping[str, Any]
    asks: list[Ask]
    cosigners: list[CosignerView]
    attachments: list[Attachment]
    units: list[UnitView]
    decisions: list[Decision]
    clocks: list[ClockView]
    tasks: list[OpenTaskView]
    actions: list[Offer]
    requests: list[RequestView]
    entries: list[EntryView]
    entry_files: Mapping[int, list[Attachment]]
    picked: Mapping[str, Mapping[int, str]]  # names of what answers have picked, by type of field
    group: list[MemberView]
    problems: list[ProblemView]
    ballots: list[BallotView]
    agenda: list[Placed]
    organ: str | None
    related: list[Related]
    joint_reply: JointReply | None
    chains: list[list[Link]]
    live_nodes: list[str]
    stages: list[StageView]
    timeline: list[Entry]
    watching: bool
    is_lead: bool
    contact_unit: bool  # the actor's unit may record a contact
    phone_visible: bool
    standstill: Standstill | None  # why the case may not move on for the time being


UNIT_ROLES = ("registrar", "case_officer", "approver", "head")
LOOKING = ("review_reply", "sign_reply")
OFFICES = frozenset({"intake_officer", "intake_reviewer", "assigner", "supervisor"})


def case_page(actor: Actor, *, case_id: int) -> CasePage:
    """The case page for this actor; NotFound when he may not see the case."""
    facts = case_to_view(actor, case_id)
    case = db.session.get_one(Case, case_id)
    folder = definition(facts.definition_id)
    text = present_text(facts)
    tasks = _open_tasks(actor, facts)
    own_units = {seat.organization_id for seat in actor.seats if seat.role in UNIT_ROLES}
    is_lead, is_office = is_lead_deputy(actor, facts), bool(actor.roles & OFFICES)
    units = unit_views(facts, own_units, in_office=is_office, reading=_reads_reply_of(tasks, folder))
    at_work = any(
        unit.assignment.unit_id in own_units and unit.assignment.closed_at is None for unit in units
    )
    phone_visible = at_work or is_office or is_lead or _answers_it_with_another(facts, own_units)
    lead = _lead(facts, phone_visible)
    reader = Reader(actor, facts, folder)
    return CasePage(
        case=case,
        folder=folder,
        facts=facts,
        meeting=_name(Meeting.name, Meeting.id, facts.meeting_id),
        lead=lead,
        delegation=_name(Organization.name, Organization.id, lead.delegation_id if lead else None),
        title=text.title if text else facts.title,
        body=text.body if text else {},
        asks=present_asks(facts),
        cosigners=_cosigners(facts),
        attachments=_attachments(facts),
        units=units,
        clocks=clocks.of_case(case_id),
        tasks=tasks,
        **_beside(reader, units),
        live_nodes=sorted({task.node for task in tasks}),
        stages=stages(facts, folder),
        timeline=timeline(reader),
        watching=db.session.get(Watch, (case_id, actor.user_id)) is not None,
        is_lead=is_lead,
        contact_unit=at_work and facts.status == "open",
        phone_visible=phone_visible,
        standstill=standstill_of(facts),
    )


def _reads_reply_of(tasks: list[OpenTaskView], folder: Folder) -> set[int | None]:
    """The units' parts whose unsigned reply lies before the actor to be looked at."""
    acts = {node: spec.act for node, spec in folder.tasks.items()}
    return {task.assignment_id for task in tasks if task.mine and acts.get(task.node) in LOOKING}


def _beside(reader: Reader, units: list[UnitView]) -> dict[str, Any]:
    """What people may do and did of their own accord, what came of it, and the cases that go together with this."""
    actor, case, folder = reader.actor, reader.case, reader.folder
    requests, decisions = requests_of(reader), _decisions(case)
    entries = entries_of(reader)
    answered = [(each.spec, each.answers) for each in entries]
    answered += [(folder.actions.get(each.key), each.answers) for each in requests]
    return {
        "actions": offered(actor, case),
        "requests": requests,
        "entries": entries,
        "picked": names_picked(folder, answered),
        "entry_files": files_of_entries(reader),
        "group": group_of(case.id),
        "problems": problems_shown(reader),
        "ballots": ballots_of(case.id),
        "agenda": agenda_of(case.id),
        "organ": _name(Organization.name, Organization.id, case.organ_id),
        "decisions": decisions,
        "chains": chains(case, folder, units, requests, decisions),
        "related": related(actor, case),
        "joint_reply": joint_reply(case),
    }


def _decisions(case: CaseFacts) -> list[Decision]:
    statement = sa.select(Decision).where(Decision.case_id == case.id).order_by(Decision.id)
    return list(db.session.scalars(statement))


def _answers_it_with_another(case: CaseFacts, own_units: set[int]) -> bool:
    """Whether one of these units is at work on the case that this one was merged into: it hears its proposer too."""
    if case.merged_into_id is None or not own_units:
        return False
    at_work = ASSIGNMENTS.c.case_id == case.merged_into_id, ASSIGNMENTS.c.closed_at.is_(None)
    return bool(
        db.session.scalar(sa.select(sa.exists().where(*at_work, ASSIGNMENTS.c.unit_id.in_(own_units))))
    )


def _lead(case: CaseFacts, phone_visible: bool) -> LeadView | None:
    deputy = db.session.get(Deputy, case.lead_deputy_id) if case.lead_deputy_id else None
    if deputy is None:
        return None
    phone = deputy.phone if phone_visible else ""
    return LeadView(deputy.id, deputy.name, deputy.delegation_id, deputy.position, phone)


def _name(column: Any, key: Any, id_: int | None) -> str | None:
    return db.session.scalar(sa.select(column).where(key == id_)) if id_ else None


def _open_tasks(actor: Actor, case: CaseFacts) -> list[OpenTaskView]:
    assignee = sa.orm.aliased(User)
    statement = (
        sa.select(*TASK_COLUMNS, Task.name, Task.due_on, Task.clock, Organization.name.label("organization"))
        .add_columns(assignee.name.label("assignee"))
        .outerjoin(Organization, Organization.id == Task.organization_id)
        .outerjoin(assignee, assignee.id == Task.assignee_id)
        .where(TASKS.c.case_id == case.id, TASKS.c.open)
        .order_by(TASKS.c.id)
    )
    found = []
    for row in db.session.execute(statement):
        task = read(TaskFacts, Task, row)
        found.append(
            OpenTaskView(
                id=task.id,
                node=task.node,
                name=row.name,
                role=task.role,
                organization=row.organization,
                assignee_id=task.assignee_id,
                assignee=row.assignee,
                assignment_id=task.assignment_id,
                due_on=row.due_on,
                clock=row.clock,
                round=task.round,
                mine=is_candidate(actor, task),
                free=is_free(actor, task),
            )
        )
    return found


def _cosigners(case: CaseFacts) -> list[CosignerView]:
    statement = (
        sa.select(Deputy.id, Deputy.name, Organization.name.label("delegation"), Cosignature.status)
        .add_columns(Cosignature.answered_at)
        .join(Deputy, Deputy.id == Cosignature.deputy_id)
        .join(Organization, Organization.id == Deputy.delegation_id)
        .where(Cosignature.case_id == case.id, Cosignature.text_version == _signed_version(case))
        .order_by(Cosignature.id)
    )
    return [CosignerView(*row) for row in db.session.execute(statement)]


def _signed_version(case: CaseFacts) -> Any:
    """The version under which the names stand: the one handed in, whatever an office has added to it since."""
    if case.submitted_at is None:
        return case.text_version
    handed_in = sa.select(sa.func.max(CaseText.version)).where(
        CaseText.case_id == case.id, CaseText.frozen_at <= case.submitted_at
    )
    return sa.func.coalesce(handed_in.scalar_subquery(), case.text_version)


def _attachments(case: CaseFacts) -> list[Attachment]:
    """The files of the text; those of other parts are shown with these."""
    statement = sa.select(Attachment).where(
        Attachment.case_id == case.id, Attachment.subject == "text", Attachment.removed_at.is_(None)
    )
    return list(db.session.scalars(statement.order_by(Attachment.id)))
