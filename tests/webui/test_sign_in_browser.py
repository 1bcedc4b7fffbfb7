"""Signing in, the account and the administration in a real browser: readable, reachable, within the policy."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.people.world import PASSWORD, build
from tests.support.browser import arrive, axe_violations
from tests.support.web import Site

pytestmark = pytest.mark.browser

OpenPage = Callable[[str], Page]


@pytest.fixture
def site(app_server: Site) -> Site:
    with app_server.app.app_context():
        build()
    return app_server


def enter(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.locator("main").get_by_role("button", name="登录").click()


def look(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it is; a picture of it where SCREENS names a folder."""
    if folder := os.environ.get("SCREENS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    arrive(page)
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    wrong = axe_violations(page)
    return [*wrong, *([f"{name} scrolls sideways by {sideways}"] if sideways > 0 else [])]


@pytest.mark.parametrize("kind", ["phone", "desktop"])
@pytest.mark.parametrize("size", ["normal", "large"])
def test_everybody_can_sign_in_and_see_to_his_account(
    site: Site, open_page: OpenPage, kind: str, size: str
) -> None:
    page = open_page(kind)
    page.goto("/account")
    if size == "large":
        page.get_by_role("button", name="大字").click()
        expect(page.locator("html")).to_have_attribute("data-size", "large")
    wrong = look(page, f"sign-in-{kind}-{size}")
    enter(page, "north-officer", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("再错4次")
    wrong += look(page, f"sign-in-refused-{kind}-{size}")
    enter(page, "north-officer")
    page.goto("/account")
    expect(page.get_by_role("heading", name="个人设置")).to_be_visible()
    wrong += look(page, f"account-{kind}-{size}")
    page.goto("/account/password")
    wrong += look(page, f"password-{kind}-{size}")
    page.goto("/no-such-page")
    wrong += look(page, f"not-found-{kind}-{size}")
    assert wrong == []


@pytest.mark.parametrize("kind", ["phone", "desktop"])
def test_administrators_can_do_their_work(site: Site, open_page: OpenPage, kind: str) -> None:
    page = open_page(kind)
    enter(page, "north-system")
    wrong = []
    for name in ("organizations", "users", "deputies"):
        page.goto(f"/administration/{name}")
        wrong += look(page, f"{name}-{kind}")
        with page.expect_navigation():
            page.locator("table a").first.click()
        wrong += look(page, f"{name}-one-{kind}")
    page.goto("/administration/users")
    page.locator("#field-name").fill("王五")
    page.locator("#field-username").fill("wangwu")
    page.get_by_role("button", name="新建用户").click()
    expect(page.get_by_role("heading", name="初始密码")).to_be_visible()
    wrong += look(page, f"first-password-{kind}")
    auditor = open_page(kind)
    enter(auditor, "north-audit")
    for name in ("events", "trail", "verification"):
        auditor.goto(f"/administration/{name}")
        wrong += look(auditor, f"{name}-{kind}")
    auditor.get_by_role("button", name="核验", exact=True).click()
    expect(auditor.get_by_text("审计记录完整，未发现改动。")).to_be_visible()
    wrong += look(auditor, f"verified-{kind}")
    assert wrong == []


def test_signing_in_works_by_keyboard_alone(site: Site, open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.goto("/sign-in?next=/account")
    page.get_by_label("用户名").focus()
    page.keyboard.type("north-officer")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="个人设置")).to_be_visible()
