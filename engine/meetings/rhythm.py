"""How often the standing committee has to sit: once in two months at least (组织法 art. 51)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from engine.casework.sittings import STANDING_COMMITTEE
from engine.deadlines.calendars import calendar_of
from engine.deadlines.counting import count
from engine.deadlines.decided import in_force
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.meetings.convening import meetings
from models import Meeting

INTERVAL = "standing_committee_meeting_interval"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The latest meeting, until when the next one has to open, by which article, and that one if it is convened."""

    latest: Meeting
    due_on: dt.date
    basis: str
    following: Meeting | None

    @property
    def kept(self) -> bool:
        """The next one is convened in time."""
        return self.following is not None and (self.following.opens_on or dt.date.max) <= self.due_on


def rhythm(actor: Actor) -> Rhythm | None:
    """How the meetings of the actor's standing committee follow one another; None before its first."""
    dated = [each for each in meetings(actor, STANDING_COMMITTEE) if each.opens_on and each.closes_on]
    dated.sort(key=lambda each: (each.opens_on, each.id))
    begun = [each for each in dated if each.opens_on and each.opens_on <= clock.today()]
    if not begun or (last_day := begun[-1].closes_on) is None:
        return None
    rule = in_force(actor.congress_id).pack.rule(INTERVAL, last_day)
    due = count(rule, last_day, calendar_of(actor.congress_id)).due
    return Rhythm(begun[-1], due, str(rule.legal_basis), next(iter(dated[len(begun) :]), None))
