"""Technical timers of cases: a BPMN timer that is due moves its case on, once, whoever else looks at the clock.

Legal periods are no timers but clocks (`engine.deadlines`): they run on while a case stands still, and are explained.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from engine import flow
from engine.casework.facts import CASES, INSTANCES
from engine.casework.moving.advancing import Moving, write_step
from engine.casework.moving.exchange import exchange
from engine.casework.moving.following import follow
from engine.casework.moving.happenings import Happening, happen
from engine.casework.moving.services import Ending, service_functions
from engine.casework.moving.stuck import on_the_way
from engine.casework.moving.unattended import AGAIN, MOST, NOT_HALTED, each_by_itself, nobody_there, taken_up
from engine.foundation import clock
from engine.foundation.actor import Actor, system_actor
from engine.foundation.transaction import use_case
from models import db

_DUE = (
    sa.select(INSTANCES.c.case_id, CASES.c.congress_id)
    .join(CASES, CASES.c.id == INSTANCES.c.case_id)
    .where(INSTANCES.c.wakes_at <= sa.bindparam("present"), CASES.c.archived_at.is_(None), NOT_HALTED)
    .order_by(INSTANCES.c.wakes_at, INSTANCES.c.case_id)
    .limit(MOST)
)
_WAKE_AT = INSTANCES.update().where(INSTANCES.c.case_id == sa.bindparam("of_case"))


def fire_timers() -> int:
    """Let every case go on whose timer is due, each in a transaction of its own; gives how many did.

    What fell due while nothing ran is made up for, in its order. A case that fails is an incident and is tried again
    an hour later; one that stands still goes on when it moves again.
    """
    due = [(row.case_id, row.congress_id) for row in db.session.execute(_DUE, {"present": clock.now()})]
    db.session.rollback()  # each case begins with what is true then
    return each_by_itself(
        due,
        lambda case_id, congress_id: tick(system_actor(congress_id), case_id=case_id),
        lambda case_id, congress_id: _set_aside(system_actor(congress_id), case_id=case_id),
    )


@use_case
def tick(actor: Actor, *, case_id: int) -> bool:
    """Let the timers of a case that are due happen; gives whether any was. Raises CaseStuck, CaseSuspended."""
    actor.require("system")
    moving = taken_up(case_id)
    with nobody_there(moving):
        return _advance(moving)


def _advance(moving: Moving) -> bool:
    ending, now = Ending(), clock.now()
    definition, state = moving.folder.flow, moving.instance.state
    with on_the_way(moving.case, moving.folder):
        due = [token for token in flow.live_tokens(definition, state) if token.due and token.due <= now]
        step = flow.advance_clock(definition, state, service_functions(ending), now)
    if not step.caught:  # somebody else was here before, or it is only known now what the case waits for
        _wake(moving.case.id, step)
        exchange(moving.case, moving.folder, step)
        return False
    happen(moving.case, moving.folder, list(_happenings(moving, due)))
    write_step(moving, step)
    follow(moving.case, moving.folder, step, ending)
    return True


def _happenings(moving: Moving, due: Iterable[flow.LiveToken]) -> Iterable[Happening]:
    """One for each timer that was due when the step began: at which node, and for which unit's part."""
    for token in due:
        assert token.due is not None
        yield Happening(
            "timer:fired",
            assignment_id=token.variables.get("assignment_id") if token.part else None,
            round=moving.case.round,
            detail={"node": token.node, "due": token.due.isoformat()},
        )


def _wake(case_id: int, step: flow.Step) -> None:
    db.session.execute(_WAKE_AT, {"of_case": case_id, "wakes_at": step.next_timer})


@use_case
def _set_aside(actor: Actor, *, case_id: int) -> None:
    """Let a case that failed be tried again later."""
    actor.require("system")
    now = clock.now()
    statement = _WAKE_AT.where(INSTANCES.c.wakes_at <= sa.bindparam("present"))
    db.session.execute(statement, {"of_case": case_id, "present": now, "wakes_at": now + AGAIN})
