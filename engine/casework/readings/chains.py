"""The chain of returns: which unit had the case from when, who asked for another, why, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.facts import CaseFacts
from engine.casework.readings.actions import RequestView
from engine.casework.readings.case_units import UnitView
from engine.definitions.folder import Folder
from models import Decision, Reassignment, db

# The acts that decide whether a unit's part goes to another; what they settle belongs to the chain.
DECIDING = ("decide_return", "arbitrate_unit")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that another unit take over, and how it ended; `decided_at` None: it waits."""

    request: RequestView
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Link:
    """A unit in the chain; `left_at` is when the part went on to the next one."""

    unit: str
    role: str
    status: str
    since: dt.datetime
    left_at: dt.datetime | None
    asked: list[Asked]


def chains(
    case: CaseFacts,
    folder: Folder,
    units: Sequence[UnitView],
    requests: Sequence[RequestView],
    decisions: Sequence[Decision],
) -> list[list[Link]]:
    """One chain for each part of the case about which another unit was asked for, from its first unit to its last."""
    keys = {str(task.requires.get("settles")) for task in folder.tasks.values() if task.act in DECIDING}
    about = [each for each in requests if each.key in keys and each.assignment_id is not None]
    if not about:
        return []
    moves = db.session.scalars(sa.select(Reassignment).where(Reassignment.case_id == case.id)).all()
    next_of = {move.from_id: move for move in moves}
    later = {move.to_id for move in moves}
    by_id = {unit.assignment.id: unit for unit in units}
    found = []
    for first in by_id:
        if first in later:
            continue
        line = [first]
        while line[-1] in next_of:
            line.append(next_of[line[-1]].to_id)
        if {each.assignment_id for each in about} & set(line):
            found.append([_link(by_id[id_], next_of.get(id_), about, decisions) for id_ in line])
    return found


def _link(
    unit: UnitView, move: Reassignment | None, about: Sequence[RequestView], decisions: Sequence[Decision]
) -> Link:
    own = unit.assignment
    return Link(
        unit=unit.name,
        role=own.role,
        status=own.status,
        since=own.assigned_at,
        left_at=move.made_at if move else own.closed_at if own.status == "returned" else None,
        asked=[
            Asked(each, _decision(each, move, decisions)) for each in about if each.assignment_id == own.id
        ],
    )


def _decision(
    request: RequestView, move: Reassignment | None, decisions: Sequence[Decision]
) -> Decision | None:
    """The decision that settled the request: the one it went on by, else the first like it since it was asked."""
    if request.outcome in (None, "lapsed"):
        return None
    if move is not None and move.action_id == request.id:
        return next((each for each in decisions if each.id == move.decision_id), None)
    return next(
        (
            each
            for each in decisions
            if each.assignment_id == request.assignment_id
            and each.result == request.outcome
            and each.proposed_at >= request.at
        ),
        None,
    )
