"""Changing a congress's calendar: the year is stored, running clocks are counted again, people are told."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.casework.periods.recounts import pass_on
from engine.deadlines.calendars import below, forget_calendars, read_calendar, store_year
from engine.deadlines.counting import EARLIEST, LATEST
from engine.deadlines.recounting import Recount, recount
from engine.deadlines.workdays import DayKind, SpecialDay, YearCalendar, YearStatus
from engine.deadlines.year_text import read_year_text
from engine.foundation import audit
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import _
from engine.foundation.lines import line_fault, visible
from engine.foundation.transaction import use_case
from models import Assignment, Case, Organization, db

MAY_CHANGE = ("process_admin", "assigner", "system")
ORDINARY = "ordinary"  # a day that is again what its weekday says
NO_CONGRESS = 0


class YearIsConfirmed(GuardRefused):
    """The year's notice is already in."""

    text = _("{year}年的放假安排已经确认。")


@dataclass(frozen=True, slots=True)
class ClockShift:
    """A running clock whose due date moves."""

    clock_id: int
    case_id: int
    case_number: str | None
    case_title: str
    unit: str
    key: str
    old_due_on: dt.date
    new_due_on: dt.date
    provisional: bool


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What a change of the calendar does: due dates that move, and how many others only gain or lose certainty."""

    year: int
    shifts: tuple[ClockShift, ...]
    unmoved: int


class _Tried(Exception):
    def __init__(self, result: CalendarChange) -> None:
        self.result = result


def preview(change: Callable[..., CalendarChange], actor: Actor, /, **values: Any) -> CalendarChange:
    """What a change would do: it is made and taken back."""
    try:
        return change(actor, trial=True, **values)
    except _Tried as tried:
        return tried.result
    finally:
        forget_calendars()


@use_case
def set_day(
    actor: Actor, *, day: dt.date | None, kind: str, name: str = "", trial: bool = False
) -> CalendarChange:
    """Say what a day is in the actor's congress; `kind` is restday, workday or ordinary."""
    actor.require(*MAY_CHANGE)
    if day is None:
        raise InvalidAnswers({"day": [_("请填写日期。")]})
    year = _year(actor, day.year)
    days = dict(year.days)
    old = days.pop(day, None)
    if kind != ORDINARY:
        days[day] = _special(kind, name)
    told = {"day": day, "old": old and old.kind, "new": kind, "name": name}
    return _adopt(actor, dataclasses.replace(year, days=days), "calendar:day_set", told, trial)


@use_case
def confirm_year(actor: Actor, *, year: int, source: str, trial: bool = False) -> CalendarChange:
    """Declare the days of a year final, by the notice named in `source`."""
    actor.require(*MAY_CHANGE)
    held = _year(actor, year)
    if held.confirmed:
        raise YearIsConfirmed(year=year)
    confirmed = dataclasses.replace(held, status=YearStatus.CONFIRMED, source=_named("source", source))
    told = {"old": YearStatus.ESTIMATED, "new": YearStatus.CONFIRMED, "source": source}
    return _adopt(actor, confirmed, "calendar:confirmed", told, trial)


@use_case
def import_year(actor: Actor, *, text: str, source: str = "", trial: bool = False) -> CalendarChange:
    """Take over a whole year, written as a notice in TOML or as a line per day (then `source` is needed)."""
    actor.require(*MAY_CHANGE)
    year = read_year_text(text, source)
    year = dataclasses.replace(year, source=_named("source", year.source))
    told = {"source": year.source, "days": len(year.days), "status": year.status}
    return _adopt(actor, year, "calendar:imported", told, trial)


def recount_all() -> int:
    """Count every running clock again, for what began on a calendar that was just being changed.

    Gives the number of clocks that differed: usually none.
    """
    return _recount_all(system_actor(NO_CONGRESS))


@use_case
def _recount_all(actor: Actor) -> int:
    actor.require("system")
    changed = recount(None, "")
    pass_on(changed)
    return len(changed)


def _year(actor: Actor, year: int) -> YearCalendar:
    """The year as it counts now; once changed it is the congress's own."""
    if not EARLIEST.year <= year <= LATEST.year:
        raise InvalidAnswers({"year": [_("年份不对。")]})
    return read_calendar(actor.congress_id).year(year)


def _special(kind: str, name: str) -> SpecialDay:
    if kind not in tuple(DayKind):
        raise InvalidAnswers({"kind": [_("请选择这一天是放假、上班还是照常。")]})
    return SpecialDay(DayKind(kind), _named("name", name))


def _named(field: str, words: str) -> str:
    if not visible(words):
        sentence = _("请写明依据的通知。") if field == "source" else _("请写明这一天的名称，如“春节”。")
        raise InvalidAnswers({field: [sentence]})
    if fault := line_fault(visible(words)):
        raise InvalidAnswers({field: [fault]})
    return visible(words)


def _adopt(
    actor: Actor, year: YearCalendar, action: str, told: dict[str, Any], trial: bool
) -> CalendarChange:
    congress_id = actor.congress_id
    store_year(congress_id, year)
    forget_calendars()
    changed = recount(below(congress_id), f"{action} {year.year} {year.source}".strip())
    result = _change(year.year, changed)
    if trial:
        raise _Tried(result)
    counted = {"moved": len(result.shifts), "unmoved": result.unmoved}
    audit.record(action, congress_id=congress_id, subject=f"year:{year.year}", **told, **counted)
    pass_on(changed)
    return result


def _change(year: int, changed: Sequence[Recount]) -> CalendarChange:
    moved = [each for each in changed if each.moved]
    cases = _cases([each.clock.case_id for each in moved])
    units = _units([each.clock.assignment_id for each in moved if each.clock.assignment_id])
    shifts = tuple(
        ClockShift(
            each.clock.id,
            each.clock.case_id,
            *cases[each.clock.case_id],
            units.get(each.clock.assignment_id or 0, ""),
            each.clock.key,
            each.clock.due_on,
            each.due_on,
            each.provisional,
        )
        for each in moved
    )
    return CalendarChange(year, shifts, len(changed) - len(moved))


def _cases(ids: Sequence[int]) -> dict[int, tuple[str | None, str]]:
    found = sa.select(CASES.c.id, Case.number, Case.title).where(CASES.c.id.in_(ids))
    return {id: (number, title) for id, number, title in db.session.execute(found)}


def _units(assignment_ids: Sequence[int]) -> dict[int, str]:
    found = (
        sa.select(Assignment.id, Organization.name)
        .join(Organization, Organization.id == Assignment.unit_id)
        .where(Assignment.id.in_(assignment_ids))
    )
    return {id: name for id, name in db.session.execute(found)}
