"""Forms between page and process: every kind of field goes out, comes back, and shows what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.definitions.forms import Form
from engine.foundation.errors import InvalidAnswers
from webui.forms import answers_from, posted_from, shown

FORMS = load(shipped()["suggestion"]).forms
UNITS = {3: "省水利厅", 4: "省财政厅"}


def posted(*pairs: tuple[str, str]) -> MultiDict[str, Any]:
    return MultiDict(pairs)


def controls(app: Flask, form: Form, answers: dict[str, Any], **more: Any) -> dict[str, dict[str, Any]]:
    with app.test_request_context("/"):
        return {each["spec"]["name"]: each for each in shown(form, answers, **more)}


def test_a_posted_plan_names_role_and_scope_of_each_unit() -> None:
    sent = posted(
        ("units.lead", ""), ("units.separate", "4"), ("units.separate", "3"), ("units.scope.4", "资金")
    )
    assert answers_from(FORMS["assign"], sent)["units"] == [
        {"unit_id": "4", "role": "separate", "scope": "资金"},
        {"unit_id": "3", "role": "separate", "scope": ""},
    ]


def test_a_plan_is_shown_again_as_it_was_chosen(app: Flask) -> None:
    plan = {
        "units": [{"unit_id": "3", "role": "lead", "scope": ""}, {"unit_id": 4, "role": "co", "scope": ""}]
    }
    shown_plan = controls(app, FORMS["assign"], plan, offers={"units": UNITS})["units"]
    assert [(each["label"], each["role"]) for each in shown_plan["units"]] == [
        ("省水利厅", "lead"),
        ("省财政厅", "co"),
    ]


def test_answers_to_asks_come_back_one_by_one() -> None:
    sent = posted(
        ("answers.7.text", "已办。"), ("answers.7.grade", "A"), ("answers.8.text", ""), ("answers.x", "?")
    )
    assert answers_from(FORMS["reply"], sent)["answers"] == [
        {"ask_id": "7", "text": "已办。", "grade": "A"},
        {"ask_id": "8", "text": ""},
    ]


def test_a_fault_stands_at_its_ask_and_at_its_unit(app: Flask) -> None:
    answers = {"answers": [{"ask_id": "7", "text": "已办。"}, {"ask_id": "8", "text": ""}]}
    with pytest.raises(InvalidAnswers) as refusal:
        FORMS["reply"].check(answers, {"answers": frozenset({7, 8})})
    offers = {"answers": {7: "修渠。", 8: "修路。"}}
    reply = controls(app, FORMS["reply"], answers, errors=refusal.value.errors, offers=offers)["answers"]
    assert list(reply["faults"]) == ["8.text"]
    assert [row["number"] for row in reply["rows"]] == [1, 2]
    plan = {"units": [{"unit_id": "4", "role": "separate", "scope": ""}]}
    with pytest.raises(InvalidAnswers) as refusal:
        FORMS["assign"].check(plan, {"units": frozenset(UNITS)})
    errors = refusal.value.errors
    unit = controls(app, FORMS["assign"], plan, errors=errors, offers={"units": UNITS})["units"]
    assert unit["error"].startswith("省财政厅：")


def test_a_field_says_when_it_must_be_filled_in(app: Flask) -> None:
    intake = controls(app, FORMS["intake"], {})
    assert intake["reason_code"]["spec"]["when"] == "选“拟不予受理”或者“拟转作代表来信”时必填"
    assert intake["result"]["spec"]["when"] == ""


def test_a_default_is_chosen_until_something_else_is(app: Flask) -> None:
    assert controls(app, FORMS["intake"], {})["confidentiality"]["value"] == "public"
    assert (
        controls(app, FORMS["intake"], {"confidentiality": "internal"})["confidentiality"]["value"]
        == "internal"
    )


@pytest.mark.parametrize("nonsense", [{}, {"asks": {"deep": 1}}, {"title": [None, 7, [[]]]}, {"": True}])
def test_what_a_page_saves_by_itself_may_be_anything(nonsense: dict[str, Any]) -> None:
    answers = answers_from(FORMS["text"], posted_from(nonsense))
    assert set(answers) == {field.name for field in FORMS["text"].fields}


def test_what_a_page_saves_by_itself_is_read_like_a_posted_form() -> None:
    saved = {"title": "标题", "asks": ["一", "二"], "wished_units": ["3"]}
    answers = answers_from(FORMS["text"], posted_from(saved))
    assert (answers["title"], answers["asks"], answers["wished_units"]) == ("标题", ["一", "二"], ["3"])
