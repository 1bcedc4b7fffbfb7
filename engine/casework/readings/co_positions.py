"""How the co-handling units stand to a reply when it is signed: its letter says it of each, whoever drafts it.

The lead unit has to cite the co-opinions (河南 art. 18); what a letter says of them is taken from the rows, not from
what its drafter remembers to write.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation.clock import day_of
from models import Assignment, Clock, db

OVERDUE, WAITING = "overdue", "waiting"  # no opinion: its time is over, or not yet


@dataclass(frozen=True, slots=True)
class CoPosition:
    """A co-handling unit's position: a value of the opinion's form, or OVERDUE, or WAITING."""

    unit: str
    position: str
    given_at: dt.datetime | None = None
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class CoHandling:
    """The co-handling units of a case with their opinions and periods, as far as positions need them."""

    units: Sequence[tuple[Assignment, str]]
    opinions: Mapping[int, Sequence[Any]]
    due_on: Mapping[int, dt.date]

    def positions(self, at: dt.datetime) -> list[CoPosition]:
        """How each unit stood at a moment: by its latest opinion until then, even one that was sent back."""
        return [
            self._position(unit, name, at)
            for unit, name in self.units
            if unit.assigned_at <= at and not (unit.status == "returned" and _left(unit) <= at)
        ]

    def _position(self, unit: Assignment, name: str, at: dt.datetime) -> CoPosition:
        due_on = self.due_on.get(unit.id)
        given = [each for each in self.opinions.get(unit.id, ()) if each.given_at <= at]
        if given:
            return CoPosition(name, given[-1].position, given[-1].given_at, due_on)
        over = due_on is not None and due_on < day_of(at)
        return CoPosition(name, OVERDUE if over else WAITING, due_on=due_on)


def _left(unit: Assignment) -> dt.datetime:
    """When a unit that gave its part back was out of it."""
    return unit.closed_at or unit.assigned_at


def co_handling(
    case_id: int, rows: Sequence[tuple[Assignment, str]], opinions: Mapping[int, Sequence[Any]]
) -> CoHandling:
    """The co-handling among a case's assignments; `opinions` are by assignment, in their order."""
    units = [(unit, name) for unit, name in rows if unit.role == "co"]
    return CoHandling(units, opinions, _due_on(case_id, [unit.id for unit, _name in units]))


def _due_on(case_id: int, assignment_ids: list[int]) -> dict[int, dt.date]:
    """The last day of each unit's longest period, which is that of the opinion."""
    if not assignment_ids:
        return {}
    statement = (
        sa.select(Clock.assignment_id, sa.func.max(Clock.due_on))
        .where(Clock.case_id == case_id, Clock.assignment_id.in_(assignment_ids))
        .group_by(Clock.assignment_id)
    )
    rows = db.session.execute(statement)
    return {id_: due_on for id_, due_on in rows if id_ is not None}
