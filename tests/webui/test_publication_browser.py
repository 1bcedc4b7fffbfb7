"""Publication and archive in a real browser: read by anybody on a phone, used by the office, also without scripts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.archives.archiving import CHECKS, archive_case
from engine.casework.attachments import FileStore
from engine.publication.annual_reports import prepare_report, release_report
from models import db
from tests.archives.conftest import closed
from tests.publication.conftest import prepare, release, replied
from tests.support.browser import axe_violations
from tests.support.cast import Cast, assemble, join
from tests.support.journey import Journey
from tests.support.web import Site
from tests.webui.test_staff_browser import sign_in

pytestmark = pytest.mark.browser

TITLES = (
    "关于加快煤矸石综合利用项目落地、支持资源型地区绿色转型发展的建议",
    "关于加强汾河流域水生态保护与治理的建议",
    "关于增加农村养老床位的建议",
)


@pytest.fixture
def cast(app_server: Site) -> Cast:
    """Three published cases, one of them archived; one due; a report."""
    with app_server.app.app_context():
        cast = assemble()
        archivist = join(cast, "archivist", "dgw", "archivist")
        for title in TITLES:
            journey = replied(Journey(cast), {"title": title})
            prepare(journey)
            release(journey)
        text = {"title": "关于待公开事项的建议", "background": "请与我联系：13934567890，煤矸石堆存量大。"}
        replied(Journey(cast), text)
        store = FileStore(Path(app_server.app.config["DATA_FOLDER"]) / "files")
        journey = closed(cast, store)
        about = {"number": "永-2026-1", "retention": "permanent", "checks": CHECKS, "store": store}
        archive_case(archivist, case_id=journey.case_id, **about)
        report = {"process_key": "suggestion", "year": 2026}
        version = prepare_report(
            cast.actor("intake"), **report, text="全年办理情况良好。\n以上报告，请予审议。"
        )
        release_report(cast.actor("reviewer"), **report, version=version)
        closed(cast, store)
        db.session.remove()
    return cast


def sound(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing that must be scrolled to the side."""
    assert axe_violations(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name}: {wide} px too wide"
    if folder := os.environ.get("DUBAN_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True, animations="disabled")


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_anybody_finds_and_reads(
    open_page: Callable[[str], Page], app_server: Site, cast: Cast, kind: str
) -> None:
    page = open_page(kind)
    page.goto("/public")
    sound(page, f"public-{kind}")
    page.get_by_label("编号、标题、正文、代表或者单位").fill("汾河")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name=TITLES[1]).click()
    expect(page.get_by_role("heading", name="省水利厅的答复")).to_be_visible()
    sound(page, f"public-case-{kind}")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**lang=en**")
    assert page.locator("html").get_attribute("lang") == "en"
    for address in (
        "/public/reports/2026",
        "/public/reports",
        "/public/data",
        "/public/cases/none",
        "/public?q=zzz",
    ):
        page.goto(address)
        sound(page, f"public{address.replace('/', '-').replace('?', '-')}-{kind}")
    assert page.context.cookies() == []


@pytest.mark.parametrize("kind", ["desktop", "phone", "plain"])
def test_a_copy_is_prepared_and_released(
    open_page: Callable[[str], Page], app_server: Site, cast: Cast, kind: str
) -> None:
    page = open_page(kind)
    sign_in(page, "intake")
    page.goto("/publication")
    sound(page, f"desk-{kind}") if kind != "plain" else None
    page.get_by_role("link", name="关于待公开事项的建议").click()
    expect(page.locator("mark")).to_contain_text("13934567890")
    sound(page, f"copy-{kind}") if kind != "plain" else None
    page.get_by_role("button", name="送审核发布").click()
    expect(page.get_by_text("公开文本已送审核，须由他人发布。")).to_be_visible()
    other = open_page(kind)
    sign_in(other, "reviewer")
    other.goto("/publication?tab=prepared")
    other.get_by_role("link", name="关于待公开事项的建议").click()
    sound(other, f"release-{kind}") if kind != "plain" else None
    other.get_by_role("button", name="审核通过并公开").click()
    expect(other.get_by_text("已公开发布。")).to_be_visible()
    other.goto("/publication/reports/suggestion/2026")
    sound(other, f"report-{kind}") if kind != "plain" else None


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_a_file_is_closed(open_page: Callable[[str], Page], app_server: Site, cast: Cast, kind: str) -> None:
    page = open_page(kind)
    sign_in(page, "archivist")
    page.goto("/archives?tab=kept")
    sound(page, f"archives-{kind}")
    page.get_by_role("link", name="关于加快煤矸石综合利用项目落地的建议").click()
    expect(page.get_by_text("与归档时一致")).to_be_visible()
    sound(page, f"archived-{kind}")
    page.goto("/archives")
    page.get_by_role("link", name="关于加快煤矸石综合利用项目落地的建议").click()
    page.get_by_role("heading", name="核对并归档").wait_for()
    sound(page, f"to-archive-{kind}")
    page.get_by_role("button", name="归档").click()
    expect(page.get_by_role("alert")).to_be_visible()
    sound(page, f"archive-refused-{kind}")
    for tick in page.get_by_role("checkbox").all():
        tick.check()
    page.get_by_label("档号").fill("永-2026-2")
    page.get_by_label("保管期限").select_option("permanent")
    page.get_by_role("button", name="归档").click()
    expect(page.get_by_text("已归档。此后案件不能再有改动。")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出证据包").click()
    assert download.value.suggested_filename.endswith(".zip")
    page.get_by_role("link", name="返回案件").click()
    page.get_by_role("heading", name="时间线").wait_for()
    sound(page, f"case-{kind}")
