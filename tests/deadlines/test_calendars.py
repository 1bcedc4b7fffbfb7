"""Each congress counts by its own years and by those of the congresses above it."""

from __future__ import annotations

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine.deadlines import calendars
from engine.deadlines.holidays import seed
from engine.deadlines.workdays import DayKind, SpecialDay, YearCalendar, YearStatus
from engine.foundation.actor import Actor, system_actor
from engine.foundation.transaction import use_case
from models import AuditEvent, CalendarYear
from tests.deadlines import rows
from tests.deadlines.rows import day

FAIR = {day("2027-09-01"): SpecialDay(DayKind.RESTDAY, "庙会")}


@use_case
def store(actor: Actor, *, congress: int, status: YearStatus) -> None:
    calendars.store_year(congress, YearCalendar(2027, status, FAIR, "来源"))


def test_without_any_stored_year_the_shipped_ones_count(database: SQLAlchemy) -> None:
    assert calendars.read_calendar(rows.congress("sx")).years == seed()


def test_seeding_writes_the_shipped_years_to_the_root_once(database: SQLAlchemy) -> None:
    province = rows.congress("sx")
    county = rows.congress("sx-ty", rows.congress("sx-t", province))
    assert calendars.seed_calendars(system_actor(county), congress_id=county) == tuple(seed())
    assert calendars.seed_calendars(system_actor(county), congress_id=county) == ()
    assert set(database.session.scalars(sa.select(CalendarYear.congress_id))) == {province}
    assert calendars.read_calendar(county).years == seed()
    assert database.session.scalars(sa.select(AuditEvent.action)).all() == ["calendar:seeded"]


def test_seeding_again_brings_the_notice_that_an_estimate_waited_for(database: SQLAlchemy) -> None:
    province = rows.congress("sx")
    calendars.seed_calendars(system_actor(province), congress_id=province)
    estimate = sa.update(CalendarYear).where(CalendarYear.year.in_((2024, 2027)))
    database.session.execute(estimate.values(status="estimated"))
    database.session.commit()
    assert calendars.seed_calendars(system_actor(province), congress_id=province) == (2024,)


def test_a_county_counts_by_the_nearest_year_and_a_notice_goes_before_an_estimate(
    database: SQLAlchemy,
) -> None:
    province = rows.congress("sx")
    county = rows.congress("sx-ty", rows.congress("sx-t", province))
    store(system_actor(0), congress=county, status=YearStatus.ESTIMATED)
    assert not calendars.read_calendar(county).is_workday(day("2027-09-01"))
    assert calendars.read_calendar(province).is_workday(day("2027-09-01"))
    store(system_actor(0), congress=province, status=YearStatus.CONFIRMED)
    assert calendars.stored_years(county)[2027].congress_id == province
    store(system_actor(0), congress=county, status=YearStatus.CONFIRMED)
    assert calendars.stored_years(county)[2027].congress_id == county
    assert calendars.stored_years(province)[2027].congress_id == province


def test_a_calendar_is_kept_until_it_is_forgotten(database: SQLAlchemy) -> None:
    province = rows.congress("sx")
    kept = calendars.calendar_of(province)
    store(system_actor(0), congress=province, status=YearStatus.CONFIRMED)
    assert calendars.calendar_of(province) is kept
    calendars.forget_calendars()
    assert calendars.calendar_of(province).years[2027].confirmed
