"""The register: the cases an actor may see, narrowed and a page at a time, the latest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES, TASKS
from engine.casework.readings.filters import escaped
from engine.casework.readings.inbox import COUNT_CAP, PAGE, CaseRow
from engine.casework.visibility import visible_to
from engine.foundation import clock
from engine.foundation.actor import Actor
from models import Deputy, Organization, db

STATUSES = ("draft", "open", "closed", "declined", "withdrawn")
NO_DUE_DATE = dt.date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register is narrowed to; everything of it stands in the address of the page."""

    process_key: str = ""
    status: str = ""
    stage: str = ""
    category: str = ""
    unit_id: int | None = None
    text: str = ""  # part of a number, title, deputy's or unit's name
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A case of the register, with its lead deputy and the units that handle it."""

    row: CaseRow
    lead: str | None
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A page of the register; `before` is the key to go on from, `count` is capped at COUNT_CAP."""

    lines: list[RegisterLine]
    before: int | None
    count: int


def find_cases(actor: Actor, wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> RegisterPage:
    """The cases the actor may see that fit, the latest first."""
    fitting = [visible_to(actor), *_conditions(wanted)]
    paged = [*fitting, CASES.c.id < before] if before is not None else fitting
    statement = _rows().where(*paged).order_by(CASES.c.id.desc()).limit(limit + 1)
    found = list(db.session.execute(statement).mappings())
    shown = found[:limit]
    units = _units([row["case_id"] for row in shown])
    lines = [_line(dict(row), units) for row in shown]
    counted = sa.select(CASES.c.id).where(*fitting).limit(COUNT_CAP).subquery()
    count = db.session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0
    return RegisterPage(lines, shown[-1]["case_id"] if len(found) > limit else None, count)


def _rows() -> sa.Select[Any]:
    earliest = (
        sa.select(sa.func.min(TASKS.c.due_on))
        .where(TASKS.c.case_id == CASES.c.id, TASKS.c.open, TASKS.c.due_on < NO_DUE_DATE)
        .scalar_subquery()
    )
    names = ("process_key", "definition_id", "number", "title", "stage", "status", "outcome", "round")
    return sa.select(
        CASES.c.id.label("case_id"),
        *(CASES.c[name] for name in (*names, "created_at", "submitted_at")),
        earliest.label("due_on"),
        Deputy.name.label("lead"),
    ).outerjoin(Deputy, Deputy.id == CASES.c.lead_deputy_id)


def _line(row: dict[str, Any], units: dict[int, list[str]]) -> RegisterLine:
    lead = row.pop("lead")
    return RegisterLine(CaseRow(**row), lead, tuple(units.get(row["case_id"], ())))


def _units(case_ids: Sequence[int]) -> dict[int, list[str]]:
    statement = (
        sa.select(ASSIGNMENTS.c.case_id, Organization.short_name)
        .join(Organization, Organization.id == ASSIGNMENTS.c.unit_id)
        .where(ASSIGNMENTS.c.case_id.in_(case_ids))
        .order_by(ASSIGNMENTS.c.id)
    )
    found: dict[int, list[str]] = {}
    for case_id, name in db.session.execute(statement):
        found.setdefault(case_id, []).append(name)
    return found


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    exact = {"process_key": wanted.process_key, "status": wanted.status, "category": wanted.category}
    found = [CASES.c[name] == value for name, value in exact.items() if value]
    if wanted.stage:
        found += [CASES.c.stage == wanted.stage, CASES.c.status == "open"]
    if wanted.unit_id is not None:
        of_unit = sa.select(ASSIGNMENTS.c.case_id).where(ASSIGNMENTS.c.unit_id == wanted.unit_id)
        found.append(CASES.c.id.in_(of_unit))
    if wanted.overdue:
        late = sa.select(TASKS.c.case_id).where(TASKS.c.open, TASKS.c.due_on < clock.today())
        found.append(CASES.c.id.in_(late))
    if wanted.text:
        found.append(_containing(wanted.text))
    return found


def _containing(text: str) -> sa.ColumnElement[bool]:
    like = f"%{escaped(text)}%"
    of_unit = (
        sa.select(ASSIGNMENTS.c.case_id)
        .join(Organization, Organization.id == ASSIGNMENTS.c.unit_id)
        .where(Organization.name.like(like, escape="\\"))
    )
    deputies = sa.select(Deputy.id).where(Deputy.name.like(like, escape="\\"))
    return sa.or_(
        CASES.c.title.like(like, escape="\\"),
        CASES.c.number.like(like, escape="\\"),
        CASES.c.lead_deputy_id.in_(deputies),
        CASES.c.id.in_(of_unit),
    )
