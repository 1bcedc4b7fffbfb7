"""Event subprocesses: when they begin, what they interrupt, what waits for them."""

from __future__ import annotations

from typing import Any

import pytest

from engine import flow
from tests.flow.drawing import HEAD, Model, as_bpmn
from tests.flow.test_admission import codes
from tests.flow.test_events import border, inner, inside
from tests.flow.test_steps import Case, row, user


def handler(
    model: Model, name: str = "h", *nodes: Any, end: dict[str, Any] | None = None, **start: Any
) -> Model:
    """An event subprocess with one task of the name `<name>_task`, or the nodes that are given."""
    level = inner(name, *(nodes or [user(f"{name}_task")]), **(end or {}))
    for setting, value in start.items():
        setattr(level.nodes[f"{name}_s"], setting, value)
    return model.node("subProcess", name + "_sub", inside=level, by_event=True)


def test_one_that_interrupts_is_all_that_goes_on_and_completes_its_level() -> None:
    level = handler(inner("q", user("w")), message="recall")
    handler(level, "aside", signal="alarm", interrupting=False)
    case = Case(row(inside(level), user("after")))
    case.signal("alarm")
    keys = case.step.open_keys
    step = case.hear("recall")
    assert (step.withdrawn, case.open()) == (keys, ["h_task"])
    assert not case.hear("recall").caught and not case.signal("alarm").caught
    assert case.do("h_task").end_events == ["h_e"]
    assert case.open() == ["after"]  # absorbed: the flow goes on behind the subprocess (13.5.4)


