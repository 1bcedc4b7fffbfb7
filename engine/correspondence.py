"""Messages once they are written: they are delivered, read by their reader, or found dead and tried anew."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from models import Notification, User, db
from notifications import delivery
from notifications.transports import Letter, Transport

ADMINISTRATOR = "system_admin"
MANY = 100  # beyond this, how many are unread is of no interest
PAGE = 30

IN_APP: sa.ColumnElement[str] = sa.literal_column("'in_app'")
SWEEP = delivery.LEASE.total_seconds() / 2  # seconds after which a sweep gives back what it has not sent


# Delivering


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the letters of one sweep."""

    sent: int
    failed: int


def deliver_waiting(actor: Actor, transport: Transport, *, batch: int = 100) -> Delivered:
    """Send the letters that are due, of all congresses, each marked before the next goes out.

    Not a use case itself: it sends between transactions. Of several processes that run it, each letter is
    claimed by one; after a crash a letter goes out again under the same Message-ID.
    """
    actor.require("system")
    letters = _claim(actor, batch=batch)
    waiting = {letter.id: letter for letter in letters}
    ends = time.monotonic() + SWEEP
    failed = 0
    for letter, error in delivery.send(transport, letters):
        _mark(actor, letter=letter, error=error)
        del waiting[letter.id]
        failed += bool(error)
        if time.monotonic() > ends:
            break
    if waiting:
        _release(actor, letters=list(waiting.values()))
    return Delivered(sent=len(letters) - len(waiting) - failed, failed=failed)


@use_case
def _claim(actor: Actor, *, batch: int) -> list[Letter]:
    return delivery.claim(db.session.connection(), clock.now(), batch)


@use_case
def _mark(actor: Actor, *, letter: Letter, error: str) -> None:
    if error:
        delivery.mark_failed(db.session.connection(), letter, error, clock.now())
    else:
        delivery.mark_sent(db.session.connection(), letter, clock.now())


@use_case
def _release(actor: Actor, *, letters: Sequence[Letter]) -> None:
    delivery.release(db.session.connection(), letters, clock.now())


# Reading one's messages


@dataclass(frozen=True, slots=True)
class Message:
    """A message on a person's own screen."""

    id: int
    case_id: int | None
    happening: str
    subject: str
    body: str
    written_at: dt.datetime
    read_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some messages, newest first; `before` asks for the page after this one and is None on the last."""

    messages: tuple[Message, ...]
    before: int | None


def unread(actor: Actor) -> int:
    """How many messages the actor has not read, at most `MANY`."""
    mine = _own(actor).where(Notification.read_at.is_(None)).limit(MANY).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(mine)) or 0


def received(actor: Actor, *, before: int | None = None, limit: int = PAGE) -> MessagePage:
    """The actor's messages, newest first."""
    n = Notification
    mine = _own(actor).with_only_columns(n.id, n.case_id, n.event, n.subject, n.body, n.created_at, n.read_at)
    if before is not None:
        mine = mine.where(n.id < before)
    rows = [Message(*row) for row in db.session.execute(mine.order_by(n.id.desc()).limit(limit + 1))]
    more = len(rows) > limit
    return MessagePage(tuple(rows[:limit]), rows[limit - 1].id if more else None)


@use_case
def mark_read(actor: Actor, *, ids: Sequence[int] = (), up_to: int | None = None) -> int:
    """Mark messages of the actor's own as read, those named or all up to one; how many were unread."""
    named = Notification.id.in_(ids) if up_to is None else Notification.id <= up_to
    chosen = _own(actor).where(named, Notification.read_at.is_(None))
    read = sa.update(Notification).where(Notification.id.in_(chosen)).values(read_at=clock.now())
    return len(db.session.scalars(read.returning(Notification.id)).all())


def _own(actor: Actor) -> sa.Select[int]:
    return sa.select(Notification.id).where(
        Notification.user_id == actor.user_id, Notification.channel == IN_APP
    )


# Dead letters


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
