"""A running process with events and compensation taken over to another version, or put on another way by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine import flow
from engine.flow import Cancel, FlowPlan, Go, Start
from tests.flow.drawing import Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.test_compensation import throw, undo
from tests.flow.test_event_subprocesses import handler
from tests.flow.test_events import border, inner, inside
from tests.flow.test_steps import Case, row, user


def taken_over(case: Case, model: Model, plan: FlowPlan | None = None) -> Case:
    """The case in the version that is drawn."""
    new = flow.admit(as_bpmn(model), file="new.bpmn")
    case.step = flow.migrate(case.definition, new, case.step.state, plan or FlowPlan(), {}, case.now).step
    case.definition = new
    return case


def refused(case: Case, model: Model) -> list[tuple[str, str]]:
    with pytest.raises(flow.NotMigratable) as refusal:
        taken_over(case, model)
    return [(misfit.code, misfit.node) for misfit in refusal.value.misfits]


def waiting(message: str | None = "urge", **more: Any) -> Model:
    model = row(user("u"), user("after"))
    return model if message is None else handler(model, message=message, interrupting=False, **more)


def test_an_event_subprocess_more_waits_from_now_and_one_less_waits_no_more() -> None:
    case = taken_over(Case(waiting(None)), handler(waiting(), "late", timer="PT1H", interrupting=False))
    assert case.hear("urge").caught
    assert case.step.next_timer == NOW + timedelta(hours=1)
    case = taken_over(Case(waiting()), waiting(None))
    assert not case.hear("urge").caught and case.open() == ["u"]


def test_one_that_waits_and_one_that_is_under_way_are_kept() -> None:
    case = Case(waiting())
    case.hear("urge")
    case = taken_over(case, waiting())
    assert sorted(case.open()) == ["h_task", "u"] and case.hear("urge").caught
    assert refused(case, waiting(None)) == [("no-place", "h_sub"), ("no-place", "h_sub")]


def test_none_is_added_to_a_level_that_is_completing() -> None:
    case = Case(waiting())
    case.hear("urge")
    case.do("u")
    case.do("after")
    assert case.open() == ["h_task"]
    case = taken_over(case, handler(waiting(), "late", timer="PT1H", interrupting=False))
    assert case.step.next_timer is None and case.do("h_task").completed


def test_what_has_been_heard_must_mean_the_same() -> None:
    def both(second: str) -> Model:
        return row(
            ("intermediateCatchEvent", "c", {"message": "m", "signal": second, "together": True}), user("u")
        )

    case = Case(both("n"))
    case.hear("m")
    assert refused(case, both("other")) == [("bookkeeping", "c")]
    assert taken_over(case, both("n")).signal("n").caught
    assert case.open() == ["u"]


def test_a_cycle_goes_on_and_a_changed_one_is_refused() -> None:
    def cycle(text: str) -> Model:
        return border(row(user("u")), "u", timer=text, interrupting=False)

    case = Case(cycle("R3/PT1H"))
    case.wait(hours=1)
    assert refused(case, cycle("R3/PT2H")) == [("bookkeeping", "b")]
    taken_over(case, cycle("R3/PT1H"))
    case.wait(hours=9)
    assert case.open().count("by_b") == 3
    plain = taken_over(Case(cycle("PT3H")), cycle("R2/PT1H"))
    assert plain.wait(hours=2).caught and plain.open().count("by_b") == 2


def chosen(*events: str) -> Model:
    model = (
        Model().node("startEvent", "s").node("eventBasedGateway", "g").node("endEvent", "e").wire("s", "g")
    )
    for name in events:
        model.node("intermediateCatchEvent", name, message=name).wire("g", name, "e")
    return model


def test_an_undecided_gateway_waits_for_the_same_events() -> None:
    case = Case(chosen("a", "b"))
    assert refused(case, chosen("a", "b", "c")) == [("bookkeeping", "g")]
    assert taken_over(case, chosen("a", "b")).hear("b").completed


def undoable(*more: tuple[str, str, dict[str, Any]]) -> Model:
    level = undo(inner("q", user("a")), "a")
    return undo(
        row(inside(level, collection="units", item="unit"), user("v"), *more, throw(), user("after")), "v"
    )


def test_what_has_been_done_is_undone_in_the_new_version() -> None:
    case = Case(undoable(), units=[1, 2])
    case.do("a")
    case.do("a")
    taken_over(case, undoable(user("w")))
    for node in ("v", "w", "un_v"):
        case.do(node)
    assert [task.variables["unit"] for task in case.tasks()] == [2]
    taken_over(case, undoable())
    for node in ("un_a", "un_a", "after"):
        case.do(node)
    assert case.step.completed


def test_what_can_be_undone_no_more_is_said() -> None:
    case = Case(undo(row(user("u"), user("v"), throw()), "u"))
    case.do("u")
    assert refused(case, row(user("u"), user("v"), throw())) == [("no-place", "u")]


def test_by_hand_nothing_is_begun_outside_the_flow_and_no_listener_taken_away() -> None:
    case = Case(undo(waiting(), "u"))
    tokens = {each.node: each.key for each in flow.live_tokens(case.definition, case.step.state)}
    for change, code in (
        (Start(Go("h_sub")), "no-start"),
        (Start(Go("un_u")), "no-start"),
        (Cancel(tokens["h_sub"]), "listener"),
        (Cancel(tokens["u"]), "nothing-left"),
    ):
        with pytest.raises(flow.NotModifiable) as refusal:
            flow.modify(case.definition, case.step.state, [change], {}, NOW)
        assert refusal.value.code == code
    moved = [Start(Go("after")), Cancel(tokens["u"])]
    step = flow.modify(case.definition, case.step.state, moved, {}, NOW)
    assert [task.node for task in flow.open_tasks(case.definition, step.state, NOW)] == ["after"]


def test_what_is_left_and_cancelled_is_told_in_order() -> None:
    case = Case(chosen("a", "b"))
    step = case.hear("a")
    assert [(each.element, each.how) for each in step.passages] == [
        ("g", "left"),
        ("a", "entered"),
        ("a", "left"),
        ("e", "entered"),
        ("e", "left"),
    ]
    case = Case(undo(row(user("u"), throw()), "u"))
    case.do("u")
    assert [(each.element, each.how) for each in case.do("un_u").passages][:2] == [
        ("un_u", "left"),
        ("t", "left"),
    ]
