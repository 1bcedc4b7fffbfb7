"""Clerks in a real browser: by keys, on a phone, without scripts; every page sound."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from engine.casework.tasks import complete_task
from models import db
from tests.support.browser import axe_violations
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.journey import Journey
from tests.support.web import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(app_server: Site) -> Cast:
    with app_server.app.app_context():
        return assemble()


@pytest.fixture
def waiting(cast: Cast, app_server: Site) -> list[int]:
    """Three cases that wait to be signed for."""
    with app_server.app.app_context():
        return [
            Journey(cast)
            .draft(title=f"关于第{number}件事的建议")
            .submit()
            .accept()
            .assign(slt="lead")
            .case_id
            for number in (1, 2, 3)
        ]


@pytest.fixture
def drafting(cast: Cast, app_server: Site) -> Journey:
    """A case whose reply was drafted and sent back."""
    with app_server.app.app_context():
        journey = Journey(cast).draft().submit().accept().assign(slt="lead", czt="co")
        journey.sign_for("slt").sign_for("czt", "co_sign_for").contact()
        opinion = {"position": "agree", "text": "同意主办单位的意见，无补充。"}
        journey.do("czt_clerk", "co_opinion", "czt", **opinion)
        journey.do("slt_clerk", "draft_reply", "slt", **journey.answers())
        journey.do("slt_deputy_head", "review_reply", "slt", decision="returned", opinion="请写明时间表。")
        db.session.remove()
    return journey


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(f"{username}@14")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def sound(page: Page) -> None:
    """No violation, and nothing wider than the screen."""
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_the_inbox_is_worked_by_keys(page: Page, waiting: list[int]) -> None:
    sign_in(page, "slt_clerk")
    expect(page).to_have_url(re.compile("/inbox$"))
    bulk = page.get_by_role("group", name="批量操作")
    expect(bulk).to_be_hidden()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(bulk).to_contain_text("已选 2 条")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="批量签收的结果")).to_be_visible()
    expect(page.get_by_text("已办 2 件")).to_be_visible()
    sound(page)
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page).to_have_url(re.compile("/inbox$"))
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tasks/\d+$"))


def test_typing_is_not_taken_for_keys(page: Page, waiting: list[int]) -> None:
    sign_in(page, "slt_clerk")
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="搜索案件")
    expect(search).to_be_focused()
    page.keyboard.type("第2件xc")
    expect(search).to_have_value("第2件xc")
    search.fill("第2件")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/cases[?]q="))
    expect(page.locator("[data-row]")).to_have_count(1)


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_every_page_is_sound(open_page: Callable[[str], Page], drafting: Journey, kind: str) -> None:
    page = open_page(kind)
    sign_in(page, "slt_clerk")
    sound(page)
    task = page.locator("[data-row-link]").first.get_attribute("href")
    case = f"/cases/{drafting.case_id}"
    for where in (task, case, f"{case}/contacts", "/cases", "/messages", "/inbox?tab=done", "/inbox?q=none"):
        page.goto(str(where))
        sound(page)
    page.goto(f"{case}?lang=en")
    sound(page)
    page.set_viewport_size({"width": 320, "height": 640})
    for where in ("/inbox", task, case, "/cases"):
        page.goto(str(where))
        sound(page)


def test_a_draft_is_kept_by_itself_and_a_stale_page_loses_nothing(
    page: Page, drafting: Journey, cast: Cast, app_server: Site
) -> None:
    sign_in(page, "slt_clerk")
    held: list[Route] = []  # somebody types before a slow line has brought the script
    page.route("**/autosave.js*", lambda route: held.append(route))
    page.locator("[data-row-link]").first.click()
    expect(page.get_by_text("请写明时间表。").first).to_be_visible()
    body = page.get_by_label("答复正文")
    body.fill("感谢您的建议。时间表如下：三月完成调研，六月完成改造。")
    page.get_by_label("联系人").focus()
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    page.unroute("**/autosave.js*")
    page.reload()
    expect(body).to_have_value("感谢您的建议。时间表如下：三月完成调研，六月完成改造。")
    with app_server.app.app_context():
        task_id = drafting.task("draft_reply", "slt").id
        complete_task(cast.actor("slt_clerk"), task_id=task_id, answers=drafting.answers())
    body.fill("另一个页面上写的内容，不能丢失，必须留在这里。")
    page.get_by_role("button", name="送审核").click()
    expect(page.get_by_text("这一步您先前已经办完。")).to_be_visible()
    expect(body).to_have_value("另一个页面上写的内容，不能丢失，必须留在这里。")


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_two_windows_over_one_form_say_so_while_one_types_and_lose_no_word(
    open_page: Callable[[str], Page], drafting: Journey, app_server: Site, kind: str
) -> None:
    first, second, third = (
        "第一个窗口写的：三月完成调研，六月完成改造。",
        "第二个窗口写的：五月就能完成，比原来早一个月。",
        "第一个窗口又写了几句。",
    )
    with app_server.app.app_context():
        reply = f"/tasks/{drafting.task('draft_reply', 'slt').id}"
    one = open_page(kind)
    sign_in(one, "slt_clerk")
    one.goto(reply)
    two = one.context.new_page()
    two.goto(reply)
    for page, words in ((one, first), (two, second)):
        page.get_by_label("答复正文").fill(words)
        page.get_by_label("联系人").focus()
        expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    notice = two.locator("[data-elsewhere]")
    expect(notice).to_contain_text("在另一个窗口改过这份内容")
    expect(two.get_by_label("答复正文")).to_have_value(second)
    expect(one.locator("[data-elsewhere]")).to_be_hidden()
    sound(two)
    two.get_by_role("button", name="用这里写的").click()
    expect(two.get_by_text("写的内容另存着，没有用上。")).to_be_visible()
    expect(two.get_by_label("答复正文")).to_have_value(second)
    two.get_by_text("看看有什么不同").click()
    expect(two.get_by_text(first)).to_be_visible()
    sound(two)
    # The first window goes on, is told in its turn, and takes the other's words: its own stay beside them.
    one.get_by_label("答复正文").fill(third)
    one.get_by_label("联系人").focus()
    expect(one.locator("[data-elsewhere]")).to_be_visible()
    one.get_by_role("button", name="改用另一份").click()
    expect(one.get_by_label("答复正文")).to_have_value(second)
    expect(one.get_by_text(third)).to_be_attached()
    one.get_by_role("button", name="送审核").click()
    expect(one.get_by_text("已办完：起草答复。")).to_be_visible()


def test_a_reply_is_drafted_without_scripts(browser: Browser, drafting: Journey, app_server: Site) -> None:
    context = browser.new_context(base_url=app_server.url, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "slt_clerk")
    page.locator("[data-row-link]").first.click()
    page.get_by_label("联系电话").fill("")
    page.get_by_role("button", name="送审核").click()
    expect(page.get_by_role("heading", name="有 1 处需要改正")).to_be_visible()
    page.get_by_label("联系电话").fill("0351-1234567")
    page.get_by_role("button", name="送审核").click()
    expect(page.get_by_text("已办完：起草答复。")).to_be_visible()
    context.close()


def test_signing_on_a_phone_asks_once_more(phone: Page, drafting: Journey, app_server: Site) -> None:
    with app_server.app.app_context():
        drafting.do("slt_clerk", "draft_reply", "slt", **drafting.answers())
        drafting.do("slt_deputy_head", "review_reply", "slt", decision="passed")
    sign_in(phone, "slt_head")
    phone.locator("[data-row-link]").first.click()
    sound(phone)
    phone.get_by_label("签发", exact=True).check()
    phone.get_by_label("文号").fill("晋水函〔2026〕8号")
    phone.get_by_role("button", name="签发").click()
    expect(phone.get_by_text("不能撤回")).to_be_visible()
    sound(phone)
    phone.get_by_role("button", name="签发").click()
    expect(phone.get_by_text("已办完：签发答复。")).to_be_visible()
    expect(phone.get_by_text("晋水函〔2026〕8号").first).to_be_visible()
