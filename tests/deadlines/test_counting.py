"""Due dates by the vectors of practice, and their explanations."""

import datetime as dt
import json

import pytest

from engine.deadlines.counting import StartOutOfRange, StepKind, count, deadline_json, explain
from engine.deadlines.holidays import load_seed
from engine.deadlines.lengths import Direction, Length, LengthNotUnderstood, Roll, Unit, parse_length
from engine.deadlines.packs import load_pack
from engine.deadlines.workdays import Calendar

CALENDAR = Calendar(load_seed())


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# start, length, unrolled, due; worked out from the State Council's notices of 2024 to 2026.
VECTORS = [
    ("2026-02-05", "5wd", "2026-02-12", "2026-02-12"),
    ("2026-02-05", "10wd", "2026-02-26", "2026-02-26"),
    ("2026-02-05", "20wd", "2026-03-11", "2026-03-11"),
    ("2026-02-05", "1m", "2026-03-05", "2026-03-05"),
    ("2026-02-05", "3m", "2026-05-05", "2026-05-06"),
    ("2026-02-05", "6m", "2026-08-05", "2026-08-05"),
    ("2026-02-13", "5wd", "2026-02-27", "2026-02-27"),
    ("2026-02-13", "10wd", "2026-03-05", "2026-03-05"),
    ("2026-02-13", "20wd", "2026-03-19", "2026-03-19"),
    ("2026-02-13", "1m", "2026-03-13", "2026-03-13"),
    ("2026-02-13", "3m", "2026-05-13", "2026-05-13"),
    ("2026-02-13", "6m", "2026-08-13", "2026-08-13"),
    ("2026-01-31", "5wd", "2026-02-06", "2026-02-06"),
    ("2026-01-31", "10wd", "2026-02-13", "2026-02-13"),
    ("2026-01-31", "20wd", "2026-03-05", "2026-03-05"),
    ("2026-01-31", "1m", "2026-02-28", "2026-02-28"),  # a Saturday, but worked in exchange
    ("2026-01-31", "3m", "2026-04-30", "2026-04-30"),
    ("2026-01-31", "6m", "2026-07-31", "2026-07-31"),
    ("2025-11-30", "5wd", "2025-12-05", "2025-12-05"),
    ("2025-11-30", "10wd", "2025-12-12", "2025-12-12"),
    ("2025-11-30", "20wd", "2025-12-26", "2025-12-26"),
    ("2025-11-30", "1m", "2025-12-30", "2025-12-30"),
    ("2025-11-30", "3m", "2026-02-28", "2026-02-28"),
    ("2025-11-30", "6m", "2026-05-30", "2026-06-01"),
    ("2026-03-31", "5wd", "2026-04-08", "2026-04-08"),
    ("2026-03-31", "10wd", "2026-04-15", "2026-04-15"),
    ("2026-03-31", "20wd", "2026-04-29", "2026-04-29"),
    ("2026-03-31", "1m", "2026-04-30", "2026-04-30"),
    ("2026-03-31", "3m", "2026-06-30", "2026-06-30"),
    ("2026-03-31", "6m", "2026-09-30", "2026-09-30"),
    ("2026-07-01", "5wd", "2026-07-08", "2026-07-08"),
    ("2026-07-01", "10wd", "2026-07-15", "2026-07-15"),
    ("2026-07-01", "20wd", "2026-07-29", "2026-07-29"),
    ("2026-07-01", "1m", "2026-08-01", "2026-08-03"),
    ("2026-07-01", "3m", "2026-10-01", "2026-10-08"),
    ("2026-09-25", "5wd", "2026-10-09", "2026-10-09"),
    ("2026-09-25", "10wd", "2026-10-15", "2026-10-15"),
    ("2026-09-25", "20wd", "2026-10-29", "2026-10-29"),
    ("2026-09-25", "1m", "2026-10-25", "2026-10-26"),
    ("2026-09-25", "3m", "2026-12-25", "2026-12-25"),
]


