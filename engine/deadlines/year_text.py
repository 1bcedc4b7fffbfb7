"""A year of the calendar as somebody pastes or uploads it: the notice's TOML, or a line per day (pure)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

from engine.deadlines.holidays import read_year
from engine.deadlines.workdays import CalendarInvalid, DayKind, SpecialDay, YearCalendar, YearStatus
from engine.foundation.language import _
from engine.foundation.lines import line_fault, visible

SEPARATOR = re.compile("[\t\uff0c]")  # as spreadsheets and Chinese keyboards write it
# What people and spreadsheets write for a day off and for a day worked in exchange.
KINDS = {
    **dict.fromkeys(("restday", "off", "休", "放假", "休息"), DayKind.RESTDAY),
    **dict.fromkeys(("workday", "work", "班", "上班", "调休上班"), DayKind.WORKDAY),
}


def read_year_text(text: str, source: str) -> YearCalendar:
    """A confirmed year. Lines read `2027-02-05,休,春节`; a head line is passed over.

    CalendarInvalid names the line that cannot be read.
    """
    text = text.lstrip("\ufeff").strip()
    if "[[holiday]]" in text:
        return read_year(text)
    days: dict[dt.date, SpecialDay] = {}
    for number, fields in enumerate(_rows(text), start=1):
        if not any(fields) or (number == 1 and not fields[0][:1].isdigit()):
            continue
        day, special = _day(number, [field.strip() for field in fields])
        if day in days:
            raise _fault(number, f"{day} × 2")
        days[day] = special
    if not days:
        raise CalendarInvalid(_("没有读到任何日期。"))
    years = {day.year for day in days}
    if len(years) > 1:
        raise CalendarInvalid(_("一次只能导入一个年份。"))
    return YearCalendar(years.pop(), YearStatus.CONFIRMED, dict(sorted(days.items())), source)


def _rows(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(SEPARATOR.sub(",", text), newline=None)))
    except csv.Error as fault:  # a cell longer than the reader takes
        raise CalendarInvalid(_("没有读到任何日期。")) from fault


def _day(number: int, fields: list[str]) -> tuple[dt.date, SpecialDay]:
    if len(fields) < 3 or not visible(fields[2]):
        raise _fault(number, ",".join(fields))
    try:
        day, kind = (
            dt.date.fromisoformat(fields[0].replace("/", "-").replace(".", "-")),
            KINDS[fields[1].lower()],
        )
    except (ValueError, KeyError) as fault:
        raise _fault(number, ",".join(fields)) from fault
    name = visible(fields[2])
    if unfit := line_fault(name):
        raise CalendarInvalid(_("第{number}行的名称{fault}"), number=number, fault=unfit)
    return day, SpecialDay(kind, name)


def _fault(number: int, line: str) -> CalendarInvalid:
    return CalendarInvalid(
        _("第{number}行看不懂：“{line}”。每行请写：日期，休或班，名称。"), number=number, line=line[:100]
    )
