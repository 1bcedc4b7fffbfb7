"""Trying failed steps again: the same use case with the same words, for the same person, with every check anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.actions import perform
from engine.casework.moving.advancing import NotAwaited
from engine.casework.moving.deliveries import hear
from engine.casework.moving.timers import tick
from engine.casework.periods.clock_messages import speak
from engine.casework.tasks import DRAFTS, complete_task
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import DomainError, GuardRefused, NotFound, StaleTask
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.operations.access import MAY_OPERATE
from engine.operations.incidents import INCIDENTS, MOOT, RETRIED, incident_row, record, settle
from engine.people.actors import actor_for
from models import db

MOST = 200  # incidents at a time

# What may be done again by a click; whatever else failed is done again by whoever or whatever did it before.
REPEATABLE: dict[str, Callable[..., Any]] = {
    "complete_task": complete_task,
    "perform": perform,
    "speak": speak,
    "tick": tick,
    "hear": hear,
}


class NotRepeatable(GuardRefused):
    """Nobody can do this step again but the person, or the job, that did it."""

    text = _("这一步不能代为重试，请由原来的办理人再次提交，或者等待系统下次自动处理。")


class ChangedSince(GuardRefused):
    """The person has gone on writing after the step failed: only he knows what is to be sent."""

    text = _("办理人在故障之后又改动了内容，请由本人再次提交。")


class TooManyIncidents(GuardRefused):
    """More than one person can look through."""

    text = _("一次最多重试{most}条，现在选了{count}条。")


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of an incident: done | moot (there is nothing left to do) | refused, with the refusal."""

    incident_id: int
    outcome: str
    refusal: DomainError | None = None


@dataclass(frozen=True, slots=True)
class _Again:
    """A step to be taken again."""

    use_case: str
    arguments: dict[str, Any]
    actor: Actor


def retry(actor: Actor, *, incident_ids: Sequence[int]) -> list[Retried]:
    """Try the steps of these incidents again, each for itself. Raises NotAllowed, NotFound, TooManyIncidents.

    A step is taken as the person who took it, who must still have the right to it; the trail says before it who
    had it tried again. Killed in between, an incident stays open, and the next try finds its step done.
    """
    actor.require(*MAY_OPERATE)
    wanted = list(dict.fromkeys(incident_ids))
    if len(wanted) > MOST:
        raise TooManyIncidents(most=MOST, count=len(wanted))
    mine = sa.select(sa.func.count()).where(
        INCIDENTS.c.id.in_(wanted), INCIDENTS.c.congress_id == actor.congress_id
    )
    if db.session.scalar(mine) != len(wanted):
        raise NotFound
    return [_retry(actor, incident_id) for incident_id in wanted]


def _retry(actor: Actor, incident_id: int) -> Retried:
    try:
        again = _begin(actor, incident_id=incident_id)
        if again is None:
            return Retried(incident_id, "moot")
        done = REPEATABLE[again.use_case](again.actor, **again.arguments)
    except (StaleTask, NotAwaited):
        _end(actor, incident_id=incident_id, resolution=MOOT)
        return Retried(incident_id, "moot")
    except DomainError as refusal:
        return Retried(incident_id, "refused", refusal)
    moot = done is False or getattr(done, "already", False)
    _end(actor, incident_id=incident_id, resolution=MOOT if moot else RETRIED)
    return Retried(incident_id, "moot" if moot else "done")


@use_case
def _begin(actor: Actor, *, incident_id: int) -> _Again | None:
    """Say that the step is tried again; None where the incident is resolved."""
    row = incident_row(actor, incident_id)
    if row.resolved_at is not None:
        return None
    if row.use_case not in REPEATABLE or not row.arguments:
        raise NotRepeatable
    if row.use_case == "complete_task" and _gone_on_writing(row):
        raise ChangedSince
    by = actor_for(row.user_id) if row.user_id is not None else system_actor(row.congress_id)
    record(row, "incident:retried", who=by.name, pressed_at=row.last_at.isoformat())
    return _Again(row.use_case, dict(row.arguments), by)


def _gone_on_writing(row: sa.Row[Any]) -> bool:
    draft = sa.select(DRAFTS.c.answers).where(
        DRAFTS.c.task_id == row.arguments["task_id"], DRAFTS.c.user_id == row.user_id
    )
    answers = db.session.scalar(draft)
    return answers is not None and answers != row.arguments["answers"]


@use_case
def _end(actor: Actor, *, incident_id: int, resolution: str) -> None:
    row = incident_row(actor, incident_id)
    if row.resolved_at is None:
        settle(actor, row, resolution)
