"""Every button that does something in law carries its article: cited in sight, explained when opened, read out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from lxml import html

from engine.definitions.catalogue import current
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter

ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条")


def buttons(page: str) -> list[tuple[str, str]]:
    """Label and what is read out with it, of every button or link that says what it rests on."""
    tree = html.fromstring(page)
    found = []
    for each in tree.xpath("//*[@aria-describedby and (self::button or self::a or self::summary)]"):
        ids = each.get("aria-describedby").split()
        texts = [tree.xpath(f"//*[@id='{key}']") for key in ids]
        assert all(len(one) == 1 for one in texts), (ids, each.text_content())
        found.append((each.text_content().strip(), " ".join(one[0].text_content() for one in texts)))
    return found


def primary(page: str) -> set[str]:
    """The labels of the buttons of forms that do a task or an action."""
    tree = html.fromstring(page)
    return {
        each.text_content().strip()
        for each in tree.xpath("//main//form//button[contains(concat(' ',@class,' '),' primary ')]")
    }


def carried(visitor: Visitor, address: str) -> dict[str, str]:
    """The buttons of a page with their articles; every primary one has its own."""
    page = visitor.get(address, follow_redirects=True).text
    found = dict(buttons(page))
    assert primary(page) <= found.keys(), (address, primary(page) - found.keys())
    for label, said in found.items():
        assert ARTICLE.search(said) and len(said) > 30, (label, said)
    assert page.count('class="legal"') >= 1
    return found


@pytest.fixture
def drafted(app: Flask, assigned: Journey) -> Journey:
    with app.app_context():
        return Journey(assigned.cast).draft()


def test_the_task_page_and_the_question_after_it(
    enter: Enter, handling: Journey, task_at: Callable[..., int]
) -> None:
    found = carried(enter("slt_clerk"), f"/tasks/{task_at(handling, 'draft_reply', 'slt')}")
    assert any("三个月内答复" in said for said in found.values())


def test_the_case_page_what_to_do_now_and_what_else(app: Flask, enter: Enter, assigned: Journey) -> None:
    head = enter("slt_head").get(f"/cases/{assigned.case_id}").text
    assert dict(buttons(head))["申请退回调整"].startswith("代表法第五十一条")
    registrar = enter("slt_clerk").get(f"/cases/{assigned.case_id}").text
    with app.app_context():
        step = current("suggestion").folder.tasks["sign_for"].title.zh
    assert any(step in label for label, _said in buttons(registrar))
    for page in (head, registrar):
        tree = html.fromstring(page)
        offered = tree.xpath("//ul[contains(@class,'actions-offered')]/li/a")
        assert all(each.get("aria-describedby") for each in offered)


def test_every_action_page(enter: Enter, assigned: Journey) -> None:
    seen = 0
    for who in ("slt_head", "deputy1", "assigner"):
        visitor = enter(who)
        tree = html.fromstring(visitor.get(f"/cases/{assigned.case_id}").text)
        for link in tree.xpath("//ul[contains(@class,'actions-offered')]/li/a"):
            carried(visitor, link.get("href"))
            seen += 1
    assert seen >= 3


def test_handing_in_a_draft(enter: Enter, drafted: Journey) -> None:
    found = carried(enter("deputy1"), f"/cases/{drafted.case_id}/write?step=3")
    assert found["提交建议"].startswith("代表法第二十四条")


def test_the_desk_and_signing_for_many(app: Flask, enter: Enter, assigned: Journey, drafted: Journey) -> None:
    with app.app_context():
        drafted.submit()
    assert carried(enter("intake"), "/desk/review")
    inbox = dict(buttons(enter("slt_clerk").get("/inbox").text))
    assert inbox["签收"].startswith("代表法第五十一条")


def test_evaluating(app: Flask, enter: Enter, handling: Journey, task_at: Callable[..., int]) -> None:
    with app.app_context():
        handling.contact().reply()
    found = carried(enter("deputy1"), f"/evaluate/{task_at(handling, 'evaluate', 'slt')}")
    assert "提交测评" in found
