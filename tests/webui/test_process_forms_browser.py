"""The form builder in a real browser, at a desk, on a phone, by keyboard alone: the preview follows what is typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.definitions import catalogue
from engine.designing.drafts import open_draft
from tests.operations.altered import KEY
from tests.support.cast import assemble, join
from tests.support.web import Site
from tests.webui.test_comparisons import FLOWS
from tests.webui.test_deputy_browser import sign_in
from tests.webui.test_operations_browser import seen

pytestmark = pytest.mark.browser


@pytest.fixture
def builder(app_server: Site) -> str:
    """The address of a form of a draft."""
    with app_server.app.app_context():
        keeper = join(assemble(), "keeper", "dgw", "process_admin")
        id_ = open_draft(keeper, definition_id=catalogue.current(KEY).id, name="改审核表")
    return f"{FLOWS}/drafts/{id_}/forms/review_reply"


@pytest.mark.parametrize("kind", ["phone", "desktop"])
def test_a_field_is_added_and_named_and_the_preview_follows(
    open_page: Callable[[str], Page], builder: str, kind: str
) -> None:
    page = open_page(kind)
    sign_in(page, "keeper")
    page.goto(builder)
    preview = page.locator("#preview")
    page.locator("#row-0 > summary").press("Enter")
    page.locator("#row-0-label-zh").fill("审核结论")
    page.locator("#row-0-label-zh").press("Tab")
    expect(preview.get_by_text("审核结论")).to_be_visible()
    page.get_by_role("button", name="新增一栏").press("Enter")
    expect(page.locator("details.form-row.faulty[open]")).to_have_count(1)
    last = page.locator("details.form-row").last
    expect(last.locator("summary").first).to_be_focused()
    expect(last.locator(".problems").first).to_be_visible()
    last.get_by_label("栏目名称（中文）").fill("需要补充的材料")
    last.get_by_label("栏目名称（英文）").fill("What is missing")
    last.get_by_label("类型").select_option("textarea")
    expect(preview.get_by_label("需要补充的材料")).to_be_visible()
    seen(page, f"form-builder-{kind}")
    last.get_by_role("button", name="上移 需要补充的材料").or_(
        last.get_by_role("button", name="上移")
    ).first.press("Enter")
    page.get_by_role("button", name="保存", exact=True).press("Enter")
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(page.locator("details.form-row").nth(-2)).to_contain_text("需要补充的材料")
    page.goto(f"{builder}?lang=en")
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
