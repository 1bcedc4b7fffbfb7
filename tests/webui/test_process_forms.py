"""The form builder: what is sent back unchanged stays the same; rows are added, moved, taken out, checked, saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from lxml import html

from engine.definitions import catalogue
from engine.designing.form_rows import MOST_ROWS, changed, problems_at, rows_in
from tests.operations.altered import KEY
from tests.support.cast import Cast, join
from tests.support.web import Visitor
from tests.webui.conftest import Enter
from tests.webui.test_comparisons import FLOWS

pytestmark = pytest.mark.slow


@pytest.fixture
def keeper(app: Flask, cast: Cast, enter: Enter) -> Visitor:
    with app.app_context():
        join(cast, "keeper", "dgw", "process_admin")
        join(cast, "second", "dgw", "process_admin")
    return enter("keeper")


@pytest.fixture
def draft(app: Flask, keeper: Visitor) -> str:
    """The address of a draft of the shipped version."""
    with app.app_context():
        version = catalogue.current(KEY).id
    where: str = keeper.post(f"{FLOWS}/drafts", data={"definition_id": version, "name": "改表单"}).location
    return where


def sent(page: str) -> dict[str, str]:
    """What the builder's form would send as it stands."""
    form = html.fromstring(page).get_element_by_id("builder")
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


def saved(keeper: Visitor, draft: str, name: str) -> dict[str, Any]:
    text = html.fromstring(keeper.get(f"{draft}/files/forms/{name}.json").text).get_element_by_id("text").text
    found: dict[str, Any] = json.loads(text)
    return found


def every_kind(files: Mapping[str, str]) -> list[str]:
    """Forms that together have every type of field with everything that is said of one."""
    names, met = [], set[tuple[str, str]]()
    for path in sorted(path for path in files if path.startswith("forms/")):
        said = {
            (row["type"], f"{name} {json.dumps(value)}" if name in ("required", "required_when") else name)
            for row in json.loads(files[path])["fields"]
            for name, value in row.items()
            if name != "required_when" or "any_of" in value
        }
        if said - met:
            names.append(path[6:-5])
            met |= said
    return names


def test_a_form_of_any_kind_sent_back_as_it_is_stays_as_it_is(keeper: Visitor, draft: str) -> None:
    files = catalogue.shipped()[KEY]
    for name in every_kind(files):
        where = f"{draft}/forms/{name}"
        told = {**sent(keeper.get(where).text), "do": "save"}
        assert keeper.post(where, data=told).status_code == 302, name
        assert saved(keeper, draft, name) == json.loads(files[f"forms/{name}.json"]), name


def test_fields_are_added_moved_changed_and_saved_with_a_preview_by_the_same_template(
    keeper: Visitor, draft: str
) -> None:
    where = f"{draft}/forms/review_reply"
    page = keeper.get(where).text
    assert "审核答复" in page and f"{draft}/forms/review_reply" in keeper.get(draft).text
    assert 'name="decision" value="passed"' in page  # the preview has the inputs of the task's page
    page = keeper.post(where, data={**sent(page), "do": "add"}).text
    assert "badge warn" in page  # it has no words yet
    told = sent(page)
    last = max(int(name.partition(".")[0]) for name in told if name.endswith(".name"))
    told |= {f"{last}.label.zh": "页数", f"{last}.label.en": "Pages", f"{last}.name": "pages"}
    told |= {f"{last}.type": "choice", f"{last}.required": "on"}
    page = keeper.post(where, data={**told, "do": "check"}).text
    assert "没有列出可选的值" in page and "badge warn" in page  # told at the field, which is open
    told = sent(page) | {
        f"{last}.choice.0.value": "few",
        f"{last}.choice.0.zh": "少",
        f"{last}.choice.0.en": "Few",
    }
    told = sent(keeper.post(where, data={**told, "do": "check"}).text)
    told |= {f"{last}.choice.1.value": "many", f"{last}.choice.1.zh": "多", f"{last}.choice.1.en": "Many"}
    page = keeper.post(where, data={**told, "do": f"choice.{last}.1"}).text
    assert "badge warn" not in page and 'name="pages" value="many"' in page
    page = keeper.post(where, data={**sent(page), "do": f"up.{last}"}).text
    done = keeper.post(where, data={**sent(page), "do": "save"})
    assert done.status_code == 302
    row = saved(keeper, draft, "review_reply")["fields"][last - 1]
    assert row["name"] == "pages" and row["required"] is True
    assert [each["value"] for each in row["choices"]] == ["many", "few"]
    told = sent(keeper.get(where).text)
    page = keeper.post(where, data={**told, "do": f"remove.{last - 1}"}).text
    assert 'value="pages"' not in page
    assert saved(keeper, draft, "review_reply")["fields"][last - 1]["name"] == "pages"  # not saved yet
    english = keeper.get(f"{where}?lang=en").text
    assert "Line of text" in english and "Several lines of text" in english


def test_what_another_has_saved_is_not_written_over_unseen(keeper: Visitor, draft: str, enter: Enter) -> None:
    where = f"{draft}/forms/urge"
    mine, other = sent(keeper.get(where).text), enter("second")
    theirs = {**sent(other.get(where).text), "0.label.zh": "第二人改的", "do": "save"}
    assert other.post(where, data=theirs).status_code == 302
    refused = keeper.post(where, data={**mine, "0.label.zh": "我改的", "do": "save"})
    assert refused.status_code == 409
    assert "第二人改的" in refused.text and "我改的" in refused.text
    assert keeper.post(where, data={**sent(refused.text), "do": "save"}).status_code == 302
    assert saved(keeper, draft, "urge")["fields"][0]["label"]["zh"] == "我改的"


def test_nobody_else_no_such_name_too_many_rows_and_what_is_no_form(
    keeper: Visitor, draft: str, enter: Enter
) -> None:
    where = f"{draft}/forms/urge"
    assert enter("assigner").get(where).status_code == 403
    for wrong in ("Urge", "ur-ge", "1urge"):
        assert keeper.get(f"{draft}/forms/{wrong}").status_code == 404
    assert "还没有栏目" in keeper.get(f"{draft}/forms/quite_new").text
    rows = {f"{place}.{name}": "x" for place in range(MOST_ROWS + 5) for name in ("name", "type", "was")}
    for doing in ("save", "add"):
        assert keeper.post(where, data={**rows, "do": doing}).status_code == 422
    odd = {"0.name": "x", "0.was": "[" * 9999, "0.type": "<b>", "do": "down.7.x.9"}
    assert keeper.post(where, data=odd).status_code == 200
    broken = {"files": {"forms/urge.json": "[1"}, "revision": 1}
    assert keeper.post(f"{draft}/save", json=broken).status_code == 200
    assert keeper.get(where).location == f"{draft}/files/forms/urge.json"
    assert keeper.post(f"{draft}/discard", data={"reason": "不要了"}).status_code == 302
    assert 'id="builder"' not in keeper.get(f"{draft}/forms/review_reply").text


def test_a_type_takes_out_what_it_does_not_understand_and_leaves_the_rest() -> None:
    was = {"name": "a", "type": "text", "label": {}, "max_length": 9, "pattern": "x", "odd": 1}
    assert changed(was, {"type": "date"}) == {"name": "a", "type": "date", "label": {}, "odd": 1}
    assert changed(was, {"type": "textarea", "max_length": None}).keys() == {"name", "type", "label", "odd"}
    assert rows_in("") == [] and problems_at([], "forms/a.json", []) == {}
