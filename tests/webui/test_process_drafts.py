"""Drafts of processes at the browser: begun from a version, changed as texts, looked at by another, tried out."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask import Flask

from engine.definitions import catalogue
from tests.operations.altered import replaced
from tests.support.cast import Cast, join
from tests.support.web import Visitor
from tests.webui.conftest import Enter

pytestmark = pytest.mark.slow

FLOWS = "/administration/flows"
DRAFT = f"{FLOWS}/drafts/1"
PROCESS = f"{DRAFT}/files/process.toml"
RENAMED = replaced(('title = { zh = "签收"', 'title = { zh = "收件"'))


@pytest.fixture
def keeper(app: Flask, cast: Cast, enter: Enter) -> Visitor:
    global DRAFT, PROCESS  # its number is the database's choice
    with app.app_context():
        for name in ("keeper", "second"):
            join(cast, name, "dgw", "process_admin")
        version = catalogue.current("suggestion").id
    visitor = enter("keeper")
    told = visitor.post(f"{FLOWS}/drafts", data={"definition_id": version, "name": "签收改名"})
    DRAFT = told.location or ""
    PROCESS = f"{DRAFT}/files/process.toml"
    return visitor


def text_of(page: str) -> str:
    return html.unescape(page.split('spellcheck="false"')[1].split(">\n", 1)[1].split("</textarea>")[0])


def test_a_draft_goes_from_a_version_to_a_version(keeper: Visitor, enter: Enter) -> None:
    before = text_of(keeper.get(PROCESS).text)
    checked = keeper.post(
        PROCESS,
        data={"text": before.replace('act = "sign_for"', 'act = "no"'), "do": "check", "revision": "1"},
    )
    assert checked.status_code == 200 and "没有名为“no”的办理动作" in checked.text
    assert "第1稿" in keeper.get(DRAFT).text  # nothing was saved by checking
    refused = keeper.post(f"{DRAFT}/propose", data={"reason": "改名", "revision": "1"})
    assert refused.status_code == 409 and "没有可以提交的改动" in refused.text
    saved = keeper.post(PROCESS, data={"text": RENAMED(before), "do": "save", "revision": "1"})
    assert saved.location == PROCESS
    second = enter("second")
    stale = second.post(PROCESS, data={"text": "typed", "do": "save", "revision": "1"})
    assert stale.status_code == 409 and "keeper" in stale.text and "typed" in stale.text
    assert "现在保存着的内容" in stale.text
    assert keeper.post(f"{DRAFT}/propose", data={"reason": "", "revision": "2"}).status_code == 422
    assert keeper.post(f"{DRAFT}/propose", data={"reason": "改名", "revision": "2"}).location == DRAFT
    own = keeper.get(DRAFT).text
    assert "须由另一位流程管理员" in own and f"{DRAFT}/approve" not in own
    assert keeper.post(f"{DRAFT}/approve", data={"revision": "2"}).status_code == 409
    assert keeper.get(f"{DRAFT}/edit").location == DRAFT
    page = second.get(DRAFT).text
    assert f"{DRAFT}/approve" in page and "签收改名" in second.get(FLOWS).text
    assert second.post(f"{DRAFT}/approve", data={"revision": "2"}).location == DRAFT
    version = re.findall(rf"{FLOWS}/versions/\d+", second.get(DRAFT).text)[-1]
    assert "未启用" in second.get(version).text
    assert second.post(f"{version}/activate", data={"reason": "经复核"}).status_code == 302
    assert "启用，新案件使用" in second.get(version).text
    assert DRAFT not in second.get(FLOWS).text


def test_files_come_and_go(keeper: Visitor) -> None:
    assert keeper.post(f"{DRAFT}/files", data={"path": "../x.toml"}).location == DRAFT
    new = f"{DRAFT}/files/texts/zh/more.txt"
    assert keeper.post(f"{DRAFT}/files", data={"path": "texts/zh/more.txt"}).location == new
    assert keeper.get(new).status_code == 200
    assert keeper.get(f"{DRAFT}/files/no/such/name").status_code == 404
    assert keeper.post(new, data={"text": "题\r\n文", "revision": "1"}).location == new
    page = keeper.get(DRAFT).text
    assert "texts/zh/more.txt" in page and "新增" in page
    assert keeper.post(new, data={"do": "remove", "revision": "2"}).location == DRAFT
    assert keeper.post(f"{DRAFT}/discard", data={"reason": "不要了"}).location == DRAFT
    assert keeper.post(new, data={"text": "题", "revision": "3"}).status_code == 409


def test_the_editor_is_told_what_is_wrong_and_keeps_what_it_sends(keeper: Visitor) -> None:
    sent: Any = {"change": {"task": "sign_for", "values": {"role": "nobody", "basis": "代表法第二十四条"}}}
    found = keeper.post(f"{DRAFT}/work", json=sent).get_json()
    assert [(each["element"], each["message"]) for each in found["problems"]] == [
        ("sign_for", "没有角色“nobody”。")
    ]
    assert found["tasks"]["sign_for"]["role"] == "nobody"
    files = {"process.toml": found["files"]["process.toml"]}
    back: Any = {"files": files, "change": {"task": "sign_for", "values": {"role": "head"}}}
    found = keeper.post(f"{DRAFT}/work", json=back).get_json()
    assert found["problems"] == [] and found["diagram"] == "suggestion.bpmn"
    files = {"process.toml": found["files"]["process.toml"]}
    assert keeper.post(f"{DRAFT}/save", json={"files": files, "revision": 1}).get_json() == {"revision": 2}
    asking = {"Accept": "application/json"}
    told = keeper.post(f"{DRAFT}/save", json={"files": {"a.toml": ""}, "revision": 1}, headers=asking)
    assert told.status_code == 409 and "第2稿" in told.get_json()["error"]["message"]
    for wrong in ([], {"files": []}, {"files": {"a.toml": 1}}, {"change": 3}, {"change": {"values": []}}):
        assert keeper.post(f"{DRAFT}/work", json=wrong, headers=asking).status_code == 422
    assert keeper.post(f"{DRAFT}/work", data="x", headers=asking).status_code == 422
    editor = keeper.get(f"{DRAFT}/edit").text
    assert "bpmn-modeler.production.min.js" in editor
    choices = json.loads(editor.split("data-choices='")[1].split("'")[0])
    assert "代表法第二十四条" in [each["value"] for each in choices["basis"]]
    assert all(each["label"] for several in choices.values() for each in several)


def run(page: str) -> dict[str, str]:
    """What a page of a run sends along."""
    hidden = re.findall(r'name="(began|moves)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in hidden}


def test_a_draft_is_tried_out_step_by_step(keeper: Visitor) -> None:
    page = keeper.get(f"{DRAFT}/try").text
    assert "起草并提交建议" in page
    task = re.findall(r'name="task" value="(\d+)"', page)[0]
    sent = {**run(page), "do": "complete", "task": task, "flag.delegation_check": "no", "flag.entry": "other"}
    refused = keeper.post(f"{DRAFT}/try", data=sent)
    assert (
        refused.status_code == 422 and "错误：" in refused.text
    )  # it is not confirmed that the text was read
    page = keeper.post(f"{DRAFT}/try", data={**sent, "confirmed": "on"}).text
    assert "受理审查" in page and json.loads(run(page)["moves"])[0]["flags"] == {
        "delegation_check": False,
        "entry": "other",
    }
    later = keeper.post(f"{DRAFT}/try", data={**run(page), "do": "clock", "days": "30"}).text
    assert "2026年3月7日" in later
    over = keeper.post(f"{DRAFT}/try", data={**run(later), "do": "message", "name": "withdrawn"}).text
    assert "流程走到了终点" in over
    back = keeper.post(f"{DRAFT}/try", data={**run(over), "do": "back"}).text
    assert "流程走到了终点" not in back and "受理审查" in back
    for wrong in ("{", "{}", '[{"do": "fly"}]'):
        assert keeper.post(f"{DRAFT}/try", data={"moves": wrong}).status_code == 422
    keeper.post(PROCESS, data={"text": "key = 1", "do": "save", "revision": "1"})
    assert "还不能试运行" in keeper.get(f"{DRAFT}/try").text


def test_in_english_too(keeper: Visitor) -> None:
    keeper.post("/preferences", data={"language": "en"})
    said = {
        DRAFT: "Edit diagram and properties",
        f"{DRAFT}/edit": "Back to the draft",
        PROCESS: "Delete this file",
        f"{DRAFT}/try": "What this step gives to the flow",
    }
    for place, words in said.items():
        assert words in keeper.get(place).text
