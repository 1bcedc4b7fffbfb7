"""What a reader sees in his own language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from engine import flow
from engine.casework.acts import votes
from engine.definitions.legal_bases import BasisMissing
from engine.definitions.rule_packs import shipped_pack
from engine.definitions.words import Words
from engine.flow.state import unpack
from engine.flow.timers import parse_duration
from engine.flow.variables import checked
from engine.foundation.errors import DomainError, InvalidAnswers, StaleTask
from engine.foundation.language import Cited, SaidError
from engine.people.refusals import LockedOut
from tests.flow.drawing import DEFAULT, Model, as_bpmn
from tests.webui.visitors import visitor
from webui.addresses import local
from webui.language import day, day_short, moment, number, translate_refusal, translate_sentence
from webui.pages.account import browser_name

EVENING = dt.datetime(2026, 5, 5, 17, 3, tzinfo=dt.UTC)  # already the next day in Beijing


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", ("2026年5月6日", "5月6日", "2026年5月6日 01:03", "1,234.5")),
        ("en", ("6 May 2026", "6 May", "6 May 2026 01:03", "1,234.5")),
    ],
)
def test_days_are_those_of_beijing_in_the_readers_language(
    app: Flask, language: str, expected: tuple[str, ...]
) -> None:
    with app.test_request_context(f"/?lang={language}"):
        assert (day(EVENING), day_short(EVENING), moment(EVENING), number(1234.5)) == expected
        assert day(dt.date(2026, 5, 6)) == expected[0]
        assert (day(None), day_short(None), moment(None)) == ("", "", "")


def test_refusals_are_translated_with_their_values(app: Flask) -> None:
    stale = StaleTask(who="张三", when="5月6日")
    with app.test_request_context("/?lang=zh"):
        assert translate_refusal(stale) == stale.message
    with app.test_request_context("/?lang=en"):
        assert "张三" in translate_refusal(stale) and translate_refusal(stale) != stale.message
        assert "18" in translate_refusal(LockedOut(1050))


def test_the_address_comes_before_the_cookie(app: Flask) -> None:
    client = visitor(app)
    client.post("/preferences", data={"language": "en"})
    assert '<html lang="en"' in client.get("/sign-in").text
    assert '<html lang="zh-CN"' in client.get("/sign-in?lang=zh").text
    assert '<html lang="en"' in client.get("/sign-in?lang=xx").text


@pytest.mark.parametrize("address", ["/cases/1", "/?a=b", "/a//b"])
def test_addresses_of_this_site_are_kept(address: str) -> None:
    assert local(address) == address


@pytest.mark.parametrize("address", [None, "", "cases", "//x", "/\\x", "https://x", "/a\nb"])
def test_all_others_lead_home(address: str | None) -> None:
    assert local(address) == "/"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 MicroMessenger/8", "微信 · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Version/18 Safari/604", "Safari · iPhone"),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)
def test_browsers_are_called_what_people_call_them(text: str, name: str) -> None:
    assert browser_name(text) == name


SAID = [
    ("amount > ", {"text": "不能使用：从第8个字符起读不懂", "en": "it cannot be read from character 8 on"}),
    ("a.b", {"text": "“a.b”不是这里可以写的", "en": "“a.b” cannot be written here"}),
    (
        "amount and a",
        {"text": "“amount”是数，应为是否", "en": "“amount” is a number and should be true or false"},
    ),
]


@pytest.mark.parametrize(("text", "said"), SAID)
def test_what_is_wrong_with_a_condition_is_said_wholly_in_one_language(
    app: Flask, text: str, said: dict[str, str]
) -> None:
    model = Model().node("startEvent", "s").node("exclusiveGateway", "x").node("endEvent", "e")
    model.node("endEvent", "n").wire("s", "x").wire("x", "e", condition=text).wire(
        "x", "n", condition=DEFAULT
    )
    (problem,) = flow.examine(as_bpmn(model), file="x", known_names={"amount": "number", "a": None}).problems
    assert said["text"] in problem.message
    with app.test_request_context("/?lang=en"):
        told = translate_sentence(problem.message)
        assert said["en"] in told and not re.search("[\u4e00-\u9fff，。：]", told)


def test_a_step_that_fails_or_has_no_article_is_said_wholly_in_one_language(app: Flask) -> None:
    from engine.flow.expressions import ExpressionError, parse

    with pytest.raises(ExpressionError) as unknown:
        parse("mark").evaluate({})
    failed = flow.StepFailed("gw", unknown.value)
    missing = BasisMissing(step=Words("归档", "Archive"), basis=Cited("代表法第五十一条"))
    assert "“mark”还没有值" in failed.message and "“归档”的依据“代表法第五十一条”" in missing.message
    with app.test_request_context("/?lang=en"):
        assert "“mark” has no value yet" in translate_refusal(failed)
        assert "Archive" in translate_refusal(missing) and "Deputies Law, art. 51" in translate_refusal(
            missing
        )


@pytest.mark.parametrize(
    ("fail", "said"),
    [
        (lambda: unpack(b"\xc1"), "It is damaged."),
        (lambda: checked({"a": [float("nan")]}), "“a[0]” cannot be stored: It is not a finite number."),
        (lambda: checked({"a": object()}), "object is neither text"),
        (lambda: parse_duration("three days"), "It is no ISO 8601 duration"),
    ],
)
def test_what_the_flow_cannot_take_is_said_in_the_readers_language(
    app: Flask, fail: Callable[[], object], said: str
) -> None:
    with pytest.raises((DomainError, SaidError)) as failure:
        fail()
    told = failure.value if isinstance(failure.value, DomainError) else flow.StepFailed("gw", failure.value)
    with app.test_request_context("/?lang=zh"):
        assert not re.search("[a-z]{2,}", translate_refusal(told).replace("object", "").replace("gw", ""))
    with app.test_request_context("/?lang=en"):
        english = translate_refusal(told)
    assert said in english and not re.search("[\u4e00-\u9fff]", english)


BALLOT = {
    "threshold": "majority_of_deputies",
    "members": "members",
    "present": "present",
    "counts": {"for": "for"},
    "carries": "for",
    "carried": ["approved"],
    "lost": ["rejected"],
    "quorum": {"threshold": "quorum_of_deputies"},
}


def refused_vote(**answers: Any) -> str:
    """What is wrong with a vote, of a task as the folders declare it, in the reader's language."""
    step: Any = SimpleNamespace(
        spec=SimpleNamespace(requires={"ballot": BALLOT}),
        answers=answers,
        case=SimpleNamespace(rule_pack_id=1),
    )
    with pytest.raises(InvalidAnswers) as refused:
        votes.require_carried(step, votes.counted(step))
    ((sentence,),) = refused.value.errors.values()
    return translate_sentence(sentence)


def test_votes_are_refused_wholly_in_one_language(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes.rule_packs, "pack", lambda _id: shipped_pack("shanxi"))
    monkeypatch.setattr(votes, "_level", lambda _step: "province")
    monkeypatch.setattr(votes, "_require_begun", lambda _step: None)
    lost = {"members": 100, "present": 90, "for": 50}
    cases = {
        "too few are there": lost | {"present": 60},
        "not carried": lost | {"decision": "approved"},
        "carried": lost | {"for": 51, "decision": "rejected"},
    }
    for name, answers in cases.items():
        with app.test_request_context("/?lang=zh"):
            chinese = refused_vote(**answers)
        with app.test_request_context("/?lang=en"):
            english = refused_vote(**answers)
        assert re.search("第[一二三四五六七八九十]+条", chinese), name
        assert "art" in english and not re.search("[\u4e00-\u9fff，。：（）]", english), name
