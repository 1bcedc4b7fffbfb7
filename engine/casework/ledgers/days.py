"""Days as offices write them in ledgers: with signs, full-width, in Chinese numerals, or as a spreadsheet's number."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from engine.casework.ledgers.numerals import chinese_number

YEARS = range(1949, 2101)
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_DAY = re.compile(
    r"(?P<year>\d{4})(?:(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})|年(?P<m>\d{1,2})月(?P<d>\d{1,2})日)"
)
_WRITTEN = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}")
_FIRST = dt.date(1899, 12, 30)  # day 0 of spreadsheet programs


def written_day(text: str) -> dt.date | None:
    """The day that is written, or None where it is none or could be meant in two ways. Raises nothing."""
    text = _TIME.sub("", unicodedata.normalize("NFKC", text).strip())
    text = "".join(text.split())
    try:
        day = _read(text)
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS else None


def _read(text: str) -> dt.date | None:
    if found := _DAY.fullmatch(text):
        return dt.date(int(found["year"]), int(found["month"] or found["m"]), int(found["day"] or found["d"]))
    if found := _TOGETHER.fullmatch(text):
        year, month, day = map(int, found.groups())
        return dt.date(year, month, day)
    if found := _WRITTEN.fullmatch(text):
        year, month, day = (chinese_number(part) for part in found.groups())
        return dt.date(year, month, day)
    return _FIRST + dt.timedelta(int(text)) if _SERIAL.fullmatch(text) else None
