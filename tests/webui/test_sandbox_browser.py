"""Articles beside buttons and the rule sandbox in a real browser: on a phone, at a desk, without scripts."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.cast import Cast, assemble, join
from tests.support.journey import Journey
from tests.support.web import Site
from tests.webui.test_deputy_browser import sign_in, sound

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(app_server: Site) -> Cast:
    with app_server.app.app_context():
        cast = assemble()
        join(cast, "ruler", "dgw", "process_admin")
        Journey(cast).draft().submit().accept().assign().sign_for().contact().reply()
        return cast


def seen(page: Page, name: str) -> None:
    sound(page)
    if folder := os.environ.get("DUBAN_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("kind", ["phone", "desktop", "plain"])
def test_the_article_beside_a_button_opens(
    open_page: Callable[[str], Page], app_server: Site, cast: Cast, kind: str
) -> None:
    with app_server.app.app_context():
        journey = Journey(cast).draft().submit().accept().assign()
        case_id, task_id = journey.case_id, journey.task("sign_for").id
    page = open_page(kind)
    sign_in(page, "slt_head")
    page.goto(f"/cases/{case_id}")
    page.locator(".actions-offered .legal > summary").first.click()
    expect(page.locator(".actions-offered").get_by_text("三个月内答复").first).to_be_visible()
    if kind != "plain":
        seen(page, f"basis-case-{kind}")
    page = open_page(kind)
    sign_in(page, "slt_clerk")
    page.goto(f"/tasks/{task_id}")
    expect(page.get_by_role("button", name="签收", exact=True)).to_have_accessible_description(
        "代表法第五十一条 建议、批评和意见由有关机关、组织研究办理，与代表联系沟通、听取意见，"
        "自交办之日起三个月内答复，涉及面广、处理难度大的六个月内答复；办理情况向常委会报告并公开。 "
        "适用于全国。"
    )
    if kind != "plain":
        seen(page, f"basis-task-{kind}")
        page.goto("/inbox")
        seen(page, f"basis-inbox-{kind}")


@pytest.mark.parametrize("kind", ["phone", "desktop"])
def test_a_rule_is_tried_out(open_page: Callable[[str], Page], cast: Cast, kind: str) -> None:
    page = open_page(kind)
    sign_in(page, "ruler")
    page.goto("/administration/rules")
    seen(page, f"rules-{kind}")
    page.get_by_label("新草案的名称").fill("试试一个月")
    page.get_by_role("button", name="新建草案").click()
    page.get_by_label("改哪一条").select_option("answer")
    page.get_by_label("改成多长").fill("1wd")
    page.get_by_role("button", name="保存到草案").click()
    expect(page.get_by_text("草案已保存")).to_be_visible()
    page.get_by_label("起算日从").fill("2026-01-01")
    page.get_by_label("到", exact=True).fill("2027-12-31")
    page.get_by_role("button", name="试算", exact=True).click()
    expect(page.get_by_role("heading", name="试算结果")).to_be_visible()
    seen(page, f"replay-{kind}")
