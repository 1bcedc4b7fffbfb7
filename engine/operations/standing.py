"""Where a case stands, token by token, as the process administrator sees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import flow
from engine.casework.facts import CASES, ORGANIZATIONS, TASKS, USERS
from engine.casework.moving.suspension import Standstill, standstill_of
from engine.deadlines import clocks
from engine.deadlines.clocks import ClockView
from engine.foundation.actor import Actor
from engine.operations.access import MAY_OPERATE, Running, name_shown, running_case
from engine.operations.flags import Part, parts_in, unit_names
from models import db


@dataclass(frozen=True, slots=True)
class Place:
    """One token: at which node, for which unit, since when and with whom, or what it waits for."""

    key: str
    node: str
    name: str
    kind: str
    unit: str
    part: str
    is_open: bool
    is_instance: bool
    awaits: str
    due: dt.datetime | None
    on_border: bool
    task_id: int | None
    holder: str
    opened_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A case with its flow as it stands now; number and title empty where it is restricted."""

    running: Running
    number: str
    title: str
    restricted: bool
    places: tuple[Place, ...]
    parts: tuple[Part, ...]
    clocks: tuple[ClockView, ...]
    standstill: Standstill | None


def standing(actor: Actor, *, case_id: int) -> Standing:
    """How a case of the actor's congress stands. Raises NotAllowed, NotFound, StateUnreadable."""
    running = running_case(actor, case_id)
    case = running.case
    number, title = name_shown(case.number, case.title, case.confidentiality)
    return Standing(
        running=running,
        number=number,
        title=title,
        restricted=not title and case.confidentiality == "restricted",
        places=tuple(places_in(running)),
        parts=tuple(parts_in(running)),
        clocks=tuple(view for view in clocks.of_case(case.id) if view.running),
        standstill=standstill_of(case),
    )


def places_in(running: Running) -> list[Place]:
    """The tokens of a case at hand, in the order in which they came about."""
    tasks, units = _tasks(running.case.id), unit_names(running.case.id)
    found = []
    for token in flow.live_tokens(running.folder.flow, running.instance.state):
        node, task = running.folder.flow.nodes[token.node], tasks.get(token.key)
        found.append(
            Place(
                key=token.key,
                node=token.node,
                name=node.name or token.node,
                kind=node.kind,
                unit=units.get(token.variables.get("assignment_id") if token.part else None, ""),
                part=token.part,
                is_open=token.is_open,
                is_instance=token.is_instance,
                awaits=token.awaits or "",
                due=token.due,
                on_border=token.host is not None,
                task_id=task.id if task else None,
                holder=" · ".join(filter(None, (task.organization, task.person))) if task else "",
                opened_at=task.opened_at if task else None,
            )
        )
    return found


def _tasks(case_id: int) -> dict[str, Any]:
    statement = (
        sa.select(
            TASKS.c.id,
            TASKS.c.token,
            TASKS.c.opened_at,
            ORGANIZATIONS.c.name.label("organization"),
            USERS.c.name.label("person"),
        )
        .outerjoin(ORGANIZATIONS, ORGANIZATIONS.c.id == TASKS.c.organization_id)
        .outerjoin(USERS, USERS.c.id == sa.func.coalesce(TASKS.c.assignee_id, TASKS.c.user_id))
        .where(TASKS.c.case_id == case_id, TASKS.c.open)
    )
    return {row.token: row for row in db.session.execute(statement)}


def case_numbered(actor: Actor, *, number: str) -> int | None:
    """The case of the actor's congress with this official number, or this number of our own. Raises NotAllowed."""
    actor.require(*MAY_OPERATE)
    said = number.strip()[:100]
    mine = [CASES.c.number == said]
    if said.isascii() and said.isdigit() and len(said) < 19:
        mine.append(CASES.c.id == int(said))
    statement = sa.select(CASES.c.id).where(CASES.c.congress_id == actor.congress_id, sa.or_(*mine))
    return db.session.scalar(statement.order_by(CASES.c.number != said).limit(1))
