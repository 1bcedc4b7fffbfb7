"""What people do of their own accord, at a browser: withdrawing jointly, handling together, supervising."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine.casework.cosigning import answer_invitation, invite_cosigners
from engine.foundation import clock
from tests.support.cast import Cast
from tests.support.journey import Journey
from tests.support.walk import Walk, sound, tick
from tests.support.web import Site

pytestmark = pytest.mark.browser
MAIN = "省十四届人大四次会议闭会第001号"


def act(page: Page, case_id: int, title: str) -> None:
    """Open the form of an action from the case page."""
    page.goto(f"/cases/{case_id}")
    sound(page)
    page.get_by_role("link", name=title, exact=True).click()
    sound(page)


def send(page: Page, verb: str, title: str) -> None:
    """Send the form, and read on the case page that it is done."""
    page.get_by_role("button", name=verb, exact=True).click()
    expect(page.get_by_text(f"已办理：{title}。")).to_be_visible()
    sound(page)


def test_a_joint_suggestion_is_withdrawn_with_the_consent_of_the_other(
    app_server: Site, cast: Cast, walk: Walk
) -> None:
    with app_server.app.app_context(), clock.moved_to(walk.moment):
        journey = Journey(cast).draft()
        asked = [cast.deputies["deputy2"]]
        invite_cosigners(cast.actor("deputy1"), case_id=journey.case_id, deputy_ids=asked)
        answer_invitation(cast.actor("deputy2"), case_id=journey.case_id, text_version=1, confirmed=True)
        case_id = journey.submit().case_id
    with walk.sitting("deputy1", "phone") as phone:
        act(phone, case_id, "申请撤回")
        phone.get_by_role("button", name="撤回", exact=True).click()
        expect(phone.locator(".error-summary")).to_be_visible()  # without a reason
        sound(phone)
        phone.get_by_label("理由").fill("拟与另一件合并提出。")
        send(phone, "撤回", "申请撤回")
        expect(phone.get_by_role("link", name="申请撤回", exact=True)).to_have_count(0)
    with walk.sitting("deputy2", "phone") as phone:
        act(phone, case_id, "答复撤回")
        tick(phone, "是否同意撤回", "同意撤回")
        send(phone, "答复", "答复撤回")
        expect(phone.get_by_text("已撤回").first).to_be_visible()


def test_two_like_suggestions_are_handled_as_one_and_both_deputies_evaluate(
    app_server: Site, cast: Cast, walk: Walk
) -> None:
    with app_server.app.app_context(), clock.moved_to(walk.moment):
        main = Journey(cast).draft().submit().accept()
        other = Journey(cast).draft("deputy2")
        other.do("deputy2", "draft", confirmed=True)
        other.accept()
    with walk.sitting("assigner") as page:
        page.goto("/desk/topics")
        sound(page)
        act(page, other.case_id, "并案办理")
        page.get_by_label("并入哪一件").fill("没有这一件")
        page.get_by_label("并案的理由").fill("所提内容相同，一并办理。")
        page.get_by_role("button", name="并案", exact=True).click()
        expect(page.get_by_text("没有这个编号的案件")).to_be_visible()
        expect(page.get_by_label("并案的理由")).to_have_value("所提内容相同，一并办理。")
        page.get_by_label("并入哪一件").fill(MAIN)
        send(page, "并案", "并案办理")
        expect(page.get_by_text(MAIN).first).to_be_visible()
    with app_server.app.app_context(), clock.moved_to(walk.moment):
        main.assign().sign_for().contact().reply()
    for deputy, case_id in (("deputy1", main.case_id), ("deputy2", other.case_id)):
        with walk.sitting(deputy, "phone") as phone:
            phone.get_by_role("link", name="现在评价").click()
            sound(phone)
            tick(phone, "您对办理态度满意吗", "满意")
            tick(phone, "您对办理结果满意吗", "满意")
            phone.get_by_role("button", name="提交测评").click()
            expect(phone.get_by_text(re.compile("评价已提交|已办完：代表测评（并案）")).first).to_be_visible()
            phone.goto(f"/cases/{case_id}")
            expect(phone.get_by_text("已办结").first).to_be_visible()
            sound(phone)


def give_a_card(page: Page, case_id: int) -> None:
    act(page, case_id, "发出黄牌或者红牌")
    tick(page, "警示", "黄牌")
    page.get_by_label("理由").fill("催办以后仍未签收。")
    send(page, "发出", "发出黄牌或者红牌")


def take_under_key_supervision(page: Page, case_id: int) -> None:
    act(page, case_id, "提名重点督办")
    page.get_by_label("事关全局、群众普遍关心").check()
    page.get_by_label("提名理由").fill("群众普遍关心，长期没有解决。")
    send(page, "提名", "提名重点督办")
    act(page, case_id, "登记主任会议决定")
    tick(page, "主任会议决定", "列为重点督办")
    page.get_by_label("会议名称").fill("主任会议第十次会议")
    page.get_by_label("决定日期").fill("2026-05-20")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()  # nobody takes charge yet
    sound(page)
    page.get_by_label("领办、督办领导").fill("张副省长")
    page.get_by_label("负责督办的委员会").select_option(label="人大常委会代表工作委员会")
    send(page, "登记", "登记主任会议决定")


def see_the_lists(page: Page) -> None:
    for which in ("late", "carded", "key", "proposed"):
        page.goto(f"/supervision?list={which}")
        sound(page)
        link = page.get_by_role("link", name=re.compile("煤矸石"))
        expect(link).to_have_count(0 if which == "proposed" else 1)


def test_a_supervisor_urges_gives_a_card_and_takes_a_case_under_key_supervision(
    app_server: Site, cast: Cast, walk: Walk
) -> None:
    with app_server.app.app_context(), clock.moved_to(walk.moment):
        case_id = Journey(cast).draft().submit().accept().assign().case_id
    walk.later("2026-05-20")
    with walk.sitting("assigner") as page:
        page.goto("/supervision")
        sound(page)
        page.get_by_role("link", name="催办").first.click()
        sound(page)
        page.get_by_label("理由").or_(page.locator("textarea")).first.fill("法定期限已过，请抓紧办理。")
        send(page, "发出催办", "催办")
        give_a_card(page, case_id)
        take_under_key_supervision(page, case_id)
        see_the_lists(page)
    with walk.sitting("deputy1", "phone") as phone:
        phone.goto(f"/cases/{case_id}")
        expect(phone.get_by_text("张副省长").first).to_be_visible()
        sound(phone)
