"""Signals, errors and escalations: who hears them, who does not, and what goes on meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from engine import flow
from tests.flow.drawing import Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.test_admission import codes
from tests.flow.test_steps import Case, row, user


def inner(key: str, *nodes: tuple[str, str, dict[str, Any]], **end: Any) -> Model:
    """A level with one way through: its start, the nodes, and an end event of the given kind."""
    model = Model(key=key).node("startEvent", f"{key}_s").node("endEvent", f"{key}_e", **end)
    for kind, name, settings in nodes:
        model.node(kind, name, **settings)
    return model.wire(f"{key}_s", *[name for _, name, _ in nodes], f"{key}_e")


def inside(model: Model, name: str = "sub", **settings: Any) -> tuple[str, str, dict[str, Any]]:
    return "subProcess", name, {"inside": model, **settings}


def border(model: Model, host: str, name: str = "b", **settings: Any) -> Model:
    """An event on the border of `host` that leads to a task of the name `by_<event>`."""
    model.node("boundaryEvent", name, host=host, **settings)
    return (
        model.node("userTask", f"by_{name}")
        .node("endEvent", f"{name}_end")
        .wire(name, f"by_{name}", f"{name}_end")
    )


# Signals ---------------------------------------------------------------------------------------


def test_a_signal_is_heard_by_all_who_wait_in_the_process_that_throws_it() -> None:
    model = row(inside(inner("q", user("w")), collection="units", item="unit"), user("after"))
    border(model, "sub", signal="alarm", interrupting=False)
    model.node("parallelGateway", "f").node("intermediateCatchEvent", "c", signal="alarm")
    model.node("userTask", "u").node("intermediateThrowEvent", "t", signal="alarm").node("endEvent", "e2")
    model.unwire("s")
    model.node("userTask", "warned").node("endEvent", "e3")
    model.wire("s", "f", "sub").wire("f", "c", "warned", "e2").wire("f", "u", "t", "e3")
    case = Case(model, units=[1])
    assert case.step.awaited_signals == ["alarm"]
    step = case.do("u")
    assert step.signals == ["alarm"]
    assert sorted(case.open()) == ["by_b", "w", "warned"]
    assert step.awaited_signals == ["alarm"]  # what does not interrupt hears the next one too


def test_a_signal_thrown_before_anybody_waits_is_gone() -> None:
    model = row(
        ("intermediateThrowEvent", "t", {"signal": "alarm"}),
        ("intermediateCatchEvent", "c", {"signal": "alarm"}),
    )
    case = Case(model)
    assert (case.step.signals, case.step.completed) == (["alarm"], False)
    assert case.signal("calm").caught is False
    assert case.signal("alarm").completed


def test_a_signal_from_another_process_brings_its_variables() -> None:
    case = Case(border(row(user("u")), "u", signal="alarm"))
    other = Case(row(("intermediateThrowEvent", "t", {"signal": "alarm"})))
    for name in other.step.signals:
        assert case.signal(name, why="洪水").caught
    assert case.open() == ["by_b"]
    assert case.step.variables == {"why": "洪水"}


def test_one_who_is_interrupted_by_the_signal_hears_it_no_more() -> None:
    level = inner("q", user("w"))
    border(level, "w", "near", signal="alarm")
    case = Case(border(row(inside(level)), "sub", "outer", signal="alarm"))
    case.signal("alarm")
    assert case.open() == ["by_outer"]


def test_a_signal_end_event_that_interrupts_its_own_subprocess_ends_nothing_more() -> None:
    model = row(inside(inner("q", user("w"), signal="done")), user("after"))
    case = Case(border(model, "sub", signal="done"))
    step = case.do("w")
    assert case.open() == ["by_b"]
    assert step.end_events == ["q_e"]


def test_an_event_may_throw_several_things_in_order() -> None:
    model = row(("intermediateThrowEvent", "t", {"signal": "alarm", "message": "told", "escalation": "X"}))
    case = Case(model)
    assert (case.step.signals, case.step.thrown, case.step.escalated) == (["alarm"], ["told"], ["X"])


# Errors ----------------------------------------------------------------------------------------


def test_an_error_ends_everything_in_its_subprocess() -> None:
    level = inner("q", user("w"), error="E1")
    level.node("parallelGateway", "f").node("userTask", "x").node("endEvent", "x_e")
    level.unwire("q_s").wire("q_s", "f", "w").wire("f", "x", "x_e")
    case = Case(
        border(row(inside(level, collection="units"), user("after")), "sub", error="E1"), units=[1, 2]
    )
    keys = case.step.open_keys
    step = case.do("w", 1)
    assert set(step.withdrawn) < set(keys) and len(step.withdrawn) == 3
    assert case.open() == ["by_b"]
    assert step.end_events == ["q_e"]


def test_the_very_code_goes_before_any_code_and_the_nearer_before_the_further() -> None:
    deep = inner("deep", user("w"), error="E1")
    level = inner("q", inside(deep, "innermost"))
    model = row(inside(level), user("after"))
    case = Case(border(border(model, "sub", "any", error=""), "sub", "very", error="E1"))
    case.do("w")
    assert case.open() == ["by_very"]
    border(level, "innermost", "near", error="")
    case = Case(model)
    case.do("w")
    assert case.open() == ["by_near"]


def test_an_error_of_another_code_goes_past() -> None:
    level = inner("q", inside(inner("deep", user("w"), error="E2"), "innermost"))
    border(level, "innermost", "near", error="E1")
    case = Case(border(row(inside(level)), "sub", "outer", error="E2"))
    case.do("w")
    assert case.open() == ["by_outer"]


def test_an_error_that_nobody_handles_fails_the_step_and_changes_nothing() -> None:
    case = Case(border(row(inside(inner("q", user("w"), error="E1"))), "sub", error="E2"))
    before = case.step.state
    with pytest.raises(flow.StepFailed, match="E1") as failure:
        case.do("w")
    assert failure.value.element == "q_e"
    assert isinstance(failure.value.cause, flow.BpmnError)
    assert case.step.state == before
    assert case.open() == ["w"]


def refuse(variables: dict[str, Any]) -> None:
    raise flow.BpmnError("no-budget", {"short_by": 3})


def test_a_function_may_raise_an_error_of_the_process() -> None:
    model = row(user("u"), ("serviceTask", "n", {"function": "pay"}), user("after"))
    case = Case(border(model, "n", error="no-budget"), {"pay": refuse})
    step = case.do("u")
    assert case.open() == ["by_b"]
    assert step.variables == {"short_by": 3}
    assert "after" not in step.entered


def test_an_error_in_one_run_of_a_loop_ends_the_whole_loop() -> None:
    service = ("serviceTask", "n", {"function": "pay"})
    model = row(inside(inner("q", user("w"), service), collection="units"), user("after"))
    case = Case(border(model, "sub", error=""), {"pay": refuse}, units=[1, 2, 3])
    step = case.do("w", 1)
    assert len(step.withdrawn) == 2
    assert case.open() == ["by_b"]
    assert step.variables["short_by"] == 3


def test_what_goes_wrong_in_a_function_is_no_error_of_the_process() -> None:
    def broken(variables: dict[str, Any]) -> None:
        raise OSError("no route")

    model = border(row(user("u"), ("serviceTask", "n", {"function": "pay"})), "n", error="")
    case = Case(model, {"pay": broken})
    with pytest.raises(flow.StepFailed) as failure:
        case.do("u")
    assert isinstance(failure.value.cause, OSError)


# Escalations -----------------------------------------------------------------------------------


def test_an_escalation_that_does_not_interrupt_lets_both_go_on() -> None:
    level = inner("q", user("w"), ("intermediateThrowEvent", "t", {"escalation": "X"}), user("w2"))
    case = Case(border(row(inside(level)), "sub", escalation="X", interrupting=False))
    case.do("w")
    assert sorted(case.open()) == ["by_b", "w2"]
    assert case.step.escalated == []


def test_an_escalation_that_interrupts_takes_its_thrower_away() -> None:
    level = inner("q", user("w"), ("intermediateThrowEvent", "t", {"escalation": "X"}), user("w2"))
    case = Case(border(row(inside(level)), "sub", escalation=""))
    case.do("w")
    assert case.open() == ["by_b"]


def test_the_last_token_may_escalate_as_it_ends() -> None:
    model = row(inside(inner("q", user("w"), escalation="X")), user("after"))
    case = Case(border(model, "sub", escalation="X", interrupting=False))
    case.do("w")
    assert sorted(case.open()) == ["after", "by_b"]


def test_an_escalation_that_nobody_handles_is_told_and_goes_on() -> None:
    case = Case(border(row(inside(inner("q", user("w"), escalation="Y"))), "sub", escalation="X"))
    step = case.do("w")
    assert (step.escalated, step.completed) == (["Y"], True)


# What is refused -------------------------------------------------------------------------------


def test_a_task_that_ends_with_an_error_goes_on_where_it_is_handled_from_the_inside_out() -> None:
    model = row(inside(inner("q", user("w"), user("v")), collection="units", item="unit"), user("after"))
    border(border(model, "sub", error="E1"), "sub", "c", error="")
    level = model.nodes["sub"].inside
    assert level is not None
    border(level, "w", "own", error="E2")
    case = Case(model, units=[1, 2])
    first = case.key("w")
    step = case.fail("w", "E2", why="lost")
    assert (sorted(case.open()), step.withdrawn) == (
        ["by_own", "w"],
        [],
    )  # the one who did it is not told to stop
    assert first not in step.open_keys and step.opened[0].variables["why"] == "lost"
    assert [(each.element, each.how) for each in step.passages][:2] == [
        ("own", "entered"),
        ("w", "cancelled"),
    ]
    step = case.fail("w", "E1", late=True)
    assert case.open() == ["by_b"] and len(step.withdrawn) == 1
    assert step.variables == {"units": [1, 2], "late": True}
    assert case.do("by_b").completed


def test_a_task_may_end_with_any_error_but_one_that_nobody_handles_changes_nothing() -> None:
    caught = Case(border(row(user("u"), user("v")), "u", error=""))
    assert caught.fail("u", "whatever").entered == ["b", "by_b"]
    case = Case(border(row(user("u"), user("v")), "u", error="E1"))
    before = case.step.state
    with pytest.raises(flow.StepFailed) as failed:
        case.fail("u", "E2")
    assert (failed.value.element, str(failed.value.cause)) == ("u", "E2")
    with pytest.raises(flow.UnfitVariables):
        case.fail("u", "E1", bad={1, 2})
    with pytest.raises(flow.UnknownTask):
        flow.fail(case.definition, before, "0-1", flow.BpmnError("E1"), {}, NOW)
    assert case.do("u").entered == ["v"]


REFUSED = {
    "an error on a task that can raise none": (
        "no-host",
        border(row(("manualTask", "u", {})), "u", error="E1"),
    ),
    "an escalation on a task": ("no-host", border(row(user("u")), "u", escalation="X")),
    "an error that does not interrupt": (
        "always-interrupting",
        border(row(inside(inner("q", user("w")))), "sub", error="E1", interrupting=False),
    ),
    "two handlers of one error": (
        "handler-twice",
        border(border(row(inside(inner("q", user("w")))), "sub", "b", error="E"), "sub", "c", error="E"),
    ),
    "an error waited for in the flow": (
        "misplaced-element",
        row(("intermediateCatchEvent", "c", {"error": "E1"})),
    ),
    "an error of no code thrown": ("no-code", row(inside(inner("q", user("w"), error="")))),
    "an escalation of no code thrown": ("no-code", row(("intermediateThrowEvent", "t", {"escalation": ""}))),
    "an error and a message thrown together": (
        "no-event",
        row(inside(inner("q", user("w"), error="E", message="m"))),
    ),
    "a message awaited with nothing said": ("no-event", row(("intermediateCatchEvent", "c", {}))),
}


@pytest.mark.parametrize("name", REFUSED)
def test_events_that_could_not_occur_as_drawn_are_refused(name: str) -> None:
    code, model = REFUSED[name]
    assert code in codes(as_bpmn(model))


def test_references_that_lead_nowhere_are_refused() -> None:
    xml = as_bpmn(row(("intermediateThrowEvent", "t", {"signal": "alarm"})))
    assert codes(xml.replace(b'signalRef="sig_alarm"', b'signalRef="ghost"')) == {"dangling-reference"}
    assert codes(xml.replace(b'signalRef="sig_alarm"', b"")) == {"no-signal"}
    assert codes(xml.replace(b'name="alarm"', b"")) == {"no-signal"}


def test_signals_are_told_of_a_definition() -> None:
    definition = flow.admit(as_bpmn(row(("intermediateThrowEvent", "t", {"signal": "alarm"}))), file="x")
    assert definition.signals == {"alarm"}
    assert flow.start(definition, {}, {}, NOW).completed
