"""Similar cases come up while a deputy types, and a suggested unit goes into the form with and without scripts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.cast import Cast, assemble
from tests.support.journey import Journey
from tests.support.web import Site
from tests.webui.test_deputy_browser import sign_in, sound

pytestmark = pytest.mark.browser
SEATS = {"title": "关于公园座椅的建议", "background": "公园里老人多，座椅少。", "asks": ["增加公园座椅。"]}


@pytest.fixture
def cast(app_server: Site) -> Cast:
    with app_server.app.app_context():
        cast = assemble()
        Journey(cast).draft(**SEATS).submit().accept().assign().sign_for().contact().reply()
        return cast


def test_similar_cases_come_up_while_a_deputy_types(phone: Page, cast: Cast) -> None:
    sign_in(phone, "deputy2")
    phone.goto("/cases/new/suggestion")
    phone.get_by_role("button", name="开始写").click()
    phone.wait_for_load_state()
    heading = phone.get_by_role("heading", name="类似的建议")
    expect(heading).to_have_count(0)
    phone.get_by_label("标题").press_sequentially("关于公园里的座椅")
    expect(heading).to_be_visible(timeout=15_000)
    expect(phone.get_by_label("标题")).to_be_focused()
    sound(phone)


@pytest.fixture
def keeping(app_server: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The server is slow to keep what is being typed: it does so only when this is called."""
    gate = threading.Event()
    keep = app_server.app.view_functions["desk.autosave"]

    def later(**address: Any) -> Any:
        assert gate.wait(timeout=60)
        return keep(**address)

    monkeypatch.setitem(app_server.app.view_functions, "desk.autosave", later)
    return gate.set


@pytest.mark.parametrize("kind", ["desktop", "plain"])
def test_a_suggested_unit_goes_into_the_form_with_all_that_was_typed(
    open_page: Callable[[str], Page], app_server: Site, cast: Cast, keeping: Callable[[], None], kind: str
) -> None:
    """Also when what was typed is still being kept at the click: were that to arrive after it, it would undo it."""
    with app_server.app.app_context():
        task = Journey(cast).draft(**SEATS).submit().accept().task("assign").id
    page = open_page(kind)
    sign_in(page, "assigner")
    page.goto(f"/desk/assign/{task}")
    if kind == "desktop":
        sound(page)
    page.get_by_label("交办意见").fill("请抓紧办理。")
    page.get_by_role("button", name="填入 省水利厅").click()
    keeping()
    expect(page.get_by_role("radio", name="主办 省水利厅")).to_be_checked()
    expect(page.get_by_label("交办意见")).to_have_value("请抓紧办理。")
    page.reload()
    expect(page.get_by_role("radio", name="主办 省水利厅")).to_be_checked()