def test_of_one_that_does_not_interrupt_any_number_go_on_and_all_are_waited_for() -> None:
    case = Case(
        row(inside(handler(inner("q", user("w")), message="urge", interrupting=False)), user("after"))
    )
    case.hear("urge")
    case.hear("urge")
    assert sorted(case.open()) == ["h_task", "h_task", "w"]
    case.do("h_task")
    case.do("w")
    assert case.open() == ["h_task"]
    case.do("h_task")
    assert case.open() == ["after"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_one_that_a_condition_begins_hears_what_is_thrown_later_in_the_same_step(interrupting: bool) -> None:
    """It waits for its events from the moment it has begun, and not only when its own turn comes (10.5.6)."""
    reaction = handler(inner("h", user("h_task")), "g", signal="alarm", interrupting=False)
    level = handler(inner("q", user("w")), condition="a", interrupting=interrupting)
    level.nodes["h_sub"].inside = reaction
    reaction.nodes["h_s"].condition, reaction.nodes["h_s"].interrupting = "a", interrupting
    model = Model().node("startEvent", "s").node("parallelGateway", "f").node("parallelGateway", "j")
    model.node("userTask", "u").node("intermediateThrowEvent", "t", signal="alarm").node("endEvent", "e")
    model.node("subProcess", "sub", inside=level).wire("s", "f", "u", "t", "j", "e").wire("f", "sub", "j")
    case = Case(model, a=False)
    step = case.do("u", a=True)
    assert step.entered.index("h_sub") < step.entered.index("t") < step.entered.index("g_sub")
    assert sorted(case.open()) == ["g_task", "h_task"] + ([] if interrupting else ["w"])


def test_none_begins_any_more_when_nothing_else_goes_on() -> None:
    model = handler(row(user("u")), message="urge", interrupting=False)
    case = Case(model)
    case.hear("urge")
    case.do("u")
    assert case.awaited() == []
    assert not case.hear("urge").caught
    assert case.do("h_task").completed


def test_none_begins_by_itself() -> None:
    model = handler(handler(row(user("u")), error="E1"), "g", escalation="X")
    case = Case(model)
    assert case.step.entered == ["s", "u"]
    assert case.do("u").end_events == ["e"]
    assert case.step.completed


def test_the_inner_handler_takes_an_error_before_the_border_and_may_throw_it_on() -> None:
    level = handler(inner("q", user("w"), error="E1"), error="E1")
    case = Case(border(row(inside(level), user("after")), "sub", error="E1"))
    case.do("w")
    assert case.open() == ["h_task"]
    case.do("h_task")
    assert case.open() == ["after"]
    level = handler(inner("q", user("w"), error="E1"), error="E1", end={"error": "E1"})
    case = Case(border(row(inside(level), user("after")), "sub", error="E1"))
    case.do("w")
    case.do("h_task")
    assert case.open() == ["by_b"]


def test_an_escalation_thrown_on_does_not_begin_its_own_handler_again() -> None:
    throw = ("intermediateThrowEvent", "t", {"escalation": "X"})
    level = inner("q", user("w"), throw, user("w2"))
    handler(level, escalation="X", interrupting=False, end={"escalation": "X"})
    case = Case(border(row(inside(level)), "sub", escalation="X", interrupting=False))
    case.do("w")
    assert sorted(case.open()) == ["h_task", "w2"]
    case.do("h_task")
    assert sorted(case.open()) == ["by_b", "w2"]


def test_in_a_loop_only_the_run_that_is_concerned_is_interrupted() -> None:
    level = handler(inner("q", user("w")), message="recall")
    case = Case(row(inside(level, collection="units", item="unit")), units=[1, 2])
    case.hear("recall", case.key("w", 1), why="改派")
    seen = {task.node: task.variables for task in case.tasks()}
    assert (seen["h_task"]["unit"], seen["h_task"]["why"]) == (2, "改派")
    assert (seen["w"]["unit"], "why" in seen["w"]) == (1, False)
    case.do("w")
    assert case.do("h_task").completed


def test_they_may_be_nested() -> None:
    deep = handler(inner("h", user("h_task")), "deep", message="urge", interrupting=False)
    deep.nodes["h_s"].signal = "alarm"
    model = row(user("u")).node("subProcess", "h_sub", inside=deep, by_event=True)
    case = Case(model)
    assert not case.hear("urge").caught
    case.signal("alarm")
    case.hear("urge")
    assert sorted(case.open()) == ["deep_task", "h_task"]
    case.do("h_task")
    assert case.do("deep_task").completed


def test_a_terminate_event_inside_ends_that_event_subprocess_alone() -> None:
    case = Case(handler(row(user("u")), message="urge", interrupting=False, end={"terminate": True}))
    case.hear("urge")
    case.do("h_task")
    assert case.open() == ["u"]


TIMED = (
    f'{HEAD}<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/><bpmn:userTask id="u"/>'
    '<bpmn:endEvent id="e"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="u"/>'
    '<bpmn:sequenceFlow id="f2" sourceRef="u" targetRef="e"/>'
    '<bpmn:subProcess id="h" triggeredByEvent="true"><bpmn:startEvent id="hs" isInterrupting="{interrupting}">'
    "<bpmn:timerEventDefinition><bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition>"
    '</bpmn:startEvent><bpmn:userTask id="late"/><bpmn:endEvent id="he"/>'
    '<bpmn:sequenceFlow id="g1" sourceRef="hs" targetRef="late"/>'
    '<bpmn:sequenceFlow id="g2" sourceRef="late" targetRef="he"/></bpmn:subProcess>'
    "</bpmn:process></bpmn:definitions>"
)


@pytest.mark.parametrize(("interrupting", "left"), [("true", ["late"]), ("false", ["u", "late"])])
def test_a_time_runs_from_the_beginning_of_the_level(interrupting: str, left: list[str]) -> None:
    case = Case(TIMED.replace("{interrupting}", interrupting).encode())
    assert not case.wait(days=2).caught
    assert case.wait(days=1).caught
    assert case.open() == left
    assert case.step.next_timer is None


def test_a_waiting_one_costs_little_and_its_state_comes_back() -> None:
    plain = Case(row(user("u")))
    case = Case(handler(row(user("u")), message="urge", interrupting=False))
    assert len(case.step.state) - len(plain.step.state) <= 4
    for _ in range(20):
        case.hear("urge")
        case.do("h_task")
    assert len(case.step.state) - len(plain.step.state) <= 6


REFUSED = {
    "flows": ("event-subprocess", handler(row(user("u")), message="m").wire("u", "h_sub")),
    "a border": ("event-subprocess", border(handler(row(user("u")), message="m"), "h_sub", message="n")),
    "no event": ("no-event", handler(row(user("u")))),
    "an error that does not interrupt": (
        "always-interrupting",
        handler(row(user("u")), error="E", interrupting=False),
    ),
    "the same error twice": ("handler-twice", handler(handler(row(user("u")), error="E"), "g", error="E")),
    "an event at the start of an ordinary subprocess": (
        "wrong-event",
        row(
            inside(
                Model(key="q").node("startEvent", "qs", message="m").node("endEvent", "qe").wire("qs", "qe")
            )
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_an_event_subprocess_cannot_have_is_refused(name: str) -> None:
    code, model = REFUSED[name]
    assert code in codes(as_bpmn(model))


def test_a_loop_on_an_event_subprocess_is_refused() -> None:
    model = handler(row(user("u")), message="m")
    model.nodes["h_sub"].collection = "units"
    with pytest.raises(flow.DefinitionRefused, match="event-subprocess"):
        flow.admit(as_bpmn(model), file="x")
