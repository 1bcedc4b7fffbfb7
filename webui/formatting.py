"""How dates and moments read on a page, in the reader's language and the congress's own time zone."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date, format_datetime
from flask import Flask
from flask_babel import get_locale, to_user_timezone

_DAY = {"zh": "y年M月d日", "en": "d MMM y"}
_SHORT_DAY = {"zh": "M月d日", "en": "d MMM"}
_MOMENT = {"zh": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}

Readable = dt.date | dt.datetime | str | None


def register(app: Flask) -> None:
    """Give templates `day`, `short_day`, `moment` and `iso`."""
    for act in (day, short_day, moment, iso):
        app.add_template_filter(act)


def day(value: Readable) -> str:
    """2026年11月19日; nothing for nothing."""
    return _dated(value, _DAY)


def short_day(value: Readable) -> str:
    """11月19日, for places where the year is plain from what stands around."""
    return _dated(value, _SHORT_DAY)


def moment(value: Readable) -> str:
    """2026年11月19日 14:02; a date without a time reads as a day."""
    local = _local(value)
    if isinstance(local, dt.datetime):
        return str(format_datetime(local, _MOMENT[_language()], locale=_language()))
    return _dated(local, _DAY)


def iso(value: Readable) -> str:
    """The form that a <time> element wants."""
    local = _local(value)
    return local.isoformat() if local else ""


def _dated(value: Readable, patterns: dict[str, str]) -> str:
    local = _local(value)
    return str(format_date(local, patterns[_language()], locale=_language())) if local else ""


def _local(value: Readable) -> dt.date | dt.datetime | None:
    if not value:
        return None
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        local: dt.datetime = to_user_timezone(value)
        return local
    return value


def _language() -> str:
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"
