"""«流程运行» in a real browser, on a phone and at a desk: a failure seen, a case halted, taken over, put on its way."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.casework.moving.stuck import CaseStuck
from tests.operations.altered import asking, deployed
from tests.support.cast import Cast, assemble, join
from tests.support.journey import Journey
from tests.support.web import Site
from tests.webui.test_deputy_browser import sign_in, sound

pytestmark = pytest.mark.browser
FLOWS = "/administration/flows"


@pytest.fixture
def scene(app_server: Site) -> tuple[Cast, Journey]:
    """A reply that cannot go on, and a newer version in which it can."""
    with app_server.app.app_context():
        cast = assemble()
        join(cast, "keeper", "dgw", "process_admin")
        join(cast, "second", "dgw", "process_admin")
        deployed(bpmn=asking('review == "returned"', 'checked_by == "nobody"'))
        journey = Journey(cast).draft().submit().accept().assign().sign_for().contact()
        journey.do("slt_clerk", "draft_reply", "slt", **journey.answers())
        with pytest.raises(CaseStuck):
            journey.do("slt_deputy_head", "review_reply", "slt", decision="passed")
        deployed(bpmn=asking('review == "returned"', 'review == "sent_back"'))
        return cast, journey


def seen(page: Page, name: str) -> None:
    sound(page)
    if folder := os.environ.get("DUBAN_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("kind", ["phone", "desktop"])
def test_what_a_process_administrator_does_in_a_day(
    open_page: Callable[[str], Page], scene: tuple[Cast, Journey], kind: str
) -> None:
    case_id = scene[1].case_id
    page = open_page(kind)
    sign_in(page, "keeper")
    page.goto(FLOWS)
    seen(page, f"flows-{kind}")
    notes_a_failure(page, kind)
    halts(page, case_id, kind)
    order = takes_over(page, kind)
    page = open_page(kind)  # another person, another browser: nothing of the first is still on its way
    sign_in(page, "second")
    page.goto(order)
    page.get_by_role("button", name="开始迁移").press("Enter")
    expect(page.get_by_role("heading", name="已迁移的案件")).to_be_visible()
    where = plans(page, case_id, kind)
    page = open_page(kind)
    sign_in(page, "keeper")
    page.goto(where)
    seen(page, f"plan-{kind}")
    page.get_by_role("button", name="执行", exact=True).click()
    expect(page.get_by_text("已执行调整")).to_be_visible()
    page.goto(f"{FLOWS}?lang=en")
    expect(page.get_by_role("heading", name="Running processes")).to_be_visible()


def notes_a_failure(page: Page, kind: str) -> None:
    page.get_by_role("link", name="审核结果").click()
    page.get_by_label("加一条备注").fill("新版本已改正，迁移即可。")
    page.get_by_role("button", name="保存备注").click()
    expect(page.get_by_text("备注已保存")).to_be_visible()
    seen(page, f"incident-{kind}")


def halts(page: Page, case_id: int, kind: str) -> None:
    page.goto(f"{FLOWS}/cases/{case_id}")
    page.get_by_label("理由", exact=True).last.fill("等新版本")
    page.get_by_role("button", name="暂停", exact=True).click()
    expect(page.get_by_text("恢复以前不能办理下一步")).to_be_visible()
    seen(page, f"case-{kind}")


def takes_over(page: Page, kind: str) -> str:
    page.goto(FLOWS)
    page.get_by_role("link", name=re.compile("v2$")).click()
    task = page.locator('[data-container-id="review_reply"] .mark-badge')
    expect(task).to_have_text("1")
    page.get_by_label("停留中位数", exact=True).check()
    expect(task).to_have_count(0)
    expect(page.locator('[data-container-id="draft_reply"] .mark-badge')).to_contain_text("日")
    page.get_by_label("停在哪里", exact=True).check()
    seen(page, f"version-{kind}")
    page.get_by_label("迁移到").select_option(label="v3 · 启用，新案件使用")
    page.get_by_role("button", name="对照两个版本").click()
    page.get_by_label("理由").fill("关口条件改正")
    seen(page, f"compare-{kind}")
    page.get_by_role("button", name="看看影响").click()
    expect(page.get_by_role("heading", name="预演")).to_be_visible()
    expect(page.get_by_text("须由另一位流程管理员看过影响后开始")).to_be_visible()
    seen(page, f"migration-{kind}")
    return page.url


def plans(page: Page, case_id: int, kind: str) -> str:
    page.goto(f"{FLOWS}/cases/{case_id}/plan")
    page.get_by_label("怎样调整 审核答复").select_option("before:sign_reply")
    page.get_by_label("理由").fill("改由主要负责人直接签发")
    seen(page, f"plan-new-{kind}")
    page.get_by_role("button", name="看看影响").click()
    expect(page.get_by_text("须由另一位流程管理员执行")).to_be_visible()
    return page.url
