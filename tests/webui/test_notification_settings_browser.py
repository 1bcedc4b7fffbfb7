"""The notification settings in a real browser: sound on every screen, worked by keys, and without scripts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.correspondence import groups, sealing
from engine.foundation import clock
from engine.people import grants
from engine.people.substitutes import Period, name_substitute
from models import db
from tests.people.world import PASSWORD as OF_WORLD
from tests.people.world import build
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.web import Site
from tests.webui.test_staff_browser import sound

pytestmark = pytest.mark.browser
PAGE = "/account/notifications"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7a0c-4bc4-97a0"


@pytest.fixture
def cast(app_server: Site) -> Cast:
    with app_server.app.app_context():
        cast = assemble()
        name_substitute(
            cast.actor("slt_deputy_head"),
            organization_id=cast.organizations["slt"],
            substitute_id=cast.users["slt_head"],
            period=Period(clock.today(), clock.today(), "赴京参加培训，期间不能办理工作"),
        )
        assert grants.roles_of(cast.users["slt_head"]) == {"head"}
        db.session.remove()
    return cast


@pytest.mark.parametrize("kind", ["desktop", "phone", "plain"])
def test_the_settings_are_sound_and_work(open_page: Callable[[str], Page], cast: Cast, kind: str) -> None:
    page = open_page(kind)
    sign_in(page, "slt_head@14")
    page.goto(PAGE)
    if kind != "plain":
        sound(page)
    page.get_by_label("免打扰开始").fill("21:00")
    page.locator("#wishes").get_by_role("button", name="保存").click()
    expect(page.get_by_label("免打扰开始")).to_have_value("21:00")
    page.get_by_role("button", name="开通日历订阅").click()
    expect(page.get_by_label("订阅地址")).to_have_value(re.compile(r"/calendar/[\w-]+\.ics$"))
    page.get_by_label("手机号码").fill("123")
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_label("手机号码")).to_have_value("123")
    if kind != "plain":
        sound(page)
    if folder := os.environ.get("PICTURES"):
        page.goto(PAGE)
        page.screenshot(path=f"{folder}/notifications-{kind}.png", full_page=True)


def test_a_substitute_is_named_by_keys_alone(page: Page, cast: Cast) -> None:
    sign_in(page, "slt_clerk@14")
    page.goto(PAGE)
    today = clock.today().isoformat()
    page.get_by_label("由谁代理").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("由谁代理").locator("option:checked")).to_have_text("水利厅分管")
    page.get_by_label("第一天").fill(today)
    page.get_by_label("最后一天").fill(today)
    page.get_by_label("离岗原因").focus()
    page.keyboard.type("开会")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("冲突")
    expect(page.get_by_label("离岗原因")).to_have_value("开会")


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_the_groups_page_is_sound(open_page: Callable[[str], Page], app_server: Site, kind: str) -> None:
    with app_server.app.app_context():
        world = build()
        sealing.configure("secret")
        about = {"kind": "wecom", "title": "教育厅督办群", "address": WECOM}
        groups.add_group(world.actor("north-system"), organization_id=world.department_id, **about)
        db.session.remove()
    page = open_page(kind)
    sign_in(page, "north-system", OF_WORLD)
    page.goto("/administration/groups")
    expect(page.get_by_text("教育厅督办群")).to_be_visible()
    page.get_by_label("群名称").fill("另一个群")
    sound(page)
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/groups-{kind}.png", full_page=True)


def sign_in(page: Page, account: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(account)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "sign-in" not in address)
