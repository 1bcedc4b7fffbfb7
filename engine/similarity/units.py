"""Which units might handle a case, and why: learned from who handled similar ones and who sent them back.

A suggestion is a sentence with its grounds. Nothing is filled in by it, and nothing is decided by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.casework.choices import units
from engine.casework.facts import ASSIGNMENTS
from engine.foundation import clock
from engine.similarity.search import ALL, NONE, Match, nearest
from engine.similarity.terms import Written, terms
from models import Assignment, Organization, db

NEIGHBOURS = 30  # similar cases that are asked who handled them
SUGGESTED = 3
ANSWERING = ("lead", "separate")
SETTLED_AFTER = (
    30  # days after which an assignment stands that nobody signed for: a ledger does not say who did
)
RETURNED = "returned"  # how an assignment ends that its unit sent back and was right to
TOO_FAR = 40  # a case less near than this has nothing to say about who handles another
BY_DUTIES = 60  # what one word of a unit's duties counts beside a case's nearness
DUTIES_AT_MOST = 3


@dataclass(slots=True)
class UnitSuggestion:
    """A unit with its grounds: similar cases it handled, such it sent back and from whom it got some, its duties."""

    unit_id: int
    name: str
    score: int = 0
    handled: list[Match] = field(default_factory=list)
    returned: list[Match] = field(default_factory=list)
    took_over: dict[str, int] = field(default_factory=dict)  # unit that sent it back → how many
    duties: tuple[str, ...] = ()


def suggest_units(
    congress_id: int,
    written: Written,
    *,
    but: Collection[int] = (),
    without: int = NONE,
    before: int = ALL,
    matches: Sequence[Match] | None = None,
) -> list[UnitSuggestion]:
    """The units that the grounds speak for, the most first, at most SUGGESTED, none of those that are out (`but`)."""
    if matches is None:
        matches = nearest(congress_id, written, without=without, before=before, at_most=NEIGHBOURS)
    names = units(congress_id)
    found = {unit_id: UnitSuggestion(unit_id, name) for unit_id, name in names.items() if unit_id not in but}
    _learn(found, [match for match in matches if match.nearness >= TOO_FAR])
    _read_duties(found, written)
    for_it = [each for each in found.values() if each.score > 0]
    return sorted(for_it, key=lambda each: (-each.score, each.unit_id))[:SUGGESTED]


def _learn(found: Mapping[int, UnitSuggestion], matches: Sequence[Match]) -> None:
    """Weigh the similar cases: for a unit that handled one, against a unit that rightly sent it back."""
    by_case = _assignments([match.case_id for match in matches])
    for match in matches:
        # The nearness is squared: one case about the same matter says more than several about something alike.
        value = match.nearness**2 // 1000
        rows = by_case.get(match.case_id, [])
        gone = [row for row in rows if row.status == RETURNED]
        for row in rows:
            unit = found.get(row.unit_id)
            if unit is None:
                continue
            if row.status == RETURNED:
                unit.returned.append(match)
                unit.score -= value
                continue
            unit.handled.append(match)
            unit.score += value
            for other in gone:
                unit.took_over[other.name] = unit.took_over.get(other.name, 0) + 1


def _assignments(case_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Case → who was to answer it, or sent it back; what a unit may still send back says nothing yet.

    What a unit did that was merged into another or became it (并入、更名) is that one's experience now.
    """
    settled = clock.now() - dt.timedelta(days=SETTLED_AFTER)
    taken_on = sa.or_(
        ASSIGNMENTS.c.signed_for_at.is_not(None),
        ASSIGNMENTS.c.assigned_at < settled,
        ASSIGNMENTS.c.status == RETURNED,
    )
    statement = (
        sa.select(
            Assignment.case_id,
            sa.func.coalesce(Organization.successor_id, Organization.id).label("unit_id"),
            Assignment.status,
            Organization.short_name.label("name"),
        )
        .join(Organization, Organization.id == Assignment.unit_id)
        .where(Assignment.case_id.in_(case_ids), Assignment.role.in_(ANSWERING), taken_on)
        .order_by(Assignment.id)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.case_id, []).append(row)
    return found


def _read_duties(found: Mapping[int, UnitSuggestion], written: Written) -> None:
    """Count the duties of each unit that the text speaks of; a duty of one unit alone counts most."""
    text = " ".join((written.title, *written.asks, written.prose))
    said = set(terms(text))
    statement = sa.select(Organization.id, Organization.duties).where(Organization.id.in_(list(found)))
    meant: dict[int, list[str]] = {}
    for unit_id, duties in db.session.execute(statement):
        named = [
            duty for duty in dict.fromkeys(duties.split()) if set(terms(duty)) and set(terms(duty)) <= said
        ]
        if named:
            meant[unit_id] = named
    for unit_id, named in meant.items():
        found[unit_id].duties = tuple(named[:DUTIES_AT_MOST])
        sharing = [sum(duty in others for others in meant.values()) for duty in named[:DUTIES_AT_MOST]]
        found[unit_id].score += sum(BY_DUTIES // number for number in sharing)