@pytest.mark.parametrize(("start", "length", "unrolled", "due"), VECTORS)
def test_a_period_ends_on_the_day_that_practice_gives(
    start: str, length: str, unrolled: str, due: str
) -> None:
    deadline = count(parse_length(length), day(start), CALENDAR)
    assert (deadline.unrolled, deadline.due) == (day(unrolled), day(due))
    assert not deadline.provisional


@pytest.mark.parametrize(("start", "unrolled"), [("2026-07-01", "2027-01-01"), ("2026-09-25", "2027-03-25")])
def test_a_period_that_ends_in_a_year_without_a_notice_is_provisional(start: str, unrolled: str) -> None:
    deadline = count(parse_length("6m"), day(start), CALENDAR)
    assert deadline.unrolled == day(unrolled)
    assert deadline.provisional
    assert deadline.awaits_years == (2027,)


def test_the_estimate_of_a_provisional_date_avoids_the_known_holidays() -> None:
    assert count(parse_length("6m"), day("2026-07-01"), CALENDAR).due == day("2027-01-04")


def test_a_provisional_date_becomes_firm_when_the_year_is_confirmed() -> None:
    years = load_seed()
    confirmed = type(years[2026])(2027, years[2026].status, years[2027].days)
    assert not count(parse_length("6m"), day("2026-07-01"), Calendar({**years, 2027: confirmed})).provisional


def test_working_days_that_pass_the_turn_of_an_unannounced_year_are_provisional() -> None:
    assert not count(parse_length("19wd"), day("2026-12-01"), CALENDAR).provisional
    assert count(parse_length("20wd"), day("2026-12-01"), CALENDAR).awaits_years == (2027,)


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-01-30", 1, "2024-02-29"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-10-31", 1, "2024-11-30"),
        ("2024-12-31", 2, "2025-02-28"),
    ],
)
def test_a_month_without_the_corresponding_day_ends_on_its_last(start: str, months: int, due: str) -> None:
    deadline = count(Length(months, Unit.MONTH, roll=Roll.NONE), day(start), CALENDAR)
    assert deadline.due == day(due)
    assert deadline.clipped


@pytest.mark.parametrize(
    ("meeting", "length", "unrolled", "due"),
    [
        ("2026-03-27", "-30d", "2026-02-25", "2026-02-25"),
        ("2026-03-30", "-30d", "2026-02-28", "2026-02-28"),  # Saturday, worked in exchange: no advice needed
        (
            "2026-03-20",
            "-30d",
            "2026-02-18",
            "2026-02-14",
        ),  # in the Spring Festival: the make-up Saturday before
        ("2026-06-28", "-7d", "2026-06-21", "2026-06-18"),
        ("2026-10-15", "-10d", "2026-10-05", "2026-09-30"),
    ],
)
def test_a_period_before_a_meeting_is_never_moved_towards_it(
    meeting: str, length: str, unrolled: str, due: str
) -> None:
    deadline = count(parse_length(length), day(meeting), CALENDAR)
    assert (deadline.unrolled, deadline.due) == (day(unrolled), day(due))


def test_a_backward_rule_may_leave_the_latest_day_as_it_falls() -> None:
    length = Length(10, Unit.DAY, Direction.BACKWARD, Roll.NONE)
    assert count(length, day("2026-10-15"), CALENDAR).due == day("2026-10-05")


def test_a_backward_length_that_rolls_towards_the_meeting_is_refused() -> None:
    with pytest.raises(LengthNotUnderstood):
        Length(10, Unit.DAY, Direction.BACKWARD, Roll.NEXT_WORKDAY)


def test_working_days_are_counted_backward_too() -> None:
    assert count(parse_length("-5wd"), day("2026-02-25"), CALENDAR).due == day("2026-02-11")


