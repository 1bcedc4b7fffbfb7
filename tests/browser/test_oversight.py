"""What stands around the cases: the plan of a year, a meeting, and what a citizen puts forward, at their screens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.planning.conftest import SETTING
from tests.support.cast import Cast
from tests.support.sitting import arranged
from tests.support.walk import Walk, complete, open_first, sound, tick
from tests.support.web import Site

pytestmark = pytest.mark.browser
MATTER = "关于全省地下水超采治理情况的报告"
MEMBER = {"who": "deputy3", "at": "bgt", "roles": ["standing_member"]}
REGISTRY = {"who": "registry", "at": "bgt", "roles": ["filing_officer"]}
PEOPLE = {**SETTING, "people": [*SETTING["people"], MEMBER, REGISTRY]}


@pytest.fixture
def seated(app_server: Site, cast: Cast) -> Cast:
    """The cast with a committee, the office for meetings, a member and a filing officer."""
    with app_server.app.app_context():
        return arranged(cast, PEOPLE)


def test_a_matter_of_the_plan_becomes_public_and_a_case(walk: Walk, seated: Cast) -> None:
    with walk.sitting("committee") as page:
        page.goto("/plans/2026")
        page.get_by_role("button", name="提出", exact=True).click()
        expect(page.locator(".error-summary")).to_be_visible()
        page.get_by_label("议题").fill(MATTER)
        for label, option in (
            ("监督方式", "专项工作报告"),
            ("负责的委员会", "环境与资源保护委员会"),
            ("时间", "5月"),
        ):
            page.get_by_label(label).select_option(label=option)
        page.get_by_label("问题来源").select_option("members")
        page.get_by_label("理由和依据").fill("组成人员提出的比较集中的问题。")
        page.get_by_role("button", name="提出", exact=True).click()
        expect(page.get_by_text("待通过")).to_be_visible()
        sound(page)
    with walk.sitting("meetings") as page:
        page.goto("/plans/2026")
        page.get_by_label("哪次主任会议").fill("第四十八次主任会议")
        page.get_by_role("button", name="记录通过并公布").click()
        expect(page.get_by_text("第1版")).to_be_visible()
    anybody = walk.open_page("phone")
    anybody.goto("/public/plans")
    anybody.get_by_role("link", name=re.compile("2026年监督工作计划")).click()
    expect(anybody.get_by_text(MATTER)).to_be_visible()
    sound(anybody)
    with walk.sitting("committee", "phone") as phone:
        phone.goto("/plans/2026")
        phone.get_by_role("button", name="立案").click()
        phone.wait_for_url(re.compile(r"/cases/\d+"))
        expect(phone.get_by_role("heading", name=MATTER).first).to_be_visible()
        sound(phone)


def test_a_meeting_is_convened_its_agenda_arranged_and_attendance_kept(walk: Walk, seated: Cast) -> None:
    with walk.sitting("meetings") as page:
        page.goto("/meetings")
        sound(page)
        page.get_by_label("种类").select_option(label="常委会会议")
        page.get_by_label("名称").fill("省十四届人大常委会第二十次会议")
        for label, value in (("届", "14"), ("次", "20"), ("开幕日", "2026-02-05"), ("闭幕日", "2026-02-06")):
            page.get_by_label(label, exact=True).fill(value)
        page.get_by_role("button", name="保存", exact=True).click()
        expect(page.get_by_role("heading", name="省十四届人大常委会第二十次会议")).to_be_visible()
        for title in ("人事任免案", "传达学习有关会议精神"):
            page.get_by_label("其他议题").fill(title)
            page.get_by_role("button", name="列入议程").click()
            expect(page.get_by_text(title)).to_be_visible()
        page.get_by_role("button", name="上移").click()
        expect(page.locator(".agenda > li").first).to_contain_text("传达学习有关会议精神")
        tick(page, "赵代表", "出席")
        page.get_by_role("button", name="保存出席情况").click()
        expect(page.get_by_text("应到1，出席1")).to_be_visible()
        sound(page)
    with walk.sitting("deputy3", "phone") as phone:
        phone.get_by_role("link", name="会议", exact=True).click()
        sound(phone)
        phone.get_by_role("link", name="省十四届人大常委会第二十次会议").click()
        expect(phone.get_by_text("人事任免案")).to_be_visible()
        sound(phone)


def put_forward(phone: Page) -> tuple[str, str]:
    """What a citizen fills in on a phone; gives the number and the secret of the receipt."""
    phone.goto("/public/kinds")
    sound(phone)
    phone.get_by_role("link", name="提出审查建议").click()
    phone.get_by_role("link", name="提出审查建议").click()
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator(".error-summary")).to_be_visible()
    sound(phone)
    answers = {
        "title": "《某市养犬管理规定》",
        "maker": "某市人民政府",
        "provisions": "第五条",
        "reasons": "第五条增设了上位法没有规定的义务和处罚。",
        "name": "赵小暄",
        "contact": "13812345678",
    }
    for name, value in answers.items():
        phone.locator(f"#field-{name}").fill(value)
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", name="已经收到")).to_be_visible()
    sound(phone)
    number, secret = phone.locator(".public-receipt dd").all_inner_texts()
    return number, secret


def test_a_citizen_puts_a_document_up_for_review_and_reads_the_answer(walk: Walk, seated: Cast) -> None:
    walk.later("2026-03-20")
    phone = walk.open_page("phone")
    number, secret = put_forward(phone)
    walk.later("2026-03-24")
    with walk.sitting("registry") as page:
        open_first(page, "/inbox")
        sound(page)
        tick(page, "研究结果", "材料不完整，告知补充")
        page.get_by_label("告知提出人的内容").fill("请附上该规定的文本。")
        complete(page, "确定并告知", "接收、研究审查建议")
    phone.goto("/receipt")
    phone.get_by_label("回执编号").fill(number)
    phone.get_by_label("查询码").fill(secret)
    phone.get_by_role("button", name="查询").click()
    expect(phone.get_by_text("请附上该规定的文本。")).to_be_visible()
    sound(phone)
    phone.get_by_role("heading", name="补充材料").locator("..").locator("textarea").fill("附上规定全文。")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("收到补充材料")).to_be_visible()
