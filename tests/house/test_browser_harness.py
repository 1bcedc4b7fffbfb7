"""The browser of the tests notices what it is there to notice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser

from tests.support.browser import Screen, axe_violations, window
from tests.support.web import served

pytestmark = pytest.mark.browser

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
PAGES = {
    "good": "<main><h1>督办</h1><p>一切正常。</p></main>",
    "unlabelled": "<main><h1>督办</h1><input type='text'></main>",
    "inline": "<main><h1>督办</h1></main><script>document.title = 'changed'</script>",
    "free": "<main><h1>督办</h1><img alt='' src='http://elsewhere.invalid/x.png'><img alt='' src='http://192.0.2.1/y.png'></main>",
    "foreign": "<main><h1>督办</h1><img alt='' src='http://elsewhere.invalid/x.png'></main>",
}


@pytest.fixture
def site() -> Iterator[str]:
    app = Flask(__name__)

    @app.get("/<name>")
    def show(name: str) -> Response:
        head = "<!doctype html><html lang='zh-CN'><head><title>试</title></head>"
        page = f"{head}<body>{PAGES[name]}</body></html>"
        return Response(page, headers={"Content-Security-Policy": POLICY} if name != "free" else {})

    with served(app) as site:
        yield site.url


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Screen]:
    with window(browser, request.param, site) as opened:
        yield opened


def test_a_good_page_gives_no_complaint(screen: Screen) -> None:
    screen.page.goto("/good")
    assert axe_violations(screen.page) == []
    assert screen.complaints == []


def test_a_field_without_a_label_is_found_under_a_strict_policy(screen: Screen) -> None:
    screen.page.goto("/unlabelled")
    assert [violation.partition(":")[0] for violation in axe_violations(screen.page)] == ["label"]


def test_a_script_that_the_policy_forbids_is_reported(screen: Screen) -> None:
    screen.page.goto("/inline")
    assert screen.page.title() == "试"
    assert any(complaint.startswith("content policy: script-src") for complaint in screen.complaints)


def test_a_request_to_a_foreign_host_is_reported_and_not_made(screen: Screen) -> None:
    screen.page.goto("/foreign", wait_until="networkidle")
    assert screen.complaints


def test_a_foreign_request_that_no_policy_forbids_is_reported_too(screen: Screen) -> None:
    screen.page.goto("/free", wait_until="networkidle")
    asked = {"foreign request: http://elsewhere.invalid/x.png", "foreign request: http://192.0.2.1/y.png"}
    assert asked <= set(screen.complaints)


def test_chinese_is_drawn_and_not_replaced_by_boxes(screen: Screen) -> None:
    screen.page.goto("/good")
    drawn = screen.page.evaluate(
        "() => { const pen = document.createElement('canvas').getContext('2d');"
        " const draw = text => { pen.canvas.width = 40; pen.font = '32px sans-serif';"
        " pen.fillText(text, 2, 34); return pen.canvas.toDataURL(); };"
        " return [draw('督'), draw('办')]; }"
    )
    assert drawn[0] != drawn[1]