@pytest.mark.parametrize(
    ("quantity", "unit", "start", "due"),
    [
        (1, Unit.DAY, "2026-03-03", "2026-03-03"),
        (20, Unit.DAY, "2026-03-03", "2026-03-22"),
        (1, Unit.MONTH, "2026-03-01", "2026-03-31"),
        (1, Unit.MONTH, "2026-01-31", "2026-02-28"),
        (1, Unit.WORKDAY, "2026-03-03", "2026-03-03"),
        (5, Unit.WORKDAY, "2026-03-03", "2026-03-09"),
        (1, Unit.WORKDAY, "2026-03-07", "2026-03-09"),
    ],
)
def test_a_rule_may_count_the_first_day(quantity: int, unit: Unit, start: str, due: str) -> None:
    length = Length(quantity, unit, roll=Roll.NONE, count_first_day=True)
    assert count(length, day(start), CALENDAR).due == day(due)


@pytest.mark.parametrize(
    "text", ["", "m", "3", "3y", "0d", "-0wd", "3.5d", "+3d", "- 3d", "3 m", "10000d", "٣d"]
)
def test_a_length_nobody_writes_is_refused_in_words(text: str) -> None:
    with pytest.raises(LengthNotUnderstood) as refusal:
        parse_length(text)
    assert f"“{text}”" in refusal.value.message


def test_a_start_in_another_age_is_refused() -> None:
    for start in ("0202-05-01", "9999-12-31"):
        with pytest.raises(StartOutOfRange):
            count(parse_length("3m"), day(start), CALENDAR)


def test_the_json_form_is_the_promised_one() -> None:
    rule = load_pack("national").rule("answer", day("2026-02-05"))
    answer = deadline_json(count(rule, day("2026-02-05"), CALENDAR))
    assert json.loads(json.dumps(answer)) == {
        "due": "2026-05-06",
        "unrolled": "2026-05-05",
        "provisional": False,
        "legal_basis": "《中华人民共和国全国人民代表大会和地方各级人民代表大会代表法》第五十一条",
        "skipped": [{"date": "2026-05-05", "name": "劳动节"}],
    }


def test_the_days_passed_over_while_counting_are_named() -> None:
    skipped = count(parse_length("5wd"), day("2026-02-13"), CALENDAR).skipped
    assert [(f"{each.date:%m-%d}", each.name) for each in skipped] == [
        (f"02-{number}", "春节") for number in range(15, 24)
    ]


def test_a_rolled_month_explains_itself_article_by_article() -> None:
    rule = load_pack("national").rule("answer", day("2026-02-05"))
    deadline = count(rule, day("2026-02-05"), CALENDAR)
    steps = explain(deadline)
    assert [step.kind for step in steps] == [
        StepKind.START,
        StepKind.FIRST_DAY_NOT_COUNTED,
        StepKind.CALENDAR_END,
        StepKind.ROLLED_FORWARD,
        StepKind.DUE,
    ]
    assert [step.date for step in steps[-3:]] == [day("2026-05-05"), day("2026-05-06"), day("2026-05-06")]
    assert [step.basis[-6:] for step in steps[1:4]] == ["第二百零一条", "第二百零二条", "第二百零三条"]
    assert [each.name for each in steps[3].skipped] == ["劳动节"]
    assert (deadline.rule_id, deadline.rule_version, deadline.start_event) == (
        "answer",
        "national 2025.2",
        "assigned",
    )


def test_a_clipped_and_provisional_month_says_both() -> None:
    kinds = [step.kind for step in explain(count(parse_length("6m"), day("2026-08-31"), CALENDAR))]
    assert StepKind.MONTH_CLIPPED in kinds
    assert StepKind.PROVISIONAL in kinds
    assert StepKind.CALENDAR_END not in kinds


def test_counted_working_days_are_listed_with_those_skipped() -> None:
    steps = {step.kind: step for step in explain(count(parse_length("10wd"), day("2026-02-05"), CALENDAR))}
    assert len(steps[StepKind.WORKDAYS_COUNTED].days) == 10
    assert day("2026-02-14") in steps[StepKind.WORKDAYS_COUNTED].days
    assert day("2026-02-20") in [each.date for each in steps[StepKind.DAYS_OFF_SKIPPED].skipped]


def test_advice_before_a_meeting_says_that_it_went_back() -> None:
    kinds = [step.kind for step in explain(count(parse_length("-10d"), day("2026-10-15"), CALENDAR))]
    assert StepKind.ROLLED_BACK in kinds
