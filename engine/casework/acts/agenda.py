"""Putting a case on the agenda of a meeting (列入议程), from which the periods before that meeting are counted."""

from __future__ import annotations

from engine.casework.acts.records import keep_entry, said
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.facts import CaseFacts
from engine.casework.happenings import Happening
from engine.casework.recounts import follow_meeting
from engine.casework.sittings import Placed, agenda_of, put_on, take_off
from engine.definitions.words import Sentence
from engine.foundation import clock
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import _
from models import Meeting, db

OTHER_MONTH = _("依法应在{first}月至{last}月期间（{basis}），安排在其他月份的须说明理由。")


class NoSuchMeeting(GuardRefused):
    """The meeting is not one of this congress, or its days are not known."""

    text = _("请选择已登记日期的会议。")


@act("place_on_agenda")
def place_on_agenda(step: Step) -> Outcome:
    """Put the case on the agenda of the meeting chosen in the field `meeting`, or move it there.

    While it stands on the agenda of a meeting of the same kind that has not begun, it moves, and with it every running
    clock that is counted from there. `requires`: `happening`, said besides (from it too
    periods are counted back, where a case comes before several meetings); `months`, the first and the last month in
    which the law wants the matter heard: another month needs its reason.
    """
    meeting = db.session.get(Meeting, step.answers["meeting"])
    if meeting is None or meeting.congress_id != step.case.congress_id or meeting.opens_on is None:
        raise NoSuchMeeting
    _require_in_months(step, meeting)
    keep_entry(step)
    before = _waiting(step.case, meeting.kind)
    happenings = [_placed(step, meeting, before)]
    if "happening" in step.spec.requires:
        besides = said(step, f"meeting:{meeting.id}", str(step.spec.requires["happening"]))
        besides.meeting = happenings[0].meeting
        happenings.append(besides)
    return Outcome(happenings)


def _require_in_months(step: Step, meeting: Meeting) -> None:
    first, last = step.spec.requires.get("months", (1, 12))
    assert meeting.opens_on is not None
    if first <= meeting.opens_on.month <= last or str(step.answers.get("reason") or "").strip():
        return
    raise InvalidAnswers({"reason": [Sentence(OTHER_MONTH, first=first, last=last, basis=step.spec.basis)]})


def _placed(step: Step, meeting: Meeting, before: Placed | None) -> Happening:
    new = {"meeting": meeting.name, "opens_on": meeting.opens_on}
    if before is not None and before.meeting_id == meeting.id:
        return said(step, f"meeting:{meeting.id}", "agenda:confirmed", **new)
    if before is not None:
        take_off(before.item_id)
    put_on(meeting.id, step.case.title, step.case.id, step.actor.user_id)
    if before is not None:
        follow_meeting(meeting, was_id=before.meeting_id, case_id=step.case.id)
        return said(step, f"meeting:{meeting.id}", "agenda:moved", old=before.name, new=meeting.name, **new)
    happening = said(step, f"meeting:{meeting.id}", "agenda:placed", **new)
    assert meeting.opens_on is not None
    happening.meeting = meeting.id, meeting.opens_on
    return happening


def _waiting(case: CaseFacts, kind: str) -> Placed | None:
    """Where the case stands on the agenda of a meeting of that kind that has not begun."""
    today = clock.today()
    waiting = [
        each
        for each in agenda_of(case.id)
        if each.kind == kind and each.opens_on is not None and each.opens_on > today
    ]
    return waiting[-1] if waiting else None
