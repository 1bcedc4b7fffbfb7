"""Meetings as cases know them: the kinds there are, the session that sits, the agenda a case stands on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation import clock
from models import AgendaItem, Meeting, db

SESSION = "congress"  # official numbers are counted within these
STANDING_COMMITTEE = "standing_committee"
COUNCIL = "council"
KINDS = (SESSION, STANDING_COMMITTEE, COUNCIL)

AGENDA: sa.Table = AgendaItem.__table__  # type: ignore[assignment]
MEETINGS: sa.Table = Meeting.__table__  # type: ignore[assignment]

_IN_SESSION = sa.select(MEETINGS.c.id).where(
    MEETINGS.c.congress_id == sa.bindparam("of_congress"),
    MEETINGS.c.kind == SESSION,
    MEETINGS.c.opens_on <= sa.bindparam("on"),
    MEETINGS.c.closes_on >= sa.bindparam("on"),
)
_AHEAD = (
    sa.select(MEETINGS.c.id, MEETINGS.c.name, MEETINGS.c.opens_on)
    .where(
        MEETINGS.c.congress_id == sa.bindparam("of_congress"),
        MEETINGS.c.kind == sa.bindparam("of_kind"),
        MEETINGS.c.closes_on >= sa.bindparam("on"),
    )
    .order_by(MEETINGS.c.opens_on, MEETINGS.c.id)
)
_PLACED = (
    sa.select(AGENDA.c.id, AGENDA.c.meeting_id, MEETINGS.c.kind, MEETINGS.c.name, MEETINGS.c.opens_on)
    .join(MEETINGS, MEETINGS.c.id == AGENDA.c.meeting_id)
    .where(AGENDA.c.case_id == sa.bindparam("of_case"), AGENDA.c.removed_at.is_(None))
    .order_by(AGENDA.c.id)
)
_SITTING = (
    sa.select(MEETINGS.c.id)
    .outerjoin(
        AGENDA,
        sa.and_(
            AGENDA.c.meeting_id == MEETINGS.c.id,
            AGENDA.c.case_id == sa.bindparam("of_case"),
            AGENDA.c.removed_at.is_(None),
        ),
    )
    .where(
        MEETINGS.c.congress_id == sa.bindparam("of_congress"),
        MEETINGS.c.kind.in_((SESSION, STANDING_COMMITTEE)),
        MEETINGS.c.opens_on <= sa.bindparam("on"),
        MEETINGS.c.closes_on >= sa.bindparam("on"),
    )
    .order_by(AGENDA.c.id.is_(None), AGENDA.c.id.desc(), MEETINGS.c.kind.desc(), MEETINGS.c.id)
    .limit(1)
)
_LAST = sa.select(sa.func.max(AGENDA.c.position)).where(AGENDA.c.meeting_id == sa.bindparam("of_meeting"))


@dataclass(frozen=True, slots=True)
class Placed:
    """A case on the agenda of a meeting."""

    item_id: int
    meeting_id: int
    kind: str
    name: str
    opens_on: dt.date | None


def meeting_in_session(congress_id: int) -> int | None:
    """The session that sits today, if one does: what is submitted now belongs to it."""
    return db.session.scalar(_IN_SESSION, {"of_congress": congress_id, "on": clock.today()})


def meetings_ahead(congress_id: int, kind: str) -> dict[int, str]:
    """The meetings of a kind that are not over yet, the next first: id → name with its day."""
    about = {"of_congress": congress_id, "of_kind": kind, "on": clock.today()}
    return {row.id: f"{row.name}（{row.opens_on.isoformat()}）" for row in db.session.execute(_AHEAD, about)}


def agenda_of(case_id: int) -> list[Placed]:
    """Every meeting a case is or was before, in the order in which it was placed."""
    return [Placed(*row) for row in db.session.execute(_PLACED, {"of_case": case_id})]


def sitting_on(congress_id: int, case_id: int, on: dt.date) -> int | None:
    """The meeting that sat on a day: one that has the case on its agenda, else any plenary."""
    about = {"of_congress": congress_id, "of_case": case_id, "on": on}
    return db.session.scalar(_SITTING, about)


def put_on(meeting_id: int, title: str, case_id: int | None, user_id: int | None) -> int:
    """Add a matter at the end of a meeting's agenda; gives the id of its line."""
    last = db.session.scalar(_LAST, {"of_meeting": meeting_id}) or 0
    row: dict[str, Any] = {
        "meeting_id": meeting_id,
        "case_id": case_id,
        "position": last + 1,
        "title": title,
        "added_by": user_id,
        "added_at": clock.now(),
    }
    return int(db.session.scalar(AGENDA.insert().returning(AGENDA.c.id), row) or 0)


def take_off(item_id: int) -> None:
    """Take a matter off; its line stays."""
    db.session.execute(
        AGENDA.update()
        .where(AGENDA.c.id == item_id, AGENDA.c.removed_at.is_(None))
        .values(removed_at=clock.now())
    )
