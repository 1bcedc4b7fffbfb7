"""A person's own messages on the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from models import Notification, db

MANY = 100  # beyond this, how many are unread is of no interest
PAGE = 30

IN_APP: sa.ColumnElement[str] = sa.literal_column("'in_app'")


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
