"""A step added to a process wholly on screen: drawn, described, tried out, compared, deployed by two, worked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from engine.definitions import catalogue
from engine.foundation import clock
from models import Notification, db
from tests.browser.test_modeler import FLOWS, begin, choose, edited, keepers, told
from tests.support.cast import Cast
from tests.support.journey import Journey
from tests.support.walk import MARK, Walk, sound
from tests.support.web import Site

__all__ = ["keepers"]
pytestmark = pytest.mark.browser
STEP = "check_text"
ARTICLE = "代表法第二十四条"


def draw(page: Page) -> None:
    """Put a task onto a flow and say in the panel whose it is; what is missing is told at its field meanwhile."""
    choose(page, "f_handed_in")
    page.get_by_role("button", name="在这条线上加一个环节").press("Enter")
    expect(page.get_by_text("这项任务还没有说明")).to_be_visible()
    edited(page, "key", STEP)
    edited(page, "title.zh", "内容核对")
    expect(page.locator(f'[data-element-id="{STEP}"] text')).to_have_text("内容核对")
    edited(page, "title.en", "Check the text")
    for name, value in (
        ("act", "record"),
        ("role", "intake_officer"),
        ("at", "congress"),
        ("stage", "review"),
    ):
        page.locator(f'[data-panel] [name="{name}"]').select_option(value)
    expect(page.locator(".field.wrong").filter(has=page.locator('[name="basis"]'))).to_contain_text(
        "no-basis"
    )
    expect(page.locator(f'.djs-element[data-element-id="{STEP}"].problem-error')).to_be_attached()
    page.locator('[data-panel] [name="basis"]').select_option(ARTICLE)
    edited(page, "form", STEP)
    expect(page.locator(".field.wrong").filter(has=page.locator('[name="form"]'))).to_contain_text(
        "no-form-file"
    )
    told(page, "1 处错误，0 处提醒")
    sound(page)
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-state]")).to_have_text("已保存，第2稿")
    assert page.evaluate(MARK)


def design_form(page: Page) -> None:
    page.get_by_role("link", name="设计这个表单").click()
    page.get_by_role("button", name="新增一栏").click()
    page.get_by_label("栏目名称（中文）").fill("核对意见")
    page.get_by_label("栏目名称（英文）").fill("Opinion")
    page.get_by_label("字段名").fill("opinion")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存。")).to_be_visible()


def add_period(page: Page) -> None:
    """A period of its own, and the task that shows when it is due."""
    page.get_by_role("link", name="返回草稿").click()
    page.get_by_role("link", name="环节、期限、编号等设置").click()
    sound(page)
    page.get_by_text("新增期限").click()
    page.locator("#field-new-clock").fill(STEP)
    page.locator("#clock").get_by_role("button", name="填写").click()
    page.get_by_role("group", name="标题").get_by_label("中文").fill("内容核对期限")
    page.get_by_role("group", name="标题").get_by_label("英文").fill("Check of the text")
    page.get_by_label("期限规则").select_option("sign_for")
    page.get_by_label("按什么计").select_option("case")
    page.get_by_label("起算 1").fill("case:submitted")
    page.get_by_label("止于 1").fill("entry:recordd")
    page.get_by_role("button", name="检查").click()
    expect(page.get_by_role("group", name="止于").locator(".error")).to_contain_text(
        "没有“entry:recordd”这种事件。"
    )
    sound(page)
    page.get_by_label("止于 1").fill("entry:recorded")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("link", name="返回各项设置").click()
    page.get_by_role("link", name="内容核对", exact=True).click()
    page.get_by_label("显示哪个期限的到期日 1").fill(STEP)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    sound(page)


def add_notice(page: Page) -> None:
    page.get_by_role("link", name="新增：任务到来时通知").click()
    page.get_by_label("通知谁 1").fill("congress.intake_officer")
    page.get_by_label("系统内").check()
    page.get_by_label("文本").fill(STEP)
    page.get_by_label("中文（第一行是标题）").fill("请核对内容\n{case_title}\n")
    page.get_by_label("英文（第一行是标题）").fill("Please check the text\n{case_title}\n")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="返回各项设置").click()
    page.get_by_role("link", name="返回草稿").click()
    expect(page.get_by_text("没有问题：这份草稿可以提交复核。")).to_be_visible()


def try_out_and_compare(page: Page) -> None:
    page.get_by_role("link", name="试运行").click()
    page.get_by_label("我已核对全文").check()
    page.get_by_role("button", name="提交建议").click()
    expect(page.locator(f'[data-element-id="{STEP}"].live-step')).to_be_attached()
    page.get_by_label("核对意见").fill("内容完整")
    page.get_by_role("button", name="办理", exact=True).click()
    expect(page.locator('[data-element-id="intake"].live-step')).to_be_attached()
    page.get_by_role("link", name="返回草稿").click()
    page.get_by_role("link", name="与v1比较").click()
    for words in ("内容核对", "核对意见", "内容核对期限", f"task.{STEP}:opened"):
        expect(page.get_by_text(words).first).to_be_attached()
    sound(page)
    page.go_back()


def propose(page: Page) -> None:
    page.get_by_text("提交复核").first.click()
    page.get_by_label("理由").first.fill("按主任会议意见增加核对")
    page.get_by_role("button", name="提交复核").click()
    expect(page.get_by_text("须由另一位流程管理员批准或者退回。")).to_be_visible()


def deploy(page: Page) -> None:
    page.goto(FLOWS)
    page.get_by_role("link", name="签收改名").click()
    page.get_by_text("批准为新版本").first.click()
    page.get_by_role("button", name="批准为新版本").click()
    page.get_by_role("link", name="查看新版本，启用它").click()
    page.get_by_text("启用", exact=True).first.click()
    page.locator("#reason-activate").fill("经复核")
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.get_by_text("已启用，新案件使用这个版本。")).to_be_visible()


def test_a_step_is_added_wholly_on_screen_and_worked(app_server: Site, keepers: Cast, walk: Walk) -> None:
    with walk.sitting("keeper") as page:
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(request.url.partition("//")[2].partition("/")[0]))
        begin(page)
        draw(page)
        design_form(page)
        add_period(page)
        add_notice(page)
        try_out_and_compare(page)
        propose(page)
        assert len(hosts - {""}) == 1
    with walk.sitting("second") as page:
        deploy(page)
    with app_server.app.app_context(), clock.moved_to(walk.moment):
        assert catalogue.current("suggestion", keepers.congress_id).folder.tasks[STEP].basis == ARTICLE
        journey = Journey(keepers).draft()
        journey.do("deputy1", "draft", confirmed=True)
        task = journey.task(STEP)
        assert (task.name, task.due_on.isoformat()) == ("内容核对", "2026-02-10")
        subjects = sa.select(Notification.subject).where(Notification.case_id == journey.case_id)
        assert "请核对内容" in list(db.session.scalars(subjects))
        journey.do("intake", STEP, opinion="内容完整")
        assert journey.task("intake").open
