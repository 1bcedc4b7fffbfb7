"""A changed calendar moves clocks and the tasks that show them, leaves its trace, and asks for the right role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine.casework.periods import calendar_changes
from engine.casework.periods.calendar_changes import YearIsConfirmed
from engine.deadlines import calendars, clocks
from engine.definitions import catalogue
from engine.foundation.actor import Actor, system_actor
from engine.foundation.clock import now
from engine.foundation.errors import InvalidAnswers, NotAllowed
from engine.foundation.transaction import use_case
from models import AuditEvent, CalendarYear, Clock, Task, db
from tests.deadlines import rows
from tests.deadlines.rows import day

OLD, NEW = day("2027-03-01"), day("2027-03-02")
FAIR = {"day": OLD, "kind": "restday", "name": "庙会"}


@use_case
def begin(actor: Actor, *, congress: int, case: int, unit: int | None) -> None:
    on = day("2026-12-01")
    rule = rows.shanxi().rule("answer", on)
    new = clocks.NewClock(congress, case, unit, "answer", rule, 1, "case:assigned", on)
    clocks.start([new], calendars.read_calendar(congress))


def task(congress: int, case: int, unit: int | None, **other: object) -> int:
    values = {
        "congress_id": congress,
        "case_id": case,
        "assignment_id": unit,
        "token": "t",
        "node": "answer",
        "name": "答复",
        "role": "case_officer",
        "priority": 0,
        "clock": "answer",
        "due_on": OLD,
        "round": 1,
        "open": True,
        "opened_at": now(),
        "sent_by": "",
        "revision": 1,
    }
    return rows.add(Task(**values | other))


def due_of(task_id: int) -> dt.date:
    return db.session.scalars(sa.select(Task.due_on).where(Task.id == task_id)).one()


@pytest.fixture
def congress(database: SQLAlchemy, clock_at: Callable[[dt.datetime], None]) -> int:
    clock_at(dt.datetime(2026, 12, 1, 9))
    congress = rows.congress("sx")
    for files in catalogue.shipped().values():
        catalogue.deploy(system_actor(congress), files)
    return congress


def test_open_tasks_follow_their_clock_and_no_others_do(congress: int) -> None:
    case = rows.case(congress)
    first, second = (rows.assignment(case, congress, code) for code in ("edu", "fin"))
    begin(system_actor(0), congress=congress, case=case, unit=first)
    followers = [task(congress, case, first)]
    others = [
        task(congress, case, second),
        task(congress, case, first, clock="co_opinion"),
        task(congress, case, first, open=False, closed_at=now(), outcome="completed"),
    ]
    change = calendar_changes.set_day(rows.officer(congress), **FAIR)
    [shift] = change.shifts
    assert (shift.case_id, shift.unit, shift.old_due_on, shift.new_due_on) == (case, "edu", OLD, NEW)
    assert {due_of(id) for id in followers} == {NEW}
    assert {due_of(id) for id in others} == {OLD}


def test_every_task_of_the_case_follows_a_clock_of_the_case(congress: int) -> None:
    case = rows.case(congress)
    unit = rows.assignment(case, congress, "edu")
    begin(system_actor(0), congress=congress, case=case, unit=None)
    followers = [task(congress, case, unit), task(congress, case, None)]
    calendar_changes.set_day(rows.officer(congress), **FAIR)
    assert {due_of(id) for id in followers} == {NEW}


def test_the_change_and_each_moved_clock_are_in_the_audit_trail(congress: int) -> None:
    case = rows.case(congress)
    begin(system_actor(0), congress=congress, case=case, unit=None)
    calendar_changes.set_day(rows.officer(congress), **FAIR)
    events = db.session.execute(sa.select(AuditEvent.action, AuditEvent.case_id, AuditEvent.detail)).all()
    said = {action: (case_id, detail) for action, case_id, detail in events}
    assert said["clock.answer:recomputed"][0] == case
    assert '"moved":1' in said["calendar:day_set"][1] and "庙会" in said["calendar:day_set"][1]


def test_confirming_a_year_makes_its_due_dates_certain(congress: int) -> None:
    begin(system_actor(0), congress=congress, case=rows.case(congress), unit=None)
    office = rows.officer(congress, "assigner")
    change = calendar_changes.confirm_year(office, year=2027, source="通知")
    assert (change.shifts, change.unmoved) == ((), 1)
    assert db.session.scalars(sa.select(Clock.provisional)).all() == [False]
    with pytest.raises(YearIsConfirmed):
        calendar_changes.confirm_year(office, year=2027, source="通知")


def test_a_day_set_by_mistake_is_made_ordinary_again(congress: int) -> None:
    office = rows.officer(congress)
    calendar_changes.set_day(office, **FAIR)
    calendar_changes.set_day(office, day=OLD, kind="ordinary")
    assert calendars.read_calendar(congress).is_workday(OLD)


def test_a_preview_says_the_same_as_the_change_and_changes_nothing(congress: int) -> None:
    begin(system_actor(0), congress=congress, case=rows.case(congress), unit=None)
    office = rows.officer(congress)
    foreseen = calendar_changes.preview(calendar_changes.set_day, office, **FAIR)
    assert db.session.scalars(sa.select(Clock.due_on)).all() == [OLD]
    assert db.session.scalar(sa.select(sa.func.count(CalendarYear.id))) == 0
    assert calendar_changes.set_day(office, **FAIR) == foreseen


@pytest.mark.parametrize(
    "change",
    [
        lambda actor: calendar_changes.set_day(actor, **FAIR),
        lambda actor: calendar_changes.confirm_year(actor, year=2027, source="通知"),
        lambda actor: calendar_changes.import_year(actor, text="2027-02-06,休,春节", source="通知"),
    ],
)
def test_only_the_office_changes_the_calendar(congress: int, change: Callable[[Actor], object]) -> None:
    for role in ("deputy", "registrar", "case_officer", "system_admin", "auditor"):
        with pytest.raises(NotAllowed):
            change(rows.officer(congress, role))
    change(rows.officer(congress, "process_admin"))


def test_what_is_unclear_is_refused_field_by_field(congress: int) -> None:
    office = rows.officer(congress)
    refused = {
        "kind": lambda: calendar_changes.set_day(office, day=OLD, kind="holiday", name="x"),
        "name": lambda: calendar_changes.set_day(office, day=OLD, kind="restday", name=" "),
        "source": lambda: calendar_changes.confirm_year(office, year=2027, source=""),
        "year": lambda: calendar_changes.confirm_year(office, year=0, source="x"),
    }
    for field, change in refused.items():
        with pytest.raises(InvalidAnswers) as found:
            change()
        assert list(found.value.errors) == [field]


def test_a_recount_mends_what_began_on_a_calendar_that_was_just_being_changed(congress: int) -> None:
    begin(system_actor(0), congress=congress, case=rows.case(congress), unit=None)
    assert calendar_changes.recount_all() == 0
    calendar_changes.set_day(rows.officer(congress), **FAIR)
    db.session.execute(sa.update(Clock).values(due_on=OLD, unrolled_on=OLD))
    db.session.commit()
    assert calendar_changes.recount_all() == 1
    assert db.session.scalars(sa.select(Clock.due_on)).all() == [NEW]
