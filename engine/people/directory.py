"""What administrators read: who there is, what he may do, and who signed in when."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.people import sign_in
from engine.people.roles import AUDITOR, SECURITY_ADMIN, SYSTEM, SYSTEM_ADMIN
from engine.people.vocabulary import SIGN_IN_EVENTS
from models import AuditEvent, Membership, Organization, Substitution, User, UserSession, db

PAGE = 50
UNUSED = dt.timedelta(days=90)  # an account that can sign in and has not for so long
EXPORTED = 10_000  # records of one export, the newest first
ABSENT, SUBSTITUTE = sa.orm.aliased(User), sa.orm.aliased(User)


@dataclass(frozen=True, slots=True)
class UserLine:
    """One user in a list; `seats` are (role, organization) pairs."""

    id: int
    username: str
    name: str
    active: bool
    last_seen_at: dt.datetime | None
    seats: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A role that a user holds or held."""

    membership_id: int
    role: str
    organization: str
    granted_at: dt.datetime
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class UserPage:
    """Everything an administrator sees of a user."""

    id: int
    username: str
    name: str
    email: str
    active: bool
    must_change_password: bool
    last_seen_at: dt.datetime | None
    locked_for: dt.timedelta
    open_sessions: int
    seats: list[SeatLine]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which records are looked for: whose (name or user name), what happened, and the first and last day."""

    words: str = ""
    action: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SignInEvent:
    """One happening around signing in and rights."""

    id: int
    at: dt.datetime
    action: str
    who: str
    by_person: bool  # else the system itself, or somebody who had not signed in
    subject: str
    address: str


EVERYTHING = Sought()


def users(actor: Actor, *, search: str = "", after: str = "", unused: bool = False) -> list[UserLine]:
    """A page of the users of the actor's congress by user name, those behind `after`; or only the `unused` ones.

    GB/T 22239-2019, 8.1.4.2 c: accounts that nobody needs are found, and disabled by whoever answers for them.
    """
    actor.require(SYSTEM_ADMIN, SECURITY_ADMIN, SYSTEM)
    statement = sa.select(User).where(User.congress_id == actor.congress_id, User.username > after)
    if word := search.strip():
        statement = statement.where(_named(word))
    if unused:
        last = sa.func.coalesce(User.last_seen_at, User.password_set_at, type_=User.last_seen_at.type)
        statement = statement.where(User.active, last.is_(None) | (last < clock.now() - UNUSED))
    rows = db.session.scalars(statement.order_by(User.username).limit(PAGE)).all()
    seats = _seats_of([row.id for row in rows])
    return [
        UserLine(row.id, row.username, row.name, row.active, row.last_seen_at, seats.get(row.id, []))
        for row in rows
    ]


def user_page(actor: Actor, user_id: int) -> UserPage:
    """One user of the actor's congress."""
    actor.require(SYSTEM_ADMIN, SECURITY_ADMIN, SYSTEM)
    row = db.session.scalar(sa.select(User).where(User.id == user_id, User.congress_id == actor.congress_id))
    if row is None:
        raise NotFound
    memberships = db.session.execute(
        sa.select(Membership, Organization.name)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.user_id == row.id)
        .order_by(Membership.ended_at.is_not(None), Membership.id)
    )
    running = sa.select(sa.func.count()).where(
        UserSession.user_id == row.id, UserSession.revoked_at.is_(None), UserSession.ends_at > clock.now()
    )
    return UserPage(
        id=row.id,
        username=row.username,
        name=row.name,
        email=row.email,
        active=row.active,
        must_change_password=row.must_change_password,
        last_seen_at=row.last_seen_at,
        locked_for=sign_in.locked_for(row.username),
        open_sessions=db.session.scalar(running) or 0,
        seats=[SeatLine(m.id, m.role, name, m.granted_at, m.ended_at) for m, name in memberships],
    )


def sign_in_events(
    actor: Actor, *, before: int | None = None, sought: Sought = EVERYTHING, limit: int = PAGE
) -> list[SignInEvent]:
    """What happened around signing in and rights in the actor's congress, the newest first."""
    actor.require(AUDITOR, SECURITY_ADMIN, SYSTEM)
    statement = sa.select(AuditEvent).where(
        AuditEvent.chain == f"congress:{actor.congress_id}",
        AuditEvent.action.in_(SIGN_IN_EVENTS),
        *_conditions(actor, sought),
    )
    if before is not None:
        statement = statement.where(AuditEvent.position < before)
    rows = db.session.scalars(statement.order_by(AuditEvent.position.desc()).limit(limit)).all()
    names = names_of({row.subject for row in rows})
    return [
        SignInEvent(
            id=row.position,
            at=row.at,
            action=row.action,
            who=row.actor_name,
            by_person=row.actor_id is not None,
            subject=names.get(row.subject, row.subject),
            address=str(json.loads(row.detail).get("address", "")),
        )
        for row in rows
    ]


def _conditions(actor: Actor, sought: Sought) -> Iterator[sa.ColumnElement[bool]]:
    if sought.action:
        yield AuditEvent.action == sought.action
    if sought.since is not None:
        yield AuditEvent.at >= dt.datetime.combine(sought.since, dt.time.min, clock.ZONE)
    if sought.until is not None:
        yield AuditEvent.at <= dt.datetime.combine(sought.until, dt.time.max, clock.ZONE)
    if sought.words:
        own = User.congress_id == actor.congress_id
        named = _named(sought.words)
        subjects = sa.select(sa.literal("user:").concat(sa.cast(User.id, sa.String))).where(own, named)
        yield AuditEvent.actor_id.in_(sa.select(User.id).where(own, named)) | AuditEvent.subject.in_(subjects)


def _named(word: str) -> sa.ColumnElement[bool]:
    return User.name.contains(word, autoescape=True) | User.username.contains(word.lower(), autoescape=True)


def names_of(subjects: set[str]) -> dict[str, str]:
    """What stands behind subjects of the form `user:<id>` and `substitution:<id>`: name and user name, both names."""
    rows = db.session.execute(
        sa.select(User.id, User.name, User.username).where(User.id.in_(_keys(subjects, "user")))
    )
    found = {f"user:{key}": f"{name}({username})" for key, name, username in rows}
    pairs = db.session.execute(
        sa.select(Substitution.id, ABSENT.name, SUBSTITUTE.name)
        .join(ABSENT, ABSENT.id == Substitution.absent_id)
        .join(SUBSTITUTE, SUBSTITUTE.id == Substitution.substitute_id)
        .where(Substitution.id.in_(_keys(subjects, "substitution")))
    )
    return found | {f"substitution:{key}": f"{absent} → {name}" for key, absent, name in pairs}


def _keys(subjects: set[str], kind: str) -> list[int]:
    return [int(each.removeprefix(f"{kind}:")) for each in subjects if each.startswith(f"{kind}:")]


def _seats_of(user_ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    rows = db.session.execute(
        sa.select(Membership.user_id, Membership.role, Organization.name)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.user_id.in_(user_ids), Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    seats: dict[int, list[tuple[str, str]]] = {}
    for user_id, role, organization in rows:
        seats.setdefault(user_id, []).append((role, organization))
    return seats
