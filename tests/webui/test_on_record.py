"""What is on record: when it was put there, and apart from that the legal day that it is about."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask

from engine.casework.readings.case_page import CasePage
from engine.casework.readings.on_record import EntryView
from webui.presenting.on_record import entry_parts

RECORDED = dt.datetime(2026, 2, 5, 17, 0, tzinfo=dt.UTC)  # one in the morning of the sixth in Beijing


def entry(number: int, on: dt.date) -> EntryView:
    return EntryView(number, "report", None, None, 1, on, "委员会", RECORDED, {})


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("zh", ["2026年2月6日 · 委员会", "2026年2月6日 · 委员会 · 计时日 2026年1月30日"]),
        ("en", ["6 February 2026 · 委员会", "6 February 2026 · 委员会 · Counted from 30 January 2026"]),
    ],
)
def test_the_day_it_was_recorded_stands_first_and_the_legal_day_apart_where_it_is_another(
    app: Flask, locale: str, told: list[str]
) -> None:
    entries = [entry(1, dt.date(2026, 1, 30)), entry(2, dt.date(2026, 2, 6))]
    nothing: dict[str, Any] = {"agenda": [], "problems": [], "picked": {}, "entry_files": {}}
    page = cast("CasePage", SimpleNamespace(entries=entries, folder=None, **nothing))
    with app.test_request_context(f"/?lang={locale}"):
        macro = app.jinja_env.get_template("components/on_record.html").make_module({})
        shown = str(macro.entries(entry_parts(page)))  # type: ignore[attr-defined]
    assert [part.split("</span>")[0] for part in shown.split('<span class="faint">')[1:]] == told
