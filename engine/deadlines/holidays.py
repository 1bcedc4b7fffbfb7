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

CALENDARS = Path(__file__).resolve().parents[2] / "processes" / "rules" / "calendars"
ESTIMATES = "estimated.toml"
MAKE_UP = "调休上班"


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
    """A year written like a notice: each holiday with its days off and the days worked in exchange."""
    try:
        table = tomllib.loads(text)
        days: dict[dt.date, SpecialDay] = {}
        for holiday in table["holiday"]:
            _add_holiday(days, holiday)
        return YearCalendar(table["year"], YearStatus(table["status"]), days, table["source"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise CalendarInvalid(reason=str(fault)) from fault


def _add_holiday(days: dict[dt.date, SpecialDay], holiday: dict[str, Any]) -> None:
    name = holiday["name"]
    named = [(day, SpecialDay(DayKind.RESTDAY, name)) for day in holiday["off"]]
    named += [(day, SpecialDay(DayKind.WORKDAY, name + MAKE_UP)) for day in holiday.get("work", [])]
    for day, special in named:
        if day in days:
            raise CalendarInvalid(reason=f"{day} × 2")
        days[day] = special


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
