"""Calendar feeds: an address with a secret in it, of which only the hash is kept; made, replaced and revoked."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed
from engine.foundation.transaction import use_case
from models import CalendarFeed, User, db

OFTEN = dt.timedelta(seconds=10)  # a calendar that asks more often than this is told to wait


@dataclass(frozen=True, slots=True)
class Feed:
    """The actor's feed as he sees it: never its address."""

    made_at: dt.datetime
    fetched_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Fetching:
    """Somebody's calendar asks for his feed."""

    feed_id: int
    user_id: int
    too_often: bool


def feed_of(actor: Actor) -> Feed | None:
    """The feed that is open, if there is one."""
    row = db.session.execute(
        sa.select(CalendarFeed.made_at, CalendarFeed.fetched_at).where(
            CalendarFeed.user_id == actor.user_id, CalendarFeed.revoked_at.is_(None)
        )
    ).first()
    return Feed(*row) if row else None


@use_case
def make_feed(actor: Actor) -> str:
    """Open a feed and give its secret, this once; the address there was is revoked."""
    if actor.user_id is None:
        raise NotAllowed
    db.session.execute(sa.select(User.id).where(User.id == actor.user_id).with_for_update())
    _revoke(actor)
    secret = secrets.token_urlsafe(32)
    row = CalendarFeed(user_id=actor.user_id, secret_hash=_hash(secret), made_at=clock.now())
    db.session.add(row)
    _record("feed:made", actor)
    return secret


@use_case
def revoke_feed(actor: Actor) -> None:
    """Close the feed at once; where there is none, nothing happens."""
    if _revoke(actor):
        _record("feed:revoked", actor)


def whose(secret: str) -> Fetching | None:
    """Whose feed this secret opens; nobody's once it is revoked or its owner's account is closed."""
    row = db.session.execute(
        sa.select(CalendarFeed.id, CalendarFeed.user_id, CalendarFeed.fetched_at)
        .join(User, User.id == CalendarFeed.user_id)
        .where(CalendarFeed.secret_hash == _hash(secret), CalendarFeed.revoked_at.is_(None), User.active)
    ).first()
    if row is None:
        return None
    too_often = row.fetched_at is not None and clock.now() - row.fetched_at < OFTEN
    return Fetching(row.id, row.user_id, too_often)


@use_case
def note_fetched(actor: Actor, *, feed_id: int) -> None:
    """Keep when the calendar last asked."""
    db.session.execute(
        sa.update(CalendarFeed)
        .where(CalendarFeed.id == feed_id, CalendarFeed.user_id == actor.user_id)
        .values(fetched_at=clock.now())
    )


def _revoke(actor: Actor) -> bool:
    closed = (
        sa.update(CalendarFeed)
        .where(CalendarFeed.user_id == actor.user_id, CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    return bool(db.session.scalars(closed.returning(CalendarFeed.id)).all())


def _record(action: str, actor: Actor) -> None:
    audit.record(action, congress_id=actor.congress_id, subject=f"user:{actor.user_id}")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
