"""What steps have put on record, the votes, and the meetings a case is or was before, for one reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.entries import Reader, spec_of_entry
from engine.definitions.folder import ActionSpec, TaskSpec
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


def entries_of(reader: Reader) -> list[EntryView]:
    """The entries of a case that are for this reader, in order."""
    statement = (
        sa.select(CaseEntry, User.name, Organization.name)
        .outerjoin(User, User.id == CaseEntry.entered_by)
        .outerjoin(Assignment, Assignment.id == CaseEntry.assignment_id)
        .outerjoin(Organization, Organization.id == Assignment.unit_id)
        .where(CaseEntry.case_id == reader.case.id)
        .order_by(CaseEntry.id)
    )
    found = []
    for entry, by, unit in db.session.execute(statement):
        if reader.reads(entry):
            spec = spec_of_entry(reader.folder, entry.node)
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
