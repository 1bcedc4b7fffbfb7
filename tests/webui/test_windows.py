"""A form that is open in two windows of one person: both texts are offered, without scripts as with them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import CaseText, Task, TaskDraft, db
from tests.support.cast import PASSWORD, Cast
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter
from tests.webui.test_deputy_drafting import WHOLE, begin
from tests.webui.test_tasks import revision, sent
from tests.webui.visitors import signed_in


def window(person: Visitor, where: str) -> dict[str, str]:
    """A window that is opened now: its hidden fields."""
    return hidden(person.get(where).text)


def hidden(page: str) -> dict[str, str]:
    found = dict(re.findall(r'type="hidden" name="(draft-[a-z]+)" value="([^"]*)"', page))
    assert set(found) == {"draft-window", "draft-revision", "draft-told"}
    return {**found, "revision": revision(page)}


def told(page: str) -> str:
    """What the notice about another window says; "" where it is not open."""
    notice = re.search(r'data-elsewhere role="alert">.*?<p data-elsewhere-words>([^<]*)', page, re.DOTALL)
    return notice[1] if notice else ""


@pytest.fixture
def reply(handling: Journey, task_at: Callable[..., int]) -> str:
    return f"/tasks/{task_at(handling, 'draft_reply', 'slt')}"


def typed(app: Flask) -> Any:
    with app.app_context():
        return db.session.scalars(sa.select(TaskDraft)).one()


def test_two_windows_of_a_step_are_told_of_one_another(
    app: Flask, reply: str, handling: Journey, enter: Enter
) -> None:
    clerk = enter("slt_clerk")
    one, two = window(clerk, reply), window(clerk, reply)
    assert one["draft-window"] != two["draft-window"]
    first = sent(app, handling, body="第一个窗口写的。", go="later")
    assert clerk.post(reply, data={**first, **one}).location == "/inbox"
    refused = clerk.post(reply, data={**sent(app, handling, body="第二个窗口写的。", go="later"), **two})
    assert refused.status_code == 409 and "您 10:00 在另一个窗口改过这份内容" in told(refused.text)
    assert "第二个窗口写的。" in refused.text and "第一个窗口写的。" in refused.text  # side by side
    assert "另一份" in refused.text and "答复正文" in refused.text
    english = clerk.get(f"{reply}?lang=en").text
    assert "another window" in english and not re.search(r"另存着", english)
    # Told once, its writer may put it by; both are there all the same.
    again = {**sent(app, handling, body="第二个窗口又写的。", go="later"), **hidden(refused.text)}
    assert again["draft-told"] == "1" and again["draft-window"] == two["draft-window"]
    assert clerk.post(reply, data=again).location == "/inbox"
    page = clerk.get(reply).text
    assert (
        "第一个窗口写的。" in page
        and "您 10:00 在另一个窗口写的内容另存着" in page
        and "第二个窗口又写的。" in page
    )
    # One of them is chosen: the other stands beside it, until that is let go.
    use = {**first, **hidden(page), "draft-choice": f"use:{two['draft-window']}"}
    assert clerk.post(reply, data=use).location == reply
    assert typed(app).answers["body"] == "第二个窗口又写的。"
    page = clerk.get(reply).text
    dropped = re.search(r'value="(drop:[0-9a-f]{8})"', page)
    assert dropped and "第一个窗口写的。" in page
    let_go = {**sent(app, handling, body="第二个窗口又写的。"), **hidden(page), "draft-choice": dropped[1]}
    assert clerk.post(reply, data=let_go).location == reply
    assert "第一个窗口写的。" not in clerk.get(reply).text and typed(app).aside == {}


def test_a_step_is_not_done_over_what_another_window_wrote_unseen(
    app: Flask, reply: str, handling: Journey, enter: Enter
) -> None:
    clerk = enter("slt_clerk")
    with app.app_context():
        handling.contact()
    one, two = window(clerk, reply), window(clerk, reply)
    answers = sent(app, handling)
    # A page that keeps its own form by itself does not stand in its own way, even if it never heard the answer.
    for words in ("写了", "写了又写"):
        clerk.post(
            f"{reply}/draft",
            json={"answers": {**answers, "body": words}, "window": one["draft-window"], "draft": "0"},
        )
    held = clerk.post(reply, data={**answers, **two})
    assert held.status_code == 409 and told(held.text) and "写了又写" in held.text
    with app.app_context():
        assert db.session.scalars(sa.select(Task.open).where(Task.id == int(reply.split("/")[-1]))).one()
    done = clerk.post(reply, data={**answers, **one})
    assert done.status_code == 302 and done.location == f"/cases/{handling.case_id}"
    # The other window, which sends the same step again, hears that it was done; its words are kept.
    late = clerk.post(reply, data={**answers, "body": "第二个窗口的话", **hidden(held.text)})
    assert late.status_code == 302 and typed(app).answers["body"] == "第二个窗口的话"


def test_the_page_that_keeps_itself_is_told_while_one_types(
    app: Flask, reply: str, handling: Journey, enter: Enter
) -> None:
    clerk = enter("slt_clerk")
    one, two = window(clerk, reply), window(clerk, reply)

    def keep(hidden: dict[str, str], words: str) -> Any:
        kept = {
            "answers": {"body": words},
            "window": hidden["draft-window"],
            "draft": hidden["draft-revision"],
        }
        return clerk.post(f"{reply}/draft", json=kept).get_json()

    assert keep(one, "甲")["draft"] == 1
    said = keep(two, "乙")
    assert "另一个窗口" in said["elsewhere"] and said["draft"] == 1 and said["saved_at"] == "10:00"
    assert "elsewhere" not in keep(one, "甲甲")
    mine = {"body": "乙乙", **two, "draft-choice": "mine"}
    assert clerk.post(reply, data=mine).location == reply
    assert typed(app).answers["body"] == "乙乙"
    assert "另一个窗口" in keep(one, "甲甲甲")["elsewhere"]  # whose turn it is to be told
    theirs = {"body": "甲甲甲甲", **one, "draft-choice": "theirs"}
    assert clerk.post(reply, data=theirs).location == reply
    page = clerk.get(reply).text
    assert "乙乙" in page and "甲甲甲甲" in page
    for odd in (
        {"window": ["x"], "draft": {}},
        {"window": "ZZ", "draft": "-1"},
        {"window": one, "draft": "9" * 40},
    ):
        assert clerk.post(f"{reply}/draft", json={"answers": {"body": "丙"}, **odd}).status_code == 200


def test_what_no_page_sends_neither_empties_a_draft_nor_makes_it_unreadable(
    app: Flask, reply: str, enter: Enter
) -> None:
    clerk = enter("slt_clerk")
    as_json = {"content_type": "application/json"}
    clerk.post(f"{reply}/draft", json={"answers": {"body": "写好的话"}})
    for raw in ("", "[1]", "NaN", '{"answers": null}', '{"answers": "x"}', "[" * 100_000):
        assert clerk.post(f"{reply}/draft", data=raw, **as_json).status_code == 422, raw[:20]
    huge = json.dumps({"answers": {"body": "长" * 200_000}})
    assert clerk.post(f"{reply}/draft", data=huge, **as_json).status_code == 413
    assert typed(app).answers["body"] == "写好的话"
    # JSON can name the half of a letter, as a script does of what was deleted in its middle; no page can show it.
    half = '{"answers": {"body": "半个\\ud83d字", "measure.\\ud800": {"a": ["b"]}}}'
    assert clerk.post(f"{reply}/draft", data=half, **as_json).status_code == 200
    assert "半个\ufffd字" in clerk.get(reply).text


def test_the_text_of_a_suggestion_in_two_windows(app: Flask, cast: Cast) -> None:
    deputy = signed_in(app, "deputy1@14", PASSWORD)
    where = f"/cases/{begin(deputy)}/write"
    one, two = window(deputy, where), window(deputy, where)
    assert deputy.post(where, data={**WHOLE, **one, "go": "next"}).location.endswith("step=2")
    other = {**WHOLE, "title": "关于公园厕所的建议", **two, "go": "next"}
    held = deputy.post(where, data=other)
    assert held.status_code == 409 and "在另一个窗口改过" in told(held.text)
    assert "关于公园厕所的建议" in held.text and "关于公园座椅的建议" in held.text
    with app.app_context():
        assert db.session.scalars(sa.select(CaseText.title)).all() == ["关于公园座椅的建议"]
    # One's own is chosen: it is in the form, and goes its way from there.
    assert deputy.post(where, data={**other, "draft-choice": "mine"}).location == where
    page = deputy.get(where).text
    assert 'value="关于公园厕所的建议"' in page
    assert deputy.post(where, data={**other, **hidden(page)}).location.endswith("step=2")
    with app.app_context():
        assert "关于公园厕所的建议" in db.session.scalars(sa.select(CaseText.title)).all()


def test_the_desk_in_two_windows(app: Flask, cast: Cast) -> None:
    with app.app_context():
        task = Journey(cast).draft().submit().accept().task("assign").id
    assigner = signed_in(app, "assigner@14", PASSWORD)
    where, units = f"/desk/assign/{task}", cast.organizations
    one, two = window(assigner, where), window(assigner, where)
    plan = {"units.lead": str(units["slt"]), "instruction": "请抓紧。"}
    keeping = {"answers": plan, "window": one["draft-window"], "draft": "0"}
    assert assigner.post(f"{where}/draft", json=keeping).get_json()["draft"] == 1
    other = {"units.lead": str(units["czt"]), "instruction": "请会同办理。"}
    held = assigner.post(where, data={**other, **two})
    assert held.status_code == 409 and "在另一个窗口改过" in told(held.text) and "error-summary" in held.text
    assert "主办" in held.text and "请抓紧。" in held.text and "请会同办理。" in held.text
    assert assigner.post(where, data={**other, **hidden(held.text)}).status_code == 302  # seen, and meant
