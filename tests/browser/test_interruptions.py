"""What comes between: a session that ends, a colleague who is quicker, a click too many. Nothing typed is lost."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from engine.people import sessions
from models import AuditEvent, db
from tests.support.cast import PASSWORD, Cast, join
from tests.support.journey import Journey
from tests.support.walk import Walk, open_first, sign_in, sound, tick

pytestmark = pytest.mark.browser

BODY = "感谢您对水利工作的关心。现将办理情况答复如下，请予审阅。"
MORE = BODY + "六月底前完成全部改造。"


@pytest.fixture
def written(walk: Walk, cast: Cast) -> Journey:
    """A reply that waits to be drafted, by either of two clerks."""
    with walk.site.app.app_context():
        join(cast, "slt_second", "slt", "case_officer")
        return Journey(cast).draft().submit().accept().assign(slt="lead").sign_for().contact()


def revoke(walk: Walk, cast: Cast, username: str) -> None:
    """End every session of somebody, as an administrator does, or a night."""
    with walk.site.app.app_context():
        sessions.end_all(cast.users[username])
        db.session.commit()


def happened(walk: Walk, action: str) -> int:
    """How often the trail tells of it."""
    with walk.site.app.app_context():
        of_this = sa.select(sa.func.count()).where(AuditEvent.action == action, AuditEvent.id > 0)
        return db.session.scalar(of_this) or 0


def fill_in(page: Page, body: str = BODY) -> None:
    """The form of a reply, whole."""
    for answer in page.locator("form.task-form textarea[name$='.text']").all():
        answer.fill("已列入今年计划，年底前完成。")
    page.get_by_role("group", name="办理结果类别").get_by_label(re.compile("^A")).check()
    page.get_by_label("答复正文").fill(body)
    tick(page, "公开属性", "全文公开")
    page.get_by_label("联系人").fill("经办人")
    page.get_by_label("联系电话").fill("0351-1234567")


def sign_in_again(page: Page, username: str) -> None:
    """On the page that the form was refused with, the password first mistyped; then send what was carried."""
    expect(page.get_by_text("您刚才填写的内容都在")).to_be_visible()
    sound(page)
    page.get_by_label("用户名").fill(f"{username}@14")
    page.get_by_label("密码", exact=True).fill("not-the-password")
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.locator(".notice.bad")).to_be_visible()
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()


def send_again(page: Page) -> None:
    expect(page.get_by_role("heading", name="刚才没有交成，要再交一次吗？")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="再交一次").click()


def test_a_session_that_ends_amid_a_reply_costs_nothing_that_was_typed(
    walk: Walk, cast: Cast, written: Journey
) -> None:
    with walk.sitting("slt_clerk") as page:
        open_first(page, "/inbox")
        fill_in(page)
        expect(page.locator("[data-save-state]")).to_contain_text("已保存")
        revoke(walk, cast, "slt_clerk")
        page.get_by_label("答复正文").fill(MORE)
        page.get_by_label("联系人").focus()
        expect(page.locator("[data-save-state]")).to_contain_text("照常提交即可")
        page.get_by_role("button", name="送审核").click()
        sign_in_again(page, "slt_clerk")
        expect(page.locator("textarea[readonly]").filter(has_text=MORE)).to_be_visible()
        send_again(page)
        expect(page.get_by_text("已办完：起草答复。")).to_be_visible()
        expect(page.get_by_text(MORE).first).to_be_attached()


def test_the_office_goes_on_assigning_where_it_was(walk: Walk, cast: Cast) -> None:
    with walk.site.app.app_context():
        waiting = Journey(cast).draft(title="关于停车管理的建议").submit().accept()
    with walk.sitting("assigner") as page:
        page.goto("/desk/assign")
        page.get_by_label("主办省水利厅").check()
        page.get_by_label("交办意见").fill("请认真办理。")
        revoke(walk, cast, "assigner")
        page.locator("summary.button", has_text="交办").click()
        page.get_by_role("dialog").get_by_role("button", name="交办").click()
        sign_in_again(page, "assigner")
        send_again(page)
        expect(page.get_by_text(re.compile("已办.交办"))).to_be_visible()
    with walk.site.app.app_context():
        assert waiting.open_nodes() == ["sign_for"]


def test_a_deputys_page_that_is_older_than_the_sign_in_is_sent_anew_and_a_double_click_hands_in_once(
    walk: Walk, cast: Cast
) -> None:
    with walk.sitting("deputy1", "phone") as phone:
        phone.goto("/cases/new/suggestion")
        phone.get_by_role("button", name="开始写").click()
        phone.get_by_label("标题").fill("关于公园座椅的建议")
        another = (
            phone.context.new_page()
        )  # signs out and in again, so that the first page is older than the session
        another.goto("/deputy")
        another.request.post("/sign-out")
        revoke(walk, cast, "deputy1")
        sign_in(another, "deputy1")
        phone.get_by_label("情况与分析").fill("公园里老人多，座椅少。")
        phone.get_by_label("具体建议 1").fill("增加座椅。")
        phone.get_by_label("同意公开", exact=True).check()
        phone.get_by_role("button", name=re.compile("保存.下一步")).last.click()
        send_again(phone)
        expect(phone.get_by_role("heading", name=re.compile("联名"))).to_be_visible()
        phone.get_by_role("link", name="下一步：核对").click()
        phone.get_by_label("我已核对全文").check()
        before = happened(walk, "case:submitted")
        phone.get_by_role("button", name="提交建议").dblclick()
        phone.wait_for_url(re.compile(r"/cases/\d+$"))
        expect(phone.get_by_text("已经提交。办理进展会随时告诉您。").first).to_be_visible()
        assert happened(walk, "case:submitted") == before + 1


def test_the_second_of_two_clerks_is_told_who_was_first_and_keeps_her_words(
    walk: Walk, written: Journey
) -> None:
    with walk.sitting("slt_second") as second, walk.sitting("slt_clerk") as first:
        for page in (first, second):
            open_first(page, "/inbox")
        fill_in(second, MORE)
        fill_in(first)
        first.get_by_role("button", name="送审核").dblclick()
        expect(first.get_by_role("heading", name="时间线")).to_be_visible()
        expect(
            first.get_by_text("已办完：起草答复。").or_(first.get_by_text("先前已经办完")).first
        ).to_be_visible()
        assert happened(walk, "reply:drafted") == 1
        second.get_by_role("button", name="送审核").click()
        expect(second.get_by_text(re.compile("水利厅经办于.*办|水利厅经办已于")).first).to_be_visible()
        expect(second.get_by_label("答复正文")).to_have_value(MORE)
        sound(second)
        second.reload()
        expect(second.get_by_label("答复正文")).to_have_value(MORE)  # and finds them there afterwards


def test_a_case_that_is_withdrawn_while_it_is_assigned_says_so_and_keeps_the_words(
    walk: Walk, cast: Cast
) -> None:
    with walk.site.app.app_context():
        journey = Journey(cast).draft().submit().accept()
    with walk.sitting("assigner") as page:
        page.goto("/desk/assign")
        page.get_by_label("主办省水利厅").check()
        page.get_by_label("交办意见").fill("请认真办理。")
        with walk.site.app.app_context():
            journey.act("deputy1", "withdraw", reason="另行提出。")
        page.locator("summary.button", has_text="交办").click()
        page.get_by_role("dialog").get_by_role("button", name="交办").click()
        expect(page.get_by_text(re.compile("收回|撤回")).first).to_be_visible()
        expect(page.get_by_label("交办意见")).to_have_value("请认真办理。")
        sound(page)
