"""Every promise says what its day has brought: due soon, lapsed, still to be rated, taken over by a new term."""

from __future__ import annotations

import datetime as dt
import logging

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.commitments.making import current_term
from engine.commitments.reporting import rating_period
from engine.commitments.rows import COMMITMENTS, LIVE, Matter, change, enter, next_day, say, to_change
from engine.deadlines.calendars import calendar_of
from engine.deadlines.milestones import next_milestone
from engine.foundation import clock
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import Busy
from engine.foundation.transaction import use_case
from models import db

NO_CONGRESS = 0  # the sweep is for every congress; what it records names the one of each promise
BATCH = 500

log = logging.getLogger(__name__)


def sweep_commitments(today: dt.date | None = None) -> int:
    """Let every promise speak whose day has come, and carry over those of an earlier term; gives how many did.

    Each is a transaction of its own: one that cannot be told keeps no other silent and is tried again next time.
    """
    day, actor, told = today or clock.today(), system_actor(NO_CONGRESS), 0
    for commitment_id in _woken(day):
        told += _tried(_wake, actor, commitment_id, day)
    for commitment_id, term in _of_earlier_terms():
        told += _tried(_carry_over, actor, commitment_id, term)
    return told


def _tried(step: object, actor: Actor, commitment_id: int, with_: object) -> int:
    try:
        return int(step(actor, commitment_id, with_))  # type: ignore[operator]
    except Busy:
        raise
    except Exception:
        log.exception("commitment %s could not be told of", commitment_id)
        return 0


def _woken(day: dt.date) -> list[int]:
    """Whose day has come, but for those whose file is closed for good: nothing is said of them any more."""
    kept = sa.exists().where(CASES.c.id == COMMITMENTS.c.case_id, CASES.c.archived_at.is_not(None))
    statement = sa.select(COMMITMENTS.c.id).where(COMMITMENTS.c.wakes_on <= day, ~kept)
    found = db.session.scalars(statement.order_by(COMMITMENTS.c.wakes_on, COMMITMENTS.c.id).limit(BATCH))
    return list(found)


def _of_earlier_terms() -> list[tuple[int, int]]:
    congresses = db.session.scalars(sa.select(COMMITMENTS.c.congress_id).distinct()).all()
    found = []
    for congress_id in congresses:
        term = current_term(congress_id)
        if term is None:
            continue
        earlier = sa.select(COMMITMENTS.c.id).where(
            COMMITMENTS.c.congress_id == congress_id,
            COMMITMENTS.c.status.in_(LIVE),
            COMMITMENTS.c.term < term,
        )
        found += [(id_, term) for id_ in db.session.scalars(earlier.order_by(COMMITMENTS.c.id).limit(BATCH))]
    return found


@use_case
def _wake(actor: Actor, commitment_id: int, today: dt.date) -> bool:
    """What the day has brought one promise; False where somebody else was faster."""
    actor.require("system")
    matter = to_change(actor, commitment_id)
    wakes_on = db.session.scalar(sa.select(COMMITMENTS.c.wakes_on).where(COMMITMENTS.c.id == commitment_id))
    if wakes_on is None or wakes_on > today:
        return False
    if matter.commitment.status == "fulfilled":
        return _remind_of_rating(matter, today)
    return _remind(matter, today)


def _remind(matter: Matter, today: dt.date) -> bool:
    commitment = matter.commitment
    left = (commitment.due_on - today).days
    wakes_on = next_day(commitment.due_on, matter.rules.warn, today)
    if left >= 0:
        change(commitment, wakes_on=wakes_on)
        say(matter, "commitment:due", told={"days": left}, due_on=commitment.due_on, days=left)
        return True
    enter(commitment.id, "lapsed")
    change(commitment, status="lapsed", wakes_on=None)
    say(matter, "commitment:lapsed", told={"days": -left}, due_on=commitment.due_on, days=-left)
    return True


def _remind_of_rating(matter: Matter, today: dt.date) -> bool:
    """Counted anew each time, so that a changed calendar moves it; when it is over nobody is asked again."""
    commitment = matter.commitment
    rule, deadline = rating_period(matter)
    left = (deadline.due - today).days
    if left < 0:
        change(commitment, wakes_on=None, rating_due_on=deadline.due)
        return False
    following = next_milestone(deadline, rule, calendar_of(commitment.congress_id), after=today)
    change(commitment, rating_due_on=deadline.due, wakes_on=following.on if following else None)
    say(matter, "commitment:rating_due", told={"days": left, "due_on": deadline.due}, due_on=deadline.due)
    return True


@use_case
def _carry_over(actor: Actor, commitment_id: int, term: int) -> bool:
    """A promise outlives the term in which it was made (换届)."""
    actor.require("system")
    matter = to_change(actor, commitment_id)
    commitment = matter.commitment
    if commitment.status not in LIVE or commitment.term is None or commitment.term >= term:
        return False
    enter(commitment.id, "carried_over", old=commitment.term, new=term)
    status = "lapsed" if commitment.status == "lapsed" else "carried_over"
    change(commitment, term=term, status=status)
    say(matter, "commitment:carried_over", old_term=commitment.term, new_term=term)
    return True
