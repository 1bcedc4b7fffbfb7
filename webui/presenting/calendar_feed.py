"""A person's dates as a calendar that others subscribe to (RFC 5545): whole days, with a reminder the day before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from icalendar import Alarm, Calendar, Event, vDatetime, vDuration, vText

from engine.casework.readings.own_dates import OwnDate

NAME = ("督办", "Duban")
RESTRICTED = ("受限案件", "A restricted case")
CASE_DUE = ("期限", "due")
REMINDER = dt.timedelta(
    hours=-15
)  # before the midnight with which the day begins: nine in the morning before
REFRESH = dt.timedelta(hours=1)


def feed(dates: Sequence[OwnDate], *, now: dt.datetime, locale: str, address: Callable[[int], str]) -> bytes:
    """The calendar; `address` gives the page of a case."""
    english = locale == "en"
    calendar = Calendar()
    calendar.add("prodid", "-//Duban//calendar feed//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(NAME[english]))
    calendar.add("x-wr-timezone", vText("Asia/Shanghai"))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    for date in dates:
        calendar.add_component(_event(date, now, english, address(date.case_id)))
    return bytes(calendar.to_ical())


def _event(date: OwnDate, now: dt.datetime, english: bool, address: str) -> Event:
    event, summary = Event(), _summary(date, english)
    event.add("uid", f"{date.key}@duban")
    event.add("dtstamp", vDatetime(now.astimezone(dt.UTC)))
    event.add("dtstart", date.due_on)
    event.add("dtend", date.due_on + dt.timedelta(days=1))
    event.add("summary", summary)
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", REMINDER)
    event.add_component(alarm)
    return event


def _summary(date: OwnDate, english: bool) -> str:
    if date.restricted:
        return RESTRICTED[english]
    step = date.step or CASE_DUE[english]
    colon = ": " if english else "："
    return step + colon + " ".join(filter(None, (date.number, date.title)))
