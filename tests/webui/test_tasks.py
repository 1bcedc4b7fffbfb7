"""The page of a task: filled in, refused, taken, handed on, done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine.casework.choices import asks
from models import db
from tests.support.cast import Cast, _user
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter

BODY = "感谢您对我省工作的关心。现就有关情况答复如下，请予审阅。"


def sent(app: Flask, journey: Journey, **over: Any) -> dict[str, Any]:
    """A whole draft reply as the form sends it."""
    with app.app_context():
        ids = list(asks(journey.case_id, 1))
    answers: dict[str, Any] = {f"answers.{id_}.text": f"第{id_}条已列入计划。" for id_ in ids}
    answers |= {f"answers.{id_}.grade": "" for id_ in ids}
    answers |= {"commitments.0.what": "完成改造。", "commitments.0.due": "2026-12-31"}
    whole = {"grade": "B", "body": BODY, "publicity": "full", "publicity_reason": ""}
    return {**answers, **whole, "officer_name": "经办人", "officer_phone": "0351-1234567", **over}


def revision(page: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.fixture
def reply(handling: Journey, task_at: Callable[..., int]) -> str:
    """The address of the task of drafting the reply."""
    return f"/tasks/{task_at(handling, 'draft_reply', 'slt')}"


def test_the_form_shows_each_ask_and_what_surrounds_it(reply: str, enter: Enter) -> None:
    page = enter("slt_clerk").get(reply).text
    assert "出台综合利用的支持政策。" in page and "建立部门联席会议。" in page
    assert "代表法第五十一条" in page and "同意主办单位的意见" in page and "怎么算的" in page
    assert "还没有沟通记录" in page and "/contacts?task=" in page


def test_a_contact_is_recorded_on_the_way_and_the_reply_drafted(
    app: Flask, reply: str, handling: Journey, enter: Enter
) -> None:
    clerk = enter("slt_clerk")
    early = clerk.post(reply, data=sent(app, handling, revision=revision(clerk.get(reply).text)))
    assert early.status_code == 409 and "请先记录沟通情况" in early.text and BODY in early.text
    contact = {"held_on": "2026-02-05", "method": "visit", "persons": "王代表", "summary": "听取意见。"}
    where = f"/cases/{handling.case_id}/contacts"
    assert clerk.post(where, data={**contact, "task": reply.split("/")[-1]}).location == reply
    page = clerk.get(reply).text
    assert "听取意见。" in page and BODY in page, "what was refused is kept as a draft"
    done = clerk.post(reply, data=sent(app, handling, revision=revision(page)))
    assert done.location == f"/cases/{handling.case_id}"
    assert "已办完：起草答复" in clerk.get(done.location).text
    assert reply not in clerk.get("/inbox").text
    again = clerk.post(reply, data=sent(app, handling, revision=revision(page)))
    kept = clerk.get(again.location).text
    assert "先前已经办完" in kept and BODY in kept, (
        "what came too late, as from another window, is shown again"
    )


def test_what_cannot_be_taken_is_named_and_what_was_typed_stands(
    app: Flask, reply: str, handling: Journey, enter: Enter
) -> None:
    clerk = enter("slt_clerk")
    form = sent(app, handling, body="太短", publicity="withheld", officer_phone="")
    first = next(iter(form))
    answer = clerk.post(reply, data={**form, first: ""})
    assert answer.status_code == 422
    assert "太短" in answer.text and "第1条：请答复这一条。" in answer.text
    assert f'href="#field-{first}"' in answer.text and f'id="field-{first}"' in answer.text
    assert "至少要写20字" in answer.text and "有 4 处需要改正" in answer.text


def test_a_draft_is_kept_while_typing_and_found_again(
    app: Flask, reply: str, handling: Journey, enter: Enter
) -> None:
    clerk = enter("slt_clerk")
    answers = {**sent(app, handling, body="写到一半"), "answers.x": ["no", "field"], "unknown": 5}
    kept = clerk.post(f"{reply}/draft", json={"answers": answers, "revision": 1})
    said = json.loads(kept.text)
    assert said["saved_at"] == "10:00" and said["revision"] >= 1
    page = clerk.get(reply).text
    assert "写到一半" in page and "已保存 10:00" in page
    assert "写到一半" not in enter("czt_clerk").get(reply).text
    assert clerk.post(f"{reply}/draft", json=["odd"]).status_code == 422
    assert "写到一半" in clerk.get(reply).text


def test_it_can_be_put_by_without_scripts(app: Flask, reply: str, handling: Journey, enter: Enter) -> None:
    clerk = enter("slt_clerk")
    assert clerk.post(reply, data=sent(app, handling, body="回头再写", go="later")).location == "/inbox"
    assert "回头再写" in clerk.get(reply).text


def test_a_stale_page_says_who_did_it_and_loses_nothing(
    app: Flask, handling: Journey, enter: Enter, task_at: Callable[..., int]
) -> None:
    with app.app_context():
        handling.contact().do("slt_clerk", "draft_reply", "slt", **handling.answers())
    review = f"/tasks/{task_at(handling, 'review_reply', 'slt')}"
    assert "总的答复" in enter("slt_deputy_head").get(review).text
    with app.app_context():
        handling.do("slt_deputy_head", "review_reply", "slt", decision="passed")
        colleague(handling, "second", "approver")
    late = enter("second")
    answer = late.post(review, data={"decision": "returned", "opinion": "我的意见是这样", "revision": "1"})
    assert answer.status_code == 409
    assert "水利厅分管于" in answer.text and "我的意见是这样" in answer.text
    assert 'name="go"' not in answer.text
    draft = late.post(f"{review}/draft", json={"answers": {"opinion": "还有一句"}})
    assert draft.status_code == 409 and "已保留" in json.loads(draft.text)["message"]
    assert "还有一句" in late.get(review).text


def colleague(journey: Journey, username: str, role: str) -> int:
    """Somebody else of the lead unit."""
    unit = journey.cast.organizations["slt"]
    user_id = _user(journey.cast.congress_id, f"{username}@14", f"水利厅{username}", unit, (role,))
    db.session.commit()
    return user_id


def test_an_older_page_than_the_task_is_refused_in_words(
    app: Flask, reply: str, handling: Journey, enter: Enter
) -> None:
    clerk = enter("slt_clerk")
    old = revision(clerk.get(reply).text)
    clerk.post(f"{reply}/claim")
    answer = clerk.post(reply, data=sent(app, handling, body=BODY + "旧页", revision=old))
    assert answer.status_code == 409 and "这件工作有了变化" in answer.text and "旧页" in answer.text
    assert revision(answer.text) != old


def test_a_task_is_taken_put_back_and_handed_on(
    app: Flask, reply: str, handling: Journey, enter: Enter
) -> None:
    with app.app_context():
        other_id = colleague(handling, "other", "case_officer")
    clerk, other = enter("slt_clerk"), enter("other")
    assert clerk.post(f"{reply}/claim").location == reply
    assert "您已领取" in clerk.get(reply).text
    page = other.get(reply).text
    assert "水利厅经办已领取这件工作" in page and 'name="go"' not in page
    assert other.post(reply, data=sent(app, handling)).status_code == 409
    clerk.post(f"{reply}/release")
    assert "还没有人领取" in clerk.get(reply).text
    assert clerk.post(f"{reply}/delegate", data={}).status_code == 409
    handed = clerk.post(f"{reply}/delegate", data={"to": other_id, "reason": "请协助"})
    assert handed.location == "/inbox"
    assert "您已领取" in other.get(reply).text
    stranger = handling.cast.users["jyt_clerk"]
    assert other.post(f"{reply}/delegate", data={"to": stranger}).status_code == 403


def test_signing_asks_once_more_and_returning_does_not(
    app: Flask, handling: Journey, enter: Enter, task_at: Callable[..., int]
) -> None:
    with app.app_context():
        handling.contact().do("slt_clerk", "draft_reply", "slt", **handling.answers())
        handling.do("slt_deputy_head", "review_reply", "slt", decision="passed")
    sign = f"/tasks/{task_at(handling, 'sign_reply', 'slt')}"
    head = enter("slt_head")
    form = {"decision": "signed", "number": "晋水函〔2026〕1号", "opinion": ""}
    assert head.post(sign, data={**form, "number": ""}).status_code == 422
    asked = head.post(sign, data=form)
    assert asked.status_code == 200 and "不能撤回" in asked.text
    assert 'name="number" value="晋水函〔2026〕1号"' in asked.text
    back = head.post(sign, data={**form, "go": "back"})
    assert back.status_code == 200 and "晋水函〔2026〕1号" in back.text
    returned = {"decision": "returned", "opinion": "请补充数据", "number": ""}
    assert head.post(sign, data=returned).status_code == 302
    page = enter("slt_clerk").get(f"/tasks/{task_at(handling, 'draft_reply', 'slt')}").text
    assert "水利厅厅长退回修改" in page and "请补充数据" in page and "已列入计划" in page


def test_signed_means_done(app: Flask, handling: Journey, enter: Enter, task_at: Callable[..., int]) -> None:
    with app.app_context():
        handling.contact().do("slt_clerk", "draft_reply", "slt", **handling.answers())
        handling.do("slt_deputy_head", "review_reply", "slt", decision="passed")
    sign = f"/tasks/{task_at(handling, 'sign_reply', 'slt')}"
    form = {"decision": "signed", "number": "晋水函〔2026〕1号", "go": "sure"}
    done = enter("slt_head").post(sign, data=form)
    assert done.location == f"/cases/{handling.case_id}"
    assert "答复已" not in done.text
    evaluate = task_at(handling, "evaluate", "slt")
    assert enter("deputy1").get(f"/tasks/{evaluate}").location == f"/evaluate/{evaluate}"


def test_units_are_planned_without_scripts(
    app: Flask, cast: Cast, enter: Enter, task_at: Callable[..., int]
) -> None:
    with app.app_context():
        journey = Journey(cast).draft().submit().accept()
    assign = f"/tasks/{task_at(journey, 'assign')}"
    officer: Visitor = enter("assigner")
    page = officer.get(assign).text
    units = cast.organizations
    assert f'value="{units["slt"]}"' in page and "省水利厅" in page
    wrong = officer.post(assign, data={"units.co": str(units["czt"]), "instruction": "请办理"})
    assert wrong.status_code == 422 and "须有一个主办单位" in wrong.text and "请办理" in wrong.text
    plan = {"units.lead": str(units["slt"]), "units.co": str(units["czt"]), "instruction": "请办理"}
    assert officer.post(assign, data=plan).location == f"/cases/{journey.case_id}"


@pytest.mark.parametrize(("who", "status"), [("jyt_clerk", 404), ("deputy2", 404), ("slt_head", 403)])
def test_a_task_is_closed_to_everybody_else(reply: str, enter: Enter, who: str, status: int) -> None:
    person = enter(who)
    assert person.get(reply).status_code == status
    for what in ("", "/claim", "/release", "/delegate"):
        assert person.post(reply + what, data={"to": "1"}).status_code == status
    assert person.post(f"{reply}/draft", json={"answers": {}}).status_code == status
    assert person.get("/tasks/999999").status_code == 404
