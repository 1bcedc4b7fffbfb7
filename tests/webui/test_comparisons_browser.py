"""Two versions compared in a real browser, on a phone and at a desk: marks are drawn, and never by colour alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.cast import assemble, join
from tests.support.web import Site
from tests.webui.test_comparisons import FLOWS, without_review
from tests.webui.test_deputy_browser import sign_in
from tests.webui.test_operations_browser import seen

pytestmark = pytest.mark.browser


@pytest.fixture
def versions(app_server: Site) -> tuple[int, int]:
    with app_server.app.app_context():
        join(assemble(), "keeper", "dgw", "process_admin")
    return without_review(app_server.app)


@pytest.mark.parametrize("kind", ["phone", "desktop"])
def test_what_differs_is_drawn_with_signs_and_words(
    open_page: Callable[[str], Page], versions: tuple[int, int], kind: str
) -> None:
    old, new = versions
    page = open_page(kind)
    sign_in(page, "keeper")
    page.goto(f"{FLOWS}/versions/{new}")
    page.get_by_label("原来的版本").select_option(label="v1 · 未启用")
    page.get_by_role("button", name="比较", exact=True).click()
    before, after = (page.locator("[data-diagram]").nth(place) for place in (0, 1))
    expect(before.locator(".mark-badge.removed").first).to_have_text("－ 删除")
    expect(before.locator('[data-element-id="review_reply"]')).to_have_class(
        "djs-element djs-shape mark-removed"
    )
    expect(before.locator('[data-element-id="h_6"]')).to_have_class("djs-element djs-connection mark-removed")
    expect(after.locator(".mark-badge.changed").first).to_have_text("△ 改动")
    expect(after.locator(".mark-removed")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="删除").first).to_be_visible()
    seen(page, f"comparison-{kind}")
    page.goto(f"{FLOWS}/compare?from={old}&to={new}&lang=en")
    expect(page.get_by_role("heading", name="Change by change")).to_be_visible()


@pytest.mark.parametrize("kind", ["phone", "desktop"])
def test_what_examples_pass_is_drawn_and_packages_are_handed_about(
    open_page: Callable[[str], Page], versions: tuple[int, int], kind: str
) -> None:
    page = open_page(kind)
    sign_in(page, "keeper")
    page.goto(f"{FLOWS}/versions/{versions[0]}")
    page.get_by_role("link", name="示例走过流程的哪些地方").click()
    expect(page.locator(".mark-badge.covered").first).to_contain_text("例")
    expect(page.locator(".mark-uncovered")).to_have_count(0)
    seen(page, f"coverage-{kind}")
    page.goto(f"{FLOWS}/versions/{versions[0]}")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出为流程包").press("Enter")
    assert download.value.suggested_filename == "suggestion-v1.duban.zip"
    page.goto(f"{FLOWS}/packages")
    page.get_by_text("登记一个密钥").press("Enter")
    page.get_by_label("谁的密钥").fill("邻省人大")
    page.get_by_label("公钥", exact=False).fill("ab" * 32)
    page.get_by_label("怎样核对的").fill("电话核对了指纹")
    page.get_by_role("button", name="登记", exact=True).press("Enter")
    expect(page.get_by_text("邻省人大").first).to_be_visible()
    seen(page, f"packages-{kind}")
