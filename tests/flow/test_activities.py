"""Standard loops, quantities, complex gateways, data that is drawn: what each does, and what is refused."""

from __future__ import annotations

import pytest

from engine import flow
from engine.flow.refusals import REASONS
from tests.flow.drawing import Model, as_bpmn
from tests.flow.test_admission import chain, codes, definitions
from tests.flow.test_steps import Case, row, user

# Standard loops --------------------------------------------------------------------------------


def runs(**settings: object) -> int:
    """How often the task is asked for; each time `n` grows by one."""
    case, count = Case(row(user("u", **settings), user("v")), n=0), 0
    while case.open() == ["u"]:
        count += 1
        case.do("u", n=count)
    assert case.open() == ["v"]
    return count


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"repeat": "n < 3"}, 3),
        ({"repeat": "n < 3", "before": True}, 3),
        ({"repeat": "false"}, 1),
        ({"repeat": "false", "before": True}, 0),
        ({"repeat": "true", "maximum": 4}, 4),
        ({"repeat": "true", "maximum": 4, "before": True}, 4),
        ({"maximum": 2}, 2),
        ({"maximum": 2, "before": True}, 2),
        ({"repeat": "loopCounter < 3"}, 3),
        ({"repeat": "loopCounter < 3", "before": True}, 3),
    ],
)
def test_a_standard_loop_runs_as_often_as_it_says(settings: dict, expected: int) -> None:
    assert runs(**settings) == expected


def test_each_run_is_a_task_of_its_own_on_the_variables_of_the_process() -> None:
    case = Case(row(user("u", repeat="not done")))
    first = case.key("u")
    step = case.do("u", done=False, note="first")
    assert [task.node for task in step.opened] == ["u"] and step.open_keys != [first]
    assert case.tasks()[0].variables == {"done": False, "note": "first"}
    with pytest.raises(flow.UnknownTask):
        flow.complete(case.definition, step.state, first, {}, {}, case.now)
    assert case.do("u", done=True).completed


def test_a_message_on_the_border_of_a_loop_ends_the_loop_as_a_whole() -> None:
    model = row(user("u", repeat="true"))
    model.node("boundaryEvent", "b", host="u", message="stop").node("endEvent", "stopped").wire(
        "b", "stopped"
    )
    case = Case(model)
    case.do("u")
    key = case.key("u")
    assert [awaited.task_key for awaited in case.awaited()] == [None]
    step = case.hear("stop", key)
    assert step.withdrawn == [key] and step.completed and step.end_events == ["stopped"]


def test_a_loop_in_which_nobody_is_asked_ends_at_its_maximum() -> None:
    counted = {"count": lambda variables: {"n": variables["n"] + 1}}
    case = Case(row(("serviceTask", "s1", {"function": "count", "maximum": 50})), counted, n=0)
    assert case.step.variables["n"] == 50
    with pytest.raises(flow.StepFailed, match="10000步"):
        Case(row(("serviceTask", "s1", {"function": "count", "repeat": "true"})), counted, n=0)


def test_a_condition_that_cannot_be_asked_fails_at_its_loop() -> None:
    with pytest.raises(flow.StepFailed, match="unknown") as failure:
        Case(row(user("u", repeat="unknown", before=True)))
    assert failure.value.element == "u"


# Quantities ------------------------------------------------------------------------------------


def fork(start: int) -> Model:
    model = Model().node("startEvent", "s").node("parallelGateway", "g").node("endEvent", "e")
    model.node("userTask", "u1").node("userTask", "u2").node("userTask", "w", start=start)
    return model.wire("s", "g", "u1", "w", "e").wire("g", "u2", "w")


def test_an_activity_begins_when_as_many_tokens_have_come_as_it_takes() -> None:
    case = Case(fork(2))
    assert "w" not in case.do("u2").entered
    assert not case.step.completed
    assert case.do("u1").entered == ["w"]
    assert case.do("w").completed


def test_without_a_quantity_it_begins_for_each_of_them() -> None:
    case = Case(fork(1))
    case.do("u1")
    case.do("u2")
    assert case.open() == ["w", "w"]


def test_tokens_that_are_too_few_wait_for_good() -> None:
    case = Case(fork(3))
    case.do("u1")
    step = case.do("u2")
    assert not step.completed and step.open_keys == []


def test_tokens_that_gather_at_a_receiver_do_not_listen_yet() -> None:
    model = Model().node("startEvent", "s").node("parallelGateway", "g").node("endEvent", "e")
    model.node("userTask", "u1").node("receiveTask", "r", message="news", start=2)
    case = Case(model.wire("s", "g", "u1", "r", "e").wire("g", "r"))
    assert case.awaited() == [] and not case.hear("news").caught
    case.do("u1")
    assert case.hear("news").completed


def test_an_activity_gives_as_many_tokens_as_it_says() -> None:
    case = Case(row(user("u", completion=3), user("v"), user("w", start=2)))
    case.do("u")
    assert case.open() == ["v", "v", "v"]
    for _ in range(3):
        case.do("v")
    assert case.open() == ["w"]


def test_the_whole_loop_gives_them_once() -> None:
    case = Case(row(user("u", completion=2, collection="units"), user("v")), units=[1, 2, 3])
    for _ in range(3):
        case.do("u")
    assert case.open() == ["v", "v"]


# Complex gateways ------------------------------------------------------------------------------


