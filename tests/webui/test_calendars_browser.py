"""The calendar and the calculator in a real browser, on desk and phone: nothing in anybody's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from engine.people import grants
from models import Congress, db
from tests.people.world import PASSWORD, build
from tests.support.browser import axe_violations
from tests.support.web import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_a_year_is_read_and_a_day_changed(
    open_page: Callable[[str], Page], app_server: Site, kind: str
) -> None:
    with app_server.app.app_context():
        world = build()
        db.session.execute(sa.update(Congress).values(rule_pack="shanxi"))
        db.session.commit()
        security = world.actor("north-security")
        grants.grant_role(
            security, world.users["north-new"], organization_id=world.office_id, role="process_admin"
        )
    page = open_page(kind)
    page.goto(f"{app_server.url}/sign-in?next=/calendars/2027")
    page.get_by_label("用户名").fill("north-new")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="日历与期限").wait_for()
    assert axe_violations(page) == []
    page.get_by_label("日期").fill("2027-03-01")
    page.get_by_label("放假", exact=True).check()
    page.get_by_label("名称").fill("庙会")
    page.get_by_role("button", name="看看影响").first.click()
    page.get_by_text("在办案件的到期日都不会变动。").wait_for()
    assert axe_violations(page) == []
    page.get_by_role("button", name="确认修改").click()
    page.get_by_text("日历已更新。").wait_for()
    page.goto(f"{app_server.url}/deadline?start=2026-02-05&rule=answer")
    page.get_by_text("2026年5月6日").first.wait_for()
    assert axe_violations(page) == []
