"""What a signed reply promises becomes the unit's debt; what it promised in an earlier round is superseded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.effects import effect
from engine.casework.facts import CaseFacts
from engine.casework.happenings import Happening
from engine.casework.reply_matter import promises_of
from engine.commitments.rows import (
    COMMITMENT_COLUMNS,
    COMMITMENTS,
    LIVE,
    NO_RULES,
    CommitmentFacts,
    Matter,
    change,
    enter,
    next_day,
    read,
    say,
)
from engine.definitions.folder import Folder
from engine.foundation import clock
from models import Assignment, Commitment, Meeting, db

_HIGHEST = sa.select(sa.func.max(COMMITMENTS.c.ordinal)).where(
    COMMITMENTS.c.case_id == sa.bindparam("of_case")
)
_EARLIER = sa.select(*COMMITMENT_COLUMNS).where(
    COMMITMENTS.c.assignment_id == sa.bindparam("of_assignment"),
    COMMITMENTS.c.status.in_(LIVE),
    COMMITMENTS.c.reply_id != sa.bindparam("of_reply"),
)
_MAKE = COMMITMENTS.insert().returning(*COMMITMENT_COLUMNS)


@effect("make_commitments")
def make_commitments(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Number the promises of the reply that was signed; those still owed from earlier rounds are superseded by it."""
    reply_id = int(happening.subject.partition(":")[2])
    assignment_id = happening.assignment_id
    if assignment_id is None:
        return
    about = {"of_assignment": assignment_id, "of_reply": reply_id}
    for row in db.session.execute(_EARLIER, about).all():
        _supersede(Matter(read(CommitmentFacts, Commitment, row), case, folder, NO_RULES), reply_id)
    promised = promises_of(reply_id)
    if not promised:
        return
    unit_id = db.session.scalars(sa.select(Assignment.unit_id).where(Assignment.id == assignment_id)).one()
    term = current_term(case.congress_id)
    number = db.session.scalar(_HIGHEST, {"of_case": case.id}) or 0
    owed = {"assignment_id": assignment_id, "unit_id": unit_id, "term": term}
    for ordinal, promise in enumerate(promised, start=number + 1):
        _make(case, folder, promise, {**owed, "ordinal": ordinal})


def _make(case: CaseFacts, folder: Folder, promise: Any, owed: Mapping[str, Any]) -> None:
    rules = folder.commitments or NO_RULES
    row = db.session.execute(
        _MAKE,
        {
            "congress_id": case.congress_id,
            "case_id": case.id,
            "reply_id": promise.reply_id,
            "ask_id": promise.ask_id,
            "what": promise.what,
            "milestones": promise.milestones,
            "made_on": clock.today(),
            "first_due_on": promise.due_on,
            "due_on": promise.due_on,
            "status": "open",
            "wakes_on": next_day(promise.due_on, rules.warn, clock.today()),
            "revision": 1,
            **owed,
        },
    ).one()
    made = Matter(read(CommitmentFacts, Commitment, row), case, folder, rules)
    say(made, "commitment:made", due_on=promise.due_on, what=promise.what)


def _supersede(matter: Matter, reply_id: int) -> None:
    enter(matter.commitment.id, "superseded", reply_id=reply_id)
    change(matter.commitment, status="superseded", wakes_on=None, superseded_by=reply_id)
    say(matter, "commitment:superseded", reply=reply_id)


def current_term(congress_id: int) -> int | None:
    """The term (届) of the latest session that has opened, or of which only the ledger knows."""
    begun = sa.or_(Meeting.opens_on.is_(None), Meeting.opens_on <= clock.today())
    return db.session.scalar(
        sa.select(sa.func.max(Meeting.term)).where(Meeting.congress_id == congress_id, begun)
    )
