"""Whose figures somebody may see, and whether the cases behind them may be listed for him."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.visibility import MEETING_OFFICER, ORGAN_ROLES, OVERSEEING, STANDING_MEMBER, UNIT_ROLES
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed, NotFound
from models import Organization, db

ROUTER = "government_router"
# Whoever works for the congress on any kind of work; what he may not open is counted and not listed for him.
CONGRESS = (OVERSEEING - {ROUTER}) | ORGAN_ROLES | {MEETING_OFFICER}
TOTALS_ONLY = frozenset({"deputy", "delegation_staff", STANDING_MEMBER})
# The units that the government office answers for before the congress.
OF_GOVERNMENT = ("government_office", "department", "city_government")


@dataclass(frozen=True, slots=True)
class Reach:
    """`units` None: every unit by name; else only these, beside the totals of all. `lists`: cases may be listed."""

    congress_id: int
    units: frozenset[int] | None
    lists: bool

    @property
    def whole(self) -> bool:
        """Whether nothing is kept from this person but single restricted cases."""
        return self.units is None

    def require_unit(self, unit_id: int) -> None:
        """Refuse the figures of a unit that is not this person's; NotFound for one of another congress."""
        if self.units is not None and unit_id not in self.units:
            raise NotAllowed
        self.require_own(unit_id)

    def require_own(self, organization_id: int) -> None:
        """Refuse with NotFound an organization of another congress: not even its name is told."""
        own = sa.exists().where(
            Organization.id == organization_id, Organization.congress_id == self.congress_id
        )
        if not db.session.scalar(sa.select(own)):
            raise NotFound


def may_see(actor: Actor) -> bool:
    """Whether statistics are for this person at all; asked for every page, so by his roles alone."""
    return bool(actor.roles & (CONGRESS | {ROUTER} | UNIT_ROLES | TOTALS_ONLY))


def works_with(actor: Actor) -> bool:
    """Whether statistics belong to this person's daily work: congress, government office, leaders of units."""
    return bool(actor.roles & (CONGRESS | {ROUTER, "head", "approver"}))


def reach_of(actor: Actor) -> Reach:
    """The congress sees every unit, the government office those of government, a unit itself, deputies the totals.

    Raises NotAllowed for everybody else.
    """
    if actor.roles & CONGRESS:
        return Reach(actor.congress_id, None, lists=True)
    mine = {seat.organization_id for seat in actor.seats if seat.role in UNIT_ROLES}
    if ROUTER in actor.roles:
        statement = sa.select(Organization.id).where(
            Organization.congress_id == actor.congress_id, Organization.kind.in_(OF_GOVERNMENT)
        )
        mine |= set(db.session.scalars(statement))
    if mine:
        return Reach(actor.congress_id, frozenset(mine), lists=True)
    if actor.roles & TOTALS_ONLY:
        return Reach(actor.congress_id, frozenset(), lists=False)
    raise NotAllowed
