"""The calendars that come with the program: confirmed years by notice, later years by estimate."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from engine.deadlines.workdays import (
    CalendarInvalid,
    DayKind,
    SpecialDay,
    YearCalendar,
    YearStatus,
    estimated_year,
)
from engine.foundation.language import Sentence, _
from engine.foundation.lines import LONGEST, line_fault, visible
from engine.foundation.unreadable import text_flaw

CALENDARS = Path(__file__).resolve().parents[2] / "processes" / "rules" / "calendars"
ESTIMATES = "estimated.toml"
MAKE_UP = "调休上班"
OF_HOLIDAY = _("第{number}个节日（[[holiday]]）有误：{fault}")
LACKING = _("缺少“{name}”，或者写得不对。")
NO_DAY = _("“{day}”不是日期。日期不加引号，例如 2027-02-06。")
UNFIT_NAME = _("名称{fault}")


def load_seed(folder: Path = CALENDARS) -> dict[int, YearCalendar]:
    """Year → calendar; the years of the notices are confirmed, the years of the almanac estimated."""
    years = dict(_almanac_years(folder / ESTIMATES))
    for path in sorted(folder.glob("[0-9]*.toml")):
        confirmed = read_year(path.read_text(encoding="utf-8"))
        years[confirmed.year] = confirmed
    return dict(sorted(years.items()))


@cache
def seed() -> dict[int, YearCalendar]:
    """The seed, read once per process; not to be changed by its readers."""
    return load_seed()


def read_year(text: str) -> YearCalendar:
    """A year written like a notice: each holiday with its days off and the days worked in exchange.

    CalendarInvalid names the holiday that cannot be taken, counted from 1.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise CalendarInvalid(reason=text_flaw(fault)[1]) from fault
    days: dict[dt.date, SpecialDay] = {}
    for number, holiday in enumerate(_value(table, "holiday", list), start=1):
        try:
            _add_holiday(days, holiday)
        except CalendarInvalid as fault:
            raise CalendarInvalid(OF_HOLIDAY, number=number, fault=fault.values["reason"]) from fault
    year, status = _value(table, "year", int), _value(table, "status", str)
    if not dt.MINYEAR < year < dt.MAXYEAR:
        raise CalendarInvalid(reason=Sentence(LACKING, name="year"))
    if status not in tuple(YearStatus):
        raise CalendarInvalid(reason=Sentence(LACKING, name="status"))
    return YearCalendar(year, YearStatus(status), days, _value(table, "source", str))


def _value(table: dict[str, Any], name: str, kind: type[Any]) -> Any:
    if type(table.get(name)) is not kind:
        raise CalendarInvalid(reason=Sentence(LACKING, name=name))
    return table[name]


def _add_holiday(days: dict[dt.date, SpecialDay], holiday: Any) -> None:
    if not isinstance(holiday, dict):
        raise CalendarInvalid(reason=Sentence(LACKING, name="holiday"))
    off, work = _value(holiday, "off", list), _value({"work": [], **holiday}, "work", list)
    name = _name(holiday, LONGEST - len(MAKE_UP) if work else LONGEST)
    named = [(day, SpecialDay(DayKind.RESTDAY, name)) for day in off]
    named += [(day, SpecialDay(DayKind.WORKDAY, name + MAKE_UP)) for day in work]
    for day, special in named:
        if type(day) is not dt.date:
            raise CalendarInvalid(reason=Sentence(NO_DAY, day=str(day)[:40]))
        if day in days:
            raise CalendarInvalid(reason=f"{day} × 2")
        days[day] = special


def _name(holiday: dict[str, Any], longest: int) -> str:
    name = visible(_value(holiday, "name", str))
    if not name:
        raise CalendarInvalid(reason=Sentence(LACKING, name="name"))
    if fault := line_fault(name, longest):
        raise CalendarInvalid(reason=Sentence(UNFIT_NAME, fault=fault))
    return name


def _almanac_years(path: Path) -> list[tuple[int, YearCalendar]]:
    """Statutory holidays of years without a notice: the fixed ones and those of the lunisolar almanac."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return [(entry["year"], _almanac_year(entry, table["source"])) for entry in table["almanac"]]


def _almanac_year(entry: dict[str, Any], source: str) -> YearCalendar:
    new_year: dt.date = entry["spring_festival"]
    # New Year's Eve and the first three days of the first month.
    days = {
        new_year + dt.timedelta(days=offset): SpecialDay(DayKind.RESTDAY, "春节") for offset in range(-1, 3)
    }
    days[entry["tomb_sweeping"]] = SpecialDay(DayKind.RESTDAY, "清明节")
    days[entry["dragon_boat"]] = SpecialDay(DayKind.RESTDAY, "端午节")
    days[entry["mid_autumn"]] = SpecialDay(DayKind.RESTDAY, "中秋节")
    days |= estimated_year(entry["year"]).days
    return YearCalendar(entry["year"], YearStatus.ESTIMATED, days, source)
