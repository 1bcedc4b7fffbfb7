"""Dead letters: what could not be delivered, and another try for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from models import Notification, User, db
from notifications import delivery

ADMINISTRATOR = "system_admin"
PAGE = 30


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be delivered; what it says is not the administrator's business."""

    id: int
    name: str
    address: str
    subject: str
    written_at: dt.datetime
    attempts: int
    error: str | None


def dead_letters(actor: Actor, *, before: int | None = None, limit: int = PAGE) -> list[DeadLetter]:
    """The dead letters of the administrator's congress, newest first, after the id `before`."""
    actor.require(ADMINISTRATOR)
    n = Notification
    rows = (
        sa.select(n.id, User.name, User.email, n.subject, n.created_at, n.attempts, n.last_error)
        .join(User, User.id == n.user_id)
        .where(n.congress_id == actor.congress_id, n.state == sa.literal_column("'dead'"))
        .order_by(n.id.desc())
        .limit(limit)
    )
    if before is not None:
        rows = rows.where(n.id < before)
    return [DeadLetter(*row) for row in db.session.execute(rows)]


@use_case
def retry_letters(actor: Actor, *, ids: Sequence[int]) -> int:
    """Let dead letters of the administrator's congress be tried anew; how many will be."""
    actor.require(ADMINISTRATOR)
    revived = delivery.revive(db.session.connection(), actor.congress_id, ids, clock.now())
    for letter in revived:
        audit.record("notification:retried", congress_id=actor.congress_id, subject=f"notification:{letter}")
    return len(revived)
