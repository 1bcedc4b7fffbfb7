"""Forms: every kind of field with good and bad answers, and what the reader is told."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.definitions.forms import Form
from engine.definitions.words import Sentence
from engine.foundation.errors import InvalidAnswers
from tests.definitions.small import form_file, small

TODAY = dt.date(2026, 3, 2)
CHOICES = [{"value": value, "label": {"zh": value, "en": value}} for value in ("red", "green", "blue")]
NOT_OFFERED = "请从列出的选项中选择。"
REQUIRED = "请填写此项。"
CONTROL = "含有无法显示的控制字符，请删除后重新输入。"
UNITS = "须有一个主办单位，可以加若干会办单位；或者由两个以上单位分办。"


def form(*fields: dict[str, Any]) -> Form:
    return load(small(text=form_file(*fields))).forms["text"]


def one(type: str, **settings: Any) -> Form:
    return form({"name": "body"}, {"name": "x", "type": type, **settings})


def errors(form: Form, raw: dict[str, Any], **context: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidAnswers) as refused:
        form.check(raw, today=TODAY, **context)
    return refused.value.errors


def plan(unit: Any, role: str = "lead", scope: str = "") -> dict[str, Any]:
    return {"unit_id": unit, "role": role, "scope": scope}


def answer(ask: Any, text: str = "已办", grade: str = "A") -> dict[str, Any]:
    return {"ask_id": ask, "grade": grade, "text": text}


SEPARATE = [plan(1, "separate", "水"), plan(2, "separate", "电")]


@pytest.mark.parametrize(
    ("type", "settings", "sent", "kept"),
    [
        ("text", {}, "  路灯 ", "路灯"),
        ("text", {}, "　全角空格　", "全角空格"),
        ("text", {}, None, ""),
        ("text", {"max_length": 3}, "一二三", "一二三"),
        ("text", {"pattern": "[0-9]{3}"}, "110", "110"),
        ("text", {"pattern": "[0-9]{3}"}, "", ""),
        ("text", {}, "<script>{{ 7*7 }}</script>", "<script>{{ 7*7 }}</script>"),
        ("text", {}, "𠮷野家", "𠮷野家"),
        ("textarea", {}, "一\r\n二\r三\n", "一\n二\n三"),
        ("textarea", {}, "列\t表", "列\t表"),
        ("textarea", {"max_length": 3}, "一\r\n二", "一\n二"),
        ("number", {}, "12", 12),
        ("number", {}, "１２３", 123),
        ("number", {}, "－５", -5),
        ("number", {}, "3．5", 3.5),
        ("number", {}, 7, 7),
        ("number", {}, "", None),
        ("date", {}, "2026-03-02", TODAY),
        ("date", {}, "2026/3/2", TODAY),
        ("date", {}, "2026年3月2日", TODAY),
        ("date", {}, "２０２６－０３－０２", TODAY),
        ("date", {}, TODAY, TODAY),
        ("date", {}, " ", None),
        ("date", {"not_future": True}, "2026-03-02", TODAY),
        ("choice", {"choices": CHOICES}, "red", "red"),
        ("choice", {"choices": CHOICES}, "", None),
        ("select", {"choices": CHOICES}, "blue", "blue"),
        ("rating", {"choices": CHOICES}, "green", "green"),
        ("choices", {"choices": CHOICES}, ["blue", "red", "blue", ""], ["blue", "red"]),
        ("choices", {"choices": CHOICES}, "red", ["red"]),
        ("choices", {"choices": CHOICES}, None, []),
        ("checkbox", {}, "on", True),
        ("checkbox", {}, "yes", True),
        ("checkbox", {}, True, True),
        ("checkbox", {}, "", False),
        ("checkbox", {}, None, False),
        ("rows", {}, ["一", " ", "", "二"], ["一", "二"]),
        ("rows", {}, None, []),
        ("rows", {"max_items": 2}, ["一", "", "", "二"], ["一", "二"]),
        ("units_wish", {}, ["3", 4, "３", ""], [3, 4]),
        ("units_wish", {}, "", []),
        ("units_wish", {}, "5", [5]),
        ("unit_plan", {}, [plan(1)], [plan(1)]),
        ("unit_plan", {}, [plan("1"), plan("2", "co"), plan("", "co")], [plan(1), plan(2, "co")]),
        ("unit_plan", {}, SEPARATE, SEPARATE),
        ("ask_answers", {}, [answer("1"), answer(2, "在办", "")], [answer(1), answer(2, "在办", "")]),
        ("grade", {}, "A", "A"),
        ("category", {}, "water", "water"),
        ("decline_reason", {}, "personal", "personal"),
        ("colleague", {"role": "case_officer"}, "12", 12),
        ("colleague", {"role": "case_officer"}, "", None),
        ("file", {}, "9", 9),
        ("file", {}, None, None),
    ],
)
def test_a_good_answer_becomes_its_value(type: str, settings: dict[str, Any], sent: Any, kept: Any) -> None:
    cleaned = one(type, **settings).check({"x": sent}, today=TODAY)["x"]
    assert cleaned == kept
    assert cleaned.__class__ is kept.__class__


@pytest.mark.parametrize(
    ("type", "settings", "sent", "told"),
    [
        ("text", {"max_length": 3}, "一二三四", {"x": "不能超过3字，现有4字。"}),
        ("text", {"min_length": 3}, "一二", {"x": "至少要写3字，现有2字。"}),
        ("text", {}, "一" * 501, {"x": "不能超过500字，现有501字。"}),
        ("text", {}, "一\n二", {"x": CONTROL}),
        ("text", {}, "a\x00b", {"x": CONTROL}),
        ("text", {}, "a\x1bb", {"x": CONTROL}),
        ("text", {}, "a\x85b", {"x": CONTROL}),
        ("text", {}, "\ud800", {"x": CONTROL}),
        ("text", {}, 5, {"x": "此项应为文字。"}),
        ("text", {}, ["a"], {"x": "此项应为文字。"}),
        ("text", {"pattern": "[0-9]{3}"}, "1100", {"x": "格式不对，请核对后重新填写。"}),
        ("textarea", {}, "a\x00", {"x": CONTROL}),
        ("textarea", {"max_length": 2}, "一\r\n二", {"x": "不能超过2字，现有3字。"}),
        ("textarea", {}, {"a": 1}, {"x": "此项应为文字。"}),
        ("number", {}, "十二", {"x": "请填写数字，最多15位整数、6位小数。"}),
        ("number", {}, "1e9", {"x": "请填写数字，最多15位整数、6位小数。"}),
        ("number", {}, "NaN", {"x": "请填写数字，最多15位整数、6位小数。"}),
        ("number", {}, "9" * 16, {"x": "请填写数字，最多15位整数、6位小数。"}),
        ("number", {}, float("inf"), {"x": "请填写数字，最多15位整数、6位小数。"}),
        ("number", {}, True, {"x": "此项应为文字。"}),
        ("date", {}, "2026-02-30", {"x": "请填写正确的日期，如2026-03-02。"}),
        ("date", {}, "明天", {"x": "请填写正确的日期，如2026-03-02。"}),
        ("date", {}, "0026-03-02", {"x": "请核对年份：26。"}),
        ("date", {}, "9999-12-31", {"x": "请核对年份：9999。"}),
        ("date", {"not_future": True}, "2026-03-03", {"x": "不能晚于今天。"}),
        ("choice", {"choices": CHOICES}, "pink", {"x": NOT_OFFERED}),
        ("choice", {"choices": CHOICES}, ["red"], {"x": "此项应为文字。"}),
        ("select", {"choices": CHOICES}, "RED", {"x": NOT_OFFERED}),
        ("rating", {"choices": CHOICES}, "5", {"x": NOT_OFFERED}),
        ("choices", {"choices": CHOICES}, ["red", "pink"], {"x": NOT_OFFERED}),
        ("choices", {"choices": CHOICES, "max_items": 1}, ["red", "blue"], {"x": "最多1项，现有2项。"}),
        ("choices", {"choices": CHOICES}, {"red": 1}, {"x": "此项应为列表。"}),
        ("checkbox", {}, "maybe", {"x": NOT_OFFERED}),
        ("checkbox", {"required": True}, "", {"x": REQUIRED}),
        ("rows", {"required": True}, ["", " "], {"x": REQUIRED}),
        ("rows", {}, "一", {"x": "此项应为列表。"}),
        ("rows", {"max_items": 1}, ["一", "二"], {"x": "最多1项，现有2项。"}),
        ("rows", {"min_items": 2}, ["一"], {"x": "至少2项，现有1项。"}),
        ("rows", {"max_length": 2}, ["一", "", "一二三"], {"x-2": "不能超过2字，现有3字。"}),
        ("rows", {}, ["一", 5, "a\x00"], {"x-1": "此项应为文字。", "x-2": CONTROL}),
        ("rows", {}, ["一"] * 501, {"x": "最多50项，现有501项。"}),
        ("units_wish", {}, ["3", "abc"], {"x-1": NOT_OFFERED}),
        ("units_wish", {}, ["-1"], {"x-0": NOT_OFFERED}),
        ("units_wish", {}, [True], {"x-0": "此项应为文字。"}),
        ("units_wish", {}, ["1" * 30], {"x-0": NOT_OFFERED}),
        ("unit_plan", {"required": True}, [], {"x": REQUIRED}),
        ("unit_plan", {}, [plan(1), plan(2)], {"x": UNITS}),
        ("unit_plan", {}, [plan(1, "co")], {"x": UNITS}),
        ("unit_plan", {}, [plan(1, "separate", "水")], {"x": UNITS}),
        ("unit_plan", {}, [plan(1), plan(2, "separate", "水")], {"x": UNITS}),
        ("unit_plan", {}, [plan(1), plan("1", "co")], {"x-1": "同一单位不能列两次。"}),
        ("unit_plan", {}, [plan(1), plan(2, "boss")], {"x-1": "请确定该单位是主办、会办还是分办。"}),
        (
            "unit_plan",
            {},
            [plan(1, "separate", "水"), plan(2, "separate")],
            {"x-1": "分办单位须写明承办内容。"},
        ),
        ("unit_plan", {}, [plan("", "lead", "水")], {"x-0": "请选择单位。"}),
        ("unit_plan", {}, [{"unit_id": 1, "admin": 1}], {"x-0": "此项无法读取。"}),
        ("unit_plan", {}, [7], {"x-0": "此项无法读取。"}),
        ("unit_plan", {}, plan(1), {"x": "此项应为列表。"}),
        ("ask_answers", {}, [answer(1), answer(2, " ")], {"x-1": "请答复这一条。"}),
        ("ask_answers", {}, [answer(1), answer(1)], {"x-1": "与前面的重复。"}),
        ("ask_answers", {}, [answer(1, grade="Z")], {"x-0": NOT_OFFERED}),
        ("ask_answers", {}, [answer("")], {"x-0": "此项无法读取。"}),
        ("ask_answers", {"max_length": 3}, [answer(1, "一二三四")], {"x-0": "不能超过3字，现有4字。"}),
        ("grade", {}, "D", {"x": NOT_OFFERED}),
        ("grade", {"required": True}, "", {"x": REQUIRED}),
        ("category", {}, "fire", {"x": NOT_OFFERED}),
        ("decline_reason", {}, "A", {"x": NOT_OFFERED}),
        ("colleague", {}, "me", {"x": NOT_OFFERED}),
        ("colleague", {}, 0, {"x": NOT_OFFERED}),
        ("file", {}, "../../etc/passwd", {"x": NOT_OFFERED}),
    ],
)
def test_a_bad_answer_is_refused_in_a_sentence(
    type: str, settings: dict[str, Any], sent: Any, told: dict[str, str]
) -> None:
    assert errors(one(type, **settings), {"x": sent}) == {name: [text] for name, text in told.items()}


@pytest.mark.parametrize(
    ("type", "sent", "allowed", "place"),
    [
        ("colleague", "3", {4}, "x"),
        ("file", "3", set(), "x"),
        ("units_wish", ["4", "3"], {4}, "x-1"),
        ("unit_plan", [plan(4), plan(3, "co")], {4}, "x-1"),
        ("ask_answers", [answer(4), answer(3)], {4}, "x-1"),
    ],
)
def test_only_what_is_offered_may_be_chosen(type: str, sent: Any, allowed: set[int], place: str) -> None:
    assert list(errors(one(type), {"x": sent}, options={"x": frozenset(allowed)})) == [place]
    assert one(type).check({"x": sent}, {"x": frozenset({3, 4})}, TODAY)["x"]


def test_a_field_the_form_does_not_have_is_refused() -> None:
    assert errors(one("text"), {"x": "a", "admin": "1"}) == {"admin": ["表单中没有这一栏。"]}


@pytest.mark.parametrize("raw", [None, [], "x=1", 5])
def test_answers_that_are_no_table_are_refused(raw: Any) -> None:
    with pytest.raises(InvalidAnswers):
        one("text").check(raw)


def test_all_faults_are_told_at_once_in_the_order_of_the_form() -> None:
    both = form(
        {"name": "a", "required": True},
        {"name": "body", "type": "rows", "max_length": 1},
        {"name": "c", "type": "date"},
    )
    found = errors(both, {"zz": "", "c": "x", "body": ["一二", "三四"]})
    assert list(found) == ["a", "body-0", "body-1", "c", "zz"]


def test_a_field_is_required_when_another_says_so() -> None:
    dependent = form(
        {"name": "body", "type": "choice", "choices": CHOICES},
        {"name": "why", "required_when": {"field": "body", "is": ["red", "blue"]}},
    )
    assert errors(dependent, {"body": "red", "why": " "}) == {"why": [REQUIRED]}
    assert errors(dependent, {"body": "blue"}) == {"why": [REQUIRED]}
    assert dependent.check({"body": "green"})["why"] == ""
    assert dependent.check({"body": "red", "why": "因为"})["why"] == "因为"
    assert list(errors(dependent, {"body": "pink", "why": ""})) == ["body"]


def test_a_field_is_required_when_any_of_several_says_so() -> None:
    rating = {"type": "rating", "choices": CHOICES}
    dependent = form(
        {"name": "body", **rating},
        {"name": "b", **rating},
        {"name": "why", "required_when": {"any_of": ["body", "b"], "is": ["red"]}},
    )
    assert errors(dependent, {"body": "green", "b": "red"}) == {"why": [REQUIRED]}
    assert dependent.check({"body": "green", "b": "green"})["why"] == ""


def test_a_default_stands_in_for_what_was_not_sent_and_not_for_what_was_emptied() -> None:
    chosen = one("choice", choices=CHOICES, default="green", required=True)
    assert chosen.check({})["x"] == "green"
    assert errors(chosen, {"x": ""}) == {"x": [REQUIRED]}


def test_every_field_has_a_value_even_when_nothing_was_sent() -> None:
    folder = load(small(text=form_file({}, *({"name": f"f_{type}", "type": type} for type in EMPTY))))
    cleaned = folder.forms["text"].check({})
    assert cleaned == {"body": ""} | {f"f_{type}": value for type, value in EMPTY.items()}


EMPTY: dict[str, Any] = {
    "textarea": "",
    "number": None,
    "date": None,
    "checkbox": False,
    "grade": None,
    "category": None,
    "decline_reason": None,
    "colleague": None,
    "file": None,
    "rows": [],
    "units_wish": [],
    "unit_plan": [],
    "ask_answers": [],
}


def test_an_empty_list_is_not_shared_between_two_checks() -> None:
    rows = one("rows")
    rows.check({})["x"].append("spoilt")
    assert rows.check({})["x"] == []


def test_a_sentence_can_be_said_in_another_language() -> None:
    (told,) = errors(one("text", max_length=3), {"x": "一二三四"})["x"]
    assert isinstance(told, Sentence)
    assert told.template == "不能超过{limit}字，现有{count}字。"
    assert told.values == {"limit": 3, "count": 4}


def test_values_are_filled_in_once_and_never_read_as_a_template() -> None:
    (told,) = errors(one("date"), {"x": "{0.__class__}"})["x"]
    assert told == "请填写正确的日期，如2026-03-02。"


# What people might send to a form with one field of every kind.

TEXT = st.text(max_size=40)
IDS = st.one_of(st.integers(-3, 60), st.integers(1, 60).map(str), TEXT)
PLANS = st.fixed_dictionaries(
    {"unit_id": IDS, "role": st.sampled_from(["lead", "co", "separate", ""]), "scope": TEXT}
)
ANSWERS = st.fixed_dictionaries({"ask_id": IDS, "grade": st.sampled_from(["A", "", "B"]), "text": TEXT})
DAYS = st.dates(dt.date(1890, 1, 1), dt.date(2210, 1, 1)).map(str)
SENT: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT,
    "textarea": TEXT,
    "number": st.one_of(st.floats(), st.integers(), st.decimals(-999, 999, places=2).map(str), TEXT),
    "date": st.one_of(DAYS, TEXT),
    "checkbox": st.one_of(st.booleans(), st.sampled_from(["on", "", "x"])),
    "grade": st.sampled_from(["A", "", "B"]),
    "colleague": IDS,
    "file": IDS,
    "rows": st.lists(TEXT, max_size=4),
    "units_wish": st.lists(IDS, max_size=4),
    "unit_plan": st.lists(PLANS, max_size=3),
    "ask_answers": st.lists(ANSWERS, max_size=3),
}
EVERYTHING = {name: one(name) for name in SENT}


@pytest.mark.parametrize("type", SENT)
@given(data=st.data())
def test_checked_values_survive_json_and_a_second_check(type: str, data: st.DataObject) -> None:
    try:
        cleaned = EVERYTHING[type].check({"x": data.draw(SENT[type])}, today=TODAY)
    except InvalidAnswers as refused:
        assert all(isinstance(text, Sentence) for texts in refused.errors.values() for text in texts)
        return
    stored = json.loads(json.dumps(cleaned, default=str, allow_nan=False))
    assert EVERYTHING[type].check(stored, today=TODAY) == cleaned
    json.dumps(cleaned, default=str, ensure_ascii=False).encode("utf-8")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)))  # fmt: skip
def test_no_shape_of_answer_gets_past_the_check_or_breaks_it(sent: Any) -> None:
    for checked in EVERYTHING.values():
        try:
            checked.check({"x": sent}, today=TODAY)
        except InvalidAnswers as refused:
            assert refused.errors


def test_checking_a_typical_form_takes_few_calls() -> None:
    """A form is checked at every saving of a draft: what schemas cost must not come back unseen."""
    text = load(shipped()["suggestion"]).forms["text"]
    raw = {
        "title": "关于加强乡村道路养护的建议",
        "background": "道路年久失修。" * 200,
        "asks": ["修路", "", "装灯", "立牌"],
        "wished_units": ["3", "4"],
        "publicity": "agree",
    }
    text.check(raw, today=TODAY)  # what is made once for each form is made here
    assert _calls(lambda: text.check(raw, today=TODAY)) < 150


def _calls(function: Callable[[], object]) -> int:
    """How many Python functions are entered meanwhile: a measure that no busy machine changes."""
    entered = 0

    def count(_frame: object, event: str, _detail: object) -> None:
        nonlocal entered
        entered += event == "call"

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return entered
