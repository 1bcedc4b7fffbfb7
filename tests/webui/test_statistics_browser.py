"""Statistics in a real browser, on desk and phone: from a figure to its cases, and the weeks ahead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from engine.foundation import clock
from tests.support.browser import axe_violations
from tests.support.cast import PASSWORD, assemble
from tests.support.journey import Journey
from tests.support.web import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
ASSIGNED = dt.datetime(2026, 2, 5, 10, 0, tzinfo=clock.ZONE)


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_a_figure_leads_to_its_cases_and_the_weeks_to_theirs(
    open_page: Callable[[str], Page], app_server: Site, kind: str
) -> None:
    with app_server.app.app_context():
        cast = assemble()
        with clock.moved_to(ASSIGNED):
            Journey(cast).draft().submit().accept().assign(slt="lead", czt="co").sign_for().contact()
    page = open_page(kind)
    page.goto(f"{app_server.url}/sign-in")
    page.get_by_label("用户名").fill("assigner@14")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").first.click()
    page.locator("summary", has_text="交办员").wait_for()
    page.goto(f"{app_server.url}/statistics?of=all")
    page.get_by_role("heading", name="统计").wait_for()
    assert axe_violations(page) == []
    page.get_by_role("link", name="签收率").click()
    page.get_by_text("其中单位已签收的件").wait_for()
    assert axe_violations(page) == []
    page.get_by_role("main").get_by_role("link", name="分母 2").first.click()
    page.get_by_role("heading", name="交办给单位且没有退回改办的件").wait_for()
    assert page.locator("tr[data-row]").count() == 2
    assert axe_violations(page) == []
    page.goto(f"{app_server.url}/statistics/units?of=all")
    page.get_by_role("link", name="省水利厅").wait_for()
    assert axe_violations(page) == []
    page.goto(f"{app_server.url}/statistics/forecast")
    page.get_by_role("img", name="今后各周到期的件").wait_for()
    assert axe_violations(page) == []
