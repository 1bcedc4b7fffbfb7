"""The assignment desk (交办台): what comes in, is confirmed, assigned and decided anew, one list beside one text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import Desk, spec_at, task_to_read
from engine.casework.articles import cited_in
from engine.casework.facts import ASSIGNMENTS, CASES, TASKS, CaseFacts
from engine.casework.texts import TEXTS
from engine.casework.visibility import OVERSEEING, visible_to
from engine.deadlines.calendars import calendar_of
from engine.deadlines.counting import Deadline, count
from engine.definitions import rule_packs
from engine.definitions.catalogue import definition
from engine.definitions.folder import ClockSpec, TaskSpec
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed, NotFound
from models import Deputy, Organization, ProcessDefinition, db

PAGE = 40
COUNT_CAP = 1000
ASSIGNED = "assigned"
# Lists by what their tasks do; a kind of oversight without such a task simply never fills the list.
LISTS = {
    "review": "propose_intake",
    "confirm": "confirm_intake",
    "assign": "assign_units",
    "redo": "decide_redo",
}


@dataclass(frozen=True, slots=True)
class List:
    """One list of the desk; `count` is capped at COUNT_CAP."""

    key: str
    count: int


@dataclass(frozen=True, slots=True)
class Item:
    """One line; `id` is the task's, among what has been assigned the case's."""

    id: int
    case_id: int
    definition_id: int
    number: str | None
    title: str
    lead: str | None
    delegation: str | None
    due_on: dt.date | None
    round: int
    units: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What would be due if the case were assigned today."""

    spec: ClockSpec
    deadline: Deadline


def lists(actor: Actor) -> list[List]:
    """The lists this actor works on, and what has been assigned; NotAllowed for one who does none of it."""
    found = waiting(actor)
    if not found:
        raise NotAllowed
    return [*found, List(ASSIGNED, _capped(sa.select(CASES.c.id).where(_assigned(actor))))]


def waiting(actor: Actor) -> list[List]:
    """The lists of tasks that this actor works on."""
    nodes = _nodes()
    found = []
    for key, act in LISTS.items():
        seats = _seats(actor, nodes.get(act, {}))
        if seats:
            found.append(List(key, _capped(sa.select(TASKS.c.id).where(_open_at(actor, seats)))))
    return found


def works_here(actor: Actor) -> bool:
    """Whether the desk is a place for this actor; asked for every page, so by his roles alone."""
    return bool(actor.roles & (OVERSEEING - {"supervisor", "government_router"}))


def items(actor: Actor, key: str, *, offset: int = 0) -> list[Item]:
    """A page of a list, the earliest due first (what has been assigned: the latest first); at most PAGE + 1."""
    if key == ASSIGNED:
        actor.require(*OVERSEEING)
        statement = _cases().where(_assigned(actor)).order_by(CASES.c.assigned_at.desc(), CASES.c.id.desc())
    else:
        seats = _seats(actor, _nodes().get(LISTS.get(key, ""), {}))
        if not seats:
            raise NotFound
        statement = _tasks().where(_open_at(actor, seats)).order_by(TASKS.c.due_on, TASKS.c.id)
    rows = db.session.execute(statement.limit(PAGE + 1).offset(offset)).all()
    units = _units([row.case_id for row in rows])
    return [Item(**row._mapping, units=units.get(row.case_id, "")) for row in rows]


def task_at_desk(actor: Actor, key: str, task_id: int) -> tuple[Desk, TaskSpec]:
    """A task of a list, open or not, with what its process says of it."""
    desk = task_to_read(actor, task_id)
    spec = cited_in(desk.case, spec_at(definition(desk.case.definition_id), desk.task.node))
    if key not in LISTS or spec.act != LISTS[key]:
        raise NotFound
    return desk, spec


def promises(case: CaseFacts) -> list[Promise]:
    """The periods to answer that would begin if the case were assigned today, the main ones."""
    folder = definition(case.definition_id)
    pack, today = rule_packs.pack(case.rule_pack_id), clock.today()
    calendar = calendar_of(case.congress_id)
    return [
        Promise(spec, count(pack.rule(spec.rule, on=today), today, calendar))
        for spec in folder.clocks
        if spec.main and spec.per == "assignment" and "case:assigned" in spec.starts
    ]


