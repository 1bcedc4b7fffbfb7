"""The list of problems of a case and the group at work on it, as one reader may see them."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from engine.casework.access import same_eyes
from engine.casework.attachments import OF_ENTRY
from engine.casework.entries import ENTRIES, WHOSE, Reader
from engine.casework.problems import OPEN, PROBLEMS, STEPS
from engine.foundation.actor import Actor
from models import Attachment, CaseEntry, Organization, User, db


@dataclass(frozen=True, slots=True)
class StepView:
    """What was done about a problem; `answers` are those of the entry it left, `own` whether the reader did it.

    One who stands in for the reader counts as he, for such two are one pair of eyes.
    """

    status: str
    returned: bool
    by: str | None
    own: bool
    at: dt.datetime
    entry_id: int | None
    answers: dict[str, object]
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem as it stands, with every step taken, the oldest first."""

    id: int
    ordinal: int
    text: str
    law: str
    demand: str
    amount: str  # in 万元, exact; "" where none is stated
    unit: str
    assignment_id: int | None
    due_on: dt.date | None
    status: str
    returned: int
    steps: list[StepView] = field(default_factory=list)

    def had_in_hand(self, statuses: Collection[str]) -> bool:
        """Whether the reader took it to one of these statuses since it was last to be put right."""
        began = max((n for n, step in enumerate(self.steps) if step.status == OPEN), default=-1)
        return any(step.own and step.status in statuses for step in self.steps[began + 1 :])


def problems_shown(reader: Reader) -> list[ProblemView]:
    """The problems of a case that are this reader's business, in order."""
    statement = (
        sa.select(PROBLEMS, Organization.name.label("unit"))
        .join(Organization, Organization.id == PROBLEMS.c.unit_id)
        .where(PROBLEMS.c.case_id == reader.case.id)
        .order_by(PROBLEMS.c.ordinal)
    )
    rows = [row for row in db.session.execute(statement) if reader.knows_of(row.id)]
    views = {
        row.id: ProblemView(
            row.id,
            row.ordinal,
            row.text,
            row.law,
            row.demand,
            row.amount,
            row.unit,
            row.assignment_id,
            row.due_on,
            row.status,
            row.returned,
        )
        for row in rows
    }
    _add_steps(reader.actor, views)
    return list(views.values())


def _add_steps(actor: Actor, views: dict[int, ProblemView]) -> None:
    own = functools.cache(lambda user_id: same_eyes(actor, user_id))
    statement = (
        sa.select(STEPS, User.name, CaseEntry.answers)
        .outerjoin(User, User.id == STEPS.c.done_by)
        .outerjoin(CaseEntry, CaseEntry.id == STEPS.c.entry_id)
        .where(STEPS.c.problem_id.in_(list(views)))
        .order_by(STEPS.c.id)
    )
    for row in db.session.execute(statement) if views else ():
        mine = row.done_by is not None and own(row.done_by)
        answers = row.answers or {}
        taken = row.status, row.returned, row.name, mine, row.done_at, row.entry_id, answers, row.done_by
        views[row.problem_id].steps.append(StepView(*taken))


def files_of_entries(reader: Reader) -> dict[int, list[Attachment]]:
    """What was attached to entries of a case and is this reader's to open, by entry."""
    statement = (
        sa.select(Attachment, *WHOSE)
        .join(ENTRIES, ENTRIES.c.id == Attachment.subject_id)
        .where(
            Attachment.case_id == reader.case.id,
            Attachment.subject == OF_ENTRY,
            Attachment.removed_at.is_(None),
        )
    )
    found: dict[int, list[Attachment]] = {}
    for row in db.session.execute(statement.order_by(Attachment.id)):
        if reader.opens_files_of(row):
            found.setdefault(row.id, []).append(row.Attachment)
    return found
