"""How a due date came about, in sentences: «怎么算的» for the case page, the calculator and the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby

from engine.deadlines.counting import Deadline, SkippedDay, Step, StepKind, explain
from engine.deadlines.lengths import Length, Unit, parse_length
from engine.deadlines.workdays import ONE_DAY, WEEKDAY_NAMES
from webui.words.citing import cited

SENTENCES: dict[StepKind, tuple[str, str]] = {
    StepKind.START: ("自{date}起算，依据{basis}。", "Runs from {date}, under {basis}."),
    StepKind.FIRST_DAY_NOT_COUNTED: (
        "当日不计入（{basis}）。",
        "The day itself is not counted ({basis}).",
    ),
    StepKind.FIRST_DAY_COUNTED: ("当日计入。", "The day itself is counted."),
    StepKind.WORKDAYS_COUNTED: (
        "共计{count}个工作日，最后一个是{date}。",
        "Counts {count} working days; the last is {date}.",
    ),
    StepKind.DAYS_OFF_SKIPPED: ("不计入的日子：{skipped}。", "Days not counted: {skipped}."),
    StepKind.CALENDAR_END: ("期限届满于{date}{cited}。", "The period ends on {date}{cited}."),
    StepKind.MONTH_CLIPPED: (
        "届满的月份没有对应日，以月末{date}为准{cited}。",
        "That month has no corresponding day, so the period ends on its last, {date}{cited}.",
    ),
    StepKind.ROLLED_FORWARD: (
        "届满日放假：{skipped}；顺延到下一个工作日{date}{cited}。",
        "The end falls on days off: {skipped}; it moves to the next working day, {date}{cited}.",
    ),
    StepKind.ROLLED_BACK: (
        "届满日放假：{skipped}；宜提前到此前的工作日{date}。",
        "The end falls on days off: {skipped}; better by the working day before, {date}.",
    ),
    StepKind.PROVISIONAL: (
        "{years}年的放假安排尚未确认，日期为暂估，确认后自动重算。",
        "The public holidays of {years} are not confirmed yet; the date is provisional and will be counted again.",
    ),
    StepKind.DUE: ("到期日：{date}。", "Due on {date}."),
}

NAMES_IN_ENGLISH = {
    "元旦": "New Year",
    "春节": "Spring Festival",
    "清明节": "Qingming Festival",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
    "国庆节、中秋节": "National Day and Mid-Autumn Festival",
    "中秋节、国庆节": "Mid-Autumn Festival and National Day",
}
UNITS = {
    Unit.DAY: ("{n}日", "{n} days", "{n} day"),
    Unit.WORKDAY: ("{n}个工作日", "{n} working days", "{n} working day"),
    Unit.MONTH: ("{n}个月", "{n} months", "{n} month"),
}


def counting_sentences(steps: Iterable[Step], locale: str) -> list[str]:
    """One sentence for each step, in zh or en."""
    return [_sentence(step, locale) for step in steps]


def counted_in_words(deadline: Deadline, locale: str) -> list[str]:
    """The whole explanation of a due date."""
    return counting_sentences(explain(deadline), locale)


def length_in_words(length: Length, locale: str) -> str:
    """3个月 / 3 months; 会前30日 / 30 days before."""
    zh, many, one = UNITS[length.unit]
    if locale != "en":
        return ("提前" if length.backward else "") + zh.format(n=length.quantity)
    words = (one if length.quantity == 1 else many).format(n=length.quantity)
    return words + (" before" if length.backward else "")


def warnings_in_words(warnings: Iterable[str], locale: str) -> str:
    """How long before its end a period is told of: 15日、3个工作日 / 15 days, 3 working days."""
    said = [length_in_words(parse_length(each), locale) for each in warnings]
    return (", " if locale == "en" else "、").join(said)


def day_name(name: str, locale: str) -> str:
    """The name of a day off in the reader's language; a name that is not known stays as it is."""
    if locale != "en":
        return name
    if name in WEEKDAY_NAMES:
        return f"{dt.date(2001, 1, 1) + WEEKDAY_NAMES.index(name) * ONE_DAY:%A}"  # that day was a Monday
    festival = name.removesuffix("调休上班")
    if festival != name:
        return f"{NAMES_IN_ENGLISH.get(festival, festival)} (worked in exchange)"
    return NAMES_IN_ENGLISH.get(name, name)


def skipped_in_words(skipped: Sequence[SkippedDay], locale: str) -> str:
    """周末8天、春节9天(2月15日至2月23日): weekends as a number, each holiday with its days."""
    parts = []
    weekend = sum(day.name in WEEKDAY_NAMES for day in skipped)
    if weekend:
        days_off = "1 weekend day" if weekend == 1 else f"{weekend} weekend days"
        parts.append(days_off if locale == "en" else f"周末{weekend}天")
    for name, days in groupby(
        (day for day in skipped if day.name not in WEEKDAY_NAMES), lambda day: day.name
    ):
        parts += [_holiday(name, run, locale) for run in _runs([day.date for day in days])]
    return (", " if locale == "en" else "、").join(parts)


def long_day(day: dt.date, locale: str) -> str:
    """2026年5月6日 / 6 May 2026."""
    return f"{day:%-d %B %Y}" if locale == "en" else f"{day.year}年{day.month}月{day.day}日"


def short_day(day: dt.date, locale: str) -> str:
    """5月6日 / 6 May, where the year is plain."""
    return f"{day:%-d %b}" if locale == "en" else f"{day.month}月{day.day}日"


def month_name(month: int, locale: str) -> str:
    """3月 / March."""
    return f"{dt.date(2000, month, 1):%B}" if locale == "en" else f"{month}月"


def weekdays(locale: str) -> list[tuple[str, str]]:
    """Short and full name of each day of the week, Monday first."""
    monday = dt.date(2001, 1, 1)
    if locale == "en":
        days = [monday + number * ONE_DAY for number in range(7)]
        return [(f"{day:%a}"[:2], f"{day:%A}") for day in days]
    return [(name[-1], name) for name in WEEKDAY_NAMES]


def _sentence(step: Step, locale: str) -> str:
    english = locale == "en"
    basis = cited(step.basis, locale)
    beside = (f" ({basis})" if english else f"（{basis}）") if basis else ""
    return SENTENCES[step.kind][english].format(
        date=long_day(step.date, locale),
        basis=basis,
        cited=beside,
        count=len(step.days),
        skipped=skipped_in_words(step.skipped, locale),
        years=(", " if english else "、").join(map(str, step.years)),
    )


def _holiday(name: str, run: list[dt.date], locale: str) -> str:
    words = day_name(name, locale)
    first, last = (short_day(run[0], locale), short_day(run[-1], locale))
    if len(run) == 1:
        return f"{words} ({first})" if locale == "en" else f"{words}（{first}）"
    if locale == "en":
        return f"{words} {len(run)} days ({first} to {last})"
    return f"{words}{len(run)}天（{first}至{last}）"


def _runs(days: Sequence[dt.date]) -> list[list[dt.date]]:
    """Days of one holiday, split where they are not next to each other."""
    runs: list[list[dt.date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == ONE_DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
