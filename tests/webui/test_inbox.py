"""The inbox as clerks use it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection

import pytest
from flask import Flask

from engine.casework.cases import watch_case
from engine.casework.readings import inbox
from engine.definitions.catalogue import current_all
from tests.support.cast import Cast, join
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter


def rows(page: str) -> list[str]:
    return re.findall(r'data-row-link href="([^"]+)"', page)


def test_home_leads_each_to_his_work(app: Flask, cast: Cast, enter: Enter) -> None:
    with app.app_context():
        join(cast, "archivist", "dgw", "archivist")
    assert enter("archivist").get("/").location == "/archives"
    assert enter("slt_clerk").get("/").location == "/inbox"
    assert enter("deputy1").get("/").location == "/deputy"


def test_what_waits_is_listed_with_lamp_unit_and_step(
    assigned: Journey, enter: Enter, task_at: Callable[..., int]
) -> None:
    page = enter("slt_clerk").get("/inbox").text
    assert rows(page) == [f"/tasks/{task_at(assigned, 'sign_for', 'slt')}"]
    assert "关于加快煤矸石综合利用项目落地的建议" in page and "省水利厅" in page and "签收" in page
    assert 'class="lamp ' in page
    assert 'class="count">1' in page


def test_the_steps_beside_the_list_are_those_in_hand_and_none_is_called_like_another(
    assigned: Journey, app: Flask, cast: Cast, enter: Enter
) -> None:
    with app.app_context():
        Journey(cast).draft(title="关于停车管理的建议").submit().accept().assign().sign_for()
    page = enter("slt_clerk").get("/inbox").text
    beside = re.findall(r'href="/inbox\?node=(\w+)"', page)
    assert beside == ["sign_for", "draft_reply"]
    assert re.search(
        r'href="/inbox\?node=sign_for"[^>]*>\s*(?:<[^>]+>\s*)*签收\s*<', page
    )  # as this kind calls it
    offered = re.search(r'<select[^>]*name="node".*?</select>', page, re.DOTALL)
    assert offered
    titles = dict(re.findall(r'<option value="(\w+)"[^>]*>([^<]+)<', offered[0]))
    assert len(set(titles.values())) == len(titles)
    with app.app_context():
        called = names_of_steps(cast.actor("slt_clerk").roles)
    assert titles.keys() == called.keys() and len(called) > 10
    for (
        node,
        names,
    ) in called.items():  # every name that a kind gives it, once; where that says too little, also whose
        joined = " / ".join(names)
        alone = list(called.values()).count(names) == 1
        assert titles[node] == joined if alone else titles[node].startswith(f"{joined}（"), node
    assert {node for node, title in titles.items() if "签收通知" in title} == {
        node for node, names in called.items() if "签收通知" in names
    }


def names_of_steps(roles: Collection[str]) -> dict[str, list[str]]:
    """Node → what the kinds of work at it call a step that comes to these roles, each name once, in their order."""
    found: dict[str, list[str]] = {}
    for each in current_all():
        for spec in each.folder.tasks.values():
            if spec.role in roles and spec.title.zh not in found.setdefault(spec.node, []):
                found[spec.node].append(spec.title.zh)
    return {node: names for node, names in found.items() if names}


def test_nobody_sees_the_tasks_of_another_unit(assigned: Journey, enter: Enter) -> None:
    assert rows(enter("jyt_clerk").get("/inbox").text) == []
    assert "还没有待办" in enter("jyt_clerk").get("/inbox").text


def test_the_address_holds_the_filters_and_chips_take_them_away(assigned: Journey, enter: Enter) -> None:
    clerk = enter("slt_clerk")
    page = clerk.get("/inbox?node=sign_for&q=煤矸石").text
    assert len(rows(page)) == 1
    assert "环节：签收" in page and "含有：煤矸石" in page
    assert 'href="/inbox?node=sign_for"' in page
    nothing = clerk.get("/inbox?due=overdue&q=100%25").text
    assert "没有符合条件的件" in nothing and "清除筛选" in nothing


def test_next_pages_go_on_from_the_last_line(
    app: Flask, cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        for number in range(3):
            Journey(cast).draft(title=f"关于第{number}件事的建议").submit()
    clerk, seen = enter("intake"), []
    monkeypatch.setattr(inbox.todo, "__defaults__", (None, 2))
    where = "/inbox"
    while where:
        page = clerk.get(where).text
        seen += rows(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        where = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 3


@pytest.mark.parametrize("spoilt", ["x", "2026-02-30_5", "_", "2026-02-05_99999999999999999999"])
def test_a_spoilt_key_begins_anew(assigned: Journey, enter: Enter, spoilt: str) -> None:
    for tab in ("todo", "done", "started", "watched"):
        assert enter("slt_clerk").get(f"/inbox?tab={tab}&after={spoilt}").status_code == 200


def test_done_started_and_watched_have_their_tabs(app: Flask, assigned: Journey, enter: Enter) -> None:
    with app.app_context():
        watch_case(assigned.cast.actor("slt_clerk"), case_id=assigned.case_id)
    case = f"/cases/{assigned.case_id}"
    assert rows(enter("intake").get("/inbox?tab=done").text) == [case]
    assert rows(enter("slt_clerk").get("/inbox?tab=watched").text) == [case]
    assert rows(enter("deputy1").get("/inbox?tab=started").text) == [case]
    assert "今日待办已清零" in enter("reviewer").get("/inbox").text


def test_many_are_signed_for_at_once_and_a_second_time_does_no_harm(
    app: Flask, assigned: Journey, enter: Enter, task_at: Callable[..., int]
) -> None:
    clerk = enter("slt_clerk")
    own, strange = task_at(assigned, "sign_for", "slt"), task_at(assigned, "co_sign_for", "czt")
    sent = {"task": [str(own), str(strange), "no number"]}
    answer = clerk.post("/inbox/bulk", data=sent)
    assert "已办 1 件" in answer.text and "跳过 1 件" in answer.text and "没有权限" in answer.text
    skipped = answer.text.partition("跳过的件和原因")[2].partition("已办的件")[0]
    assert "煤矸石" not in skipped, "the title of what one may not do is not told"
    assert "先前已办" in clerk.post("/inbox/bulk", data=sent).text
    with app.app_context():
        assert "draft_reply" in assigned.open_nodes()
    assert "没有选中任何一件" in clerk.post("/inbox/bulk").text


def test_a_step_that_needs_judgement_is_not_done_in_bulk(
    handling: Journey, enter: Enter, task_at: Callable[..., int]
) -> None:
    task = str(task_at(handling, "draft_reply", "slt"))
    answer = enter("slt_clerk").post("/inbox/bulk", data={"task": task})
    assert "须逐件办理" in answer.text
    assert (
        enter("slt_clerk").post("/inbox/bulk", data={"task": list(map(str, range(1, 502)))}).status_code
        == 409
    )


def unread_of(person: Visitor) -> int:
    found = json.loads(person.get("/messages/badge").text)
    assert isinstance(found["unread"], int)
    return found["unread"]


def test_messages_are_counted_opened_and_marked(assigned: Journey, enter: Enter) -> None:
    clerk = enter("slt_clerk")
    unread = unread_of(clerk)
    assert unread >= 1
    page = clerk.get("/messages").text
    assert "未读" in page and f"/cases/{assigned.case_id}\n" not in page
    where = re.search(r'action="(/messages/\d+/open)"', page)
    assert where
    assert enter("czt_clerk").post(where[1], data={"case": assigned.case_id}).status_code == 302
    assert unread_of(clerk) == unread
    opened = clerk.post(where[1], data={"case": assigned.case_id})
    assert opened.location == f"/cases/{assigned.case_id}"
    assert unread_of(clerk) == unread - 1
    newest = re.search(r'name="up_to" value="(\d+)"', page)
    assert newest
    clerk.post("/messages/read", data={"up_to": newest[1]})
    assert "未读" not in clerk.get("/messages").text.partition("<main")[2]


def test_whoever_may_begin_a_case_finds_where(app: Flask, cast: Cast, enter: Enter) -> None:
    with app.app_context():
        join(cast, "staff", "tyt", "delegation_staff")
    address = 'href="/cases/new/suggestion"'
    assert re.search(rf"{address}>\s*写建议", enter("staff").get("/inbox").text)
    assert re.search(rf"{address}>\s*录入书面：写建议", enter("intake").get("/inbox").text)
    assert address not in enter("assigner").get("/inbox").text
