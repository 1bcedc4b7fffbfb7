"""The same work by keyboard alone, in English, and in a browser without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.cast import Cast
from tests.support.journey import Journey
from tests.support.walk import Walk, open_first, sign_in, sound
from tests.support.web import Site

pytestmark = pytest.mark.browser

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def replied(app_server: Site, cast: Cast) -> int:
    """A case whose reply waits for the deputy; another waits to be signed for."""
    with app_server.app.app_context():
        Journey(cast).draft(title="关于停车管理的建议").submit().accept().assign()
        journey = Journey(cast).draft().submit().accept().assign().sign_for().contact().reply()
        return journey.case_id


def keys(page: Page, *pressed: str) -> None:
    """Press keys one after the other."""
    for key in pressed:
        page.keyboard.press(key)


def test_a_clerk_signs_for_without_a_mouse(walk: Walk, replied: int) -> None:
    with walk.sitting("slt_clerk") as page:
        keys(page, "g", "c")
        page.wait_for_url("**/cases")
        keys(page, "g", "i")
        page.wait_for_url("**/inbox")
        keys(page, "?")
        expect(page.get_by_role("dialog")).to_be_visible()
        sound(page)
        keys(page, "Escape", "j", "o")
        page.wait_for_url(re.compile(r"/tasks/\d+"))
        button = page.get_by_role("button", name="签收", exact=True)
        for _press in range(60):
            if button.evaluate("element => element === document.activeElement"):
                break
            keys(page, "Tab")
        expect(button).to_be_focused()
        keys(page, "Enter")
        expect(page.get_by_text("已办完：签收。")).to_be_visible()


def in_chinese(page: Page) -> list[str]:
    """What the program itself says in Chinese; what people wrote stays as they wrote it."""
    said = page.locator("h2, h3, th, legend, .tabs a, .topnav a, .bottom a, .tool:not([lang]), main label")
    theirs = ("省", "代表", "员", "建议", "办", "人大")
    words = [each for each in said.all_inner_texts() if CHINESE.search(each)]
    return [each for each in words if not any(part in each for part in theirs)]


def test_the_pages_speak_english(walk: Walk, replied: int) -> None:
    with walk.sitting("deputy1", "phone") as phone:
        assert in_chinese(phone) != []
        phone.get_by_role("button", name="English").click()
        expect(phone.locator("html")).to_have_attribute("lang", "en")
        assert in_chinese(phone) == []
        sound(phone)
        phone.get_by_role("link", name="Evaluate").first.click()
        expect(phone.get_by_role("button", name="Submit")).to_be_visible()
        assert in_chinese(phone) == []
        sound(phone)
        phone.goto("/cases/new/suggestion")
        expect(phone.locator("html")).to_have_attribute("lang", "en")
        assert in_chinese(phone) == []
        sound(phone)
    with walk.sitting("slt_clerk") as page:
        page.get_by_role("button", name="English").click()
        for address in ("/inbox", f"/cases/{replied}"):
            page.goto(address)
            expect(page.locator("html")).to_have_attribute("lang", "en")
            assert in_chinese(page) == [], address
            sound(page)
        open_first(page, "/inbox")
        expect(page.get_by_role("button", name="Sign for", exact=True)).to_be_visible()
        assert in_chinese(page) == []
        sound(page)


def test_the_main_ways_work_without_scripts(walk: Walk, replied: int) -> None:
    clerk = walk.open_page("plain")
    sign_in(clerk, "slt_clerk")
    clerk.goto("/inbox")
    clerk.locator("[data-row-link]").first.click()
    clerk.get_by_role("button", name="签收", exact=True).click()
    expect(clerk.get_by_text("已办完：签收。")).to_be_visible()
    clerk.goto(f"/cases/{replied}")
    clerk.get_by_text("怎么算的").first.click()
    expect(clerk.get_by_role("heading", name="时间线")).to_be_visible()
    deputy = walk.open_page("plain")
    sign_in(deputy, "deputy1")
    deputy.get_by_role("link", name="现在评价").click()
    deputy.get_by_role("group", name="您对办理态度满意吗").get_by_label("满意", exact=True).check()
    deputy.get_by_role("group", name="您对办理结果满意吗").get_by_label("不满意", exact=True).check()
    deputy.get_by_role("button", name="提交测评").click()
    expect(deputy.locator(".error-summary")).to_be_visible()
    deputy.get_by_label("原因或者意见").fill("没有写明完成的时间。")
    deputy.get_by_role("button", name="提交测评").click()
    expect(deputy.get_by_role("heading", name="评价已提交")).to_be_visible()
