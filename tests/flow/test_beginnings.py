"""Processes that begin in their flow: by the first event behind a gateway, or by a task that receives a message."""

from __future__ import annotations

from typing import Any

import pytest

from engine import flow
from tests.flow.drawing import DEFAULT, Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.test_admission import codes
from tests.flow.test_events import inner, inside
from tests.flow.test_soundness import found, told
from tests.flow.test_steps import Case, row, user

GATEWAY = "eventBasedGateway"


def opening(join: str = "exclusiveGateway", **settings: Any) -> Model:
    """A gateway that begins the process, with a task behind each of its events, and one behind where they meet."""
    model = Model().node(GATEWAY, "g", begins=True, **settings).node(join, "j").node("userTask", "after")
    model.node("intermediateCatchEvent", "mail", message="mail").node("userTask", "read")
    model.node("intermediateCatchEvent", "flood", signal="flood", message="call").node("userTask", "act")
    model.node("endEvent", "e").wire("j", "after", "e")
    return model.wire("g", "mail", "read", "j").wire("g", "flood", "act", "j")


def together() -> Model:
    return opening("parallelGateway", awaits_all=True)


def receiving() -> Model:
    return Model().node("receiveTask", "r", message="mail", begins=True).node("userTask", "u").node(
        "endEvent", "e"
    ).wire("r", "u", "e")  # fmt: skip


def test_each_event_behind_the_gateway_is_a_beginning() -> None:
    for model, all_of_them in ((opening(), False), (together(), True)):
        definition = flow.admit(as_bpmn(model), file="x")
        assert definition.beginnings == (
            flow.Beginning("mail", "message", "mail", all_of_them),
            flow.Beginning("flood", "message", "call", all_of_them),
            flow.Beginning("flood", "signal", "flood", all_of_them),
        )
        for event in (None, "g", "read", "ghost"):
            with pytest.raises(flow.UnknownStart):
                Case(model, event=event)
    assert flow.admit(as_bpmn(receiving()), file="x").beginnings == (flow.Beginning("r", "message", "mail"),)


def test_the_first_event_begins_it_and_the_others_are_no_longer_waited_for() -> None:
    case = Case(opening(), event="flood", what="上游")
    assert case.step.entered == ["g", "flood", "act"]
    assert [(each.element, each.how) for each in case.step.passages][:3] == [
        ("g", "entered"),
        ("g", "left"),
        ("flood", "entered"),
    ]
    assert case.step.taken == ["p_f5", "p_f6"]
    assert (case.open(), case.awaited(), case.step.awaited_signals) == (["act"], [], [])
    assert case.hear("mail").caught is False
    case.do("act")
    done = case.do("after")
    assert (done.completed, done.variables) == (True, {"what": "上游"})


def test_a_parallel_one_awaits_the_others_in_the_same_process() -> None:
    case = Case(together(), event="mail", first=1)
    assert (case.open(), [each.message for each in case.awaited()]) == (["read"], ["call"])
    assert case.step.awaited_signals == ["flood"]
    case.do("read")
    assert case.open() == []
    assert case.hear("mail").caught is False  # the first of its kind has begun it
    heard = case.signal("flood", second=2)
    assert (heard.entered, case.awaited(), heard.awaited_signals) == (["act"], [], [])
    case.do("act")
    assert case.do("after").variables == {"first": 1, "second": 2}


def test_it_is_complete_when_all_the_events_have_occurred() -> None:
    model = together()
    model.unwire("read").unwire("act").node("endEvent", "e1").node("endEvent", "e2")
    for name in ("j", "after", "e"):
        del model.nodes[name]
    model.wires = [wire for wire in model.wires if wire.source not in ("j", "after")]
    model.wire("read", "e1").wire("act", "e2")
    case = Case(model, event="flood")
    assert case.do("act").completed is False
    case.hear("mail")
    assert case.do("read").completed


def test_event_subprocesses_wait_from_before_the_beginning() -> None:
    level = inner("h", user("w"))
    level.nodes["h_s"].condition = "urgent"
    model = receiving().node("subProcess", "h", inside=level, by_event=True)
    assert Case(model, event="r", urgent=True).open() == ["w"]
    assert Case(model, event="r", urgent=False).open() == ["u"]


def test_a_task_that_receives_begins_it_and_is_done() -> None:
    case = Case(receiving(), event="r", of="mail")
    assert (case.step.entered, case.open(), case.awaited()) == (["r", "u"], ["u"], [])
    assert case.do("u").variables == {"of": "mail"}
    model = opening()
    model.nodes["mail"].kind = "receiveTask"
    assert codes(as_bpmn(model)) == {"event-gateway"}  # a message event stands beside it
    model.nodes["flood"].message = None
    assert Case(model, event="mail").open() == ["read"]
    model.nodes["g"].awaits_all, model.nodes["j"].kind = True, "parallelGateway"
    case = Case(model, event="flood")
    assert [each.node for each in case.awaited()] == ["mail"]
    assert case.hear("mail").entered == ["read"]


def test_it_may_begin_on_demand_as_well() -> None:
    model = opening().node("startEvent", "s").wire("s", "j")
    assert Case(model).open() == ["after"]
    assert Case(model, event="mail").open() == ["read"]


def test_a_gateway_that_awaits_all_is_a_beginning_for_who_moves_tokens_by_hand() -> None:
    case = Case(together(), event="mail")
    go = flow.Start(flow.Go("g"))
    step = flow.modify(case.definition, case.step.state, [go], {}, NOW)
    waiting = flow.awaited(case.definition, step.state, NOW)
    assert sorted(each.message for each in waiting) == ["call", "call", "mail"]


