"""What steps have put on record, the votes, and the meetings a case is or was before, for one reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.entries import roles_in, spec_of_entry
from engine.casework.facts import CaseFacts
from engine.definitions.folder import ActionSpec, Folder, TaskSpec
from engine.foundation.actor import Actor
from models import Assignment, Ballot, CaseEntry, Meeting, Organization, User, db


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with its step; `unit` where it is of a unit's part."""

    id: int
    node: str
    spec: TaskSpec | ActionSpec | None
    unit: str | None
    round: int
    on: dt.date
    by: str | None
    at: dt.datetime
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BallotView:
    """Votes as counted; `decision_id` or `evaluation_id` is what they decided."""

    id: int
    node: str
    meeting_id: int | None
    meeting: str | None
    threshold: str
    members: int
    present: int
    counts: Mapping[str, int]
    result: str
    decision_id: int | None
    evaluation_id: int | None
    at: dt.datetime


def entries_of(actor: Actor, case: CaseFacts, folder: Folder) -> list[EntryView]:
    """The entries of a case, in order; one that a step keeps among some roles is for them and its author alone."""
    statement = (
        sa.select(CaseEntry, User.name, Organization.name)
        .outerjoin(User, User.id == CaseEntry.entered_by)
        .outerjoin(Assignment, Assignment.id == CaseEntry.assignment_id)
        .outerjoin(Organization, Organization.id == Assignment.unit_id)
        .where(CaseEntry.case_id == case.id)
        .order_by(CaseEntry.id)
    )
    present = roles_in(actor, case)
    found = []
    for entry, by, unit in db.session.execute(statement):
        spec = spec_of_entry(folder, entry.node)
        among = frozenset(spec.requires.get("seen_by", ())) if spec else frozenset()
        if among and not among & present and entry.entered_by != actor.user_id:
            continue
        whole = (entry.id, entry.node, spec, unit, entry.round, entry.entry_on, by, entry.entered_at)
        found.append(EntryView(*whole, entry.answers))
    return found


def ballots_of(case_id: int) -> list[BallotView]:
    """The votes on a case, in order."""
    statement = (
        sa.select(Ballot, Meeting.name)
        .outerjoin(Meeting, Meeting.id == Ballot.meeting_id)
        .where(Ballot.case_id == case_id)
        .order_by(Ballot.id)
    )
    return [
        BallotView(
            row.id,
            row.node,
            row.meeting_id,
            meeting,
            row.threshold,
            row.members,
            row.present,
            row.counts,
            row.result,
            row.decision_id,
            row.evaluation_id,
            row.recorded_at,
        )
        for row, meeting in db.session.execute(statement)
    ]
