"""What supervisors watch: parts of cases that are late, soon due, carded or ill received; measures taken and next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.evaluations import DISSATISFIED
from engine.casework.facts import ASSIGNMENTS, CASES, CaseFacts
from engine.casework.requests import ACTIONS
from engine.casework.visibility import visible_to
from engine.definitions.catalogue import definition
from engine.definitions.rule_packs import shipped_rights
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.supervision.cards import CARDS, RED, YELLOW
from engine.supervision.key import DESIGNATED, KEYS, PROPOSED
from models import Clock, Evaluation, Organization, User, db

PAGE = 50
CLOCKS: sa.Table = Clock.__table__  # type: ignore[assignment]
EVALUATIONS: sa.Table = Evaluation.__table__  # type: ignore[assignment]
# The ladder of measures (督办阶梯): what follows when the one before brought nothing.
LADDER = ("urge", "issue_card", "talk", "escalate")
LISTS = ("late", "soon", "carded", "dissatisfied", "key", "proposed")
SOON = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Watched:
    """A unit's part of a case under watch; `due_on` of its main period, `last` the latest measure by its key.

    `next` is the one that follows on the ladder, "" at its end; `may` says whether the reader takes it.
    """

    case_id: int
    assignment_id: int
    number: str | None
    title: str
    unit_id: int
    unit: str
    due_on: dt.date | None
    days_late: int
    yellow: int
    red: int
    last: str
    last_on: dt.datetime | None
    next: str
    may: bool
    key: bool


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as the case page shows it."""

    colour: str
    cause: str
    assignment_id: int
    unit: str
    reason: str
    by: str | None
    at: dt.datetime
    lifted_at: dt.datetime | None
    lifted_reason: str


@dataclass(frozen=True, slots=True)
class KeyView:
    """How a case stands with key supervision."""

    status: str
    grounds: str
    proposal: str
    meeting: str
    decided_on: dt.date | None
    leader: str
    committee: str | None
    plan: str
    report_by: dt.date | None
    effect: str | None
    result: str


def watched(actor: Actor, which: str, unit_id: int | None = None, after: int = 0) -> list[Watched]:
    """The parts of open cases in one of LISTS that the actor may see, the latest due first; at most PAGE + 1."""
    due, cards = _due(), _cards()
    statement = (
        sa.select(
            CASES.c.id,
            CASES.c.number,
            CASES.c.title,
            CASES.c.key_status,
            CASES.c.definition_id,
            ASSIGNMENTS.c.id.label("assignment_id"),
            ASSIGNMENTS.c.unit_id,
            Organization.name,
            due.c.due_on,
            sa.func.coalesce(cards.c.yellow, 0).label("yellow"),
            sa.func.coalesce(cards.c.red, 0).label("red"),
        )
        .select_from(_parts(due, cards).join(Organization, Organization.id == ASSIGNMENTS.c.unit_id))
        .where(_in_sight(actor, unit_id), _wanted(which, due, cards))
        .order_by(sa.nulls_last(due.c.due_on), ASSIGNMENTS.c.id)
        .offset(after)
        .limit(PAGE + 1)
    )
    rows = db.session.execute(statement).all()
    measures = _measures([row.assignment_id for row in rows])
    return [_watched(actor, row, measures.get(row.assignment_id)) for row in rows]


def totals(actor: Actor, unit_id: int | None = None) -> dict[str, int]:
    """How many parts of open cases the actor may see are in each of LISTS; under "all", how many there are."""
    due, cards = _due(), _cards()
    numbers = [sa.func.count().filter(_wanted(which, due, cards)).label(which) for which in LISTS]
    statement = sa.select(sa.func.count().label("all"), *numbers).select_from(_parts(due, cards))
    return dict(db.session.execute(statement.where(_in_sight(actor, unit_id))).mappings().one())


def _parts(due: sa.Subquery, cards: sa.Subquery) -> sa.Join:
    """The units' parts of cases, with their period and their cards."""
    return (
        sa.join(CASES, ASSIGNMENTS, ASSIGNMENTS.c.case_id == CASES.c.id)
        .outerjoin(due, due.c.assignment_id == ASSIGNMENTS.c.id)
        .outerjoin(cards, cards.c.assignment_id == ASSIGNMENTS.c.id)
    )


def _in_sight(actor: Actor, unit_id: int | None) -> sa.ColumnElement[bool]:
    of_unit = sa.true() if unit_id is None else ASSIGNMENTS.c.unit_id == unit_id
    return sa.and_(CASES.c.status == "open", visible_to(actor), of_unit)


def _wanted(which: str, due: sa.Subquery, cards: sa.Subquery) -> sa.ColumnElement[bool]:
    today = clock.today()
    return {
        "late": due.c.due_on < today,
        "soon": due.c.due_on.between(today, today + SOON),
        "carded": cards.c.assignment_id.is_not(None),
        "dissatisfied": _ill_received(),
        "key": CASES.c.key_status == DESIGNATED,
        "proposed": CASES.c.key_status == PROPOSED,
    }[which]


