"""The counting against a calendar that walks day by day, and what must hold of every due date."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.deadlines.counting import count
from engine.deadlines.holidays import load_seed
from engine.deadlines.lengths import Direction, Length, Roll, Unit
from engine.deadlines.workdays import Calendar, DayKind, SpecialDay, YearCalendar, YearStatus, days_from
from tests.deadlines import brute_force as wall

CALENDAR = Calendar(load_seed())
AMPLE = settings(max_examples=300, deadline=None)
directions = st.sampled_from(Direction)
units = st.sampled_from(Unit)


def step_of(direction: Direction) -> dt.timedelta:
    return wall.DAY if direction is Direction.FORWARD else -wall.DAY


def roll_of(direction: Direction) -> Roll:
    return Roll.NEXT_WORKDAY if direction is Direction.FORWARD else Roll.PREVIOUS_WORKDAY


@AMPLE
@given(start=wall.starts, quantity=st.integers(1, 120), direction=directions)
def test_working_days_agree_with_the_wall_calendar(
    start: dt.date, quantity: int, direction: Direction
) -> None:
    deadline = count(Length(quantity, Unit.WORKDAY, direction, roll_of(direction)), start, CALENDAR)
    assert deadline.due == deadline.unrolled == wall.nth_workday(start, quantity, step_of(direction))
    assert not deadline.provisional


@AMPLE
@given(start=wall.starts, quantity=st.integers(1, 200), direction=directions)
def test_days_agree_with_the_wall_calendar(start: dt.date, quantity: int, direction: Direction) -> None:
    deadline = count(Length(quantity, Unit.DAY, direction, roll_of(direction)), start, CALENDAR)
    step = step_of(direction)
    assert deadline.unrolled == wall.nth_day(start, quantity, step)
    assert deadline.due == wall.next_worked(deadline.unrolled, step)


@AMPLE
@given(start=wall.starts, quantity=st.integers(1, 12), direction=directions)
def test_months_agree_with_the_wall_calendar(start: dt.date, quantity: int, direction: Direction) -> None:
    deadline = count(Length(quantity, Unit.MONTH, direction, roll_of(direction)), start, CALENDAR)
    step = step_of(direction)
    assert deadline.unrolled == wall.nth_month(start, quantity, step)
    assert deadline.due == wall.next_worked(deadline.unrolled, step)


@AMPLE
@given(
    start=st.sampled_from([dt.date(year, 12, 20) for year in range(2004, 2026)]),
    ahead=st.integers(0, 20),
    quantity=st.integers(1, 30),
    unit=units,
)
def test_the_turn_of_the_year_is_counted_like_any_other_night(
    start: dt.date, ahead: int, quantity: int, unit: Unit
) -> None:
    begin = start + ahead * wall.DAY
    quantity = min(quantity, 10) if unit is Unit.MONTH else quantity
    ticks = {Unit.DAY: wall.nth_day, Unit.WORKDAY: wall.nth_workday, Unit.MONTH: wall.nth_month}[unit]
    expected = wall.next_worked(ticks(begin, quantity, wall.DAY), wall.DAY)
    assert count(Length(quantity, unit), begin, CALENDAR).due == expected


def with_day_off(extra: dt.date) -> Calendar:
    years = load_seed()
    year = years[extra.year]
    days = {**year.days, extra: SpecialDay(DayKind.RESTDAY, "临时放假")}
    return Calendar({**years, extra.year: YearCalendar(year.year, YearStatus.CONFIRMED, days)})


@settings(max_examples=100, deadline=None)
@given(
    start=wall.starts,
    ahead=st.integers(-60, 60),
    quantity=st.integers(1, 40),
    unit=units,
    direction=directions,
)
def test_another_day_off_never_shortens_a_period(
    start: dt.date, ahead: int, quantity: int, unit: Unit, direction: Direction
) -> None:
    length = Length(quantity, unit, direction, roll_of(direction))
    before = count(length, start, CALENDAR)
    after = count(length, start, with_day_off(start + ahead * wall.DAY))
    if direction is Direction.FORWARD:
        assert after.due >= before.due
    else:
        assert after.due <= before.due


@AMPLE
@given(start=wall.starts, quantity=st.integers(1, 60), direction=directions, first=st.booleans())
def test_every_day_of_a_period_in_working_days_is_counted_or_skipped(
    start: dt.date, quantity: int, direction: Direction, first: bool
) -> None:
    length = Length(quantity, Unit.WORKDAY, direction, roll_of(direction), count_first_day=first)
    deadline = count(length, start, CALENDAR)
    begin = start if first else start + step_of(direction)
    accounted = sorted([*deadline.counted, *(each.date for each in deadline.skipped)])
    assert len(deadline.counted) == quantity
    assert accounted == sorted(days_from(begin, deadline.due))
    assert all(each.name for each in deadline.skipped)


@AMPLE
@given(start=wall.starts, quantity=st.integers(1, 12), unit=st.sampled_from([Unit.DAY, Unit.MONTH]))
def test_the_days_skipped_by_a_roll_lead_from_the_end_to_the_due_date(
    start: dt.date, quantity: int, unit: Unit
) -> None:
    deadline = count(Length(quantity, unit), start, CALENDAR)
    lead = [
        deadline.unrolled + number * wall.DAY for number in range((deadline.due - deadline.unrolled).days)
    ]
    assert [each.date for each in deadline.skipped] == lead
    assert all(each.name for each in deadline.skipped)
