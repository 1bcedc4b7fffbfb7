"""The main job by hand: deputies on phones, offices and units at desks, from first word to second evaluation."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.walk import Walk, complete, open_first, see_diagram, sound, tick

pytestmark = pytest.mark.browser

TITLE = "关于在社区公园增设适老座椅的建议"
ASKS = ("每二百米设一处带扶手的座椅。", "座椅旁设遮阴。")
ANSWER = "已列入今年计划，年底前完成。"
STEPS = [
    *("建立案件", "保存文本", "邀请联名", "上传附件", "确认联名", "提交"),
    *("受理", "交办", "签收", "提出会办意见", "签收", "记录沟通", "签发答复"),
    *("测评", "测评为不满意", "退回重新办理", "记录沟通", "签发答复", "测评", "办结"),
]
BODY = "感谢您对老年人出行的关心。现将办理情况答复如下，请予审阅，欢迎继续提出意见。"


def write(walk: Walk) -> None:
    with walk.sitting("deputy1", "phone") as phone:
        sound(phone)
        phone.get_by_role("link", name="写建议").first.click()
        phone.get_by_role("button", name="开始写").click()
        phone.get_by_label("标题").fill(TITLE)
        phone.get_by_label("情况与分析").fill("公园里老人多，座椅少，夏天没有遮阴。")
        phone.get_by_label("具体建议 1").fill(ASKS[0])
        phone.get_by_role("button", name="再加一条").click()
        phone.get_by_label("具体建议 2").fill(ASKS[1])
        phone.get_by_label("同意公开", exact=True).check()
        sound(phone)
        phone.get_by_role("button", name=re.compile("保存.下一步")).last.click()
        phone.get_by_label("按姓名找代表").fill("李")
        phone.get_by_role("button", name="查找").click()
        phone.get_by_label("李代表").check()
        phone.get_by_role("button", name="邀请联名").click()
        expect(
            phone.get_by_text("已邀请 1 位代表联名")
        ).to_be_visible()  # the page that is on its way has come
        note = {"name": "走访记录.txt", "mimeType": "text/plain", "buffer": "走访了六个社区。".encode()}
        phone.get_by_label("选择文件").set_input_files(note)  # type: ignore[arg-type]
        expect(phone.get_by_role("link", name="走访记录.txt")).to_be_visible()
        sound(phone)


def cosign(walk: Walk) -> None:
    with walk.sitting("deputy2", "phone") as phone:
        sound(phone)
        phone.get_by_role("link", name="去看看").click()
        phone.get_by_role("link", name=re.compile("看内容")).click()
        expect(phone.get_by_text(ASKS[1])).to_be_visible()
        sound(phone)
        phone.get_by_role("button", name="同意联名").click()
        expect(phone.get_by_text("已经联名")).to_be_visible()


def hand_in(walk: Walk) -> str:
    with walk.sitting("deputy1", "phone") as phone:
        phone.goto("/deputy/own?standing=draft")
        sound(phone)
        phone.get_by_role("link", name=TITLE).click()
        phone.get_by_role("link", name="核对").first.click()
        expect(phone.get_by_text("李代表").last).to_be_visible()
        sound(phone)
        phone.get_by_label("我已核对全文").check()
        phone.get_by_role("button", name="提交建议").click()
        phone.wait_for_url(re.compile(r"/cases/\d+$"))
        see_diagram(phone, "intake")
        sound(phone)
        return phone.url


def accept(walk: Walk) -> None:
    with walk.sitting("intake") as page:
        sound(page)
        open_first(page, "/inbox")
        sound(page)
        tick(page, "审查意见", "拟受理")
        page.get_by_label("类别").select_option(label="社会管理")
        tick(page, "公开属性", "公开")
        complete(page, "送复核", "受理审查")
    with walk.sitting("reviewer") as page:
        open_first(page, "/inbox")
        expect(page.get_by_text("拟受理")).to_be_visible()
        sound(page)
        tick(page, "复核意见", "同意")
        complete(page, "确认", "受理复核")
        expect(page.locator(".case-number").first).to_have_text("省十四届人大四次会议闭会第001号")


def assign(walk: Walk) -> None:
    with walk.sitting("assigner") as page:
        page.goto("/desk/assign")
        expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
        sound(page)
        expect(page.get_by_text("2026年5月6日", exact=True)).to_be_visible()  # what the units will be held to
        page.get_by_label("主办省水利厅").check()
        page.get_by_label("会办省财政厅").check()
        page.get_by_label("交办意见").fill("请认真办理，并与代表充分沟通。")
        page.locator("summary.button", has_text="交办").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        sound(page)
        page.get_by_role("dialog").get_by_role("button", name="交办").click()
        expect(page.get_by_text(re.compile("已办.交办"))).to_be_visible()


def sign_for_by_keys(page: Page) -> None:
    page.goto("/inbox")
    sound(page)
    for key in "jxc":
        page.keyboard.press(key)
    expect(page.get_by_text("已办 1 件")).to_be_visible()
    sound(page)


def co_opinion(walk: Walk) -> None:
    with walk.sitting("czt_clerk") as page:
        sign_for_by_keys(page)
        open_first(page, "/inbox")
        sound(page)
        tick(page, "意见", "同意")
        page.get_by_label("会办意见", exact=True).fill("同意，所需资金由我厅统筹安排。")
        complete(page, "送主办单位", "提出会办意见")


def record_contact(page: Page) -> None:
    page.get_by_role("link", name="记录沟通情况").first.click()
    sound(page)
    page.get_by_label("电话", exact=True).check()
    page.get_by_label("参加人员").fill("王代表")
    page.get_by_label("沟通情况").fill("听取了代表的意见。")
    page.get_by_role("button", name="记录", exact=True).click()
    expect(page.get_by_text("沟通情况已记录")).to_be_visible()


def draft_reply(page: Page) -> None:
    """With an ask forgotten at first: the refusal keeps what was typed."""
    texts = page.locator("form.task-form textarea[name$='.text']")
    expect(texts).to_have_count(2)
    texts.first.fill(ANSWER)
    page.get_by_role("group", name="办理结果类别").get_by_label(re.compile("^A")).check()
    page.get_by_label("答复正文").fill(BODY)
    tick(page, "公开属性", "全文公开")
    page.get_by_label("联系人").fill("经办人")
    page.get_by_label("联系电话").fill("0351-1234567")
    page.get_by_role("button", name="送审核").click()
    expect(page.locator(".error-summary")).to_be_focused()
    sound(page)
    expect(texts.first).to_have_value(ANSWER)
    expect(page.get_by_label("答复正文")).to_have_value(BODY)
    texts.last.fill(ANSWER)
    complete(page, "送审核", "起草答复")


def review_and_sign(walk: Walk, number: str) -> None:
    with walk.sitting("slt_deputy_head") as page:
        open_first(page, "/inbox")
        sound(page)
        tick(page, "审核意见", "通过")
        complete(page, "确认", "审核答复")
    with walk.sitting("slt_head") as page:
        open_first(page, "/inbox")
        sound(page)
        tick(page, "签发意见", "签发")
        page.get_by_label("文号").fill(number)
        page.get_by_role("button", name="签发", exact=True).click()
        expect(page.get_by_text("不能撤回")).to_be_visible()
        sound(page)
        complete(page, "签发", "签发答复")


def see_how_it_was_counted(page: Page) -> None:
    clock = page.locator("aside .clock", has_text="法定答复期")
    expect(clock.locator(".due-on")).to_have_text("2026年5月6日")
    counted = clock.locator("details.unfold")
    counted.locator("summary").click()
    expect(counted.get_by_text("代表法").first).to_be_visible()
    expect(counted.get_by_text("劳动节").first).to_be_visible()


def evaluate(walk: Walk) -> None:
    with walk.sitting("deputy1", "phone") as phone:
        sound(phone)
        phone.get_by_role("link", name="现在评价").click()
        expect(phone.locator("#reply-text").get_by_text(ANSWER).first).to_be_visible()
        sound(phone)
        tick(phone, "您对办理态度满意吗", "满意")
        tick(phone, "您对办理结果满意吗", "不满意")
        phone.get_by_label("原因或者意见").fill("没有写明什么时候装好。")
        sound(phone)
        phone.get_by_role("button", name="提交测评").click()
        expect(phone.get_by_role("heading", name="评价已提交")).to_be_visible()
        sound(phone)


def evaluate_again(walk: Walk) -> None:
    with walk.sitting("deputy1", "phone") as phone:
        phone.get_by_role("link", name="现在评价").click()
        expect(phone.get_by_text("第 1 次答复和您的评价")).to_be_visible()
        sound(phone)
        tick(phone, "您对办理态度满意吗", "满意")
        tick(phone, "您对办理结果满意吗", "满意")
        phone.get_by_role("button", name="提交测评").click()
        expect(phone.get_by_role("heading", name="评价已提交")).to_be_visible()


def order_redo(walk: Walk, case: str) -> None:
    with walk.sitting("assigner") as page:
        page.goto(case)
        see_diagram(page, "decide_redo")
        page.get_by_role("link", name="办理：").click()
        sound(page)
        tick(page, "决定", "退回重新办理")
        page.get_by_label("理由", exact=True).fill("请写明完成的时间，重新答复。")
        page.get_by_role("button", name="确定", exact=True).click()
        expect(page.get_by_text("已办完：决定是否重新办理。")).to_be_visible()


def test_a_suggestion_goes_from_a_phone_through_the_desks_and_back(walk: Walk) -> None:
    write(walk)
    cosign(walk)
    case = hand_in(walk)
    accept(walk)
    assign(walk)
    walk.later("2026-02-06")
    co_opinion(walk)
    with walk.sitting("slt_clerk") as page:
        sign_for_by_keys(page)
        page.goto(case)
        see_how_it_was_counted(page)
        see_diagram(page, "draft_reply")
        sound(page)
        open_first(page, "/inbox")
        record_contact(page)
        sound(page)
        draft_reply(page)
    review_and_sign(walk, "晋水函〔2026〕1号")
    walk.later("2026-03-02")
    evaluate(walk)
    order_redo(walk, case)
    walk.later("2026-03-09")
    with walk.sitting("slt_clerk") as page:
        open_first(page, "/inbox")
        expect(page.get_by_text("2026年4月2日").first).to_be_attached()  # a month from the order
        record_contact(page)
        draft_reply(page)
    review_and_sign(walk, "晋水函〔2026〕2号")
    evaluate_again(walk)
    see_the_end(walk, case)


def see_the_end(walk: Walk, case: str) -> None:
    with walk.sitting("deputy1", "phone") as phone:
        phone.goto(case)
        expect(phone.get_by_text("已办结").first).to_be_visible()
        told = phone.locator("#timeline li > p:nth-child(2)").all_text_contents()
        assert [line.strip() for line in reversed(told)] == STEPS
        see_diagram(phone)
        sound(phone)
