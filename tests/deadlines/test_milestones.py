"""When a running clock speaks, and how its lamp stands."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.deadlines.counting import count
from engine.deadlines.holidays import load_seed
from engine.deadlines.milestones import LampState, Milestone, MilestoneKind, lamp, milestones, next_milestone
from engine.deadlines.packs import load_pack
from engine.deadlines.workdays import Calendar, workdays_left

CALENDAR = Calendar(load_seed())
PACK = load_pack("shanxi")
ASSIGNED = dt.date(2026, 3, 2)
ANSWER = PACK.rule("answer", on=ASSIGNED)
DUE = count(ANSWER, ASSIGNED, CALENDAR)
W, O = MilestoneKind.WARN, MilestoneKind.OVERDUE  # noqa: E741 - a column of a table


def spoken(found: list[Milestone]) -> list[tuple[str, MilestoneKind]]:
    return [(f"{each.on:%m-%d}", each.kind) for each in found]


def test_an_answer_is_warned_of_five_times_then_overdue_on_the_next_day_and_weekly() -> None:
    assert DUE.due == dt.date(2026, 6, 2)
    until = dt.date(2026, 6, 20)
    assert spoken(milestones(DUE, ANSWER, CALENDAR, until=until)) == [
        ("05-03", W),
        ("05-18", W),
        ("05-26", W),
        ("05-30", W),
        ("06-01", W),
        ("06-03", O),
        ("06-10", O),
        ("06-17", O),
    ]


def test_a_warning_keeps_its_distance_as_the_rule_writes_it() -> None:
    found = milestones(DUE, ANSWER, CALENDAR)
    assert [each.threshold for each in found[:7]] == ["30d", "15d", "7d", "3d", "1d", "1d", "every 7d"]


def test_warnings_that_would_fall_before_the_start_are_left_out() -> None:
    short = dataclasses.replace(PACK.rule("evaluation", on=ASSIGNED), quantity=3)
    deadline = count(short, ASSIGNED, CALENDAR)
    assert spoken(milestones(deadline, short, CALENDAR, until=deadline.due)) == [("03-04", W)]


def test_warnings_in_working_days_pass_over_the_festival() -> None:
    rule = PACK.rule("intake_assign", on=ASSIGNED)
    deadline = count(rule, dt.date(2026, 2, 5), CALENDAR)
    assert deadline.due == dt.date(2026, 2, 26)
    warnings = milestones(deadline, rule, CALENDAR, until=deadline.due)
    assert spoken(warnings) == [("02-14", W), ("02-25", W)]


def test_warnings_that_meet_on_one_day_are_told_once() -> None:
    rule = dataclasses.replace(ANSWER, warn=("1d", "1wd"))
    assert [each.threshold for each in milestones(DUE, rule, CALENDAR, until=DUE.due)] == ["1d"]


def test_a_deadline_before_a_meeting_warns_though_it_precedes_its_start_event() -> None:
    rule = PACK.rule("report_to_members", on=ASSIGNED)
    deadline = count(rule, dt.date(2026, 3, 27), CALENDAR)
    assert spoken(milestones(deadline, rule, CALENDAR, until=deadline.due)) == [("03-17", W), ("03-19", W)]


def test_a_rule_without_repeats_falls_silent() -> None:
    rule = dataclasses.replace(ANSWER, overdue_every="")
    assert next_milestone(DUE, rule, CALENDAR, after=dt.date(2026, 6, 2)) == (dt.date(2026, 6, 3), O, "1d")
    assert next_milestone(DUE, rule, CALENDAR, after=dt.date(2026, 6, 3)) is None


@given(after=st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)))
def test_stepping_from_milestone_to_milestone_misses_and_doubles_none(after: dt.date) -> None:
    until = dt.date(2028, 2, 1)
    expected = [each for each in milestones(DUE, ANSWER, CALENDAR, until=until) if each.on > after]
    walked = []
    following = next_milestone(DUE, ANSWER, CALENDAR, after=after)
    while following and following.on <= until:
        walked.append(following)
        following = next_milestone(DUE, ANSWER, CALENDAR, after=following.on)
    assert walked == expected


@pytest.mark.parametrize(
    ("due", "today", "state", "days"),
    [
        ("2026-06-02", "2026-06-05", LampState.OVERDUE, 3),
        ("2026-06-02", "2026-06-02", LampState.SOON, 0),
        ("2026-06-02", "2026-06-01", LampState.SOON, 1),
        ("2026-06-02", "2026-05-28", LampState.SOON, 3),
        ("2026-06-02", "2026-05-27", LampState.NORMAL, 6),
        ("2026-02-26", "2026-02-14", LampState.SOON, 3),  # nine days of Spring Festival between
        ("2026-06-02", "2026-03-02", LampState.NORMAL, 92),
    ],
)
def test_the_lamp_counts_working_days_when_little_time_is_left(
    due: str, today: str, state: LampState, days: int
) -> None:
    shown = lamp(dt.date.fromisoformat(due), dt.date.fromisoformat(today), CALENDAR)
    assert (shown.state, shown.days) == (state, days)


def test_a_paused_clock_shows_neither_haste_nor_delay() -> None:
    assert lamp(DUE.due, dt.date(2026, 7, 1), CALENDAR, paused=True).state is LampState.PAUSED


@given(today=st.dates(dt.date(2004, 1, 1), dt.date(2026, 11, 1)), ahead=st.integers(0, 60))
def test_the_lamp_is_soon_exactly_when_three_working_days_or_fewer_are_left(
    today: dt.date, ahead: int
) -> None:
    due = today + dt.timedelta(days=ahead)
    soon = lamp(due, today, CALENDAR).state is LampState.SOON
    assert soon == (workdays_left(today, due, CALENDAR) <= 3)
