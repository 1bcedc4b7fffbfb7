"""On whose behalf a use case runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.foundation.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Seat:
    """A role held in an organization, or while its holder is absent by his substitute (A/B角)."""

    role: str
    organization_id: int
    organization_name: str
    absent_id: int | None = None
    absent_name: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or the system itself (`user_id` None), with all that permission asks about."""

    user_id: int | None
    name: str
    congress_id: int
    seats: tuple[Seat, ...] = ()
    deputy_id: int | None = None
    on_behalf_of: str = ""
    locale: str = "zh"
    roles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(seat.role for seat in self.seats))

    @property
    def organization_name(self) -> str:
        """The organization the actor speaks for first."""
        return self.seats[0].organization_name if self.seats else ""

    @property
    def organization_ids(self) -> frozenset[int]:
        """Every organization the actor has a seat in."""
        return frozenset(seat.organization_id for seat in self.seats)

    def holds(self, role: str, organization_id: int | None = None) -> bool:
        """Whether the actor holds `role`, in that organization if one is named."""
        return any(
            seat.role == role and organization_id in (None, seat.organization_id) for seat in self.seats
        )

    def seat(self, role: str, organization_id: int, held_by: int | None = None) -> Seat | None:
        """The seat from which he would act: that of `held_by` if he stands in for him, else his own, else any."""
        fitting = [
            seat for seat in self.seats if seat.role == role and seat.organization_id == organization_id
        ]
        fitting.sort(key=lambda seat: (seat.absent_id != held_by, seat.absent_id is not None))
        return fitting[0] if fitting else None

    def stands_in_for(self, user_id: int | None, role: str, organization_id: int | None) -> bool:
        """Whether he does this person's work in that role and organization for the time being."""
        return any(
            user_id is not None and seat.absent_id == user_id and seat.role == role
            for seat in self.seats
            if seat.organization_id == organization_id
        )

    def require(self, *roles: str) -> None:
        """Refuse with NotAllowed unless the actor holds one of `roles`."""
        if not self.roles.intersection(roles):
            raise NotAllowed


def system_actor(congress_id: int) -> Actor:
    """The system acting by itself: a lapsed clock, a sweep, an import."""
    return Actor(user_id=None, name="系统", congress_id=congress_id, seats=(Seat("system", 0, "系统"),))
