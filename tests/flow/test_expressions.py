"""The language of conditions: what it says, and that nothing else is ever run."""

from __future__ import annotations

import html
import os

import pytest

from engine import flow
from engine.flow.expressions import ExpressionError, parse
from engine.foundation.language import SaidError
from tests.flow.drawing import DEFAULT, Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.hostile import HOSTILE
from tests.flow.watching import not_compiling, watched

__all__ = ["watched"]

MEANINGS = [
    ("1 + 2 * 3 == 7", {}, True),
    ("-amount < 0 <= amount", {"amount": 5}, True),
    ('decision == "退回"', {"decision": "退回"}, True),
    ("满意 and not 重办", {"满意": True, "重办": False}, True),
    ('grade in ["A", "B"]', {"grade": "B"}, True),
    ('grade not in ("A", "B")', {"grade": "C"}, True),
    ("unit in units", {"unit": 3, "units": [1, 2, 3]}, True),
    ("len(units) > 1", {"units": [1]}, False),
    ("max(1, n) == 4 and min([3, n]) == 3", {"n": 4}, True),
    ("sum(parts) - abs(-2) == 4", {"parts": [1, 2, 3]}, True),
    ("accepted == true and note != null", {"accepted": True, "note": ""}, True),
    ("False or accepted", {"accepted": True}, True),
    ("a == b", {"a": "1", "b": 1}, False),
    # JSON's true is not its 1, as it is in Python.
    ("a == 1 or a in [1, 2] or [a] == [1]", {"a": True}, False),
    ("a != 0 and a not in [0] and b != c", {"a": False, "b": {"n": 1}, "c": {"n": True}}, True),
    (
        "a == 1.0 and a in [1.0] and b == b and c == [[1], null]",
        {"a": 1, "b": {"n": 1}, "c": [[1], None]},
        True,
    ),
]


@pytest.mark.parametrize(("text", "variables", "value"), MEANINGS, ids=[text for text, _, _ in MEANINGS])
def test_conditions_mean_what_they_say(text: str, variables: dict, value: bool) -> None:
    assert parse(text).holds(variables) is value


def warm_up() -> None:
    warm = flow.admit(filled(gateway("PLACE"), "a == 1"), file="warm.bpmn")
    flow.start(warm, {"a": 1}, {}, NOW)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_outside_the_language_is_run(text: str, watched: list[str]) -> None:
    with pytest.raises(ExpressionError):
        parse(text).holds({"a": [1], "b": {"x": 1}, "c": True, "x": 1})
    assert not_compiling(watched) == []
    assert not os.path.exists("duban_executed")


def test_there_are_at_least_two_hundred_hostile_texts() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 200


def gateway(text: str) -> str:
    model = (
        Model()
        .node("startEvent", "s")
        .node("exclusiveGateway", "x")
        .node("endEvent", "e")
        .node("endEvent", "f")
    )
    return as_bpmn(
        model.wire("s", "x").wire("x", "e", condition="PLACE").wire("x", "f", condition=DEFAULT)
    ).decode()


def around(inside: str, border: str = "") -> str:
    model = as_bpmn(
        Model().node("startEvent", "s").node("userTask", "n").node("endEvent", "e").wire("s", "n", "e")
    )
    task = f'<bpmn:userTask id="n">{inside}</bpmn:userTask>{border}'
    return model.decode().replace('<bpmn:userTask id="n"></bpmn:userTask>', task)


def loop(inside: str, attributes: str = 'duban:collection="a" duban:item="i"') -> str:
    kind = "bpmn:multiInstanceLoopCharacteristics"
    return around(f"<{kind} {attributes}>{inside}</{kind}>")


def timer(kind: str) -> str:
    event = f"<bpmn:timerEventDefinition><bpmn:{kind}>PLACE</bpmn:{kind}></bpmn:timerEventDefinition>"
    return around("", f'<bpmn:boundaryEvent id="b" attachedToRef="n">{event}</bpmn:boundaryEvent>').replace(
        "</bpmn:process>", '<bpmn:sequenceFlow id="f9" sourceRef="b" targetRef="e"/></bpmn:process>'
    )


