"""Sessions of the congress (届次): when each sat, so that what came in then is numbered within it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.people.roles import SYSTEM
from models import Meeting, db

BACKWARDS = _("闭幕日不能早于开幕日。")


@use_case
def convene(
    actor: Actor, *, term: int, ordinal: int, name: str, opens_on: dt.date, closes_on: dt.date
) -> int:
    """Register a session, or correct the days of one that is registered; gives its id."""
    actor.require("assigner", "process_admin", SYSTEM)
    if closes_on < opens_on:
        raise InvalidAnswers({"closes_on": [BACKWARDS]})
    meeting = db.session.scalar(
        sa.select(Meeting).where(
            Meeting.congress_id == actor.congress_id, Meeting.term == term, Meeting.ordinal == ordinal
        )
    )
    old = None
    if meeting is None:
        meeting = Meeting(congress_id=actor.congress_id, term=term, ordinal=ordinal, counters={})
        db.session.add(meeting)
    else:
        old = [meeting.opens_on, meeting.closes_on]
    if old == [opens_on, closes_on] and meeting.name == name:
        return meeting.id
    meeting.name, meeting.opens_on, meeting.closes_on = name.strip(), opens_on, closes_on
    db.session.flush()
    audit.record(
        "meeting:convened",
        congress_id=actor.congress_id,
        subject=f"meeting:{meeting.id}",
        old=old,
        new=[opens_on, closes_on],
        name=name,
    )
    return meeting.id


def meetings(actor: Actor) -> list[Meeting]:
    """The sessions of the actor's congress, the latest first."""
    statement = sa.select(Meeting).where(Meeting.congress_id == actor.congress_id)
    return list(db.session.scalars(statement.order_by(Meeting.term.desc(), Meeting.ordinal.desc())))
