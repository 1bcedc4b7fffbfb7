"""Budget figures in a real browser: readable for everybody, on a phone and at a desk, and a file that is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.budget.keeping import keep_figures
from tests.budget.sheets import csv_file, rows
from tests.support.cast import Cast, assemble, join
from tests.support.web import Site
from tests.webui.test_deputy_browser import sign_in, sound

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(app_server: Site) -> Cast:
    with app_server.app.app_context():
        cast = assemble()
        reviewer = join(cast, "budget", "dgw", "budget_reviewer")
        content = csv_file(rows((4, "累计数", "6,251"), (5, "累计数", "4,001")))
        keep_figures(reviewer, year=2026, month=1, filename="一月.csv", content=content)
        return cast


@pytest.mark.parametrize("kind", ["phone", "desktop"])
def test_figures_and_what_is_noticed_lead_to_one_another(
    open_page: Callable[[str], Page], app_server: Site, cast: Cast, kind: str
) -> None:
    page = open_page(kind)
    sign_in(page, "budget")
    page.goto("/budget")
    expect(page.get_by_role("heading", name="2026年1月预算执行情况")).to_be_visible()
    row = page.locator("tr", has_text="205 教育支出")
    row.get_by_role("link").first.click()
    expect(page.locator("li:target")).to_contain_text("超过预算")
    sound(page)
    page.goto("/budget/figures")
    page.locator("input[type=file]").set_input_files(
        {"name": "二月.csv", "mimeType": "text/csv", "buffer": csv_file(rows((2, "累计数", "二千")))}
    )
    page.get_by_label("月份").select_option("2")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_role("cell", name="“二千”不是金额。")).to_be_visible()
    sound(page)
