"""Nobody keeps work without the right to do it: what he had taken goes back to the role, case by case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASE_COLUMNS, CASES, TASKS, CaseFacts, read
from engine.casework.moving.happenings import Happening, happen
from engine.casework.visibility import visible_to
from engine.definitions.catalogue import definition
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.foundation.transaction import use_case
from engine.people.actors import actor_for
from engine.people.departures import follow
from models import Case, Substitution, User, Watch, db

WATCHES: sa.Table = Watch.__table__  # type: ignore[assignment]
OFFICER = "case_officer"
LAPSED = "substitute:lapsed"
LOOKED_BACK = dt.timedelta(days=14)  # further back every night has long released what there was


@follow
def release_work(user_id: int, reason: str) -> None:
    """Give back the open tasks that this user holds without their role, the offices of officer likewise, and follow no
    longer what he may not see."""
    try:
        actor = actor_for(user_id)
    except NotFound:  # the account is closed
        actor = None
    name = db.session.scalar(sa.select(User.name).where(User.id == user_id)) or ""
    tasks = _tasks_without_role(actor, user_id)
    officer_of = _assignments_without_role(actor, user_id)
    cases = _cases({task[0] for task in tasks} | {unit[0] for unit in officer_of})
    happenings: dict[int, list[Happening]] = {}
    for case_id, task_id, node, assignment_id in tasks:
        detail = {"task": node, "old": name, "new": None, "reason": reason}
        happening = Happening(
            "task:released", subject=f"task:{task_id}", assignment_id=assignment_id, detail=detail
        )
        happenings.setdefault(case_id, []).append(happening)
    for case_id, assignment_id in officer_of:
        happening = Happening(
            "assignment:officer_released",
            subject=f"assignment:{assignment_id}",
            assignment_id=assignment_id,
            detail={"old": name, "new": None, "reason": reason},
        )
        happenings.setdefault(case_id, []).append(happening)
    for case_id in _not_seen_any_more(actor, user_id):
        happening = Happening("case:unwatched", detail={"old": name, "reason": reason})
        happenings.setdefault(case_id, []).append(happening)
        cases |= _cases({case_id} - cases.keys())
    _let_go([task_id for _case, task_id, *_rest in tasks], [id_ for _case, id_ in officer_of])
    for case_id in sorted(happenings):
        case = cases[case_id]
        happen(case, definition(case.definition_id), happenings[case_id])


def _tasks_without_role(actor: Actor | None, user_id: int) -> list[tuple[int, int, str, int | None]]:
    held = sa.select(
        TASKS.c.case_id,
        TASKS.c.id,
        TASKS.c.node,
        TASKS.c.assignment_id,
        TASKS.c.role,
        TASKS.c.organization_id,
    ).where(
        TASKS.c.open,
        TASKS.c.assignee_id == user_id,
        TASKS.c.user_id.is_(None),
        TASKS.c.organization_id.is_not(None),
    )
    rows = db.session.execute(held.order_by(TASKS.c.id).with_for_update()).all()
    return [
        (row.case_id, row.id, row.node, row.assignment_id)
        for row in rows
        if actor is None or not actor.holds(row.role, row.organization_id)
    ]


def _assignments_without_role(actor: Actor | None, user_id: int) -> list[tuple[int, int]]:
    named = sa.select(ASSIGNMENTS.c.case_id, ASSIGNMENTS.c.id, ASSIGNMENTS.c.unit_id).where(
        ASSIGNMENTS.c.officer_id == user_id, ASSIGNMENTS.c.closed_at.is_(None)
    )
    rows = db.session.execute(named.order_by(ASSIGNMENTS.c.id).with_for_update()).all()
    return [(row.case_id, row.id) for row in rows if actor is None or not actor.holds(OFFICER, row.unit_id)]


def _not_seen_any_more(actor: Actor | None, user_id: int) -> list[int]:
    """Stop following, for this user, what he may not see any more: letters would go on telling him of it.

    A closed account is told nothing anyway, and follows again what it followed when it is opened.
    """
    if actor is None:
        return []
    seen = sa.select(CASES.c.id).where(visible_to(actor))
    over = sa.select(CASES.c.id).where(CASES.c.archived_at.is_not(None))
    statement = WATCHES.delete().where(
        WATCHES.c.user_id == user_id, WATCHES.c.case_id.not_in(seen), WATCHES.c.case_id.not_in(over)
    )
    return sorted(db.session.scalars(statement.returning(WATCHES.c.case_id)))


def _cases(ids: Collection[int]) -> dict[int, CaseFacts]:
    if not ids:
        return {}
    found = db.session.execute(sa.select(*CASE_COLUMNS).where(CASES.c.id.in_(ids)))
    return {case.id: case for case in (read(CaseFacts, Case, row) for row in found)}


def _let_go(task_ids: list[int], assignment_ids: list[int]) -> None:
    if task_ids:
        db.session.execute(
            TASKS.update()
            .where(TASKS.c.id.in_(task_ids))
            .values(assignee_id=None, revision=TASKS.c.revision + 1)
        )
    if assignment_ids:
        db.session.execute(
            ASSIGNMENTS.update().where(ASSIGNMENTS.c.id.in_(assignment_ids)).values(officer_id=None)
        )


def release_after_substitutions(actor: Actor) -> int:
    """Give back what substitutes still hold whose time is over; how many of them had come to their end.

    Run as often as one likes: whoever has given everything back has nothing left.
    """
    actor.require("system")
    today = clock.today()
    statement = sa.select(Substitution.substitute_id).where(
        Substitution.ends_on < today,
        Substitution.ends_on >= today - LOOKED_BACK,
        Substitution.substitute_id.in_(sa.select(TASKS.c.assignee_id).where(TASKS.c.open)),
    )
    over = db.session.scalars(statement.distinct().order_by(Substitution.substitute_id)).all()
    for user_id in over:
        _release(actor, user_id=user_id)
    return len(over)


@use_case
def _release(actor: Actor, *, user_id: int) -> None:
    actor.require("system")
    release_work(user_id, LAPSED)
