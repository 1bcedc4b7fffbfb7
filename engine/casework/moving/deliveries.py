"""Signals and messages from one case to another: each receiver hears what waits for it, once, in a step of its own.

So does a case begin that is of a kind which one of them begins.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.casework.moving import advancing
from engine.casework.moving.advancing import Moving, NotAwaited
from engine.casework.moving.begetting import begin_by
from engine.casework.moving.exchange import SIGNAL, THROWN
from engine.casework.moving.happenings import Happening, happen
from engine.casework.moving.unattended import AGAIN, MOST, NOT_HALTED, each_by_itself, nobody_there, taken_up
from engine.foundation import clock
from engine.foundation.actor import Actor, system_actor
from engine.foundation.transaction import use_case
from models import db

_WAITING = (
    sa.select(THROWN.c.id, THROWN.c.congress_id)
    .outerjoin(CASES, CASES.c.id == THROWN.c.to_case_id)
    .where(
        THROWN.c.settled_at.is_(None),
        sa.or_(THROWN.c.tried_at.is_(None), THROWN.c.tried_at <= sa.bindparam("before")),
        NOT_HALTED,
    )
    .order_by(THROWN.c.id)
    .limit(MOST)
)
_EVENT = (
    sa.select(THROWN)
    .where(THROWN.c.id == sa.bindparam("of_event"), THROWN.c.settled_at.is_(None))
    .with_for_update()
)
_UPDATE = THROWN.update().where(THROWN.c.id == sa.bindparam("of_event"))


def deliver_events() -> int:
    """Let every receiver hear what was thrown to it, in the order in which it was; gives how many rows were settled.

    A receiver that fails is an incident and is tried again an hour later; one that stands still hears it when it
    moves again.
    """
    found = db.session.execute(_WAITING, {"before": clock.now() - AGAIN})
    waiting = [(row.id, row.congress_id) for row in found]
    db.session.rollback()  # each receiver begins with what is true then
    return each_by_itself(
        waiting,
        lambda event_id, congress_id: hear(system_actor(congress_id), event_id=event_id),
        lambda event_id, congress_id: _set_aside(system_actor(congress_id), event_id=event_id),
    )


@use_case
def hear(actor: Actor, *, event_id: int) -> bool:
    """Let a case hear what another has thrown, or begin by it; gives whether it was still to be heard.

    One that no longer waits for it goes its way, and the row says so. Raises CaseStuck, CaseSuspended, KindSuspended.
    """
    actor.require("system")
    event = db.session.execute(_EVENT, {"of_event": event_id}).one_or_none()
    if event is None:
        return False
    if event.to_case_id is None:
        settled = begin_by(actor, event)
    else:
        moving = taken_up(event.to_case_id)
        with nobody_there(moving):
            settled = {"outcome": _heard(moving, event)}
    about = {"of_event": event_id, "settled_at": clock.now(), **settled}
    db.session.execute(_UPDATE, about)
    return True


def _heard(moving: Moving, event: Any) -> str:
    if moving.case.archived_at is not None:  # closed for good since it was thrown
        return "unheard"
    try:
        if event.kind == SIGNAL:
            advancing.hear_signal(moving, event.name)
        else:
            advancing.correlate(moving, event.name, {})
        outcome = "heard"
    except NotAwaited:
        outcome = "unheard"
    # Not whose it was: that a case is there at all may be a secret. The row knows.
    detail = {event.kind: event.name, "event": event.id}
    happen(moving.case, moving.folder, [Happening(f"{event.kind}:{outcome}", detail=detail)])
    return outcome


@use_case
def _set_aside(actor: Actor, *, event_id: int) -> None:
    """Let a receiver that failed be tried again later."""
    actor.require("system")
    statement = _UPDATE.where(THROWN.c.settled_at.is_(None))
    db.session.execute(statement, {"of_event": event_id, "tried_at": clock.now()})
