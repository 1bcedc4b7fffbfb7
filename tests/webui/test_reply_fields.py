"""Promises and reasons on the page of a reply, without scripts: rows added, findings answered, nothing lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.journey import Journey
from tests.webui.conftest import Enter
from tests.webui.test_tasks import sent


@pytest.fixture
def disagreed(app: Flask, assigned: Journey) -> Journey:
    """A reply is to be drafted; the co-handling unit disagrees."""
    with app.app_context():
        assigned.sign_for("slt").sign_for("czt", "co_sign_for").contact()
        assigned.do(
            "czt_clerk", "co_opinion", "czt", position="disagree", text="投入须由县级统筹，省级无此科目。"
        )
    return assigned


def test_a_row_is_added_and_what_was_typed_stands(
    app: Flask, disagreed: Journey, enter: Enter, task_at: Callable[..., int]
) -> None:
    where = f"/tasks/{task_at(disagreed, 'draft_reply', 'slt')}"
    clerk = enter("slt_clerk")
    form = sent(app, disagreed, **{"commitments.0.what": "先修干渠。", "add": "commitments"})
    answer = clerk.post(where, data=form)
    assert answer.status_code == 200 and "先修干渠。" in answer.text
    assert 'name="commitments.1.what"' in answer.text and 'name="commitments.2.what"' not in answer.text
    assert 'role="alert"' not in answer.text


def test_a_promise_without_its_day_is_named_at_its_row(
    app: Flask, disagreed: Journey, enter: Enter, task_at: Callable[..., int]
) -> None:
    where = f"/tasks/{task_at(disagreed, 'draft_reply', 'slt')}"
    form = sent(app, disagreed, **{"commitments.0.due": "", "commitments.0.what": "先修干渠。"})
    answer = enter("slt_clerk").post(where, data=form)
    assert answer.status_code == 422 and "请写明完成日期" in answer.text and "先修干渠。" in answer.text
    assert 'href="#field-commitments.0.what"' in answer.text


def test_findings_come_back_with_room_for_a_reason_and_are_shown_to_those_who_sign(
    app: Flask, disagreed: Journey, enter: Enter, task_at: Callable[..., int]
) -> None:
    where = f"/tasks/{task_at(disagreed, 'draft_reply', 'slt')}"
    clerk = enter("slt_clerk")
    assert "提示与说明" not in clerk.get(where).text
    body = "感谢您对我省工作的关心和支持。请致电13912345678联系。"
    answer = clerk.post(where, data=sent(app, disagreed, body=body))
    assert answer.status_code == 422 and "省财政厅不同意" in answer.text and "手机号码" in answer.text
    names = {name for name in answer.text.split('name="') if name.startswith("findings.")}
    keys = sorted(name.split('"')[0] for name in names)
    assert len(keys) == 2
    one = clerk.post(where, data=sent(app, disagreed, body=body, **{keys[0]: "已公开的热线。"}))
    assert one.status_code == 422 and "已公开的热线。" in one.text and "还有1处提示" in one.text
    whole = sent(app, disagreed, body=body, **{keys[0]: "已公开的热线。", keys[1]: "已函商一致。"})
    assert clerk.post(where, data=whole).status_code == 302
    review = f"/tasks/{task_at(disagreed, 'review_reply', 'slt')}"
    page = enter("slt_deputy_head").get(review).text
    assert "已函商一致。" in page and "水利厅经办的说明" in page and 'name="findings.' not in page
    assert "已函商一致。" not in enter("deputy1").get(f"/cases/{disagreed.case_id}").text


def test_a_number_in_a_promise_is_named_while_the_promise_is_only_typed(
    app: Flask, disagreed: Journey, enter: Enter, task_at: Callable[..., int]
) -> None:
    where = f"/tasks/{task_at(disagreed, 'draft_reply', 'slt')}"
    form = sent(app, disagreed, **{"commitments.0.what": "由13912345678负责落实。"})
    answer = enter("slt_clerk").post(where, data=form)
    assert answer.status_code == 422 and "（手机号码）：承诺事项" in answer.text
    assert 'name="findings.personal:promises' in answer.text


def test_the_deputy_reads_how_each_co_handling_unit_stands_to_the_reply_and_no_more(
    app: Flask, disagreed: Journey, enter: Enter
) -> None:
    body = "感谢您对我省工作的关心和支持。对省财政厅的不同意见，我厅已协调一致。"
    with app.app_context():
        disagreed.do("slt_clerk", "draft_reply", "slt", **disagreed.answers(body=body))
        disagreed.do("slt_deputy_head", "review_reply", "slt", decision="passed")
        disagreed.do("slt_head", "sign_reply", "slt", decision="signed", number="晋水函〔2026〕1号")
    deputy = enter("deputy1")
    page = deputy.get(f"/cases/{disagreed.case_id}").text
    assert "会办单位省财政厅：不同意（2026年2月5日提出）" in page
    assert "投入须由县级统筹" not in page
    deputy.post("/preferences", data={"language": "en"})
    assert (
        "Co-handling unit 省财政厅: Disagree (5 February 2026)"
        in deputy.get(f"/cases/{disagreed.case_id}").text
    )
