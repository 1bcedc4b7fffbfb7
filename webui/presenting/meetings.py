"""Meetings as their pages take them: the list by kind, and one with its agenda, papers, attendance and votes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event, vDatetime

from engine.casework.sittings import COUNCIL, SESSION, STANDING_COMMITTEE
from engine.definitions.words import Words
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.meetings.agenda import MAY_ARRANGE
from engine.meetings.readings import Matter, MeetingPage, Paper
from engine.meetings.rhythm import Rhythm
from models import Meeting
from webui.language import day, language, moment
from webui.presenting.dues import due_of
from webui.presenting.on_record import CHOICES
from webui.presenting.rows import stage_title
from webui.presenting.words import SATISFACTION, FolderWords, listed, said
from webui.words.citing import cited

Shown = dict[str, Any]
KINDS = {
    SESSION: Words("人民代表大会会议", "Sessions of the congress"),
    STANDING_COMMITTEE: Words("常委会会议", "Meetings of the standing committee"),
    COUNCIL: Words("主任会议", "Meetings of the chairpersons’ council"),
}
ONE = {
    SESSION: Words("人民代表大会会议", "Session of the congress"),
    STANDING_COMMITTEE: Words("常委会会议", "Meeting of the standing committee"),
    COUNCIL: Words("主任会议", "Meeting of the chairpersons’ council"),
}
ATTENDANCE = {
    "present": Words("出席", "Present"),
    "leave": Words("请假", "On leave"),
    "absent": Words("缺席", "Absent"),
}


def kind_choices() -> list[dict[str, str]]:
    """The kinds of meeting, to choose from."""
    return [{"value": kind, "label": words.in_(language())} for kind, words in KINDS.items()]


def list_shown(found: Sequence[tuple[Meeting, int]]) -> list[Shown]:
    """The meetings under their kinds, those ahead first."""
    today = clock.today()
    return [
        {
            "kind": kind,
            "title": said(KINDS, kind),
            "meetings": [
                {
                    "name": meeting.name,
                    "href": url_for("meetings.page", meeting_id=meeting.id),
                    "days": days_of(meeting),
                    "ahead": meeting.closes_on is not None and meeting.closes_on >= today,
                    "count": count,
                }
                for meeting, count in found
                if meeting.kind == kind
            ],
        }
        for kind in KINDS
    ]


def rhythm_said(found: Rhythm | None) -> str:
    """What to say where the standing committee's next meeting is not convened in time; nothing where it is."""
    if found is None or found.kept:
        return ""
    told = {
        "latest": found.latest.name,
        "due": day(found.due_on),
        "basis": cited(found.basis, language()),
    }
    if found.following is None:
        return _("还没有登记下一次常委会会议。%(latest)s以后，应当不迟于%(due)s举行（%(basis)s）。", **told)
    return _(
        "%(next)s%(opens)s开幕，晚于%(due)s：距%(latest)s超过了两次会议的间隔（%(basis)s）。",
        next=found.following.name,
        opens=day(found.following.opens_on),
        **told,
    )


def days_of(meeting: Meeting) -> str:
    """From when to when it sits."""
    if meeting.opens_on is None or meeting.closes_on is None:
        return "—"
    if meeting.opens_on == meeting.closes_on:
        return day(meeting.opens_on)
    return _("%(first)s至%(last)s", first=day(meeting.opens_on), last=day(meeting.closes_on))


def meeting_shown(found: MeetingPage, actor: Actor) -> Shown:
    """Everything the page of a meeting shows."""
    meeting = found.meeting
    begun = meeting.opens_on is not None and meeting.opens_on <= clock.today()
    seats = [
        {
            "name": seat.name,
            "field": f"seat.{seat.user_id}",
            "status": seat.status,
            "said": said(ATTENDANCE, seat.status) if seat.status else _("未登记"),
        }
        for seat in found.seats
    ]
    present = sum(seat.status == "present" for seat in found.seats)
    return {
        "id": meeting.id,
        "name": meeting.name,
        "kind": said(ONE, meeting.kind),
        "days": days_of(meeting),
        "until": moment(meeting.motions_until) if meeting.motions_until else "",
        "matters": [_matter(each, meeting) for each in found.matters],
        "lacking": [line for each in found.matters for line in _lacking(each, meeting)],
        "seats": seats,
        "present": _("应到%(whole)s，出席%(present)s", whole=len(seats), present=present) if seats else "",
        "statuses": [{"value": key, "label": said(ATTENDANCE, key)} for key in ATTENDANCE],
        "may_arrange": bool(actor.roles & set(MAY_ARRANGE)),
        "begun": begun,
        "errors": [],
        "faults": {},
    }


def _matter(matter: Matter, meeting: Meeting) -> Shown:
    folder = matter.folder
    return {
        "id": matter.item_id,
        "number": matter.number or "",
        "position": matter.position,
        "title": matter.title or _("（知悉范围以外的事项）"),
        "href": url_for("cases.page", case_id=matter.case_id) if matter.case_id else "",
        "kind": folder.title.in_(language()) if folder else "",
        "stage": stage_title(folder, matter.stage) if folder else "",
        "papers": [_paper(each, matter, meeting) for each in matter.papers],
        "votes": _votes(matter),
        "is_case": matter.is_case,
    }


def _paper(paper: Paper, matter: Matter, meeting: Meeting) -> Shown:
    waiting = paper.came_on is None
    due = due_of(paper.due_on, meeting.congress_id) if waiting and paper.due_on else None
    return {
        "title": paper.material.title.in_(language()),
        "came_on": paper.came_on,
        "due": due,
        "href": url_for("cases.page", case_id=matter.case_id, _anchor="handling") if matter.case_id else "",
    }


def _lacking(matter: Matter, meeting: Meeting) -> list[Shown]:
    """The papers that have not come, each with its lamp."""
    return [
        {**_paper(each, matter, meeting), "matter": matter.title}
        for each in matter.papers
        if each.came_on is None and each.due_on is not None
    ]


def _votes(matter: Matter) -> list[str]:
    if matter.folder is None:
        return []
    words = FolderWords(matter.folder)
    return [
        _(
            "%(step)s：%(result)s。%(counts)s（应到%(members)s，实到%(present)s）",
            step=words.task(vote.node),
            result=said(SATISFACTION, vote.result)
            if vote.result in SATISFACTION
            else words.of("decision", vote.result),
            counts=listed(f"{said(CHOICES, key)} {count}" for key, count in vote.counts.items()),
            members=vote.members,
            present=vote.present,
        )
        for vote in matter.ballots
    ]


def meeting_calendar(meeting: Meeting, now: dt.datetime, address: str) -> bytes:
    """The meeting as one appointment of whole days (RFC 5545)."""
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//Duban//meeting//ZH")
    calendar.add("version", "2.0")
    event.add("uid", f"meeting-{meeting.id}@duban")
    event.add("dtstamp", vDatetime(now.astimezone(dt.UTC)))
    if meeting.opens_on and meeting.closes_on:
        event.add("dtstart", meeting.opens_on)
        event.add("dtend", meeting.closes_on + dt.timedelta(days=1))
    event.add("summary", meeting.name)
    event.add("url", address)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
