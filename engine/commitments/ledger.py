"""The ledger of commitments: what an actor may see of it, narrowed and a page at a time, the next due first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.casework.readings.filters import escaped
from engine.commitments.rows import COMMITMENTS, LIVE, visible_commitments
from engine.foundation import clock
from engine.foundation.actor import Actor
from models import Deputy, Organization, db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the ledger is narrowed to; `year` is that of the promise."""

    year: int | None = None
    unit_id: int | None = None
    status: str = ""
    overdue: bool = False
    text: str = ""  # part of the promise, or of the case's number or title


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A promise in a list."""

    id: int
    case_id: int
    case_number: str | None
    case_title: str
    confidentiality: str
    lead: str | None
    lead_deputy_id: int | None
    ordinal: int
    unit_id: int
    unit: str
    what: str
    made_on: dt.date
    first_due_on: dt.date
    due_on: dt.date
    status: str
    fulfilled_on: dt.date | None
    rating: str | None
    rating_due_on: dt.date | None

    @property
    def live(self) -> bool:
        """Still owed."""
        return self.status in LIVE

    @property
    def waits_for_rating(self) -> bool:
        """Reported as kept, not rated yet, and the period for it is not over."""
        if self.status != "fulfilled" or self.rating is not None:
            return False
        return self.rating_due_on is None or self.rating_due_on >= clock.today()


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of the ledger; `count` is of all that fit."""

    lines: list[LedgerLine]
    number: int
    count: int

    @property
    def last(self) -> bool:
        """No page follows."""
        return self.number * PAGE >= self.count


def find_commitments(actor: Actor, wanted: Wanted, *, number: int = 1) -> LedgerPage:
    """The promises the actor may see that fit: those owed first, by due date."""
    fitting = [visible_commitments(actor), *_conditions(wanted)]
    owed_first = sa.case((COMMITMENTS.c.status.in_(LIVE), 0), else_=1)
    statement = (
        _lines()
        .where(*fitting)
        .order_by(owed_first, COMMITMENTS.c.due_on, COMMITMENTS.c.id)
        .limit(PAGE)
        .offset(PAGE * (number - 1))
    )
    counted = sa.select(sa.func.count()).select_from(
        COMMITMENTS.join(CASES, CASES.c.id == COMMITMENTS.c.case_id)
    )
    return LedgerPage(read_lines(statement), number, db.session.scalar(counted.where(*fitting)) or 0)


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.year is not None:
        found.append(made_in(wanted.year))
    if wanted.unit_id is not None:
        found.append(COMMITMENTS.c.unit_id == wanted.unit_id)
    if wanted.status:
        found.append(COMMITMENTS.c.status == wanted.status)
    if wanted.overdue:
        found += [COMMITMENTS.c.status.in_(LIVE), COMMITMENTS.c.due_on < clock.today()]
    if wanted.text:
        like = f"%{escaped(wanted.text)}%"
        columns = (COMMITMENTS.c.what, CASES.c.title, CASES.c.number)
        found.append(sa.or_(*(column.like(like, escape="\\") for column in columns)))
    return found


def made_in(year: int) -> sa.ColumnElement[bool]:
    """Promised in that calendar year."""
    return COMMITMENTS.c.made_on.between(dt.date(year, 1, 1), dt.date(year, 12, 31))


def _lines() -> sa.Select[Any]:
    names = ["ordinal", "unit_id", "what", "made_on", "first_due_on", "due_on", "status"]
    names += ["fulfilled_on", "rating", "rating_due_on"]
    return (
        sa.select(
            COMMITMENTS.c.id,
            COMMITMENTS.c.case_id,
            CASES.c.number.label("case_number"),
            CASES.c.title.label("case_title"),
            CASES.c.confidentiality,
            CASES.c.lead_deputy_id,
            Deputy.name.label("lead"),
            Organization.name.label("unit"),
            *(COMMITMENTS.c[name] for name in names),
        )
        .join(CASES, CASES.c.id == COMMITMENTS.c.case_id)
        .join(Organization, Organization.id == COMMITMENTS.c.unit_id)
        .outerjoin(Deputy, Deputy.id == CASES.c.lead_deputy_id)
    )


def read_lines(statement: sa.Select[Any]) -> list[LedgerLine]:
    """The lines of a statement of this module."""
    return [LedgerLine(**row) for row in db.session.execute(statement).mappings()]


def lines_where(actor: Actor, *conditions: sa.ColumnElement[bool]) -> list[LedgerLine]:
    """Every line the actor may see for which the conditions hold, by unit and due date."""
    statement = _lines().where(visible_commitments(actor), *conditions)
    return read_lines(statement.order_by(Organization.position, COMMITMENTS.c.unit_id, COMMITMENTS.c.due_on))


def of_case(actor: Actor, case_id: int) -> list[LedgerLine]:
    """The promises of a case, in the order of their numbers."""
    found = lines_where(actor, COMMITMENTS.c.case_id == case_id)
    return sorted(found, key=lambda line: line.ordinal)


def to_rate(actor: Actor) -> list[LedgerLine]:
    """What waits for this deputy's rating while the period for it runs, the first due first."""
    if actor.deputy_id is None:
        return []
    found = lines_where(
        actor,
        CASES.c.lead_deputy_id == actor.deputy_id,
        COMMITMENTS.c.status == "fulfilled",
        COMMITMENTS.c.rating.is_(None),
        COMMITMENTS.c.rating_due_on >= clock.today(),
    )
    return sorted(found, key=lambda line: line.rating_due_on or line.due_on)


def owed_to(actor: Actor) -> int:
    """How many promises of the deputy's own cases are still owed."""
    if actor.deputy_id is None:
        return 0
    own = sa.select(CASES.c.id).where(CASES.c.lead_deputy_id == actor.deputy_id)
    statement = sa.select(sa.func.count()).where(
        COMMITMENTS.c.case_id.in_(own), COMMITMENTS.c.status.in_(LIVE)
    )
    return db.session.scalar(statement) or 0


def years(actor: Actor) -> list[int]:
    """The years in which something was promised that the actor may see, the latest first."""
    first, last = db.session.execute(
        sa.select(sa.func.min(COMMITMENTS.c.made_on), sa.func.max(COMMITMENTS.c.made_on)).where(
            visible_commitments(actor)
        )
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def owing_units(actor: Actor) -> dict[int, str]:
    """The units that owe or owed something the actor may see: id → name, by precedence."""
    statement = (
        sa.select(Organization.id, Organization.name)
        .where(Organization.id.in_(sa.select(COMMITMENTS.c.unit_id).where(visible_commitments(actor))))
        .order_by(Organization.position, Organization.id)
    )
    return {row.id: row.name for row in db.session.execute(statement)}
