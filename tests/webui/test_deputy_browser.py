"""The deputy on his phone and the office at its desk in a real browser, with keys, large type and no scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.casework.cosigning import invite_cosigners
from models import User, db
from tests.support.browser import axe_violations
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.journey import Journey
from tests.support.web import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(app_server: Site) -> Cast:
    with app_server.app.app_context():
        return assemble()


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(f"{username}@14")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def sound(page: Page) -> None:
    """No violation, and nothing wider than the screen."""
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_a_deputy_types_is_kept_by_itself(phone: Page, cast: Cast) -> None:
    sign_in(phone, "deputy1")
    sound(phone)
    phone.get_by_role("link", name="写建议").first.click()
    sound(phone)
    phone.get_by_role("button", name="开始写").click()
    phone.wait_for_load_state()  # the page keeps by itself what is typed once its script is there
    phone.get_by_label("标题").fill("关于公园座椅的建议")
    phone.get_by_label("情况与分析").fill("公园里老人多，座椅少。")
    phone.get_by_label("情况与分析").blur()
    expect(phone.locator("[data-save-state]:not([aria-busy])")).to_contain_text("已保存")
    phone.reload()
    expect(phone.get_by_label("标题")).to_have_value("关于公园座椅的建议")
    expect(phone.get_by_label("情况与分析")).to_have_value("公园里老人多，座椅少。")
    phone.get_by_role("button", name="保存，下一步").last.click()
    expect(phone.locator(".error-summary")).to_be_focused()
    sound(phone)


def test_nothing_typed_is_lost_where_there_is_no_network(page: Page, cast: Cast, app_server: Site) -> None:
    sign_in(page, "deputy1")
    page.goto("/cases/new/suggestion")
    page.get_by_role("button", name="开始写").click()
    page.wait_for_load_state()
    page.route(
        "**/autosave", lambda route: route.abort()
    )  # a dead spot: the browser believes it has a network
    page.get_by_label("标题").fill("关于公园座椅的建议")
    page.get_by_label("标题").blur()
    expect(page.locator("[data-save-state]")).to_contain_text("暂时没能保存")
    onward = page.get_by_role("button", name="保存，下一步").last
    onward.click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("现在连不上网")
    page.unroute("**/autosave")
    page.context.set_offline(True)
    onward.click()
    expect(told).to_contain_text("现在连不上网")
    expect(page.get_by_label("标题")).to_have_value("关于公园座椅的建议")
    page.context.set_offline(False)
    onward.click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("标题")).to_have_value("关于公园座椅的建议")


def test_a_deputy_writes_invites_and_hands_in(phone: Page, cast: Cast) -> None:
    sign_in(phone, "deputy1")
    phone.goto("/cases/new/suggestion")
    phone.get_by_role("button", name="开始写").click()
    phone.get_by_label("标题").fill("关于公园座椅的建议")
    phone.get_by_label("情况与分析").fill("公园里老人多，座椅少。")
    phone.get_by_label("具体建议 1").fill("增加座椅。")
    phone.get_by_role("button", name="再加一条").click()
    phone.get_by_label("具体建议 2").fill("座椅加扶手。")
    sound(phone)
    phone.get_by_label("同意公开", exact=True).check()
    phone.get_by_role("button", name="保存，下一步").last.click()
    phone.get_by_label("按姓名找代表").fill("李")
    phone.get_by_role("button", name="查找").click()
    phone.get_by_label("李代表").check()
    phone.get_by_role("button", name="邀请联名").click()
    expect(phone.get_by_text("等待答复")).to_be_visible()
    sound(phone)
    phone.get_by_role("link", name="下一步：核对").click()
    sound(phone)
    phone.get_by_label("我已核对全文").check()
    phone.get_by_role("button", name="提交建议").click()
    phone.goto("/deputy/own")
    expect(phone.get_by_text("办理中 · 审查")).to_be_visible()
    sound(phone)


def test_a_deputy_signs_and_evaluates_in_large_type(phone: Page, cast: Cast, app_server: Site) -> None:
    with app_server.app.app_context():
        reply = Journey(cast).draft().submit().accept().assign().sign_for().contact().reply()
        title = reply.case.title
        other = Journey(cast).draft("deputy2", title="关于停车管理的建议")
        actor = cast.actor("deputy2")
        invite_cosigners(actor, case_id=other.case_id, deputy_ids=[cast.deputies["deputy1"]])
        db.session.get_one(User, cast.users["deputy1"]).text_size = "large"
        db.session.commit()
    sign_in(phone, "deputy1")
    sound(phone)
    phone.get_by_role("link", name="去看看").click()
    phone.get_by_role("link", name="看内容，再答复").click()
    sound(phone)
    agree = phone.get_by_role("button", name="同意联名")
    box = agree.bounding_box()
    assert box is not None
    assert box["height"] >= 60
    agree.click()
    expect(phone.get_by_text("已经联名，谢谢您。")).to_be_visible()
    phone.get_by_role("link", name="首页", exact=True).click()
    expect(phone.get_by_text(title).first).to_be_visible()
    phone.get_by_role("link", name="现在评价").click()
    sound(phone)
    phone.get_by_role("group", name="您对办理态度满意吗").get_by_label("满意", exact=True).check()
    phone.get_by_role("group", name="您对办理结果满意吗").get_by_label("基本满意").check()
    phone.get_by_role("button", name="提交测评").click()
    expect(phone.get_by_role("heading", name="评价已提交")).to_be_visible()
    sound(phone)


@pytest.fixture
def three(cast: Cast, app_server: Site) -> None:
    with app_server.app.app_context():
        for number in (1, 2, 3):
            Journey(cast).draft(title=f"建议{number}").submit().accept()


def test_the_desk_is_worked_by_keys(page: Page, cast: Cast, three: None) -> None:
    sign_in(page, "assigner")
    page.goto("/desk")
    sound(page)
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="建议2")).to_be_visible()
    page.get_by_label("按名称找单位").fill("水利")
    page.get_by_label("主办省水利厅").check()
    page.locator("main").click(position={"x": 2, "y": 2})
    page.keyboard.press("y")
    expect(page.get_by_role("dialog")).to_be_visible()
    sound(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("“建议2”已办：交办。")).to_be_visible()
    expect(page.get_by_role("heading", name="建议3")).to_be_visible()


def test_on_a_phone_list_and_item_are_two_pages(
    open_page: Callable[[str], Page], cast: Cast, three: None
) -> None:
    phone = open_page("phone")
    sign_in(phone, "assigner")
    phone.goto("/desk/assign")
    expect(phone.get_by_role("heading", name="建议1")).to_be_hidden()
    sound(phone)
    phone.locator("[data-row-link]", has_text="建议2").click()
    expect(phone.get_by_role("heading", name="建议2").first).to_be_visible()
    listed = phone.locator(
        "[data-row-link]", has_text="建议3"
    )  # like cases may be named on the item's own page
    expect(listed).to_be_hidden()
    sound(phone)
    phone.get_by_role("link", name="返回清单").click()
    expect(listed).to_be_visible()


def test_the_desk_works_without_scripts(page: Page, cast: Cast, three: None, app_server: Site) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    plain.goto(f"{app_server.url}/sign-in")
    plain.get_by_label("用户名").fill("assigner@14")
    plain.get_by_label("密码", exact=True).fill(PASSWORD)
    plain.get_by_role("main").get_by_role("button", name="登录").click()
    plain.goto(f"{app_server.url}/desk/assign")
    plain.get_by_label("主办省水利厅").check()
    plain.locator("summary.button", has_text="交办").click()
    plain.locator(".confirm-panel").get_by_role("button", name="交办").click()
    expect(plain.get_by_text("“建议1”已办：交办。")).to_be_visible()
    context.close()
