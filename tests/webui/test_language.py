"""What a reader sees in his own language."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from engine.foundation.errors import StaleTask
from engine.people.refusals import LockedOut
from tests.webui.visitors import visitor
from webui.addresses import local
from webui.language import day, day_short, moment, number, translate_refusal
from webui.pages.account import browser_name

EVENING = dt.datetime(2026, 5, 5, 17, 3, tzinfo=dt.UTC)  # already the next day in Beijing


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", ("2026年5月6日", "5月6日", "2026年5月6日 01:03", "1,234.5")),
        ("en", ("6 May 2026", "6 May", "6 May 2026 01:03", "1,234.5")),
    ],
)
def test_days_are_those_of_beijing_in_the_readers_language(
    app: Flask, language: str, expected: tuple[str, ...]
) -> None:
    with app.test_request_context(f"/?lang={language}"):
        assert (day(EVENING), day_short(EVENING), moment(EVENING), number(1234.5)) == expected
        assert day(dt.date(2026, 5, 6)) == expected[0]
        assert (day(None), day_short(None), moment(None)) == ("", "", "")


def test_refusals_are_translated_with_their_values(app: Flask) -> None:
    stale = StaleTask(who="张三", when="5月6日")
    with app.test_request_context("/?lang=zh"):
        assert translate_refusal(stale) == stale.message
    with app.test_request_context("/?lang=en"):
        assert "张三" in translate_refusal(stale) and translate_refusal(stale) != stale.message
        assert "18" in translate_refusal(LockedOut(1050))


def test_the_address_comes_before_the_cookie(app: Flask) -> None:
    client = visitor(app)
    client.post("/preferences", data={"language": "en"})
    assert '<html lang="en"' in client.get("/sign-in").text
    assert '<html lang="zh-CN"' in client.get("/sign-in?lang=zh").text
    assert '<html lang="en"' in client.get("/sign-in?lang=xx").text


@pytest.mark.parametrize("address", ["/cases/1", "/?a=b", "/a//b"])
def test_addresses_of_this_site_are_kept(address: str) -> None:
    assert local(address) == address


@pytest.mark.parametrize("address", [None, "", "cases", "//x", "/\\x", "https://x", "/a\nb"])
def test_all_others_lead_home(address: str | None) -> None:
    assert local(address) == "/"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 MicroMessenger/8", "微信 · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Version/18 Safari/604", "Safari · iPhone"),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)
def test_browsers_are_called_what_people_call_them(text: str, name: str) -> None:
    assert browser_name(text) == name
