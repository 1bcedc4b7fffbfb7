"""The cases a case goes together with, and the reply that answers it where it is handled with another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from engine.casework.facts import CASE_COLUMNS, CASES, CaseFacts, read
from engine.casework.readings.case_units import UnitView, unit_views
from engine.casework.texts import present_asks
from engine.casework.visibility import visible_to
from engine.deadlines.clocks import CLOCKS
from engine.definitions.catalogue import definition
from engine.foundation.actor import Actor
from models import Ask, Case, db

MERGED_INTO, MERGED, ORIGIN, SUCCESSOR = "merged_into", "merged", "origin", "successor"
TURNED_FROM, TURNED_INTO = "turned_from", "turned_into"  # the other is of another kind of work
FOLLOWED, FOLLOW_UP = "followed", "follow_up"  # one looks at what came of the other


@dataclass(frozen=True, slots=True)
class Related:
    """Another case: how it goes together with this one; `open` says whether the actor may see it.

    `due_on`: of the case that answers this one as well, the last day for its reply.
    """

    kind: str
    case_id: int
    number: str | None
    title: str
    status: str
    open: bool
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class JointReply:
    """The signed replies to the case that this one was merged into, without what is its units' own."""

    number: str | None
    asks: list[Ask]
    units: list[UnitView]


def related(actor: Actor, case: CaseFacts) -> list[Related]:
    """The cases that a case was merged into or took in, goes back to or was put forward again as."""
    own = CASES.c.id
    kinds = sa.case(
        (own == case.merged_into_id, MERGED_INTO),
        (sa.and_(own == case.origin_id, CASES.c.process_key != case.process_key), TURNED_FROM),
        (sa.and_(own == case.origin_id, sa.literal(case.origin == FOLLOW_UP)), FOLLOWED),
        (own == case.origin_id, ORIGIN),
        (CASES.c.merged_into_id == case.id, MERGED),
        (CASES.c.process_key != case.process_key, TURNED_INTO),
        (CASES.c.origin == FOLLOW_UP, FOLLOW_UP),
        else_=SUCCESSOR,
    )
    statement = (
        sa.select(kinds, own, CASES.c.number, CASES.c.title, CASES.c.status, visible_to(actor))
        .where(
            sa.or_(
                own.in_([case.merged_into_id, case.origin_id]),
                CASES.c.merged_into_id == case.id,
                CASES.c.origin_id == case.id,
            )
        )
        .order_by(own)
    )
    found = [
        Related(row[0], row[1], row[2], row[3], row[4], open=bool(row[5]))
        for row in db.session.execute(statement)
    ]
    due_on = _due_on(case)
    return [
        replace(each, due_on=due_on if each.kind == MERGED_INTO else None)
        for each in found
        if each.open or each.kind == MERGED_INTO
    ]


def _due_on(case: CaseFacts) -> dt.date | None:
    """By when whoever put this case forward is answered, where it is with another; None while that has no period."""
    return answered_by([(case.definition_id, case.merged_into_id)]).get(case.merged_into_id)


def answered_by(merged: Iterable[tuple[int, int | None]]) -> dict[int | None, dt.date]:
    """Main case → the last day for its reply, while that runs; `merged`: definition and main case of each case."""
    keys: dict[str, set[int]] = {}
    for definition_id, main_id in merged:
        if main_id is not None:
            for spec in definition(definition_id).clocks:
                if spec.main and spec.per == "case":
                    keys.setdefault(spec.key, set()).add(main_id)
    if not keys:
        return {}
    these = (sa.and_(CLOCKS.c.key == key, CLOCKS.c.case_id.in_(ids)) for key, ids in keys.items())
    statement = (
        sa.select(CLOCKS.c.case_id, sa.func.min(CLOCKS.c.due_on))
        .where(CLOCKS.c.ended_at.is_(None), sa.or_(*these))
        .group_by(CLOCKS.c.case_id)
    )
    return {main_id: due_on for main_id, due_on in db.session.execute(statement)}


def joint_reply(case: CaseFacts) -> JointReply | None:
    """What was answered to the case that this one is handled with; None where nothing is signed or nothing merged."""
    if case.merged_into_id is None:
        return None
    row = db.session.execute(sa.select(*CASE_COLUMNS).where(CASES.c.id == case.merged_into_id)).one()
    main = read(CaseFacts, Case, row)
    units = [_outward(unit) for unit in unit_views(main, set(), in_office=False)]
    answered = [unit for unit in units if unit.replies]
    return JointReply(main.number, present_asks(main), answered) if answered else None


def _outward(unit: UnitView) -> UnitView:
    """A unit's part as the proposer of another case sees it: the signed replies alone."""
    replies = [replace(view, reviews=[], evaluation=None) for view in unit.replies]
    return replace(unit, contacts=[], co_opinions=[], replies=replies)
