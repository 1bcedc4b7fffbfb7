"""Convening meetings (会次) of every kind: when each sits; what is counted from its days follows when it moves."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from engine.casework.periods.recounts import follow_meeting
from engine.casework.sittings import KINDS, SESSION
from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from engine.foundation.lines import unfit, visible
from engine.foundation.transaction import use_case
from engine.people.roles import SYSTEM
from models import Meeting, db

MAY_CONVENE = ("assigner", "process_admin", "meeting_officer")
BACKWARDS = _("闭幕日不能早于开幕日。")
UNKNOWN_KIND = _("请选择会议的种类。")


@use_case
def convene(
    actor: Actor,
    *,
    term: int,
    ordinal: int,
    name: str,
    opens_on: dt.date,
    closes_on: dt.date,
    kind: str = SESSION,
    motions_until: dt.datetime | None = None,
) -> int:
    """Register a meeting, or correct the days of one that is registered; gives its id.

    When its first day moves, every running period that is counted from it is counted again in the same transaction,
    and the people of those cases are told.
    """
    actor.require(*MAY_CONVENE, SYSTEM)
    if closes_on < opens_on:
        raise InvalidAnswers({"closes_on": [BACKWARDS]})
    if kind not in KINDS:
        raise InvalidAnswers({"kind": [UNKNOWN_KIND]})
    name = visible(name)
    if errors := unfit(Meeting, name=name, term=term, ordinal=ordinal):
        raise InvalidAnswers(errors)
    meeting = _meeting(actor, kind, term, ordinal)
    old = [meeting.opens_on, meeting.closes_on, meeting.motions_until] if meeting.id else None
    if old == [opens_on, closes_on, motions_until] and meeting.name == name:
        return meeting.id
    meeting.name, meeting.opens_on, meeting.closes_on = name, opens_on, closes_on
    meeting.motions_until = motions_until
    db.session.add(meeting)
    db.session.flush()
    moved = follow_meeting(meeting) if old and old[0] != opens_on else 0
    audit.record(
        "meeting:moved" if old and old[0] != opens_on else "meeting:convened",
        congress_id=actor.congress_id,
        subject=f"meeting:{meeting.id}",
        old=old[:2] if old else None,
        new=[opens_on, closes_on],
        name=name,
        moved=moved,
    )
    return meeting.id


def _meeting(actor: Actor, kind: str, term: int, ordinal: int) -> Meeting:
    """The registered meeting, locked, or a new one."""
    statement = sa.select(Meeting).where(
        Meeting.congress_id == actor.congress_id,
        Meeting.kind == kind,
        Meeting.term == term,
        Meeting.ordinal == ordinal,
    )
    found = db.session.scalar(statement.with_for_update())
    if found is not None:
        return found
    return Meeting(congress_id=actor.congress_id, kind=kind, term=term, ordinal=ordinal, counters={})


def meetings(actor: Actor, kind: str = SESSION) -> list[Meeting]:
    """The meetings of a kind in the actor's congress, the latest first."""
    statement = sa.select(Meeting).where(Meeting.congress_id == actor.congress_id, Meeting.kind == kind)
    return list(db.session.scalars(statement.order_by(Meeting.term.desc(), Meeting.ordinal.desc())))