# Everywhere in a diagram where something is computed, or names what is.
PLACES = {
    "condition": gateway("PLACE"),
    "completion condition": loop("<bpmn:completionCondition>PLACE</bpmn:completionCondition>"),
    "cardinality": loop("<bpmn:loopCardinality>PLACE</bpmn:loopCardinality>", ""),
    "collection": loop("", 'duban:collection="PLACE" duban:item="i"'),
    "collection by reference": loop(
        '<bpmn:loopDataInputRef>PLACE</bpmn:loopDataInputRef><bpmn:inputDataItem id="i"/>', ""
    ),
    "collection of another product": loop(
        "", 'xmlns:c="http://camunda.org/schema/1.0/bpmn" c:collection="PLACE" c:elementVariable="i"'
    ),
    "duration": timer("timeDuration"),
    "moment": timer("timeDate"),
}
# Everywhere where a text is only kept.
KEPT = {
    "item": loop("", 'duban:collection="a" duban:item="PLACE"'),
    "results": loop("", 'duban:collection="a" duban:item="i" duban:results="PLACE" duban:result="PLACE"'),
    "documentation": around("<bpmn:documentation>PLACE</bpmn:documentation>"),
    "performer": around(
        "<bpmn:potentialOwner><bpmn:resourceAssignmentExpression><bpmn:formalExpression>PLACE"
        "</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:potentialOwner>"
    ),
    "name": around("").replace('id="n"', 'id="n" name="PLACE" duban:form="PLACE" duban:role="PLACE"'),
    "note": around("").replace(
        'id="n"', 'id="n" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:assignee="PLACE" c:formKey="PLACE"'
    ),
    "message": around("").replace("<bpmn:process", '<bpmn:message id="m" name="PLACE"/><bpmn:process'),
    "function": around("")
    .replace("userTask", "serviceTask")
    .replace('id="n"', 'id="n" duban:function="PLACE"'),
}


def filled(drawn: str, text: str) -> bytes:
    return drawn.replace("PLACE", html.escape(text)).encode("utf-8", "replace")


def run_through(definition: flow.AdmittedDefinition) -> None:
    step = flow.start(definition, {"a": [1, 2], "b": {"x": 1}, "c": True, "x": 1}, {}, NOW)
    for task in step.opened:
        flow.complete(definition, step.state, task.key, {}, {}, NOW)


# What merely names a variable in the way of another product is understood as that.
RESPELLED = ("${a}", "= a", "   ")


@pytest.mark.parametrize("place", PLACES)
def test_wherever_something_is_computed_hostile_texts_are_refused(place: str, watched: list[str]) -> None:
    assert "PLACE" in PLACES[place]
    refused = 0
    for text in HOSTILE:
        definition = flow.examine(filled(PLACES[place], text), file="hostile.bpmn").definition
        refused += definition is None
        if definition is None or text in RESPELLED:
            continue
        with pytest.raises(flow.StepFailed) as failed:  # within the language, and without a value
            run_through(definition)
        assert isinstance(failed.value.cause, ValueError), text
    assert refused > 0.9 * len(HOSTILE)
    assert not_compiling(watched) == []
    assert not os.path.exists("duban_executed")


@pytest.mark.parametrize("place", KEPT)
def test_wherever_a_text_is_kept_it_stays_a_text(place: str, watched: list[str]) -> None:
    assert "PLACE" in KEPT[place]
    loaded = 0
    for text in HOSTILE:
        definition = flow.examine(filled(KEPT[place], text), file="hostile.bpmn").definition
        if definition is None:
            continue  # what XML or the place itself does not allow
        loaded += 1
        try:
            flow.start(definition, {"a": [1]}, {}, NOW)
        except flow.StepFailed as failed:
            assert isinstance(failed.cause, SaidError) and place == "function"
    assert loaded > 150
    assert not_compiling(watched) == []


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("a < b", {"a": 1, "b": "2"}),
        ("a + b == 3", {"a": "1", "b": 2}),
        ("a", {"a": 1}),
        ("a", {"a": None}),
        ("not a", {"a": []}),
        ("missing", {}),
        ("a in b", {"a": "x", "b": "xyz"}),
        ("len(a) == 1", {"a": 5}),
        ("max([]) == 1", {}),
        ("len() == 1", {}),
        ("a * a == 1", {"a": 10**17}),
    ],
)
def test_what_cannot_be_computed_is_an_error_and_not_a_guess(text: str, variables: dict) -> None:
    with pytest.raises(ExpressionError):
        parse(text).holds(variables)


def test_names_are_known_at_deployment() -> None:
    assert parse("满意 and len(units) > 1 or true").names == {"满意", "units"}
