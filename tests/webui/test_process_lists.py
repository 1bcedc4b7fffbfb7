"""The lists of a draft, line by line: what is sent back unchanged changes nothing, faults are told where they are."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from engine.capabilities import EFFECTS
from engine.definitions.catalogue import shipped
from engine.definitions.particulars import WORDS
from engine.definitions.promises import DEMANDS
from engine.designing.lists import CHOICES, LISTS
from tests.webui.test_process_settings import Desk, Sent, desk
from webui.words import processes, settings

__all__ = ["desk"]
pytestmark = pytest.mark.slow


def address(draft_id: int, name: str) -> str:
    return f"/administration/flows/drafts/{draft_id}/settings/list/{name}"


def test_everything_that_can_be_chosen_has_its_words() -> None:
    assert processes.EFFECTS.keys() == EFFECTS.keys()
    assert processes.DEMANDS.keys() == set(DEMANDS) == set(CHOICES["requires"])
    assert settings.LISTS.keys() == settings.LIST_HELPS.keys() == LISTS.keys()
    assert settings.OWN_WORDS.keys() == WORDS


def test_lists_that_are_sent_back_as_they_were_change_nothing(desk: Desk) -> None:
    for folder in ("suggestion", "inspections"):
        id_ = desk.begin(folder)
        for name in LISTS:
            at = address(id_, name)
            assert desk.visitor.post(at, data=desk.sent(at)).location == at
        assert desk.files(id_) == shipped()[folder]


def process(desk: Desk, draft_id: int) -> dict[str, Any]:
    return tomllib.loads(desk.files(draft_id)["process.toml"])


def test_a_list_is_written_line_by_line(desk: Desk) -> None:
    id_ = desk.begin("suggestion")
    told = desk.keep(
        address(id_, "happenings"),
        **{
            "0.key": "site:visited",
            "0.title.zh": "现场察看",
            "0.title.en": "Site visited",
            "1.key": "case:closed",
        },
        **{"1.title.zh": "另义"},
    )
    assert "没有用到" in told and "“case:closed”已有通用的含义" in told
    assert 'href="#field-1-key"' in told and 'id="problem-1-key"' in told
    assert 'href="#field-1-title-en"' in told and 'aria-describedby="problem-1-title"' in told
    gone = desk.visitor.post(
        address(id_, "happenings"), data=desk.sent(address(id_, "happenings"), do="remove.1")
    )
    assert gone.status_code == 200 and "case:closed" not in Sent(gone.text).values.values()
    assert desk.visitor.post(address(id_, "happenings"), data=Sent(gone.text).values).status_code == 302
    assert process(desk, id_)["happenings"] == {"site:visited": {"zh": "现场察看", "en": "Site visited"}}

    at = address(id_, "effects")
    sent = desk.sent(at)
    last = max(int(name.partition(".")[0]) for name in sent if name.endswith(".key"))
    desk.keep(at, **{f"{last}.key": "site:visited", f"{last}.effects": ["yellow_card", "tell_above"]})
    assert process(desk, id_)["effects"]["site:visited"] == ["yellow_card", "tell_above"]

    at = address(id_, "stage")
    moved = desk.visitor.post(at, data=desk.sent(at, do="up.6"))
    assert moved.status_code == 200 and "只检查了，还没有保存。" in moved.text
    desk.visitor.post(at, data=MultiDict([*Sent(moved.text).values.items(multi=True), ("do", "save")]))
    assert [each["key"] for each in process(desk, id_)["stage"]][-2:] == ["evaluate", "reply"]

    at = address(id_, "grades")
    refused = desk.visitor.post(at, data=desk.sent(at, **{"0.key": "", "1.key": "C", "2.requires": ""}))
    assert refused.status_code == 422 and "第1行：请填写代号。" in refused.text
    assert 'href="#field-2-key"' in refused.text and 'aria-describedby="problem-2-key"' in refused.text
    desk.keep(at, **{"2.requires": ""})
    assert "requires" not in process(desk, id_)["grades"]["C"]
    assert desk.visitor.get(address(id_, "nothing")).status_code == 404


def test_a_stage_that_is_called_otherwise_takes_its_tasks_along_in_one_change(desk: Desk) -> None:
    id_ = desk.begin("suggestion")
    at = address(id_, "stage")
    keys = [each["key"] for each in process(desk, id_)["stage"]]
    in_it = [key for key, task in process(desk, id_)["task"].items() if task["stage"] == "sign"]
    sent = desk.sent(at, **{f"{keys.index('sign')}.key": "sign_for"})
    told = desk.visitor.post(at, data=sent, follow_redirects=True).text
    assert f"已保存，属于这一阶段的 {len(in_it)} 个任务随之改名。" in told and "problem-" not in told
    assert {process(desk, id_)["task"][key]["stage"] for key in in_it} == {"sign_for"}


def test_numbers_and_words_are_entries(desk: Desk) -> None:
    id_ = desk.begin("suggestion")
    at = f"/administration/flows/drafts/{id_}/settings/number/number"
    told = desk.keep(at, in_session="{meeting}建字第{ordinal}号", between_sessions="闭会{year}")
    assert "第三次会议建字第12号" in told and "编号格式只能用{meeting}和{ordinal:04}" in told
    desk.keep(at, between_sessions="闭会第{ordinal:03}号")
    assert process(desk, id_)["number"] == {
        "series": "suggestion",
        "in_session": "{meeting}建字第{ordinal}号",
        "between_sessions": "闭会第{ordinal:03}号",
    }
    at = f"/administration/flows/drafts/{id_}/settings/words/words"
    desk.keep(at, reply__zh="办理报告", reply__en="Report")
    assert process(desk, id_)["words"]["reply"] == {"zh": "办理报告", "en": "Report"}
