"""The entries of a draft as forms: what is sent back unchanged changes nothing, what is typed is what is meant."""

from __future__ import annotations

import dataclasses
import tomllib
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from engine.definitions import catalogue
from engine.definitions.catalogue import shipped
from engine.designing.drafts import open_draft
from engine.designing.reading import draft_files
from engine.designing.settings import KINDS, entries_of
from engine.designing.trees import rows_of
from engine.foundation.actor import Actor
from tests.support.cast import Cast, join
from tests.support.web import Visitor
from tests.webui.conftest import Enter

pytestmark = pytest.mark.slow


class Sent(HTMLParser):
    """What a browser would send of the form of an entry, without its buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: MultiDict[str, str] = MultiDict()
        self.inside = False
        self.select = self.area = ""
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = "setting-form" in had.get("class", "")
        elif not self.inside:
            return
        elif tag == "input" and "name" in had:
            if had.get("type") != "checkbox" or "checked" in had:
                self.values.add(had["name"], had.get("value", "on"))
        elif tag == "select":
            self.select = had["name"]
        elif tag == "option" and self.select and "selected" in had:
            self.values.add(self.select, had["value"])
        elif tag == "textarea":
            self.area, self.text = had["name"], []

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "textarea" and self.area:
            self.values.add(self.area, "".join(self.text).removeprefix("\n").replace("\n", "\r\n"))
            self.area = ""


@dataclasses.dataclass
class Desk:
    """The process administrator at his browser, and his drafts."""

    app: Flask
    actor: Actor
    visitor: Visitor

    def begin(self, key: str) -> int:
        """A draft of a kind of work; gives its number."""
        with self.app.app_context():
            return open_draft(self.actor, definition_id=catalogue.current(key).id, name="设置")

    def sent(self, at: str, **changed: Any) -> MultiDict[str, Any]:
        """What the form at an address would send, with some of it otherwise."""
        page = self.visitor.get(at)
        assert page.status_code == 200, at
        values = Sent(page.text).values
        for name, value in changed.items():
            values.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
        return values

    def keep(self, at: str, **changed: Any) -> str:
        """Send the form at an address; gives what the page says then."""
        told = self.visitor.post(at, data=self.sent(at, **changed))
        assert told.location == at, told.text
        return self.visitor.get(at).text

    def files(self, draft_id: int) -> dict[str, str]:
        with self.app.app_context():
            return draft_files(self.actor, draft_id=draft_id)


@pytest.fixture
def desk(cast: Cast, app: Flask, enter: Enter) -> Desk:
    with app.app_context():
        actor = join(cast, "keeper", "dgw", "process_admin")
    return Desk(app, actor, enter("keeper"))


def address(draft_id: int, kind: str, key: str) -> str:
    return f"/administration/flows/drafts/{draft_id}/settings/{kind}/{key}"


def fullest(folder: str, kind: str) -> str:
    """Of a kind the entry that says most."""
    entries = entries_of(shipped()[folder], KINDS[kind])
    return max(entries, key=lambda key: len(rows_of(entries[key])))


def test_what_is_sent_back_as_it_was_changes_nothing(desk: Desk) -> None:
    """Two kinds of entry of every folder; that each is written as it was read, `designing/test_settings.py` proves."""
    for number, folder in enumerate(sorted(shipped())):
        id_, kinds = desk.begin(folder), [*KINDS, *KINDS]
        for kind in kinds[number % len(KINDS) :][:2]:
            at = address(id_, kind, fullest(folder, kind))
            assert desk.visitor.post(at, data=desk.sent(at)).location == at
        assert desk.files(id_) == shipped()[folder]
    assert "没有变化。" in desk.visitor.get(at).text


def test_a_step_is_said_wholly_by_forms(desk: Desk) -> None:
    id_ = desk.begin("suggestion")
    before = desk.files(id_)
    told = desk.keep(
        address(id_, "task", "sign_for"), basis="无此条文", confirm__zh="确定签收吗？", confirm__en="Sure?"
    )
    assert "规则包中没有依据“无此条文”。" in told and "no-such-basis" in told
    told = desk.keep(
        address(id_, "task", "sign_for"),
        basis="代表法第二十四条",
        requires__path=["kind", "ballot.counts.yes", "rounds", "other_hand", "seen", ""],
        requires__kind=["text", "text", "number", "truth", "list", "text"],
        requires__value=["talk", "votes", "2", "true", "甲、乙", ""],
    )
    assert "no-such-basis" not in told
    task = tomllib.loads(desk.files(id_)["process.toml"])["task"]["sign_for"]
    assert task["confirm"] == {"zh": "确定签收吗？", "en": "Sure?"}
    assert task["requires"] == {
        "kind": "talk",
        "ballot": {"counts": {"yes": "votes"}},
        "rounds": 2,
        "other_hand": True,
        "seen": ["甲", "乙"],
    }
    desk.keep(address(id_, "clock", "answer"), starts=["case:assigned", "case:lost", ""])
    page = desk.visitor.get(address(id_, "clock", "answer")).text
    assert "没有“case:lost”这种事件。" in page
    desk.keep(address(id_, "clock", "answer"), starts=["case:assigned"], base="meeting", outlives="on")
    desk.keep(address(id_, "basis", "basis_of"), rate_fulfilment="代表法第二十四条")
    after = desk.files(id_)
    assert tomllib.loads(after["process.toml"])["basis_of"]["rate_fulfilment"] == "代表法第二十四条"
    clocks = {each["key"]: each for each in tomllib.loads(after["deadlines.toml"])["clock"]}
    assert clocks["answer"]["base"] == "meeting" and clocks["answer"]["outlives"] is True
    comments = [line for line in before["process.toml"].splitlines() if line.startswith("#")]
    assert [line for line in comments if line not in after["process.toml"]] == []


def test_what_cannot_be_kept_is_told_at_its_row(desk: Desk) -> None:
    id_ = desk.begin("suggestion")
    at = address(id_, "task", "sign_for")
    wrong = {"requires.path": "a.b", "requires.kind": "number", "requires.value": "many", "asked": "requires"}
    refused = desk.visitor.post(at, data={**wrong, "revision": "1"})
    assert refused.status_code == 422 and 'value="many"' in refused.text
    assert (
        'href="#field-requires-0-value"' in refused.text
        and 'aria-describedby="problem-requires-0"' in refused.text
    )
    wrong = {"requires.path": ["a..b", ""], "requires.kind": ["text"] * 2, "requires.value": ["x", "lost?"]}
    refused = desk.visitor.post(at, data={**wrong, "asked": "requires", "revision": "1"})
    for row in ("0", "1"):
        assert (
            f'href="#field-requires-{row}-path"' in refused.text
            and f'id="problem-requires-{row}"' in refused.text
        )
    at = address(id_, "clock", "answer")
    refused = desk.visitor.post(at, data=desk.sent(at, message_after="12x"))
    assert refused.status_code == 422 and 'href="#field-message_after"' in refused.text
    assert 'aria-describedby="problem-message_after-1"' in refused.text and 'value="12x"' in refused.text
    for key in ("new/clock?key=7", "new/action?key="):
        refused = desk.visitor.get(f"/administration/flows/drafts/{id_}/settings/{key}")
        assert refused.status_code == 422 and 'aria-describedby="new-' in refused.text


def test_a_notice_comes_with_its_texts_and_goes(desk: Desk) -> None:
    id_ = desk.begin("suggestion")
    new = f"/administration/flows/drafts/{id_}/settings/new/notice?on=task.sign_for:opened"
    at = desk.visitor.get(new).location or ""
    number = at.partition("?")[0].rpartition("/")[2]
    told = desk.visitor.get(at).text
    assert 'value="task.sign_for:opened"' in told and "这一项还没有" in told
    wanted = {"to": ["unit.registrar", ""], "text": "to_sign", "channels": ["in_app"], "per": "task"}
    at = at.partition("?")[0]
    checked = desk.visitor.post(at, data=desk.sent(at, on="task.sign_for:opened", do="check", **wanted))
    assert checked.status_code == 200 and "没有文件texts/zh/to_sign.txt。" in checked.text
    told = desk.keep(
        at,
        on="task.sign_for:opened",
        text__zh="请签收\r\n{case_title}\r\n",
        text__en="Sign for it\r\n{case_titel}\r\n",
        **wanted,
    )
    assert "texts/en/to_sign.txt不能使用" in told and "bad-text" in told
    told = desk.keep(at, text__en="Sign for it\r\n{case_title}\r\n")
    assert "bad-text" not in told
    after = desk.files(id_)
    assert after["texts/zh/to_sign.txt"] == "请签收\n{case_title}\n"
    notice = tomllib.loads(after["notices.toml"])["notice"][int(number) - 1]
    assert notice == {
        "on": "task.sign_for:opened",
        "to": ["unit.registrar"],
        "channels": ["in_app"],
        "per": "task",
        "text": "to_sign",
    }
    beside = desk.visitor.get(address(id_, "task", "sign_for")).text
    assert f"/settings/notice/{number}" in beside
    desk.keep(at, text="assigned")  # another text that is there: what stood in the fields is not put over it
    assert desk.files(id_)["texts/zh/assigned.txt"] == after["texts/zh/assigned.txt"]
    gone = desk.visitor.post(at, data={**desk.sent(at), "do": "remove"})
    assert gone.location == f"/administration/flows/drafts/{id_}/settings"
    assert tomllib.loads(desk.files(id_)["notices.toml"]) == tomllib.loads(
        shipped()["suggestion"]["notices.toml"]
    )
    for lost in ("notice/9999", "task/no-key", "basis/other", "nothing/x"):
        assert desk.visitor.get(f"/administration/flows/drafts/{id_}/settings/{lost}").status_code == 404
    desk.visitor.post("/preferences", data={"language": "en"})
    assert "Steps, periods, numbers and more" in desk.visitor.get(gone.location).text
