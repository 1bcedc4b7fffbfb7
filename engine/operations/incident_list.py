"""Incidents as the process administrator sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES, TASKS, USERS
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.operations.access import MAY_OPERATE, name_shown
from engine.operations.incidents import INCIDENTS, NOTES
from engine.operations.retrying import REPEATABLE
from models import db

LISTED = 200


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One incident. `moot`: the task it was about is done or gone; `repeatable`: a click can try it again."""

    id: int
    case_id: int | None
    number: str
    title: str
    restricted: bool
    folder: Folder
    element: str
    element_name: str
    cause: str
    subject: str
    who: str
    first_at: dt.datetime
    last_at: dt.datetime
    times: int
    moot: bool
    repeatable: bool
    resolved_at: dt.datetime | None
    resolution: str | None


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note on an incident."""

    text: str
    by: str
    at: dt.datetime


def open_incidents(actor: Actor) -> list[IncidentLine]:
    """What has failed and is not resolved, the latest first, at most LISTED. Raises NotAllowed."""
    actor.require(*MAY_OPERATE)
    mine = _LINES.where(INCIDENTS.c.congress_id == actor.congress_id, INCIDENTS.c.resolved_at.is_(None))
    rows = db.session.execute(mine.order_by(INCIDENTS.c.last_at.desc(), INCIDENTS.c.id.desc()).limit(LISTED))
    return _lines(rows.mappings().all())


def incidents_of(actor: Actor, *, case_id: int) -> list[IncidentLine]:
    """Every incident of a case, resolved ones too, the latest first. Raises NotAllowed."""
    actor.require(*MAY_OPERATE)
    mine = _LINES.where(INCIDENTS.c.congress_id == actor.congress_id, INCIDENTS.c.case_id == case_id)
    return _lines(db.session.execute(mine.order_by(INCIDENTS.c.id.desc()).limit(LISTED)).mappings().all())


def count_open(actor: Actor) -> int:
    """How many are not resolved."""
    statement = sa.select(sa.func.count()).where(
        INCIDENTS.c.congress_id == actor.congress_id, INCIDENTS.c.resolved_at.is_(None)
    )
    return int(db.session.scalar(statement) or 0)


def one_incident(actor: Actor, *, incident_id: int) -> tuple[IncidentLine, list[NoteLine]]:
    """An incident and the notes on it, in order. Raises NotAllowed, NotFound."""
    actor.require(*MAY_OPERATE)
    mine = _LINES.where(INCIDENTS.c.congress_id == actor.congress_id, INCIDENTS.c.id == incident_id)
    found = _lines(db.session.execute(mine).mappings().all())
    if not found:
        raise NotFound
    notes = (
        sa.select(NOTES.c.text, USERS.c.name, NOTES.c.written_at)
        .outerjoin(USERS, USERS.c.id == NOTES.c.written_by)
        .where(NOTES.c.incident_id == incident_id)
        .order_by(NOTES.c.id)
    )
    return found[0], [NoteLine(row[0], row[1] or "", row[2]) for row in db.session.execute(notes)]


_LINES = (
    sa.select(
        INCIDENTS,
        CASES.c.number.label("case_number"),
        CASES.c.title.label("case_title"),
        CASES.c.confidentiality,
        USERS.c.name.label("user_name"),
    )
    .outerjoin(CASES, CASES.c.id == INCIDENTS.c.case_id)
    .outerjoin(USERS, USERS.c.id == INCIDENTS.c.user_id)
)


def _lines(rows: Sequence[Any]) -> list[IncidentLine]:
    gone = _gone({row["subject"] for row in rows})
    return [_line(row, row["subject"] in gone) for row in rows]


def _gone(subjects: set[str]) -> set[str]:
    """Those of these subjects that are tasks which nobody is asked to do any more."""
    ids = [int(each.removeprefix("task:")) for each in subjects if each.removeprefix("task:").isdigit()]
    if not ids:
        return set()
    closed = sa.select(TASKS.c.id).where(TASKS.c.id.in_(ids), ~TASKS.c.open)
    return {f"task:{id_}" for id_ in db.session.scalars(closed)}


def _line(row: Mapping[str, Any], moot: bool) -> IncidentLine:
    folder = definition(row["definition_id"])
    node = folder.flow.nodes.get(row["element"])
    number, title = name_shown(row["case_number"], row["case_title"] or "", row["confidentiality"] or "")
    return IncidentLine(
        id=row["id"],
        case_id=row["case_id"],
        number=number,
        title=title,
        restricted=row["confidentiality"] == "restricted",
        folder=folder,
        element=row["element"],
        element_name=(node.name if node else "") or row["element"],
        cause=row["cause"],
        subject=row["subject"],
        who=row["user_name"] or "",
        first_at=row["first_at"],
        last_at=row["last_at"],
        times=row["times"],
        moot=moot,
        repeatable=row["use_case"] in REPEATABLE and bool(row["arguments"]),
        resolved_at=row["resolved_at"],
        resolution=row["resolution"],
    )
