"""A process changed on screen: a task renamed, a condition got wrong and mended, four eyes, a new version taken."""

from __future__ import annotations

import dataclasses

import pytest
from playwright.sync_api import Page, expect

from engine.definitions import catalogue
from engine.designing.drafts import open_draft
from engine.foundation import clock
from tests.support.cast import Cast, join
from tests.support.walk import MARK, Walk, sound
from tests.support.web import Site

pytestmark = pytest.mark.browser
FLOWS = "/administration/flows"


@pytest.fixture
def keepers(app_server: Site, cast: Cast, walk: Walk) -> Cast:
    """The cast with two process administrators."""
    with app_server.app.app_context(), clock.moved_to(walk.moment):
        joined = {name: join(cast, name, "dgw", "process_admin").user_id for name in ("keeper", "second")}
    return dataclasses.replace(cast, users={**cast.users, **joined})


def edited(page: Page, name: str, value: str) -> None:
    """Type into a property and leave the field."""
    control = page.locator(f'[data-panel] [name="{name}"]')
    control.fill(value)
    control.press("Tab")


def told(page: Page, words: str) -> None:
    """The editor has checked what was changed."""
    expect(page.locator("[data-counted]")).to_have_text(words)


def begin(page: Page) -> None:
    page.goto(FLOWS)
    page.locator("table.data a").filter(has_text="代表建议").first.click()
    page.get_by_label("草稿名称").fill("签收改名")
    page.get_by_role("button", name="建立草稿").click()
    sound(page)
    page.get_by_role("link", name="修改流程图和属性").click()
    told(page, "没有问题")
    assert page.evaluate(MARK)  # the mark of bpmn.io, uncovered


def choose(page: Page, element: str) -> None:
    """From the list, without a pointer."""
    page.get_by_label("元素", exact=True).select_option(element)
    expect(page.locator(f'.djs-element[data-element-id="{element}"].selected')).to_be_attached()


def change(page: Page) -> None:
    """Rename a task; write a condition that cannot be used, see it at its flow, go to it from the list, mend it."""
    choose(page, "sign_for")
    edited(page, "title.zh", "收件")
    expect(page.locator('[data-element-id="sign_for"] text')).to_have_text("收件")
    page.get_by_label("角色").select_option("head")
    choose(page, "h_6")
    edited(page, "condition", "reviw == 3")
    told(page, "1 处错误，0 处提醒")
    expect(page.locator('.djs-element[data-element-id="h_6"].problem-error')).to_be_attached()
    expect(page.locator('[data-container-id="h_6"] .problem-badge.error')).to_be_attached()
    choose(page, "sign_for")
    page.get_by_role("button", name="条件中的“reviw”不是已知的字段").press("Enter")
    expect(page.locator("[data-panel] .error")).to_contain_text("reviw")
    sound(page)
    edited(page, "condition", 'review == "returned" or review != "passed"')
    told(page, "没有问题")
    expect(page.locator(".problem-badge")).to_have_count(0)
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-state]")).to_have_text("已保存，第2稿")


def test_a_process_is_changed_by_two_and_taken_by_new_cases(
    app_server: Site, keepers: Cast, walk: Walk
) -> None:
    with walk.sitting("keeper") as page:
        begin(page)
        change(page)
        page.get_by_role("link", name="返回草稿").click()
        page.get_by_text("提交复核").first.click()
        page.get_by_label("理由").first.fill("按主任会议意见修改")
        page.get_by_role("button", name="提交复核").click()
        expect(page.get_by_text("须由另一位流程管理员批准或者退回。")).to_be_visible()
    with walk.sitting("second") as page:
        page.goto(FLOWS)
        page.get_by_role("link", name="签收改名").click()
        sound(page)
        page.get_by_text("批准为新版本").first.click()
        page.get_by_role("button", name="批准为新版本").click()
        page.get_by_role("link", name="查看新版本，启用它").click()
        page.get_by_text("启用", exact=True).first.click()
        page.locator("#reason-activate").fill("经复核")
        page.get_by_role("button", name="启用", exact=True).click()
        expect(page.get_by_text("已启用，新案件使用这个版本。")).to_be_visible()
        page.goto(FLOWS)
        expect(
            page.get_by_role("row").filter(has_text="v2").filter(has_text="启用，新案件使用")
        ).to_be_visible()
    with app_server.app.app_context():
        now = catalogue.current("suggestion", keepers.congress_id)
        folder = now.folder
        assert (folder.version, folder.tasks["sign_for"].title.zh) == (2, "收件")
        assert (folder.tasks["sign_for"].role, folder.flow.nodes["sign_for"].name) == ("head", "收件")
        assert 'role = "head"\nat = "unit"' in catalogue.files_of(now.id)["process.toml"]


