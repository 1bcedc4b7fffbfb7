"""Who stands in for whom from today on, and who could: what people see of substitutes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.people.roles import ADMINISTRATORS, SECURITY_ADMIN
from engine.people.substitutes import ABSENT, HEAD, SUBSTITUTE, own_seats
from models import Membership, Organization, Substitution, User, db


@dataclass(frozen=True, slots=True)
class SubstitutionLine:
    """One substitution as its people see it."""

    id: int
    organization_id: int
    organization: str
    absent_id: int
    absent: str
    substitute_id: int
    substitute: str
    begins_on: dt.date
    ends_on: dt.date
    reason: str
    running: bool


@dataclass(frozen=True, slots=True)
class Post:
    """An organization for which somebody may have a substitute, and the colleagues who could be it."""

    organization_id: int
    organization: str
    absent_id: int
    absent: str
    colleagues: tuple[tuple[int, str], ...]


def substitutions(actor: Actor) -> list[SubstitutionLine]:
    """What is arranged from today on: the actor's own absences and substitutions, and those of units he heads."""
    headed = [seat.organization_id for seat in own_seats(actor) if seat.role == HEAD]
    mine = Substitution.absent_id == actor.user_id, Substitution.substitute_id == actor.user_id
    return _lines(actor, sa.or_(*mine, Substitution.organization_id.in_(headed)))


def all_substitutions(actor: Actor) -> list[SubstitutionLine]:
    """What is arranged in the congress from today on, for the security administrator. Raises NotAllowed."""
    actor.require(SECURITY_ADMIN)
    return _lines(actor, sa.true())


def one_substitution(actor: Actor, substitution_id: int) -> SubstitutionLine | None:
    """One of the congress, for the security administrator; None once it is over. Raises NotAllowed, NotFound."""
    found = next((each for each in all_substitutions(actor) if each.id == substitution_id), None)
    known = sa.select(Substitution.id).where(
        Substitution.id == substitution_id, Substitution.congress_id == actor.congress_id
    )
    if found is None and db.session.scalar(known) is None:
        raise NotFound
    return found


def staff(actor: Actor, organization_id: int) -> list[tuple[int, str]]:
    """Who works in an organization of the congress, the three administrators left out. Raises NotAllowed."""
    actor.require(SECURITY_ADMIN)
    rows = db.session.execute(
        sa.select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(
            Organization.id == organization_id,
            Organization.congress_id == actor.congress_id,
            Membership.ended_at.is_(None),
            Membership.role.not_in(sorted(ADMINISTRATORS)),
            User.active,
        )
        .order_by(User.name, User.id)
        .distinct()
    )
    return [(user_id, name) for user_id, name in rows]


def _lines(actor: Actor, which: sa.ColumnElement[bool]) -> list[SubstitutionLine]:
    today = clock.today()
    rows: list[Any] = db.session.execute(
        sa.select(
            Substitution.id,
            Organization.id,
            Organization.name,
            Substitution.absent_id,
            ABSENT.name,
            Substitution.substitute_id,
            SUBSTITUTE.name,
            Substitution.begins_on,
            Substitution.ends_on,
            Substitution.reason,
            Substitution.begins_on <= today,
        )
        .select_from(Substitution)
        .join(Organization, Organization.id == Substitution.organization_id)
        .join(ABSENT, ABSENT.id == Substitution.absent_id)
        .join(SUBSTITUTE, SUBSTITUTE.id == Substitution.substitute_id)
        .where(
            Substitution.congress_id == actor.congress_id,
            Substitution.revoked_at.is_(None),
            Substitution.ends_on >= today,
            which,
        )
        .order_by(Substitution.begins_on, Substitution.id)
    ).all()  # type: ignore[assignment]
    return [SubstitutionLine(*row) for row in rows]


def posts(actor: Actor) -> list[Post]:
    """For whom the actor may name a substitute: himself in each organization of his, and the people he heads."""
    own = own_seats(actor)
    here = {seat.organization_id for seat in own if seat.role not in ADMINISTRATORS}
    headed = {seat.organization_id for seat in own if seat.role == HEAD}
    people: dict[int, dict[int, str]] = {}
    names = {seat.organization_id: seat.organization_name for seat in own}
    rows = db.session.execute(
        sa.select(Membership.organization_id, User.id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organization_id.in_(here),
            Membership.ended_at.is_(None),
            Membership.role.not_in(sorted(ADMINISTRATORS)),
            User.active,
        )
        .order_by(User.name, User.id)
    )
    for organization_id, user_id, name in rows:
        people.setdefault(organization_id, {})[user_id] = name
    return [
        Post(at, names[at], id_, name, tuple((other, of) for other, of in found.items() if other != id_))
        for at, found in sorted(people.items())
        for id_, name in sorted(found.items(), key=lambda person: person[0] != actor.user_id)
        if id_ == actor.user_id or at in headed
    ]