def wished_units(case_id: int, version: int) -> list[int]:
    """The units the deputy would like to see at work, as the text names them."""
    body: dict[str, Any] | None = db.session.scalar(
        sa.select(TEXTS.c.body).where(TEXTS.c.case_id == case_id, TEXTS.c.version == version)
    )
    return [int(unit) for unit in (body or {}).get("wished_units") or ()]


def _nodes() -> dict[str, dict[str, set[str]]]:
    """act → role → nodes, in any version of any process."""
    found: dict[str, dict[str, set[str]]] = {}
    for definition_id in db.session.scalars(sa.select(ProcessDefinition.id)).all():
        for node, spec in definition(definition_id).tasks.items():
            if spec.role in OVERSEEING:  # what other officers do alike lies in their inbox
                found.setdefault(spec.act, {}).setdefault(spec.role, set()).add(node)
    return found


def _seats(actor: Actor, nodes: Mapping[str, set[str]]) -> list[tuple[str, int, list[str]]]:
    """Role, organization and nodes of the actor's part in the tasks at these nodes of each role."""
    return [
        (seat.role, seat.organization_id, sorted(nodes[seat.role]))
        for seat in actor.seats
        if seat.role in nodes
    ]


def _open_at(actor: Actor, seats: Sequence[tuple[str, int, list[str]]]) -> sa.ColumnElement[bool]:
    """Open tasks of these seats that no colleague has taken."""
    places = [
        sa.and_(TASKS.c.organization_id == unit, TASKS.c.role == role, TASKS.c.node.in_(nodes))
        for role, unit, nodes in seats
    ]
    own = {actor.user_id, *(seat.absent_id for seat in actor.seats if seat.absent_id is not None)}
    free = sa.or_(TASKS.c.assignee_id.is_(None), TASKS.c.assignee_id.in_(own))
    return sa.and_(TASKS.c.open, sa.or_(*places), free)


def _assigned(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(CASES.c.status == "open", CASES.c.assigned_at.is_not(None), visible_to(actor))


_LINE = (
    CASES.c.definition_id,
    CASES.c.number,
    CASES.c.title,
    Deputy.name.label("lead"),
    Organization.name.label("delegation"),
)


def _tasks() -> sa.Select[Any]:
    case_id = CASES.c.id.label("case_id")
    statement = sa.select(TASKS.c.id, case_id, *_LINE, TASKS.c.due_on, TASKS.c.round)
    return _with_lead(statement.select_from(TASKS.join(CASES, CASES.c.id == TASKS.c.case_id)))


def _cases() -> sa.Select[Any]:
    nothing = sa.null().label("due_on")
    statement = sa.select(CASES.c.id, CASES.c.id.label("case_id"), *_LINE, nothing, CASES.c.round)
    return _with_lead(statement.select_from(CASES))


def _with_lead(statement: sa.Select[Any]) -> sa.Select[Any]:
    return statement.outerjoin(Deputy, Deputy.id == CASES.c.lead_deputy_id).outerjoin(
        Organization, Organization.id == Deputy.delegation_id
    )


def _units(case_ids: Sequence[int]) -> dict[int, str]:
    """case → the short names of the units that handle it."""
    statement = (
        sa.select(ASSIGNMENTS.c.case_id, Organization.short_name)
        .join(Organization, Organization.id == ASSIGNMENTS.c.unit_id)
        .where(ASSIGNMENTS.c.case_id.in_(case_ids), ASSIGNMENTS.c.closed_at.is_(None))
        .order_by(ASSIGNMENTS.c.id)
    )
    found: dict[int, list[str]] = {}
    for case_id, name in db.session.execute(statement):
        found.setdefault(case_id, []).append(name)
    return {case_id: "、".join(names) for case_id, names in found.items()}


def _capped(statement: Any) -> int:
    inner = statement.limit(COUNT_CAP).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(inner)) or 0
