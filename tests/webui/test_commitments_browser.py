"""Promises in a real browser: on a desk and on a telephone, without scripts; every page sound."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.commitments.changing import request_change
from engine.commitments.reporting import report_fulfilled, report_progress
from engine.foundation import clock
from models import Commitment, db
from tests.support.browser import window
from tests.support.cast import Cast, assemble
from tests.support.journey import Journey
from tests.support.web import Site
from tests.webui.test_staff_browser import sign_in, sound

pytestmark = pytest.mark.browser

WHAT = "完成两处干渠改造并投入使用，同步建立管护制度。"


@pytest.fixture
def cast(app_server: Site) -> Cast:
    with app_server.app.app_context():
        return assemble()


@pytest.fixture
def promised(cast: Cast, app_server: Site) -> dict[str, str]:
    """Four promises: reported, asked to be changed, waiting to be rated, and untouched."""
    found = {}
    with app_server.app.app_context():
        for name in ("reported", "asked", "kept", "new"):
            journey = Journey(cast).draft().submit().accept().assign().sign_for().contact()
            milestones = f"{clock.today().isoformat()} 完成招标"
            promise = {"what": WHAT, "due": journey.promised_on(), "milestones": milestones}
            answers = journey.answers(commitments=[promise])
            journey.do("slt_clerk", "draft_reply", "slt", **answers)
            journey.do("slt_deputy_head", "review_reply", "slt", decision="passed")
            journey.do("slt_head", "sign_reply", "slt", decision="signed", number="晋水函〔2026〕1号")
            owed = db.session.query(Commitment).filter_by(case_id=journey.case_id).one().id
            clerk = cast.actor("slt_clerk")
            if name == "reported":
                report_progress(clerk, commitment_id=owed, text="完成招标，施工单位已经进场。")
            if name == "asked":
                reason = "汛期提前，无法施工，拟不再实施第二处。"
                request_change(clerk, commitment_id=owed, action="withdraw", reason=reason)
            if name == "kept":
                report_fulfilled(clerk, commitment_id=owed, text="两处干渠通过竣工验收，已经通水。")
            found[name] = f"/commitments/{owed}"
        db.session.remove()
    return found


def look(page: Page, name: str) -> None:
    """Sound; and, where PICTURES names a folder, seen."""
    sound(page)
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_every_page_of_a_promise_is_sound(
    browser: Browser, app_server: Site, promised: dict[str, str], kind: str
) -> None:
    walks = {
        "slt_clerk": ["/commitments", promised["reported"], promised["new"]],
        "slt_head": [promised["asked"]],
        "assigner": ["/commitments", "/commitments/report", promised["kept"]],
        "deputy1": ["/deputy", "/commitments", promised["kept"], promised["reported"]],
    }
    for who, addresses in walks.items():
        with window(browser, kind, app_server.url) as screen:
            sign_in(screen.page, who)
            for address in addresses:
                screen.page.goto(address)
                look(screen.page, f"{kind}-{who}-{address.strip('/').replace('/', '-')}")
            assert screen.complaints == []


def test_a_deputy_rates_on_his_telephone(
    browser: Browser, app_server: Site, promised: dict[str, str]
) -> None:
    with window(browser, "phone", app_server.url) as screen:
        page = screen.page
        sign_in(page, "deputy1")
        page.goto("/deputy")
        call = page.locator("section.call").filter(has_text="是否兑现")
        call.get_by_role("link", name="现在评价").click()
        page.get_by_role("radio", name="没有兑现").check()
        page.get_by_role("button", name="提交评价").click()
        expect(page.get_by_role("alert")).to_contain_text("请写明情况")
        look(page, "phone-rating-refused")
        page.get_by_label("您的意见").fill("现场只完成了一处，另一处还没有开工。")
        page.get_by_role("button", name="提交评价").click()
        expect(page.get_by_text("代表不认可")).to_be_visible()
        assert screen.complaints == []


def fill(page: Page) -> None:
    """A whole reply but for the day of what is promised."""
    for box in page.get_by_label("答复", exact=True).all():
        box.fill("已列入年度计划，资金已经落实。")
    page.get_by_label("B 类").check()
    page.get_by_label("承诺做什么").fill(WHAT)
    page.get_by_label("答复正文").fill("感谢您对我省工作的关心和支持。我厅已制定方案，请予审阅。")
    page.get_by_label("全文公开").check()
    page.get_by_label("联系人").fill("经办人")
    page.get_by_label("联系电话").fill("0351-1234567")


@pytest.mark.parametrize("kind", ["desktop", "phone", "plain"])
def test_a_reply_promises_and_gives_its_reasons(
    browser: Browser, app_server: Site, cast: Cast, kind: str
) -> None:
    with app_server.app.app_context():
        journey = Journey(cast).draft().submit().accept().assign(slt="lead", czt="co")
        journey.sign_for("slt").sign_for("czt", "co_sign_for").contact()
        opinion = {"position": "disagree", "text": "投入须由县级统筹，省级没有此科目。"}
        journey.do("czt_clerk", "co_opinion", "czt", **opinion)
        task_id = journey.task("draft_reply").id
        db.session.remove()
    with window(browser, kind, app_server.url) as screen:
        page = screen.page
        sign_in(page, "slt_clerk")
        page.goto(f"/tasks/{task_id}")
        fill(page)
        page.get_by_role("button", name="再加一项承诺").click()
        expect(page.get_by_label("承诺做什么")).to_have_count(2)
        expect(page.get_by_label("承诺做什么").first).to_have_value(WHAT)
        page.get_by_label("完成日期").first.fill(journey.promised_on())
        page.get_by_role("button", name="送审核").click()
        reason = page.get_by_label("不修改的理由")
        expect(reason).to_be_visible()
        if kind != "plain":
            look(page, f"{kind}-reply-findings")
        reason.fill("已与财政厅函商一致。")
        page.get_by_role("button", name="送审核").click()
        expect(page.get_by_text("已办完：起草答复")).to_be_visible()
        assert screen.complaints == []