def test_what_is_drawn_anew_is_described_and_what_is_undone_is_undone(keepers: Cast, walk: Walk) -> None:
    with walk.sitting("keeper") as page:
        begin(page)
        choose(page, "review_reply")
        page.locator("[data-canvas] svg").first.press("Delete")
        expect(page.locator('[data-element-id="review_reply"]')).to_have_count(0)
        expect(page.get_by_role("button", name="删除对已不存在的任务的说明")).to_be_visible()
        page.get_by_role("button", name="撤销").click()
        told(page, "没有问题")
        choose(page, "evaluate")
        page.get_by_label("修改期限").select_option("evaluation")
        edited(page, "clock.title.zh", "测评期限")
        choose(page, "sign_reply")
        page.locator('.djs-context-pad [data-action="append.append-task"]').click()
        page.locator("[data-canvas] svg").first.press("Escape")
        page.locator('.djs-context-pad [data-action="replace"]').click()
        page.locator(".djs-popup .entry").filter(has_text="用户任务").first.click()
        edited(page, "key", "file_reply")
        edited(page, "title.zh", "报备")
        page.get_by_label("角色").select_option("assigner")
        expect(page.get_by_role("button", name="缺少“act”。")).to_be_visible()
        expect(page.locator('.djs-element[data-element-id="file_reply"].problem-error')).to_be_attached()
        page.get_by_role("button", name="保存").click()
        expect(page.locator("[data-save-state]")).to_have_text("已保存，第2稿")
        page.get_by_role("link", name="返回草稿").click()
        expect(page.get_by_text("deadlines.toml（修改）")).to_be_visible()
        page.locator(".draft-files").get_by_role("link", name="process.toml").click()
        words = 'title = { zh = "报备", en = "" }\nverb = { zh = "办理", en = "Complete" }'
        wanted = f'\n[task.file_reply]\n{words}\nrole = "assigner"\n'
        assert wanted in page.get_by_label("内容").input_value()


def test_a_draft_is_tried_out_and_read_on_a_telephone(app_server: Site, keepers: Cast, walk: Walk) -> None:
    with app_server.app.app_context(), clock.moved_to(walk.moment):
        base = catalogue.current("suggestion").id
        id_ = open_draft(keepers.actor("keeper"), definition_id=base, name="试运行")
    with walk.sitting("keeper", "phone") as page:
        page.goto(f"{FLOWS}/drafts/{id_}/edit")
        told(page, "没有问题")
        expect(page.get_by_text("修改流程图需要较宽的屏幕")).to_be_visible()
        sound(page)
        page.get_by_role("link", name="返回草稿").click()
        page.get_by_role("link", name="试运行").click()
        page.get_by_label("我已核对全文").check()
        page.get_by_role("button", name="提交建议").click()
        expect(page.locator('[data-element-id="intake"].live-step')).to_be_attached()
        sound(page)
        page.get_by_label("天数").fill("30")
        page.get_by_role("button", name="过这么多天").click()
        expect(page.get_by_text("2026年3月7日").first).to_be_visible()
        page.get_by_role("button", name="withdrawn").click()
        expect(page.get_by_text("流程走到了终点。")).to_be_visible()
