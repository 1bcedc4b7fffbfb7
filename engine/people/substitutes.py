"""Substitutes (A/B角): while one is absent, a colleague of the same organization does his work in his own name.

A substitution gives the seats that the absent person himself holds in that organization, while he holds them, and
nothing else: neither what he has from others as their substitute, nor his mandate as a deputy, nor an
administrator's rights. It ends by itself after its last day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor, Seat
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotAllowed, NotFound
from engine.foundation.language import _
from engine.foundation.meanwhile import Seen, reconciled
from engine.foundation.transaction import use_case
from engine.people import access
from engine.people.actors import in_force
from engine.people.departures import rights_shrank
from engine.people.roles import SECURITY_ADMIN, SYSTEM
from engine.people.substitute_letters import tell_both
from engine.people.substitution_rules import PAST_END, Period, check, seated
from models import Organization, Substitution, User, db

HEAD = "head"

ONE: sa.BindParameter[int | None] = sa.bindparam("one", type_=sa.BigInteger)
TODAY: sa.BindParameter[dt.date] = sa.bindparam("today", type_=sa.Date)

ABSENT = sa.orm.aliased(User)
SUBSTITUTE = sa.orm.aliased(User)


class SubstitutesMeet(GuardRefused):
    """Nobody is absent and a substitute on the same day, and nobody has two substitutes in one organization."""

    text = _("这段时间与已有的代理安排（{absent}由{substitute}代理）冲突。代理不能重叠，也不能再转给第三人。")


class SubstitutionOver(GuardRefused):
    """It has ended, by its last day or by somebody."""

    text = _("这项代理已经结束，不能再变更。")


@use_case
def name_substitute(
    actor: Actor, *, organization_id: int, substitute_id: int, period: Period, absent_id: int | None = None
) -> int:
    """Name who does the work of `absent_id` (of the actor himself where None); the same again is the same one.

    He himself, the head of the organization or the security administrator may. Raises NotAllowed, InvalidAnswers,
    SubstitutesMeet.
    """
    absent_id = absent_id or actor.user_id
    if absent_id is None:
        raise NotAllowed
    _require_say(actor, absent_id, organization_id)
    organization = access.organization(actor, organization_id)
    for user_id in sorted({absent_id, substitute_id}):  # one lock after the other, in one order everywhere
        access.user(actor, user_id)
    check(absent_id, substitute_id, organization_id, period, earliest=clock.today())
    again = _same(absent_id, substitute_id, organization_id, period)
    if again is not None:
        return again
    return _name(actor, absent_id, substitute_id, organization, period)


def _name(
    actor: Actor, absent_id: int, substitute_id: int, organization: Organization, period: Period
) -> int:
    _refuse_meeting(absent_id, substitute_id, organization.id, period)
    row = Substitution(
        congress_id=actor.congress_id,
        organization_id=organization.id,
        absent_id=absent_id,
        substitute_id=substitute_id,
        begins_on=period.begins_on,
        ends_on=period.ends_on,
        reason=period.reason.strip(),
        made_at=clock.now(),
        made_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    _record("substitute:named", actor, row, organization=organization.name)
    tell_both(actor, row, "substitute:named")
    return row.id


@use_case
def change_substitute(
    actor: Actor,
    substitution_id: int,
    *,
    substitute_id: int,
    ends_on: dt.date,
    reason: str,
    seen: Seen = None,
) -> int:
    """Let it end on another day, for another reason, or let another colleague stand in from today on; gives its id.

    Another colleague is another substitution: the old one ends. `seen`: the last day and the reason when the actor
    began to change them. Raises NotAllowed, NotFound, InvalidAnswers, ChangedMeanwhile, SubstitutesMeet,
    SubstitutionOver.
    """
    row = _locked(actor, substitution_id)
    _require_say(actor, row.absent_id, row.organization_id)
    if row.revoked_at is not None or row.ends_on < clock.today():
        raise SubstitutionOver
    old = {"ends_on": row.ends_on, "reason": row.reason}
    new = reconciled({"ends_on": ends_on, "reason": reason.strip()}, seen, old)
    ends_on, reason = new["ends_on"], new["reason"]
    organization = access.organization(actor, row.organization_id)
    for user_id in sorted({row.absent_id, substitute_id}):
        access.user(actor, user_id)
    if substitute_id != row.substitute_id:
        period = Period(max(row.begins_on, clock.today()), ends_on, reason)
        check(row.absent_id, substitute_id, row.organization_id, period, earliest=clock.today())
        _end(actor, row)
        return _name(actor, row.absent_id, substitute_id, organization, period)
    period = Period(row.begins_on, ends_on, reason)
    check(row.absent_id, substitute_id, row.organization_id, period, earliest=row.begins_on)
    if ends_on < clock.today():
        raise InvalidAnswers({"ends_on": [PAST_END]})
    if new == old:
        return row.id
    _refuse_meeting(row.absent_id, substitute_id, row.organization_id, period, but=row.id)
    row.ends_on, row.reason = ends_on, reason
    _record("substitute:changed", actor, row, old=old)
    tell_both(actor, row, "substitute:changed")
    return row.id


@use_case
def revoke_substitute(actor: Actor, substitution_id: int) -> None:
    """End a substitution before its last day; the substitute may too. One that is over stays as it is."""
    row = _locked(actor, substitution_id)
    if actor.user_id != row.substitute_id:
        _require_say(actor, row.absent_id, row.organization_id)
    if row.revoked_at is None and row.ends_on >= clock.today():
        _end(actor, row)


def _locked(actor: Actor, substitution_id: int) -> Substitution:
    row = db.session.scalar(
        sa.select(Substitution)
        .where(Substitution.id == substitution_id, Substitution.congress_id == actor.congress_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound
    return row


def end_without_seat(actor: Actor, user_id: int) -> None:
    """End, within a running use case, the substitutions for which this user has lost the seat or the account."""
    open_ones = sa.select(Substitution).where(
        sa.or_(Substitution.absent_id == user_id, Substitution.substitute_id == user_id),
        Substitution.revoked_at.is_(None),
        Substitution.ends_on >= clock.today(),
    )
    for row in db.session.scalars(open_ones.with_for_update()).all():
        if not seated(user_id, row.organization_id):
            _end(actor, row)


def counts_as_one(other: Any) -> sa.ColumnElement[bool]:
    """That ONE and the `other` of a statement are the same pair of eyes, TODAY; both are bound when it is run."""
    both = sa.or_(
        sa.and_(Substitution.absent_id == ONE, Substitution.substitute_id == other),
        sa.and_(Substitution.absent_id == other, Substitution.substitute_id == ONE),
    )
    return sa.or_(other == ONE, sa.exists().where(both, in_force(TODAY)))


_COUNT_AS_ONE = sa.select(counts_as_one(sa.bindparam("other", type_=sa.BigInteger)))


def count_as_one(one: int | None, other: int | None) -> bool:
    """Whether these two are the same pair of eyes: one person, or a person and who stands in for him today."""
    if one is None or other is None:
        return False
    about = {"one": one, "other": other, "today": clock.today()}
    return one == other or bool(db.session.scalar(_COUNT_AS_ONE, about))


def own_seats(actor: Actor) -> list[Seat]:
    """The seats that an actor holds himself in organizations."""
    return [seat for seat in actor.seats if seat.absent_id is None and seat.role != "deputy"]


def _require_say(actor: Actor, absent_id: int, organization_id: int) -> None:
    heads = any(seat.role == HEAD and seat.organization_id == organization_id for seat in own_seats(actor))
    if not (absent_id == actor.user_id or heads or actor.roles & {SECURITY_ADMIN, SYSTEM}):
        raise NotAllowed


def _same(absent_id: int, substitute_id: int, organization_id: int, period: Period) -> int | None:
    return db.session.scalar(
        sa.select(Substitution.id).where(
            Substitution.absent_id == absent_id,
            Substitution.substitute_id == substitute_id,
            Substitution.organization_id == organization_id,
            Substitution.begins_on == period.begins_on,
            Substitution.ends_on == period.ends_on,
            Substitution.revoked_at.is_(None),
        )
    )


def _refuse_meeting(
    absent_id: int, substitute_id: int, organization_id: int, period: Period, *, but: int = 0
) -> None:
    twice = sa.and_(Substitution.absent_id == absent_id, Substitution.organization_id == organization_id)
    chained = sa.or_(Substitution.absent_id == substitute_id, Substitution.substitute_id == absent_id)
    met = db.session.execute(
        sa.select(ABSENT.name, SUBSTITUTE.name)
        .select_from(Substitution)
        .join(ABSENT, ABSENT.id == Substitution.absent_id)
        .join(SUBSTITUTE, SUBSTITUTE.id == Substitution.substitute_id)
        .where(
            sa.or_(twice, chained),
            Substitution.id != but,
            Substitution.revoked_at.is_(None),
            Substitution.begins_on <= period.ends_on,
            Substitution.ends_on >= period.begins_on,
        )
        .limit(1)
    ).first()
    if met is not None:
        raise SubstitutesMeet(absent=met[0], substitute=met[1])


def _end(actor: Actor, row: Substitution) -> None:
    row.revoked_at, row.revoked_by = clock.now(), actor.user_id
    _record("substitute:revoked", actor, row)
    tell_both(actor, row, "substitute:revoked")
    db.session.flush()
    rights_shrank(row.substitute_id, "substitute:revoked")


def _record(action: str, actor: Actor, row: Substitution, **detail: Any) -> None:
    audit.record(
        action,
        congress_id=actor.congress_id,
        subject=f"substitution:{row.id}",
        absent=row.absent_id,
        substitute=row.substitute_id,
        begins_on=row.begins_on,
        ends_on=row.ends_on,
        reason=row.reason,
        **detail,
    )
