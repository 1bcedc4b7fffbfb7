"""A real Chromium that reports what a user would not notice: broken policies, errors, foreign requests."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tools.browser import browser_path

PATIENCE = 30_000  # milliseconds: a machine may have other things to do
expect.set_options(timeout=PATIENCE)

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ARGUMENTS = [
    "--no-sandbox",  # the tests may run as root
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",  # the browser itself shall not look for hosts either
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-quic",
    "--disable-sync",
    # No page lives long enough for what the optimizing compilers do for its scripts (axe first of all) to pay.
    "--js-flags=--no-opt --no-maglev",
    # Nothing but the loopback has an address: what a page asks of a foreign host fails, and is reported below.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
        "device_scale_factor": 2,
    },
    "plain": {"viewport": {"width": 1280, "height": 800}, "java_script_enabled": False},
}
LISTEN = """document.addEventListener('securitypolicyviolation', event => window.reportPolicyViolation(
    `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""
# Only what is wrong leaves the page: everything that is right would take longer to carry over than to find.
LOOK = """async ([tags, off]) => {
    const rules = Object.fromEntries(off.map(rule => [rule, {enabled: false}]));
    // The style sheets need not be fetched once more: the one rule that reads them is experimental, and off.
    const only = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], rules, preload: false};
    const found = await axe.run(document, only);
    return found.violations.flatMap(({id, help, nodes}) =>
        nodes.map(node => `${id}: ${node.target.join(' ')}: ${help}`));
}"""


@dataclass
class Screen:
    """One browser window and what went wrong in it unseen."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@contextlib.contextmanager
def running_browser() -> Iterator[Browser]:
    """Chromium without a window; the browser tests are never skipped, so that its absence fails them."""
    path = browser_path()
    assert path, "no Chromium found; `make test` installs one or says how"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@contextlib.contextmanager
def window(browser: Browser, kind: str, home: str) -> Iterator[Screen]:
    """A fresh window (no cookies) of a kind of screen; what is asked of another host than `home` is reported.

    It is heard, not held up: a window whose requests go through the test keeps no style sheet from page to page.
    """
    context = browser.new_context(base_url=home, locale="zh-CN", timezone_id="Asia/Shanghai", **SCREENS[kind])
    context.set_default_timeout(PATIENCE)
    screen = Screen(context.new_page())
    _listen(context, screen, home)
    try:
        yield screen
    finally:
        context.close()


def _listen(context: BrowserContext, screen: Screen, home: str) -> None:
    def mind_home(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.netloc != urlsplit(home).netloc:
            screen.complaints.append(f"foreign request: {request.url}")

    def hear(message: ConsoleMessage) -> None:
        # Chromium writes a line for every answer above 399, and refusals are part of what is tested.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            screen.complaints.append(f"console: {message.text}")

    context.on("request", mind_home)
    context.expose_binding(
        "reportPolicyViolation", lambda source, text: screen.complaints.append(f"content policy: {text}")
    )
    context.add_init_script(LISTEN)
    context.on("console", hear)
    context.on("weberror", lambda error: screen.complaints.append(f"script: {error.error}"))


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def arrive(page: Page) -> None:
    """Wait until a page stands whole: a link that was just followed leaves the window empty for a moment.

    A form that was sent off may still wait for its draft to be kept, and then its page is the one before.
    """
    page.locator("body").wait_for(state="attached")
    page.wait_for_function("() => !document.querySelector('form[aria-busy]')")
    page.wait_for_load_state()


def axe_violations(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA on the page as it is, a line per place."""
    arrive(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: list[str] = page.evaluate(LOOK, [list(WCAG), list(without)])
    return found
