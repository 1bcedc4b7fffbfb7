"""The explanation of a due date reads as a person would write it, in both languages."""

from __future__ import annotations

import pytest

from engine.deadlines.counting import StepKind, count
from engine.deadlines.holidays import seed
from engine.deadlines.lengths import parse_length
from engine.deadlines.workdays import Calendar
from tests.deadlines.rows import day
from webui.words.counting import SENTENCES, counted_in_words, length_in_words

CALENDAR = Calendar(seed())


def words(length: str, start: str, locale: str) -> str:
    return "\n".join(counted_in_words(count(parse_length(length), day(start), CALENDAR), locale))


def test_every_kind_of_step_has_its_sentence() -> None:
    assert set(SENTENCES) == set(StepKind)


@pytest.mark.parametrize(
    ("length", "start", "said"),
    [
        ("3m", "2026-02-05", "届满日放假：劳动节（5月5日）；顺延到下一个工作日2026年5月6日"),
        ("10wd", "2026-09-28", "不计入的日子：周末1天、国庆节7天（10月1日至10月7日）"),
        ("1m", "2026-01-31", "以月末2026年2月28日为准"),
        ("3m", "2026-12-01", "2027年的放假安排尚未确认"),
        ("-30d", "2027-03-30", "宜提前到此前的工作日2027年2月26日"),
    ],
)
def test_chinese(length: str, start: str, said: str) -> None:
    assert said in words(length, start, "zh")


@pytest.mark.parametrize(
    ("length", "start", "said"),
    [
        (
            "3m",
            "2026-02-05",
            "The end falls on days off: Labour Day (5 May); it moves to the next working day",
        ),
        ("10wd", "2026-09-28", "National Day 7 days (1 Oct to 7 Oct)"),
        ("3m", "2026-02-05", "(Civil Code, art. 203)"),
        ("3m", "2026-12-01", "The public holidays of 2027 are not confirmed yet"),
    ],
)
def test_english(length: str, start: str, said: str) -> None:
    assert said in words(length, start, "en")


def test_lengths() -> None:
    assert [length_in_words(parse_length(each), "zh") for each in ("3m", "10wd", "-30d")] == [
        "3个月",
        "10个工作日",
        "提前30日",
    ]
    assert [length_in_words(parse_length(each), "en") for each in ("1m", "10wd", "-30d")] == [
        "1 month",
        "10 working days",
        "30 days before",
    ]
