"""Server-side sessions: the browser holds a secret, the table its hash and everything that counts."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.foundation.transaction import use_case
from engine.people import actors, passwords, roles
from models import User, UserSession, db

IDLE = dt.timedelta(minutes=30)
IDLE_ADMINISTRATOR = dt.timedelta(minutes=15)
LONGEST = dt.timedelta(hours=12)

# Not every request is worth a commit. The idle limit is never exceeded by it, only reached up to this early.
SEEN_EVERY = dt.timedelta(seconds=60)


SESSIONS: sa.Table = UserSession.__table__  # type: ignore[assignment]
_HOLDER = actors.with_seats(
    sa.select(
        SESSIONS.c.id.label("session_id"),
        SESSIONS.c.seen_at,
        SESSIONS.c.ends_at,
        actors.USERS.c.username,
        actors.USERS.c.must_change_password,
        actors.USERS.c.password_set_at,
        actors.USERS.c.text_size,
        actors.USERS.c.shortcuts,
    ).where(SESSIONS.c.secret_hash == sa.bindparam("of_hash"), SESSIONS.c.revoked_at.is_(None)),
    beside=SESSIONS.join(actors.USERS, actors.USERS.c.id == SESSIONS.c.user_id),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person in a running session, with what every page asks about him."""

    session_id: int
    username: str
    actor: Actor
    must_change_password: bool
    text_size: str
    shortcuts: bool
    seen_at: dt.datetime
    idle_ends_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One signed-in browser, as its owner sees it."""

    id: int
    created_at: dt.datetime
    seen_at: dt.datetime
    address: str
    browser: str


def begin(user_id: int, *, address: str, browser: str) -> str:
    """Open a session within the running use case and give the secret for the cookie."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    session = UserSession(
        user_id=user_id,
        secret_hash=_hash(secret),
        created_at=now,
        seen_at=now,
        ends_at=now + LONGEST,
        address=address[:64],
        browser=browser[:500],
    )
    db.session.add(session)
    return secret


def end_all(user_id: int) -> int:
    """End every session of a user within the running use case; gives how many there were."""
    return _revoke(UserSession.user_id == user_id)


def end_carried(secret: str) -> None:
    """End the session, whosever it is, that a browser still carries when somebody signs in anew."""
    _revoke(UserSession.secret_hash == _hash(secret))


def resume(secret: str) -> SignedIn | None:
    """Who holds this secret; nobody once the session ended, idled, grew too old or its user was disabled."""
    # Past the session, which has nothing to add: every request asks this.
    asked = {"of_hash": _hash(secret), "today": clock.today()}
    rows = db.session.connection().execute(_HOLDER, asked).all()
    if not rows:
        return None
    signed_in = _signed_in(rows)
    return signed_in if clock.now() < min(signed_in.idle_ends_at, signed_in.ends_at) else None


def _signed_in(rows: Any) -> SignedIn:
    first, actor = rows[0], actors.actor_from(rows)
    idle = IDLE_ADMINISTRATOR if actor.roles & roles.ADMINISTRATORS else IDLE
    return SignedIn(
        session_id=first.session_id,
        username=first.username,
        actor=actor,
        must_change_password=first.must_change_password or passwords.expired(first.password_set_at),
        text_size=first.text_size,
        shortcuts=first.shortcuts,
        seen_at=first.seen_at,
        idle_ends_at=first.seen_at + idle,
        ends_at=first.ends_at,
    )


@use_case
def see(actor: Actor, *, session_id: int) -> None:
    """Note that the session's owner is at work."""
    now = clock.now()
    db.session.execute(
        sa.update(UserSession)
        .where(UserSession.id == session_id, UserSession.revoked_at.is_(None), UserSession.seen_at < now)
        .values(seen_at=now)
    )
    db.session.execute(sa.update(User).where(User.id == actor.user_id).values(last_seen_at=now))


def end_own(actor: Actor, session_id: int) -> bool:
    """End one of the actor's own sessions within the running use case; False if it had ended already."""
    owner = db.session.scalar(sa.select(UserSession.user_id).where(UserSession.id == session_id))
    if owner is None or owner != actor.user_id:
        raise NotFound
    return _revoke(UserSession.id == session_id) > 0


@use_case
def end_session(actor: Actor, session_id: int) -> None:
    """End one of one's own sessions, perhaps in another browser; raises NotFound for another's."""
    if end_own(actor, session_id):
        subject = f"user:{actor.user_id}"
        audit.record("session:ended", congress_id=actor.congress_id, subject=subject, session=session_id)


def open_sessions(actor: Actor) -> list[OpenSession]:
    """The actor's own running sessions, the last used first."""
    now = clock.now()
    idle = IDLE_ADMINISTRATOR if actor.roles & roles.ADMINISTRATORS else IDLE
    rows = db.session.scalars(
        sa.select(UserSession)
        .where(
            UserSession.user_id == actor.user_id,
            UserSession.revoked_at.is_(None),
            UserSession.ends_at > now,
            UserSession.seen_at > now - idle,
        )
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
    return [OpenSession(row.id, row.created_at, row.seen_at, row.address, row.browser) for row in rows]


def _revoke(*conditions: Any) -> int:
    statement = (
        sa.update(UserSession)
        .where(*conditions, UserSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    revoked = db.session.scalars(statement.returning(UserSession.id))
    return len(revoked.all())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
