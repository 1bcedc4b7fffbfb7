"""Putting a case on the agenda of a meeting (列入议程), from which the periods before that meeting are counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from engine.casework.acts.records import keep_entry, said
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.facts import CASES, CaseFacts
from engine.casework.moving.happenings import Happening
from engine.casework.periods.recounts import follow_meeting
from engine.casework.sittings import Placed, agenda_of, put_on, take_off
from engine.definitions.words import Sentence
from engine.foundation import clock
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import Cited, _
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
    which the law wants the matter heard: another month needs its reason. So it is where the register fields of the case
    have one of the values in `months_where`, by the article `months_basis`; without them always, by that of the task.
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
    requires = step.spec.requires
    first, last = requires.get("months", (1, 12))
    basis = str(requires.get("months_basis", step.spec.basis))
    assert meeting.opens_on is not None
    if not _has_fields(step.case, requires.get("months_where", {})):
        return
    if first <= meeting.opens_on.month <= last or str(step.answers.get("reason") or "").strip():
        return
    refusal = Sentence(OTHER_MONTH, first=first, last=last, basis=Cited(basis))
    raise InvalidAnswers({"reason": [refusal]})


def _has_fields(case: CaseFacts, wanted: Mapping[str, Collection[str]]) -> bool:
    """Whether each of these register fields of the case has one of the values; of none it does."""
    known = db.session.scalar(sa.select(CASES.c.fields).where(CASES.c.id == case.id)) if wanted else {}
    return all((known or {}).get(name) in values for name, values in wanted.items())


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