def two_of_three() -> Model:
    """Goes on when two of three have answered; the third is told that it came late."""
    model = Model().node("startEvent", "s").node("parallelGateway", "g")
    model.node("complexGateway", "c", activation="activationCount >= needed")
    for name in ("u1", "u2", "u3"):
        model.node("userTask", name).wire("g", name, "c")
    model.node("userTask", "on").node("userTask", "late").node("endEvent", "e").node("endEvent", "f")
    model.wire("s", "g").wire("c", "on", condition="waitingForStart").wire("on", "e")
    return model.wire("c", "late", condition="not waitingForStart").wire("late", "f")


def test_a_complex_gateway_starts_on_its_condition_and_resets_with_the_rest() -> None:
    case = Case(two_of_three(), needed=2)
    case.do("u3")
    assert case.open() == ["u1", "u2"]
    case.do("u1")
    assert case.open() == ["u2", "on"]
    case.do("on")
    assert not case.step.completed
    case.do("u2")
    assert case.open() == ["late"]
    assert case.do("late").completed


def test_it_waits_for_good_where_the_condition_never_holds() -> None:
    case = Case(two_of_three(), needed=4)
    for name in ("u1", "u2", "u3"):
        step = case.do(name)
    assert step.open_keys == [] and not step.completed


def test_it_resets_at_once_where_nothing_more_can_come() -> None:
    model = Model().node("startEvent", "s").node("inclusiveGateway", "g").node("userTask", "u1")
    model.node("userTask", "u2").node("complexGateway", "c", activation="activationCount >= 1").node(
        "endEvent", "e"
    )
    model.wire("s", "g").wire("g", "u1", "c", condition="a").wire("g", "u2", "c", condition="(default)")
    case = Case(model.wire("c", "e", condition="waitingForStart"), a=True)
    step = case.do("u1")
    assert step.completed and step.end_events == ["e"]


def test_starting_without_a_way_out_is_a_failure() -> None:
    model = two_of_three()
    for wire in model.wires:
        wire.condition = wire.condition and "ready"
    case = Case(model, needed=1, ready=False)
    with pytest.raises(flow.StepFailed, match="没有一条出路") as failure:
        case.do("u1")
    assert failure.value.element == "c"


# What is refused -------------------------------------------------------------------------------

LOOP = "<bpmn:standardLoopCharacteristics{}</bpmn:standardLoopCharacteristics>"
REFUSED = {
    "no condition": ("bad-repetition", LOOP.format(">")),
    "maximum 0": ("bad-repetition", LOOP.format(' loopMaximum="0">')),
    "maximum -1": ("bad-repetition", LOOP.format(' loopMaximum="-1">')),
    "maximum text": ("bad-repetition", LOOP.format(' loopMaximum="n">')),
    "maximum huge": ("bad-repetition", LOOP.format(' loopMaximum="99999">')),
    "script": ("bad-expression", LOOP.format("><bpmn:loopCondition>exec('1')</bpmn:loopCondition>")),
    "both loops": (
        "two-loops",
        LOOP.format(' loopMaximum="2">')
        + '<bpmn:multiInstanceLoopCharacteristics duban:collection="a" duban:item="b"/>',
    ),
    "behaviour": (
        "no-loop-event",
        '<bpmn:multiInstanceLoopCharacteristics behavior="None" duban:collection="a" duban:item="b"/>',
    ),
    "inputs": ("data-sets", "<bpmn:ioSpecification/>"),
    "association": ("data-reference", '<bpmn:dataOutputAssociation id="a"/>'),
    "nowhere": (
        "data-reference",
        "<bpmn:dataOutputAssociation><bpmn:targetRef>x</bpmn:targetRef></bpmn:dataOutputAssociation>",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_not_be_run_as_drawn_is_named(name: str) -> None:
    code, inside = REFUSED[name]
    assert code in codes(definitions("", inside=inside))


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "", "x", "101", "１"])
@pytest.mark.parametrize("name", ["startQuantity", "completionQuantity"])
def test_a_quantity_is_a_small_whole_number(name: str, value: str) -> None:
    assert codes(chain(f'<bpmn:userTask id="n" {name}="{value}"/>')) == {"bad-quantity"}


def test_a_joining_complex_gateway_says_when_it_starts_and_when_it_gives() -> None:
    model = two_of_three()
    model.nodes["c"].activation = None
    model.wire("c", "on")
    assert codes(as_bpmn(model)) == {"no-activation", "no-condition"}


@pytest.mark.parametrize("kind", sorted(REASONS))
def test_every_kind_that_is_refused_for_a_reason_is_told_it(kind: str) -> None:
    assert REASONS[kind] in codes(chain(f'<bpmn:{kind} id="n"/>'))


PICTURED = """
    <bpmn:dataObject id="o"/><bpmn:dataObjectReference id="r" name="答复" dataObjectRef="o">
    <bpmn:dataState name="草稿"/></bpmn:dataObjectReference><bpmn:startEvent id="s"/><bpmn:userTask id="u">
    <bpmn:property id="prop" name="__targetRef_placeholder"/><bpmn:dataInputAssociation id="i">
    <bpmn:sourceRef>r</bpmn:sourceRef><bpmn:targetRef>prop</bpmn:targetRef></bpmn:dataInputAssociation>
    <bpmn:dataOutputAssociation id="j"><bpmn:targetRef>r</bpmn:targetRef></bpmn:dataOutputAssociation>
    </bpmn:userTask><bpmn:endEvent id="e"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="u"/>
    <bpmn:sequenceFlow id="f2" sourceRef="u" targetRef="e"/>
"""


def test_data_objects_as_modelers_draw_them_are_a_picture() -> None:
    case = Case(definitions(PICTURED), answer=1)
    assert case.tasks()[0].variables == {"answer": 1}
    assert case.do("u").completed
    assert codes(definitions(PICTURED.replace('dataObjectRef="o"', 'dataObjectRef="x"'))) == {
        "dangling-reference"
    }
