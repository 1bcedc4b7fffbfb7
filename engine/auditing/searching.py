"""Searching the trail: who did what to which case, when and from where; never what the case is about.

None of the three administrators sees business data (三员分立): of an event's detail nothing is shown but the address
that signing in left there, and of a case nothing but its number, of a restricted case not even that.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from engine.auditing.verifications import case_in, named, numbers
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.audit import chain_of_case
from engine.people.directory import names_of
from engine.people.roles import AUDITOR
from engine.people.vocabulary import SIGN_IN_EVENTS
from models import AuditEvent, Case, User, UserSession, db

PAGE = 50
EXPORTED = 10_000  # events of one export, the newest first
CONGRESS = "congress"  # the chain of what is of no case


@dataclass(frozen=True, slots=True)
class Sought:
    """Which events are looked for; what is empty does not count."""

    case: str = ""  # part of a case's number, or a chain: case:<id>, congress
    who: str = ""  # part of the name, the user name or the organization of whoever did it
    actions: Collection[str] | None = None  # any of these, or like them where one has a %
    address: str = ""  # the beginning of an address
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One event of the trail; `number` is its case's, where it has one."""

    id: int
    at: dt.datetime
    chain: str
    position: int
    number: str | None
    action: str
    who: str
    by_person: bool  # else the system itself, or somebody who had not signed in
    organization: str
    on_behalf_of: str
    subject: str
    addresses: tuple[str, ...]  # recorded with it, or else of the sessions its actor had open then
    hash: str


EVERYTHING = Sought()


def trail(
    actor: Actor, sought: Sought = EVERYTHING, *, before: int | None = None, limit: int = PAGE
) -> list[TrailLine]:
    """The events of the actor's congress that are looked for, the newest first, from before one of them on."""
    actor.require(AUDITOR)
    statement = sa.select(AuditEvent).where(
        AuditEvent.congress_id == actor.congress_id, *_conditions(actor, sought)
    )
    if before is not None:
        moment = sa.select(AuditEvent.at).where(AuditEvent.id == before).scalar_subquery()
        statement = statement.where(sa.tuple_(AuditEvent.at, AuditEvent.id) < sa.tuple_(moment, before))
    rows = db.session.scalars(
        statement.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(limit)
    ).all()
    names = names_of({row.subject for row in rows})
    known = numbers(actor, {row.case_id for row in rows if row.case_id is not None})
    opened = _Sessions(rows)
    return [
        TrailLine(
            id=row.id,
            at=row.at,
            chain=row.chain,
            position=row.position,
            number=known.get(row.case_id or 0),
            action=row.action,
            who=row.actor_name,
            by_person=row.actor_id is not None,
            organization=row.actor_organization,
            on_behalf_of=row.on_behalf_of,
            subject=names.get(row.subject, row.subject),
            addresses=_recorded(row) or opened.of(row),
            hash=row.hash,
        )
        for row in rows
    ]


def _conditions(actor: Actor, sought: Sought) -> Iterator[sa.ColumnElement[bool]]:
    if sought.case:
        yield _of_case(actor, sought.case)
    if sought.who:
        yield _by(actor, sought.who)
    if sought.actions is not None:
        alike = [AuditEvent.action.like(action) for action in sought.actions if "%" in action]
        yield sa.or_(
            AuditEvent.action.in_([action for action in sought.actions if "%" not in action]), *alike
        )
    if sought.address:
        yield _from(sought.address)
    if sought.since is not None:
        yield AuditEvent.at >= dt.datetime.combine(sought.since, dt.time.min, clock.ZONE)
    if sought.until is not None:
        yield AuditEvent.at <= dt.datetime.combine(sought.until, dt.time.max, clock.ZONE)


def _of_case(actor: Actor, words: str) -> sa.ColumnElement[bool]:
    if words == CONGRESS:
        return AuditEvent.chain == f"congress:{actor.congress_id}"
    if (case_id := case_in(words)) is not None:
        return AuditEvent.chain == chain_of_case(case_id)
    numbered = sa.select(Case.id).where(named(actor), Case.number.contains(words, autoescape=True))
    return AuditEvent.case_id.in_(numbered)


def _by(actor: Actor, words: str) -> sa.ColumnElement[bool]:
    """What the event itself says counts, and what the person is called now: names change."""
    called = User.name.contains(words, autoescape=True) | User.username.contains(
        words.lower(), autoescape=True
    )
    users = sa.select(User.id).where(User.congress_id == actor.congress_id, called)
    said = (AuditEvent.actor_name, AuditEvent.actor_organization, AuditEvent.on_behalf_of)
    return sa.or_(
        AuditEvent.actor_id.in_(users), *(column.contains(words, autoescape=True) for column in said)
    )


def _from(address: str) -> sa.ColumnElement[bool]:
    """Recorded with the event, or that of a session that whoever did it had open at the time."""
    written = '"address":' + orjson.dumps(address).decode()[:-1]
    recorded = AuditEvent.action.in_(SIGN_IN_EVENTS) & AuditEvent.detail.contains(written, autoescape=True)
    ended = sa.func.coalesce(UserSession.revoked_at, UserSession.ends_at)
    at_work = sa.exists().where(
        UserSession.user_id == AuditEvent.actor_id,
        UserSession.address.startswith(address, autoescape=True),
        UserSession.created_at <= AuditEvent.at,
        ended >= AuditEvent.at,
    )
    return recorded | at_work


def _recorded(row: AuditEvent) -> tuple[str, ...]:
    if row.action not in SIGN_IN_EVENTS:
        return ()
    address = json.loads(row.detail).get("address")
    return (str(address),) if address else ()


class _Sessions:
    """Which sessions the actors of some events had open, read in one go."""

    def __init__(self, rows: Sequence[AuditEvent]) -> None:
        people = {row.actor_id for row in rows if row.actor_id is not None}
        self.spans: dict[int, list[tuple[dt.datetime, dt.datetime, str]]] = {}
        if not people:
            return
        moments = [row.at for row in rows]
        ended = sa.func.coalesce(UserSession.revoked_at, UserSession.ends_at, type_=UserSession.ends_at.type)
        statement = sa.select(UserSession.user_id, UserSession.created_at, ended, UserSession.address).where(
            UserSession.user_id.in_(people), UserSession.created_at <= max(moments), ended >= min(moments)
        )
        for user_id, since, until, address in db.session.execute(statement.order_by(UserSession.id)):
            self.spans.setdefault(user_id, []).append((since, until, address))

    def of(self, row: AuditEvent) -> tuple[str, ...]:
        """The addresses of those that were open when the event was recorded, each once."""
        spans = self.spans.get(row.actor_id or 0, ())
        return tuple(
            dict.fromkeys(address for since, until, address in spans if since <= row.at <= until and address)
        )
