"""Official numbers: issued once within a session or the time between sessions, without gaps, never changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.cases import update_case
from engine.casework.facts import CaseFacts
from engine.casework.sittings import MEETINGS, SESSION
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import db

IN_SESSION, BETWEEN = "in_session", "between"
_COUNT_ON = MEETINGS.update().where(MEETINGS.c.id == sa.bindparam("of_meeting"))
_SESSION = sa.select(MEETINGS).where(MEETINGS.c.id == sa.bindparam("of_meeting")).with_for_update()
_LAST_SESSION = (
    sa.select(MEETINGS)
    .where(
        MEETINGS.c.congress_id == sa.bindparam("of_congress"),
        MEETINGS.c.kind == SESSION,
        MEETINGS.c.opens_on <= sa.bindparam("today"),
    )
    .order_by(MEETINGS.c.opens_on.desc())
    .limit(1)
    .with_for_update()
)


def issue_number(case: CaseFacts, folder: Folder) -> str:
    """Issue the next number of the case's series; the session's row is locked, so that none is given twice."""
    if case.number is not None:
        return case.number
    meeting = _meeting(case)
    between = case.meeting_id is None
    pattern = folder.number.between_sessions if between else folder.number.in_session
    series = f"{folder.number.series}:{BETWEEN if between else IN_SESSION}"
    ordinal = max(int(meeting.counters.get(each, 0)) for each in _counted_with(folder, series)) + 1
    counters = {**meeting.counters, series: ordinal}
    db.session.execute(_COUNT_ON, {"of_meeting": meeting.id, "counters": counters})
    number = pattern.format(meeting=meeting.name, ordinal=ordinal)
    update_case(case, {"number": number})
    return number


def _counted_with(folder: Folder, series: str) -> list[str]:
    """The counters that go on together: where numbers in session and between read alike, none is given twice."""
    if folder.number.in_session != folder.number.between_sessions:
        return [series]
    return [f"{folder.number.series}:{when}" for when in (IN_SESSION, BETWEEN)]


def _meeting(case: CaseFacts) -> sa.Row[Any]:
    """The session of the case; between sessions, the one that closed last."""
    if case.meeting_id is not None:
        row = db.session.execute(_SESSION, {"of_meeting": case.meeting_id}).one_or_none()
    else:
        about = {"of_congress": case.congress_id, "today": clock.today()}
        row = db.session.execute(_LAST_SESSION, about).one_or_none()
    if row is None:
        raise GuardRefused(_("还没有登记本级人大的会次，不能编号。"))
    return row
