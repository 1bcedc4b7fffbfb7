"""What a deputy finds on opening the system: what waits for him, his own matters, whose text he is asked to sign."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.facts import CASES, TASKS
from engine.casework.groups import JoinedCase, joined
from engine.casework.readings.inbox import Filters, InboxRow, todo
from engine.casework.readings.related import answered_by
from engine.definitions.catalogue import Deployed, current_all, definition
from engine.foundation.actor import Actor
from models import Case, Cosignature, Deputy, Organization, db

PAGE = 30
# The acts by which a reply is evaluated: to his own case, or to the one that it is handled with.
EVALUATING = frozenset({"evaluate", "evaluate_merged"})
MOST_WAITING = 100
NO_DUE_DATE = dt.date(9999, 12, 31)
# How a matter stands in a deputy's eyes.
STANDINGS = ("draft", "handling", "replied", "closed", "declined", "withdrawn")
_STATUS = {"handling": "open", "replied": "open"}


@dataclass(frozen=True, slots=True)
class OwnCase:
    """One matter of the deputy's own; of one merged into another, `due_on` is by when that is answered."""

    case_id: int
    definition_id: int
    number: str | None
    title: str
    stage: str
    status: str
    standing: str
    created_at: dt.datetime
    due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A text the deputy was asked to co-sign; `answer` is invited, confirmed or declined."""

    case_id: int
    definition_id: int
    title: str
    lead: str
    delegation: str
    answer: str
    invited_at: dt.datetime
    open: bool  # the text is still a draft, so that an answer counts


@dataclass(frozen=True, slots=True)
class DeputyHome:
    """The first page: tasks by due date, how many matters of which kind stand where, the latest, his groups."""

    waiting: list[InboxRow]
    standings: Mapping[
        str, Mapping[str, int]
    ]  # kind of work → standing → how many; the kinds he has matters of
    latest: list[OwnCase]
    invited: int
    joined: list[JoinedCase]
    may_open: list[Deployed]


def deputy_home(actor: Actor) -> DeputyHome:
    """The first page for this deputy."""
    waiting = todo(actor, Filters(), limit=MOST_WAITING).rows
    return DeputyHome(
        waiting=waiting,
        standings=_standings(actor),
        latest=own_cases(actor)[:5],
        invited=len([each for each in invitations(actor) if each.answer == "invited"]),
        joined=joined(actor),
        may_open=may_open(actor),
    )


def may_open(actor: Actor) -> list[Deployed]:
    """The kinds of work the actor may begin."""
    return [
        each for each in current_all(actor.congress_id) if actor.roles.intersection(each.folder.opened_by)
    ]


_OWN_COLUMNS = [
    CASES.c[name]
    for name in ("definition_id", "merged_into_id", "number", "title", "stage", "status", "created_at")
]


def own_cases(
    actor: Actor, standing: str = "", before: int | None = None, *, kind: str = ""
) -> list[OwnCase]:
    """The cases the actor leads or entered, the latest first; of one kind and standing if named. At most PAGE + 1."""
    replied = set(_awaiting_evaluation(actor))
    earliest = (
        sa.select(sa.func.min(TASKS.c.due_on))
        .where(TASKS.c.case_id == CASES.c.id, TASKS.c.open, TASKS.c.due_on < NO_DUE_DATE)
        .scalar_subquery()
    )
    statement = sa.select(CASES.c.id, *_OWN_COLUMNS, earliest.label("due_on")).where(_own(actor))
    if kind:
        statement = statement.where(CASES.c.process_key == kind)
    if standing in STANDINGS:
        statement = statement.where(CASES.c.status == _STATUS.get(standing, standing))
    if standing == "replied":
        statement = statement.where(CASES.c.id.in_(replied))
    elif standing == "handling":
        statement = statement.where(CASES.c.id.not_in(replied))
    if before is not None:
        statement = statement.where(CASES.c.id < before)
    rows = db.session.execute(statement.order_by(CASES.c.id.desc()).limit(PAGE + 1)).all()
    joint = answered_by([(row.definition_id, row.merged_into_id) for row in rows if row.due_on is None])
    return [
        OwnCase(
            case_id=row.id,
            definition_id=row.definition_id,
            number=row.number,
            title=row.title,
            stage=row.stage,
            status=row.status,
            standing=_standing(row.id, row.status, replied),
            created_at=row.created_at,
            due_on=row.due_on or joint.get(row.merged_into_id),
        )
        for row in rows
    ]


def _own(actor: Actor) -> sa.ColumnElement[bool]:
    mine = CASES.c.opened_by == actor.user_id
    if actor.deputy_id is not None:
        mine = sa.or_(mine, CASES.c.lead_deputy_id == actor.deputy_id)
    return sa.and_(CASES.c.congress_id == actor.congress_id, mine)


def _standing(case_id: int, status: str, replied: set[int]) -> str:
    if status != "open":
        return status
    return "replied" if case_id in replied else "handling"


def _standings(actor: Actor) -> dict[str, dict[str, int]]:
    counted = (
        sa.select(CASES.c.process_key, CASES.c.status, sa.func.count())
        .where(_own(actor))
        .group_by(CASES.c.process_key, CASES.c.status)
    )
    by_status: dict[str, dict[str, int]] = {}
    for kind, status, number in db.session.execute(counted):
        by_status.setdefault(kind, {})[status] = number
    replied = Counter(_awaiting_evaluation(actor).values())
    found = {}
    for each in current_all(actor.congress_id):
        kind = each.folder.key
        if own := by_status.get(kind):
            standings = {name: own.get(name, 0) for name in STANDINGS}
            handling = own.get("open", 0) - replied[kind]
            found[kind] = standings | {"handling": handling, "replied": replied[kind]}
    return found


def _awaiting_evaluation(actor: Actor) -> dict[int, str]:
    """The actor's own cases with a reply that he has not evaluated yet, each with its kind of work."""
    statement = (
        sa.select(TASKS.c.case_id, CASES.c.process_key, CASES.c.definition_id, TASKS.c.node)
        .join(CASES, CASES.c.id == TASKS.c.case_id)
        .where(TASKS.c.open, TASKS.c.user_id == actor.user_id, CASES.c.status == "open", _own(actor))
    )
    return {
        row.case_id: row.process_key
        for row in db.session.execute(statement)
        if definition(row.definition_id).tasks[row.node].act in EVALUATING
    }


def invitations(actor: Actor) -> list[Invitation]:
    """The texts the deputy was asked to co-sign in their present wording, unanswered ones first."""
    if actor.deputy_id is None:
        return []
    statement = (
        sa.select(
            Case.id,
            Case.definition_id,
            Case.title,
            Deputy.name,
            Organization.name.label("delegation"),
            Cosignature.status,
            Cosignature.invited_at,
            (Case.status == "draft").label("open"),
        )
        .join(
            Cosignature,
            sa.and_(Cosignature.case_id == Case.id, Cosignature.text_version == Case.text_version),
        )
        .join(Deputy, Deputy.id == Case.lead_deputy_id)
        .join(Organization, Organization.id == Deputy.delegation_id)
        .where(
            Cosignature.deputy_id == actor.deputy_id,
            Case.congress_id == actor.congress_id,
            Cosignature.status.in_(("invited", "confirmed")),
        )
        .order_by(sa.desc(Cosignature.status == "invited"), Cosignature.id.desc())
        .limit(PAGE)
    )
    return [Invitation(*row) for row in db.session.execute(statement)]
