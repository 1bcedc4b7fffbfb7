"""Striking off many problems at once, with the keyboard and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine.foundation import clock
from models import db
from tests.support.cast import Cast
from tests.support.problems import all_looked_at, statuses
from tests.support.walk import Walk, sign_in, sound
from tests.support.web import Site

pytestmark = pytest.mark.browser


def test_a_list_is_struck_off_with_the_keyboard_and_on_a_phone(
    app_server: Site, cast: Cast, walk: Walk
) -> None:
    with app_server.app.app_context(), all_looked_at(cast) as performance:
        walk.moment = clock.now().astimezone(clock.ZONE)
        case_id = performance.case_id
        db.session.rollback()
        page = walk.open_page("phone")
        page.goto(f"/cases/{case_id}")
        sign_in(page, "colleague", f"/cases/{case_id}")
        page.get_by_role("link", name="审定销号（批量）").click()
        sound(page)
        page.get_by_role("checkbox", name="全选").focus()
        page.keyboard.press("Space")
        expect(page.get_by_text("已选 5 项")).to_be_visible()
        page.get_by_role("checkbox", name="第2个项目资金滞留").focus()
        page.keyboard.press("Space")
        expect(page.get_by_text("已选 4 项")).to_be_visible()
        page.get_by_role("radio", name="同意销号").check()
        page.get_by_role("button", name="确定", exact=True).press("Enter")
        expect(page.get_by_text("已办理：审定销号，4 项。")).to_be_visible()
        assert statuses(case_id) == ["closed", "verified", *["closed"] * 3, "verified"]
