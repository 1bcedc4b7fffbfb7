"""Self-evaluations in a real browser: at a desk and on a phone, in both languages, without scripts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.performance.keeping import keep_file
from tests.performance.reports import PUBLISHED
from tests.support.cast import Cast, assemble, join
from tests.support.web import Site
from tests.webui.test_deputy_browser import sign_in, sound

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(app_server: Site) -> Cast:
    with app_server.app.app_context():
        cast = assemble()
        budget = join(cast, "budget", "dgw", "budget_reviewer").user_id
        return replace(cast, users={**cast.users, "budget": budget})


def seen(page: Page, name: str) -> None:
    sound(page)
    if folder := os.environ.get("DUBAN_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("kind", ["phone", "desktop"])
def test_a_report_is_checked_kept_and_handed_in(
    open_page: Callable[[str], Page], app_server: Site, cast: Cast, kind: str, tmp_path: Path
) -> None:
    file = tmp_path / "绩效自评报告.txt"
    file.write_bytes(PUBLISHED)
    page = open_page(kind)
    sign_in(page, "budget")
    page.goto("/performance")
    seen(page, f"performance-empty-{kind}")
    page.get_by_label("报告文件").set_input_files(file)
    page.get_by_role("button", name="只核对").click()
    expect(page.get_by_text("这是核对结果，没有保存")).to_be_visible()
    expect(page.get_by_role("heading", name="33 处不一致")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^问题\s*1$")).click()
    expect(page.locator("#number-1")).to_be_in_viewport()
    seen(page, f"performance-checked-{kind}")
    page.goto("/performance")
    page.get_by_label("报告文件").set_input_files(file)
    page.get_by_role("button", name="核对并保存").click()
    expect(page.get_by_role("heading", name="信息化建设经费项目")).to_be_visible()
    seen(page, f"performance-project-{kind}")
    page.get_by_role("link", name="代为填报自评报告").click()
    expect(page.get_by_role("heading", name="代为填报自评报告")).to_be_visible()
    report = page.get_by_role("heading", name="报告", exact=True).locator("..")
    expect(report.get_by_role("link", name="信息化建设经费项目")).to_be_visible()
    expect(report).to_contain_text("总分94.23，优；33处不一致")
    seen(page, f"performance-task-{kind}")
    page.get_by_label("报告与单位提供的材料一致").check()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已办完：代为填报自评报告")).to_be_visible()
    seen(page, f"performance-case-{kind}")
    page.goto("/performance")
    seen(page, f"performance-list-{kind}")


@pytest.mark.parametrize("kind", ["phone", "desktop", "plain"])
def test_the_form_is_computed_on_the_server(
    open_page: Callable[[str], Page], app_server: Site, cast: Cast, kind: str
) -> None:
    with app_server.app.app_context():
        kept = keep_file(cast.actor("budget"), filename="a.txt", content=PUBLISHED)
    page = open_page(kind)
    sign_in(page, "budget")
    page.goto(f"/performance/{kept.project_id}/edit")
    page.get_by_label("全年执行 市级").fill("25")
    if kind == "plain":
        page.get_by_role("button", name="计算", exact=True).last.click()
    expect(page.get_by_role("heading", name="计算结果").locator("..")).to_contain_text("89.25")
    page.get_by_role("button", name="增加指标").click()
    expect(page.get_by_label("全年执行 市级")).to_have_value("25")
    expect(page.get_by_role("group", name="指标 8")).to_be_visible()
    if kind != "plain":
        seen(page, f"performance-form-{kind}")


def test_the_pages_are_there_in_english(
    open_page: Callable[[str], Page], app_server: Site, cast: Cast
) -> None:
    with app_server.app.app_context():
        kept = keep_file(cast.actor("budget"), filename="a.txt", content=PUBLISHED)
    page = open_page("desktop")
    sign_in(page, "budget")
    page.get_by_role("button", name="English").first.click()
    page.goto(f"/performance/{kept.project_id}")
    expect(page.get_by_role("heading", name="Problems and remedies")).to_be_visible()
    expect(page.get_by_text("Weights do not make 100").first).to_be_visible()
    seen(page, "performance-project-english")
