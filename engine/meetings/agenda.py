"""The agenda of a meeting: matters that are no case, the order, and who was there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.sittings import AGENDA, put_on, take_off
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import Attendance, Meeting, db
from models.base import insert_unless

MAY_ARRANGE = ("meeting_officer",)
STATUSES = ("present", "leave", "absent")
ATTENDANCES: sa.Table = Attendance.__table__  # type: ignore[assignment]


class OfACase(GuardRefused):
    """A case comes on and off an agenda by its own steps."""

    text = _("案件由其办理步骤列入或者改列议程。")


@use_case
def add_matter(actor: Actor, *, meeting_id: int, title: str) -> int:
    """Put a matter that is no case at the end of the agenda; gives the id of its line."""
    meeting = _meeting(actor, meeting_id)
    title = title.strip()[:500]
    if not title:
        raise InvalidAnswers({"title": [_("请填写议题。")]})
    item_id = put_on(meeting.id, title, None, actor.user_id)
    _record(meeting, "agenda:placed", title=title)
    return item_id


@use_case
def drop_matter(actor: Actor, *, item_id: int) -> int:
    """Take a matter that is no case off again; twice does no harm. Gives the meeting."""
    meeting, item = _item(actor, item_id)
    if item.case_id is not None:
        raise OfACase
    if item.removed_at is None:
        take_off(item_id)
        _record(meeting, "agenda:dropped", title=item.title)
    return meeting.id


@use_case
def move_up(actor: Actor, *, item_id: int) -> int:
    """Let a line change places with the one above it; the first stays. Gives the meeting."""
    meeting, item = _item(actor, item_id)
    above = db.session.execute(
        sa.select(AGENDA)
        .where(
            AGENDA.c.meeting_id == meeting.id,
            AGENDA.c.removed_at.is_(None),
            AGENDA.c.position < item.position,
        )
        .order_by(AGENDA.c.position.desc())
        .limit(1)
    ).first()
    if above is not None and item.removed_at is None:
        for id_, position in ((item.id, above.position), (above.id, item.position)):
            db.session.execute(AGENDA.update().where(AGENDA.c.id == id_).values(position=position))
        _record(meeting, "agenda:ordered", title=item.title, old=item.position, new=above.position)
    return meeting.id


@use_case
def record_attendance(actor: Actor, *, meeting_id: int, statuses: Mapping[int, str]) -> int:
    """Write down who was there; a later entry about the same person stands in place of it. Gives how many are new."""
    meeting = _meeting(actor, meeting_id)
    if meeting.opens_on is None or meeting.opens_on > clock.today():
        raise GuardRefused(_("会议还没有召开，不能登记出席情况。"))
    if not set(statuses.values()) <= set(STATUSES):
        raise InvalidAnswers({"status": [_("请从列出的选项中选择。")]})
    statement = sa.select(Attendance.user_id, Attendance.status).where(Attendance.meeting_id == meeting.id)
    known = {row.user_id: row.status for row in db.session.execute(statement)}
    changed = {user_id: status for user_id, status in statuses.items() if known.get(user_id) != status}
    for user_id, status in changed.items():
        row = {"status": status, "recorded_by": actor.user_id, "recorded_at": clock.now()}
        statement = insert_unless(ATTENDANCES).values(meeting_id=meeting.id, user_id=user_id, **row)
        keys = [ATTENDANCES.c.meeting_id, ATTENDANCES.c.user_id]
        db.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))
    if changed:
        said = {str(user_id): [known.get(user_id), status] for user_id, status in changed.items()}
        _record(meeting, "meeting:attended", changes=said)
    return len(changed)


def _meeting(actor: Actor, meeting_id: int) -> Meeting:
    actor.require(*MAY_ARRANGE)
    statement = sa.select(Meeting).where(Meeting.id == meeting_id, Meeting.congress_id == actor.congress_id)
    meeting = db.session.scalar(statement.with_for_update())
    if meeting is None:
        raise NotFound
    return meeting


def _item(actor: Actor, item_id: int) -> tuple[Meeting, sa.Row[tuple[object, ...]]]:
    actor.require(*MAY_ARRANGE)
    row = db.session.execute(sa.select(AGENDA).where(AGENDA.c.id == item_id)).one_or_none()
    if row is None:
        raise NotFound
    return _meeting(actor, row.meeting_id), row


def _record(meeting: Meeting, action: str, **detail: Any) -> None:
    audit.record(action, congress_id=meeting.congress_id, subject=f"meeting:{meeting.id}", **detail)
