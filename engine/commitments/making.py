"""What a signed reply promises becomes the unit's debt; what it promised in an earlier round is superseded."""

from __future__ import annotations

from operator import attrgetter

import sqlalchemy as sa

from engine.casework.facts import CaseFacts
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening
from engine.casework.reply_matter import SignedReply
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
from models import Commitment, Meeting, db
from models.base import among

MEETINGS: sa.Table = Meeting.__table__  # type: ignore[assignment]

_BEGUN = sa.or_(MEETINGS.c.opens_on.is_(None), MEETINGS.c.opens_on <= sa.bindparam("today"))
_TERM = sa.select(sa.func.max(MEETINGS.c.term)).where(
    MEETINGS.c.congress_id == sa.bindparam("of_congress"), _BEGUN
)
_HIGHEST = sa.select(sa.func.max(COMMITMENTS.c.ordinal)).where(
    COMMITMENTS.c.case_id == sa.bindparam("of_case")
)
_BEFORE = sa.select(_TERM.scalar_subquery().label("term"), _HIGHEST.scalar_subquery().label("highest"))
_EARLIER = sa.select(*COMMITMENT_COLUMNS).where(
    COMMITMENTS.c.assignment_id == sa.bindparam("of_assignment"),
    among(COMMITMENTS.c.status, LIVE),
    COMMITMENTS.c.reply_id != sa.bindparam("of_reply"),
)
_MAKE = COMMITMENTS.insert().returning(*COMMITMENT_COLUMNS)


@effect("make_commitments")
def make_commitments(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Number the promises of the reply that was signed; those still owed from earlier rounds are superseded by it."""
    reply = happening.signed
    about = {"of_assignment": reply.assignment_id, "of_reply": reply.id}
    for row in db.session.execute(_EARLIER, about).all():
        _supersede(Matter(read(CommitmentFacts, Commitment, row), case, folder, NO_RULES), reply.id)
    if reply.promises:
        _make(case, folder, reply)


def _make(case: CaseFacts, folder: Folder, reply: SignedReply) -> None:
    rules, today = folder.commitments or NO_RULES, clock.today()
    about = {"of_case": case.id, "of_congress": case.congress_id, "today": today}
    before = db.session.execute(_BEFORE, about).one()
    rows = [
        {
            "congress_id": case.congress_id,
            "case_id": case.id,
            "assignment_id": reply.assignment_id,
            "reply_id": reply.id,
            "unit_id": reply.unit_id,
            "ordinal": ordinal,
            "ask_id": promise.ask_id,
            "what": promise.what,
            "milestones": promise.milestones,
            "made_on": today,
            "first_due_on": promise.due_on,
            "due_on": promise.due_on,
            "term": before.term,
            "status": "open",
            "wakes_on": next_day(promise.due_on, rules.warn, today),
            "revision": 1,
        }
        for ordinal, promise in enumerate(reply.promises, start=(before.highest or 0) + 1)
    ]
    made = db.session.execute(_MAKE, rows[0] if len(rows) == 1 else rows)
    # They come back in any order.
    commitments = [read(CommitmentFacts, Commitment, row) for row in made]
    for commitment in sorted(commitments, key=attrgetter("ordinal")):
        matter = Matter(commitment, case, folder, rules)
        say(matter, "commitment:made", due_on=commitment.due_on, what=commitment.what)


def _supersede(matter: Matter, reply_id: int) -> None:
    enter(matter.commitment.id, "superseded", reply_id=reply_id)
    change(matter.commitment, status="superseded", wakes_on=None, superseded_by=reply_id)
    say(matter, "commitment:superseded", reply=reply_id)


def current_term(congress_id: int) -> int | None:
    """The term (届) of the latest session that has opened, or of which only the ledger knows."""
    return db.session.scalar(_TERM, {"of_congress": congress_id, "today": clock.today()})