def test_the_new_version_awaits_what_has_not_occurred() -> None:
    case = Case(together(), event="mail")
    model = together()
    model.nodes["flood"].signal = None
    new = flow.admit(as_bpmn(model), file="new.bpmn")
    moved = flow.migrate(case.definition, new, case.step.state, flow.FlowPlan(), {}, NOW)
    assert [each.message for each in flow.awaited(new, moved.step.state, NOW)] == ["call"]
    assert moved.step.awaited_signals == []


# Checking ---------------------------------------------------------------------------------------


def test_joins_behind_it_are_held_against_what_it_gives() -> None:
    assert found(opening()) == found(together()) == found(receiving()) == set()
    assert found(opening("parallelGateway")) == {("join-deadlock", "j")}
    assert found(opening(awaits_all=True)) == {("done-twice", "j")}
    both = receiving().unwire("r").node("receiveTask", "r2", message="call", begins=True)
    both.node("parallelGateway", "j").wire("r", "j", "u").wire("r2", "j")
    (problem,) = told(both)
    assert (problem.code, problem.element) == ("join-deadlock", "j")
    assert "从“r、r2”只走一条路" in problem.message
    split = (
        receiving()
        .unwire("r")
        .node("exclusiveGateway", "x")
        .node("parallelGateway", "j")
        .node("userTask", "v")
    )
    split.wire("r", "x").wire("x", "v", "j", condition="a").wire("x", "j", condition=DEFAULT).wire("j", "u")
    assert found(split) == {("join-deadlock", "j")}


def changed(model: Model, node: str, **settings: Any) -> Model:
    vars(model.nodes[node]).update(settings)
    return model


def _led_to(model: Model, node: str) -> Model:
    return model.node("startEvent", "s").wire("s", node)


def _within(model: Model) -> Model:
    return row(inside(_inner(model)))


def _inner(model: Model) -> Model:
    """The same with other names for its end and its flows."""
    model.key, model.nodes["e"].id = "q", "q_e"
    for wire in model.wires:
        wire.id, wire.target = f"q_{wire.id}", "q_e" if wire.target == "e" else wire.target
    return model


def _second(**settings: Any) -> Model:
    model = opening().node(GATEWAY, "g2", **settings).node("intermediateCatchEvent", "c", message="c")
    return model.node("intermediateCatchEvent", "d", message="d").wire("g2", "c", "j").wire("g2", "d", "j")


REFUSED: dict[str, tuple[set[str], Model]] = {
    "led to": ({"beginning-place"}, _led_to(opening(), "g")),
    "a task that is led to": ({"beginning-place"}, _led_to(receiving(), "r")),
    "in a subprocess": ({"beginning-place"}, _within(opening())),
    "a task in a subprocess": ({"beginning-place"}, _within(receiving())),
    "a task behind it": (
        {"beginning-place"},
        changed(changed(opening(), "mail", kind="receiveTask", begins=True), "flood", message=None),
    ),
    "a time": ({"beginning-event"}, changed(opening(), "mail", message=None, timer="PT1H")),
    "a time in a parallel one": ({"beginning-event"}, changed(together(), "mail", message=None, timer="PT1H")),
    "a condition": ({"beginning-event"}, changed(opening(), "flood", condition="a")),
    "all of several": ({"beginning-event"}, changed(opening(), "flood", together=True)),
    "one event": ({"event-gateway"}, receiving().node(GATEWAY, "g", begins=True).node(
        "intermediateCatchEvent", "c", message="c").wire("g", "c", "u")),
    "the same twice": ({"beginning-twice"}, changed(opening(), "flood", message="mail")),
    "the same as a start event": (
        {"beginning-twice"}, opening().node("startEvent", "s", signal="flood").wire("s", "j")
    ),
    "two gateways": ({"many-choices"}, _second(begins=True)),
    "all of them in the midst of it": (
        {"parallel-choice"}, changed(_led_to(changed(opening(), "g", begins=False), "g"), "g", awaits_all=True)
    ),
    "a gateway that nothing leads to": ({"unreachable"}, _second()),
    "a task repeated": ({"beginning-task"}, changed(receiving(), "r", collection="units")),
    "a task with an event on its border": (
        {"beginning-task"}, receiving().node("boundaryEvent", "b", host="r", timer="PT1H").wire("b", "u")
    ),
    "a task that needs two tokens": ({"beginning-task"}, changed(receiving(), "r", start=2)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_not_begin_a_process_is_refused(name: str) -> None:
    expected, model = REFUSED[name]
    # Behind what cannot begin nothing is reached: that is told, too.
    assert codes(as_bpmn(model)) - {"unreachable"} == expected - {"unreachable"}
    assert expected != {"unreachable"} or "unreachable" in codes(as_bpmn(model))


def test_a_process_that_begins_so_cannot_be_called() -> None:
    xml = as_bpmn(row(("callActivity", "k", {"called": _inner(opening())})))
    assert codes(xml) == {"called-start"}


def test_a_run_without_a_database_begins_with_what_comes_first() -> None:
    events = [
        {"signal": "flood", "after": "P2D", "variables": {"n": 2}},
        {"message": "mail", "after": "P1D", "variables": {"m": 1}},
    ]
    answers = {"read": [{}], "act": [{}], "after": [{}]}
    for each_step in (False, True):
        settings = flow.Settings(restore_every_step=each_step)
        for model, heard, variables in ((opening(), 1, {"m": 1}), (together(), 2, {"m": 1, "n": 2})):
            definition = flow.admit(as_bpmn(model), file="x.bpmn")
            script = flow.read_script({"answers": answers, "events": events})
            run = flow.run(definition, {}, script, NOW, settings)
            assert (run.state, run.variables) == ("completed", variables)
            assert [entry["heard"] for entry in run.trace if entry["event"] == "sent"] == [True] * heard
