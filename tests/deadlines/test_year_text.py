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
        (f"2027-02-06,休,春节\n2027-02-07,休,{'节' * 501}", "第2行的名称不能超过500字，现有501字"),
        ("2027-02-06,休,春\x00节", "第1行的名称含有无法显示的控制字符"),
        ("2027-02-06,休,\u200b", "第1行看不懂"),
        (f'2027-02-06,休,"{"节" * 140_000}"', "没有读到任何日期"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text: str, said: str) -> None:
    with pytest.raises(CalendarInvalid, match=said):
        read_year_text(text, "")


NOTICE = """
year = 2027
status = "confirmed"
source = "通知"
[[holiday]]
name = "元旦"
off = [2027-01-01]
[[holiday]]
name = {name}
off = {off}
{work}
"""


def notice(name: str = '"春节"', off: str = "[2027-02-06]", work: str = "") -> str:
    """A year with two holidays, the second as it is given."""
    return NOTICE.format(name=name, off=off, work=work)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (notice(name=f'"{"节" * 501}"'), "第2个节日.*名称不能超过500字，现有501字"),
        (
            notice(name=f'"{"节" * 497}"', work="work = [2027-02-14]"),
            "第2个节日.*名称不能超过496字，现有497字",
        ),
        (notice(name="5"), "第2个节日.*缺少“name”"),
        (notice(name='["春节"]'), "第2个节日.*缺少“name”"),
        (notice(name='" "'), "第2个节日.*缺少“name”"),
        (notice(name='"春\\u0007节"'), "第2个节日.*控制字符"),
        (notice(off='["2027-02-06"]'), "第2个节日.*“2027-02-06”不是日期"),
        (notice(off="[2027-02-06T00:00:00]"), "第2个节日.*不是日期"),
        (notice(off="2027-02-06"), "第2个节日.*缺少“off”"),
        (notice(off="[2027-01-01]"), "第2个节日.*2027-01-01 × 2"),
        (notice().replace("2027\n", '"2027"\n'), "缺少“year”"),
        (notice().replace('"通知"', "1"), "缺少“source”"),
        (notice().replace("confirmed", "perhaps"), "缺少“status”"),
        (notice(name='"春节'), "第8行.*有不能使用的字符"),
        (notice(off="[2027-02-06"), "方括号不成对"),
        (notice().replace("2027\n", "99999\n"), "缺少“year”"),
    ],
)
def test_what_cannot_be_taken_of_a_notice_is_named_by_its_holiday(text: str, said: str) -> None:
    with pytest.raises(CalendarInvalid, match=said):
        read_year_text(text, "")


def test_the_longest_names_are_taken() -> None:
    long, longest = "节" * 496, "节" * 500
    worked = read_year_text(notice(name=f'"{long}"', work="work = [2027-02-14]"), "")
    assert worked.days[day("2027-02-14")].name == f"{long}调休上班"
    assert read_year_text(notice(name=f'"{longest}"'), "").days[day("2027-02-06")].name == longest