def _ill_received() -> sa.ColumnElement[bool]:
    """Whether the latest evaluation of the unit's replies was dissatisfied, be it decided upon or not."""
    later = EVALUATIONS.alias()
    return sa.exists().where(
        EVALUATIONS.c.assignment_id == ASSIGNMENTS.c.id,
        sa.or_(EVALUATIONS.c.attitude == DISSATISFIED, EVALUATIONS.c.result == DISSATISFIED),
        ~sa.exists().where(
            later.c.assignment_id == EVALUATIONS.c.assignment_id, later.c.id > EVALUATIONS.c.id
        ),
    )


def _due() -> sa.Subquery:
    """The earliest period of each part of a case in which something must be done."""
    duties = sa.and_(CLOCKS.c.ended_at.is_(None), CLOCKS.c.rule_id.not_in(sorted(shipped_rights())))
    return (
        sa.select(CLOCKS.c.assignment_id, sa.func.min(CLOCKS.c.due_on).label("due_on"))
        .where(duties, CLOCKS.c.assignment_id.is_not(None))
        .group_by(CLOCKS.c.assignment_id)
        .subquery()
    )


def _cards() -> sa.Subquery:
    def count(colour: str) -> sa.ColumnElement[Any]:
        return sa.func.sum(sa.case((CARDS.c.colour == colour, 1), else_=0)).label(colour)

    return (
        sa.select(CARDS.c.assignment_id, count(YELLOW), count(RED))
        .where(CARDS.c.lifted_at.is_(None))
        .group_by(CARDS.c.assignment_id)
        .subquery()
    )


def _measures(ids: list[int]) -> Mapping[int, Any]:
    """The latest measure of the ladder for each part of a case."""
    latest = (
        sa.select(sa.func.max(ACTIONS.c.id))
        .where(ACTIONS.c.assignment_id.in_(ids), ACTIONS.c.key.in_(LADDER))
        .group_by(ACTIONS.c.assignment_id)
    )
    statement = sa.select(ACTIONS.c.assignment_id, ACTIONS.c.key, ACTIONS.c.done_at)
    rows = db.session.execute(statement.where(ACTIONS.c.id.in_(latest)))
    return {row.assignment_id: row for row in rows}


def _watched(actor: Actor, row: Any, measure: Any) -> Watched:
    last = measure.key if measure else ""
    following = _next(last, row.red)
    step = definition(row.definition_id).actions.get(following)
    return Watched(
        case_id=row.id,
        assignment_id=row.assignment_id,
        number=row.number,
        title=row.title,
        unit_id=row.unit_id,
        unit=row.name,
        due_on=row.due_on,
        days_late=max(0, (clock.today() - row.due_on).days) if row.due_on else 0,
        yellow=row.yellow,
        red=row.red,
        last=last,
        last_on=measure.done_at if measure else None,
        next=following,
        may=step is not None and bool(actor.roles.intersection(step.roles)),
        key=row.key_status == DESIGNATED,
    )


def _next(last: str, red: int) -> str:
    """The measure after the last one, "" when the council was asked; while a red card stands, none is to be given."""
    left = LADDER[LADDER.index(last) + 1 :] if last else LADDER
    return next((each for each in left if each != "issue_card" or not red), "")


def cards_of(case: CaseFacts) -> list[CardView]:
    """The cards of a case, the oldest first."""
    statement = (
        sa.select(
            CARDS.c.colour,
            CARDS.c.cause,
            CARDS.c.assignment_id,
            Organization.name,
            CARDS.c.reason,
            User.name,
            CARDS.c.issued_at,
            CARDS.c.lifted_at,
            CARDS.c.lifted_reason,
        )
        .join(ASSIGNMENTS, ASSIGNMENTS.c.id == CARDS.c.assignment_id)
        .join(Organization, Organization.id == ASSIGNMENTS.c.unit_id)
        .outerjoin(User, User.id == CARDS.c.issued_by)
        .where(CARDS.c.case_id == case.id)
        .order_by(CARDS.c.id)
    )
    return [CardView(*row) for row in db.session.execute(statement)]


def key_of(case: CaseFacts) -> KeyView | None:
    """How the case stands with key supervision; None where it was never proposed."""
    if case.key_status is None:
        return None
    row = db.session.execute(
        sa.select(KEYS, Organization.name.label("committee"))
        .outerjoin(Organization, Organization.id == KEYS.c.committee_id)
        .where(KEYS.c.case_id == case.id)
    ).one()
    shared = ("grounds", "proposal", "meeting", "decided_on", "leader", "committee", "plan", "report_by")
    values = {name: getattr(row, name) for name in (*shared, "effect", "result")}
    return KeyView(status=case.key_status, **values)
