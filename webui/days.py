"""Days as the reader of a page writes them."""

from __future__ import annotations

import datetime as dt

from flask_babel import get_locale

from engine.foundation import clock


def english() -> bool:
    """Whether English is being written."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def day(value: dt.date | dt.datetime | None) -> str:
    """2026年5月6日 / 6 May 2026."""
    if value is None:
        return ""
    date = clock.day_of(value) if isinstance(value, dt.datetime) else value
    return f"{date:%-d %B %Y}" if english() else f"{date.year}年{date.month}月{date.day}日"
