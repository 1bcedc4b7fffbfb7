"""Sittings at a browser: somebody signs in at a certain time, does one thing, and every page he sees is sound."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from playwright.sync_api import Page, expect

from engine.foundation import clock
from tests.support.browser import axe_violations
from tests.support.cast import PASSWORD
from tests.support.web import Site

MARK = """() => {
    const mark = document.querySelector(".bjs-powered-by");
    const box = mark.getBoundingClientRect();
    const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return box.width > 20 && mark.contains(seen);
}"""
DESK = {"width": 1440, "height": 900}


class Walk:
    """People of the cast at their screens, one after the other."""

    def __init__(self, site: Site, open_page: Callable[[str], Page]) -> None:
        self.site = site
        self.open_page = open_page
        self.moment = dt.datetime(2026, 2, 5, 10, tzinfo=clock.ZONE)
        serve = site.app.wsgi_app

        def at_the_moment(environ: Any, start: Any) -> Iterable[bytes]:
            with clock.moved_to(self.moment):
                return serve(environ, start)

        site.app.wsgi_app = at_the_moment  # type: ignore[assignment, method-assign]

    def later(self, day: str, hour: int = 10) -> None:
        """Let it be that day."""
        self.moment = dt.datetime.fromisoformat(day).replace(hour=hour, tzinfo=clock.ZONE)

    @contextlib.contextmanager
    def sitting(self, username: str, kind: str = "desktop") -> Iterator[Page]:
        """Somebody's window, signed in."""
        page = self.open_page(kind)
        if kind == "desktop":
            page.set_viewport_size(DESK)  # type: ignore[arg-type]
        sign_in(page, username)
        yield page
        page.context.close()  # with its connections


def sign_in(page: Page, username: str, then: str = "") -> None:
    """Sign in by the form; the page after it is the person's first, or the one that he was sent here from."""
    if not then:
        page.goto("/sign-in")
    page.get_by_label("用户名").fill(f"{username}@14")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def sound(page: Page) -> None:
    """No violation of WCAG 2.2 AA; nothing wider than the screen, on the narrowest phone neither."""
    assert axe_violations(page) == []
    wide = page.viewport_size
    assert wide
    for width in (wide["width"], 390, 320):
        if page.viewport_size != (size := {"width": width, "height": wide["height"]}):
            page.set_viewport_size(size)  # type: ignore[arg-type]
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{page.url} is {over} px wider than {width}"
    page.set_viewport_size(wide)


def open_first(page: Page, address: str) -> None:
    """Open the first line of a list."""
    page.goto(address)
    with page.expect_navigation():
        page.locator("[data-row-link]").first.click()


def see_diagram(page: Page, *live: str) -> None:
    """The diagram shows where the case stands, and the mark of bpmn.io uncovered."""
    diagram = page.locator("[data-diagram]")
    diagram.scroll_into_view_if_needed()
    page.locator(".bjs-powered-by").scroll_into_view_if_needed()
    for node in live:
        expect(diagram.locator(f'[data-element-id="{node}"].live-step')).to_be_visible()
    expect(diagram.locator(".live-step")).to_have_count(len(live))
    assert page.evaluate(MARK)


def tick(page: Page, group: str, answer: str) -> None:
    """Choose one answer of a question."""
    page.get_by_role("group", name=group).get_by_label(answer, exact=True).check()


def complete(page: Page, verb: str, step: str) -> None:
    """Press the button that completes a task, and read that it is done."""
    page.get_by_role("button", name=verb, exact=True).click()
    expect(page.get_by_text(f"已办完：{step}。")).to_be_visible()
