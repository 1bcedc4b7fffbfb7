"""How much waits for the actor, for badges and for the list of the steps that he has in hand."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import TASKS
from engine.casework.readings.filters import Filters, narrowed
from engine.casework.readings.inbox import (
    COUNT_CAP,
    ME,
    WATCHES,
    places,
    seats_of,
    standing_in,
    values_of,
)
from engine.foundation.actor import Actor
from models import db


@dataclass(frozen=True, slots=True)
class Counts:
    """The badges: capped at COUNT_CAP each."""

    todo: int
    overdue: int
    soon: int
    watched: int


def counts(actor: Actor) -> Counts:
    """How much waits for the actor; every number is counted along an index and capped."""
    return Counts(
        todo=_count(actor, Filters()),
        overdue=_count(actor, Filters(due="overdue")),
        soon=_count(actor, Filters(due="week")),
        watched=db.session.scalar(_WATCHED, {"me": actor.user_id}) or 0,
    )


def by_step(actor: Actor) -> Mapping[str, Mapping[str, int]]:
    """The steps at which something waits for the actor, with how much, of COUNT_CAP tasks at most.

    Node → Chinese name of the task → number: several kinds of work may share a step, and call it differently.
    """
    seats = seats_of(actor)
    if not seats and actor.user_id is None:
        return {}
    waiting = _waiting(len(seats), standing_in(seats), actor.user_id is not None, Filters()).subquery()
    statement = (
        sa.select(TASKS.c.node, TASKS.c.name, sa.func.count())
        .join(waiting, waiting.c.id == TASKS.c.id)
        .group_by(TASKS.c.node, TASKS.c.name)
    )
    found: dict[str, dict[str, int]] = {}
    for node, name, number in db.session.execute(statement, values_of(actor, seats, Filters())):
        found.setdefault(node, {})[name] = number
    return found


def _count(actor: Actor, filters: Filters) -> int:
    seats = seats_of(actor)
    if not seats and actor.user_id is None:
        return 0
    statement = _counted(len(seats), standing_in(seats), actor.user_id is not None, filters.shape)
    return db.session.scalar(statement, values_of(actor, seats, filters)) or 0


@functools.lru_cache(maxsize=512)
def _counted(seats: int, standing: int, personal: bool, shape: Filters) -> sa.Select[Any]:
    return _number(_waiting(seats, standing, personal, shape))


def _waiting(seats: int, standing: int, personal: bool, shape: Filters) -> Any:
    walks = [
        sa.select(TASKS.c.id).where(TASKS.c.open, *place, *narrowed(shape))
        for place in places(seats, standing, personal)
    ]
    return (sa.union(*walks) if len(walks) > 1 else walks[0]).limit(COUNT_CAP)


def _number(statement: Any) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(statement.subquery())


_WATCHED = _number(sa.select(WATCHES.c.case_id).where(WATCHES.c.user_id == ME).limit(COUNT_CAP))
