"""The calendars that come with the program."""

import datetime as dt

import chinese_calendar
import pytest

from engine.deadlines.holidays import load_seed, read_year
from engine.deadlines.workdays import Calendar, CalendarInvalid, DayKind, YearCalendar, YearStatus, days_from

SEED = load_seed()
CALENDAR = Calendar(SEED)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_day_of_a_confirmed_year_agrees_with_the_published_package(year: int) -> None:
    assert SEED[year].confirmed
    for day in days_from(dt.date(year, 1, 1), dt.date(year, 12, 31)):
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day


def test_the_make_up_days_and_holidays_of_2026_are_those_of_the_notice() -> None:
    worked = {day for day, special in SEED[2026].days.items() if special.kind is DayKind.WORKDAY}
    assert {f"{day:%m-%d}" for day in worked} == {"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}
    for first, last, name in (
        ("02-15", "02-23", "春节"),
        ("05-01", "05-05", "劳动节"),
        ("10-01", "10-07", "国庆节"),
    ):
        for day in days_from(dt.date.fromisoformat(f"2026-{first}"), dt.date.fromisoformat(f"2026-{last}")):
            assert CALENDAR.name_of_day_off(day) == name


def test_a_make_up_day_says_what_it_makes_up_for() -> None:
    special = CALENDAR.special(dt.date(2026, 2, 14))
    assert special is not None
    assert special.name == "春节调休上班"
    assert CALENDAR.name_of_day_off(dt.date(2026, 2, 14)) == ""


def test_weekend_days_have_their_own_names() -> None:
    assert CALENDAR.name_of_day_off(dt.date(2026, 3, 7)) == "星期六"
    assert CALENDAR.name_of_day_off(dt.date(2026, 3, 8)) == "星期日"


def test_years_without_a_notice_are_estimated_with_the_lunar_holidays() -> None:
    assert SEED[2027].status is YearStatus.ESTIMATED
    assert CALENDAR.name_of_day_off(dt.date(2027, 2, 8)) == "春节"
    assert CALENDAR.name_of_day_off(dt.date(2027, 4, 5)) == "清明节"
    assert CALENDAR.name_of_day_off(dt.date(2031, 10, 1)) == "国庆节"


def test_a_year_beyond_the_almanac_still_has_its_weekends_and_fixed_holidays() -> None:
    assert 2060 not in SEED
    assert CALENDAR.name_of_day_off(dt.date(2060, 10, 1)) == "国庆节"
    assert CALENDAR.name_of_day_off(dt.date(2060, 10, 2)) == "国庆节"
    assert CALENDAR.is_workday(dt.date(2060, 10, 4))


def test_only_the_last_days_of_december_have_ever_been_moved_by_the_next_notice() -> None:
    moved = [day for year in range(2004, 2027) for day in SEED[year].days if day.month == 12]
    assert moved
    assert min(day.day for day in moved) == 29


def test_the_last_days_of_december_are_settled_only_by_the_next_years_notice() -> None:
    assert CALENDAR.unsettled_year(dt.date(2026, 12, 28)) is None
    assert CALENDAR.unsettled_year(dt.date(2026, 12, 29)) == 2027
    assert CALENDAR.unsettled_year(dt.date(2025, 12, 31)) is None
    assert CALENDAR.unsettled_year(dt.date(2027, 3, 1)) == 2027


@pytest.mark.parametrize(
    "text",
    [
        "year = ",
        'year = 2030\nstatus = "confirmed"\nsource = "x"',
        'year = 2030\nstatus = "perhaps"\nsource = "x"\nholiday = []',
        'year = 2030\nstatus = "confirmed"\nsource = "x"\n[[holiday]]\nname = "元旦"\noff = [2031-01-01]',
        'year = 2030\nstatus = "confirmed"\nsource = "x"\n[[holiday]]\nname = "元旦"\n'
        "off = [2030-01-01]\nwork = [2030-01-01]",
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(text: str) -> None:
    with pytest.raises(CalendarInvalid):
        read_year(text)


def test_a_year_may_not_hold_a_day_of_another() -> None:
    with pytest.raises(CalendarInvalid, match="2031-01-01"):
        YearCalendar(2030, YearStatus.CONFIRMED, {dt.date(2031, 1, 1): SEED[2026].days[dt.date(2026, 1, 1)]})
