"""Which cases a statistic is about: one kind of work, and of it a session, a term, a year or a period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.casework.sittings import SESSION
from engine.foundation import clock
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from models import Deputy, Meeting, db

ONE_DAY = dt.timedelta(days=1)
BACKWARDS = _("截止日期不能早于起始日期。")

_SITTINGS = (
    sa.select(Meeting.id, Meeting.term, Meeting.opens_on)
    .where(Meeting.congress_id == sa.bindparam("of_congress"), Meeting.kind == SESSION)
    .order_by(Meeting.term, Meeting.ordinal)
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The cases of one kind, narrowed; a case belongs to the year and the period in which it was received."""

    process_key: str
    meeting_id: int | None = None
    term: int | None = None
    year: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    category: str = ""
    delegation_id: int | None = None
    unit_id: int | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise InvalidAnswers({"until": [BACKWARDS]})


def received_at() -> sa.ColumnElement[dt.datetime]:
    """When a case came in; cases taken in from old ledgers may not say when they were handed in."""
    return sa.func.coalesce(CASES.c.submitted_at, CASES.c.assigned_at, CASES.c.created_at)


def conditions(scope: Scope, congress_id: int) -> list[sa.ColumnElement[bool]]:
    """What a case has to fulfil; drafts belong to nobody's statistics."""
    found = [
        CASES.c.congress_id == congress_id,
        CASES.c.process_key == scope.process_key,
        CASES.c.status != "draft",
    ]
    if scope.category:
        found.append(CASES.c.category == scope.category)
    if scope.delegation_id is not None:
        members = sa.select(Deputy.id).where(Deputy.delegation_id == scope.delegation_id)
        led = sa.and_(CASES.c.delegation_id.is_(None), CASES.c.lead_deputy_id.in_(members))
        found.append(sa.or_(CASES.c.delegation_id == scope.delegation_id, led))
    return [*found, *_sittings(scope, congress_id), *_received(scope)]


def _sittings(scope: Scope, congress_id: int) -> list[sa.ColumnElement[bool]]:
    """Of a session (or of a term): what was brought while it sat, and until the next one opened."""
    if scope.meeting_id is None and scope.term is None:
        return []
    rows = list(db.session.execute(_SITTINGS, {"of_congress": congress_id}))
    chosen = [row for row in rows if row.id == scope.meeting_id or row.term == scope.term]
    if not chosen:
        return [sa.false()]
    following = next((row for row in rows[rows.index(chosen[-1]) + 1 :] if row.opens_on is not None), None)
    brought = CASES.c.meeting_id.in_([row.id for row in chosen])
    opened = chosen[0].opens_on
    if opened is None:
        return [brought]
    after = [received_at() >= _midnight(opened)]
    if following is not None:
        after.append(received_at() < _midnight(following.opens_on))
    return [sa.or_(brought, sa.and_(CASES.c.meeting_id.is_(None), *after))]


def _received(scope: Scope) -> list[sa.ColumnElement[bool]]:
    since, until = scope.since, scope.until
    if scope.year is not None:
        since, until = dt.date(scope.year, 1, 1), dt.date(scope.year, 12, 31)
    found = []
    if since is not None:
        found.append(received_at() >= _midnight(since))
    if until is not None:
        found.append(received_at() < _midnight(until + ONE_DAY))
    return found


def _midnight(day: dt.date) -> sa.ColumnElement[dt.datetime]:
    # Typed as the column is: the function around it has forgotten how instants are bound.
    return sa.bindparam(None, dt.datetime.combine(day, dt.time(), clock.ZONE), CASES.c.created_at.type)


def earlier(scope: Scope, congress_id: int) -> Scope | None:
    """The same a session, a term or a year before; None where nothing came before or no time is named."""
    if scope.meeting_id is not None:
        before = _meeting_before(scope.meeting_id, congress_id)
        return replace(scope, meeting_id=before) if before is not None else None
    if scope.term is not None:
        return replace(scope, term=scope.term - 1) if scope.term > 1 else None
    if scope.year is not None:
        return replace(scope, year=scope.year - 1)
    if scope.since is not None and scope.until is not None:
        return replace(scope, since=_year_before(scope.since), until=_year_before(scope.until))
    return None


def _year_before(day: dt.date) -> dt.date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


def _meeting_before(meeting_id: int, congress_id: int) -> int | None:
    ids = [row.id for row in db.session.execute(_SITTINGS, {"of_congress": congress_id})]
    place = ids.index(meeting_id) if meeting_id in ids else 0
    return ids[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A session that statistics can be narrowed to."""

    id: int
    term: int
    name: str


def meetings(congress_id: int) -> list[MeetingLine]:
    """The sessions of the congress, the latest first."""
    statement = sa.select(Meeting.id, Meeting.term, Meeting.name).where(
        Meeting.congress_id == congress_id, Meeting.kind == SESSION
    )
    ordered = statement.order_by(Meeting.term.desc(), Meeting.ordinal.desc())
    return [MeetingLine(*row) for row in db.session.execute(ordered)]


def latest(process_key: str, congress_id: int) -> Scope:
    """The latest session that has opened, with what came in since; this year where no session is known."""
    statement = sa.select(Meeting.id).where(
        Meeting.congress_id == congress_id, Meeting.kind == SESSION, Meeting.opens_on <= clock.today()
    )
    found = db.session.scalar(statement.order_by(Meeting.opens_on.desc()).limit(1))
    if found is None:
        return Scope(process_key, year=clock.today().year)
    return Scope(process_key, meeting_id=found)
