"""A year as people paste it: lines, a spreadsheet's tabs, or the notice's own form."""

from __future__ import annotations

import pytest

from engine.deadlines.holidays import CALENDARS, read_year
from engine.deadlines.workdays import CalendarInvalid, DayKind
from engine.deadlines.year_text import read_year_text
from tests.deadlines.rows import day


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-06,休,春节\n2027-02-14,班,春节调休上班",
        "\ufeff日期,安排,名称\n\n2027/02/06,放假,春节\n2027.02.14,上班,春节调休上班\n",
        "2027-02-06\toff\t春节\n2027-02-14\tWORK\t春节调休上班",
    ],
)
def test_lines_are_read_however_they_are_written(text: str) -> None:
    year = read_year_text(text, "通知")
    assert (year.year, year.confirmed, year.source) == (2027, True, "通知")
    assert [special.kind for special in year.days.values()] == [DayKind.RESTDAY, DayKind.WORKDAY]
    assert year.days[day("2027-02-06")].name == "春节"


def test_a_notice_in_toml_is_read_as_the_shipped_ones_are() -> None:
    text = (CALENDARS / "2026.toml").read_text(encoding="utf-8")
    assert read_year_text(text, "") == read_year(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有读到任何日期"),
        ("日期,安排,名称", "没有读到任何日期"),
        ("2027-02-06,休,春节\n2027-02-30,休,春节", "第2行"),
        ("2027-02-06,休", "第1行"),
        ("2027-02-06,休,春节\n2027-02-06,休,春节", "第2行"),
        ("2027-02-06,休,春节\n2028-02-06,休,春节", "一个年份"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text: str, said: str) -> None:
    with pytest.raises(CalendarInvalid, match=said):
        read_year_text(text, "")
