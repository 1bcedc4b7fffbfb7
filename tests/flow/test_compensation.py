"""Compensation and transactions: what is undone, in which order, how often, and with which data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import flow
from tests.flow.drawing import DEFAULT, Model, as_bpmn
from tests.flow.test_admission import codes
from tests.flow.test_event_subprocesses import handler
from tests.flow.test_events import border, inner, inside
from tests.flow.test_steps import Case, row, user

DRAWINGS = Path(__file__).parent / "drawings"


def undo(model: Model, *hosts: str) -> Model:
    """Every named activity is undone by a task of the name `un_<host>`."""
    for host in hosts:
        model.node("boundaryEvent", f"z_{host}", host=host, compensation="", undone_by=f"un_{host}")
        model.node("userTask", f"un_{host}", for_compensation=True)
    return model


def throw(name: str = "t", activity: str = "") -> tuple[str, str, dict[str, Any]]:
    return "intermediateThrowEvent", name, {"compensation": activity}


def finish(case: Case) -> list[str]:
    """Do whatever is open, one after the other; gives the nodes in their order."""
    done = []
    while not case.step.completed:
        node = case.open()[0]
        done.append(node)
        case.do(node)
    return done


def test_what_is_completed_is_undone_in_reverse_order_and_the_flow_goes_on_when_all_is() -> None:
    case = Case(undo(row(user("u"), user("v"), user("w"), throw(), user("after")), "u", "v"))
    seen = []
    for node in ("u", "v", "w", "un_v", "un_u", "after"):
        seen.append(case.open())
        case.do(node)
    assert seen == [["u"], ["v"], ["w"], ["un_v"], ["un_u"], ["after"]]
    assert case.step.completed


def test_what_is_not_completed_is_not_undone() -> None:
    model = Model().node("startEvent", "s").node("parallelGateway", "f").node("endEvent", "e")
    model.node("userTask", "u").node("userTask", "v").node("userTask", "w").node("endEvent", "e2")
    model.node("intermediateThrowEvent", "t", compensation="").wire("s", "f", "u", "e").wire(
        "f", "v", "t", "w", "e2"
    )
    case = Case(undo(model, "u", "v"))
    case.do("v")
    assert sorted(case.open()) == ["u", "un_v"]
    case.do("un_v")
    assert sorted(case.open()) == ["u", "w"]


def test_each_is_undone_once() -> None:
    case = Case(undo(row(user("u"), throw("t1"), throw("t2"), user("after")), "u"))
    assert finish(case) == ["u", "un_u", "after"]


def test_what_was_done_twice_is_undone_twice() -> None:
    model = Model().node("startEvent", "s").node("exclusiveGateway", "m").node("userTask", "u")
    model.node("exclusiveGateway", "x").node("endEvent", "e", compensation="")
    model.wire("s", "m", "u", "x").wire("x", "m", condition="again").wire("x", "e", condition=DEFAULT)
    case = Case(undo(model, "u"))
    case.do("u", again=True)
    case.do("u", again=False)
    assert finish(case) == ["un_u", "un_u"]


def test_one_activity_may_be_named() -> None:
    case = Case(undo(row(user("u"), user("v"), throw("t", "u"), user("w"), throw("t2")), "u", "v"))
    assert finish(case) == ["u", "v", "un_u", "w", "un_v"]


def test_naming_what_has_not_been_done_undoes_nothing() -> None:
    case = Case(undo(row(throw("t", "u"), user("u")), "u"))
    assert finish(case) == ["u"]


def test_a_subprocess_is_undone_by_undoing_what_was_done_in_it_last_first() -> None:
    level = undo(inner("q", user("a"), user("b")), "a", "b")
    case = Case(undo(row(user("u"), inside(level), user("v"), throw(), user("after")), "u", "v"))
    assert finish(case) == ["u", "a", "b", "v", "un_v", "un_b", "un_a", "un_u", "after"]


def test_what_an_event_on_its_border_led_to_is_undone_before_the_activity_itself() -> None:
    """The standard says so of both orders of completion (13.5.5)."""
    model = undo(
        border(row(user("u"), user("w"), throw()), "u", message="m", interrupting=False), "u", "by_b"
    )
    case = Case(model)
    case.hear("m")
    for node in ("by_b", "u", "w"):
        case.do(node)
    assert finish(case) == ["un_by_b", "un_u"]
    case = Case(model)
    case.hear("m")
    for node in ("u", "by_b", "w"):
        case.do(node)
    assert finish(case) == ["un_by_b", "un_u"]


def test_a_handler_on_the_border_of_a_subprocess_takes_the_place_of_what_is_in_it() -> None:
    level = undo(inner("q", user("a")), "a")
    case = Case(undo(row(inside(level), throw(), user("after")), "sub"))
    assert finish(case) == ["a", "un_sub", "after"]


def test_an_event_subprocess_says_how_its_subprocess_is_undone() -> None:
    level = undo(inner("q", user("a"), user("b")), "a", "b")
    handler(level, "h", user("look"), throw("h_t", "a"), compensation="")
    case = Case(row(inside(level), throw(), user("after")))
    assert finish(case) == ["a", "b", "look", "un_a", "after"]


def test_a_subprocess_that_has_been_interrupted_or_terminated_is_not_undone() -> None:
    level = undo(inner("q", user("a"), user("c")), "a")
    model = border(row(inside(level), user("after")), "sub", message="stop")
    case = Case(
        model.unwire("by_b").node("intermediateThrowEvent", "t", compensation="").wire("by_b", "t", "b_end")
    )
    case.do("a")
    case.hear("stop")
    assert finish(case) == ["by_b"]
    level = undo(inner("q", user("a"), terminate=True), "a")
    assert finish(Case(row(inside(level), throw(), user("after")))) == ["a", "after"]


def test_an_error_handler_inside_undoes_what_has_been_done_and_throws_the_error_on() -> None:
    """The standard's own example (10.5.6), drawn: open it in a modeler."""
    case = Case((DRAWINGS / "booking.bpmn").read_bytes(), money=False)
    assert finish(case) == ["hotel", "flight", "pay", "cancel_flight", "cancel_hotel", "tell"]
    assert case.step.end_events == ["stayed"]
    case = Case((DRAWINGS / "booking.bpmn").read_bytes(), money=True)
    assert finish(case) == ["hotel", "flight", "pay"]


def test_runs_of_a_loop_are_undone_with_their_own_data_last_first() -> None:
    level = undo(inner("q", user("a")), "a")
    model = row(inside(level, collection="units", item="unit"), throw(), user("after"))
    case = Case(model, units=["甲", "乙", "丙"])
    for place, number in ((1, 20), (0, 10), (0, 30)):
        case.do("a", place, number=number)
    seen = []
    while case.open() == ["un_a"]:
        (task,) = case.tasks()
        seen.append((task.variables["unit"], task.variables["number"]))
        case.do("un_a", number=0)
    assert seen == [("丙", 30), ("甲", 10), ("乙", 20)]
    assert "number" not in case.step.variables


def test_runs_of_a_loop_that_was_broken_off_are_not_undone() -> None:
    model = undo(
        border(row(user("u", collection="units", item="unit"), user("after")), "u", message="stop"), "u"
    )
    model.unwire("by_b").node("intermediateThrowEvent", "t", compensation="").wire("by_b", "t", "b_end")
    case = Case(model, units=[1, 2])
    case.do("u")
    case.hear("stop")
    assert finish(case) == ["by_b"]


def test_what_undoes_may_be_a_function_a_loop_or_a_subprocess() -> None:
    model = undo(row(user("u"), user("v"), user("w"), throw(), user("after")), "u", "v", "w")
    model.nodes["un_u"].kind, model.nodes["un_u"].function = "serviceTask", "note"
    model.nodes["un_v"].collection = "units"
    model.nodes["un_w"].kind, model.nodes["un_w"].inside = "subProcess", inner("z", user("z1"), user("z2"))
    case = Case(model, {"note": lambda variables: {"noted": True}}, units=[1, 2])
    assert finish(case) == ["u", "v", "w", "z1", "z2", "un_v", "un_v", "after"]
    assert case.step.variables["noted"] is True


def test_interrupting_the_level_ends_the_undoing() -> None:
    model = handler(undo(row(user("u"), throw(), user("after")), "u"), message="stop")
    case = Case(model)
    case.do("u")
    assert case.open() == ["un_u"]
    assert case.hear("stop").withdrawn
    assert finish(case) == ["h_task"]


def test_a_level_ends_although_the_thrower_was_taken_away_meanwhile() -> None:
    """The event subprocess that threw is terminated from its other branch while its level undoes."""
    level = (
        Model(key="h")
        .node("startEvent", "h_s", message="undo", interrupting=False)
        .node("parallelGateway", "f")
    )
    level.node("intermediateThrowEvent", "t", compensation="").node("userTask", "stop")
    level.node("endEvent", "h_e").node("endEvent", "h_stop", terminate=True)
    level.wire("h_s", "f", "t", "h_e").wire("f", "stop", "h_stop")
    model = undo(row(user("u"), user("v")), "u").node("subProcess", "h", inside=level, by_event=True)
    case = Case(model)
    case.do("u")
    case.hear("undo")
    case.do("stop")
    case.do("v")
    assert case.open() == ["un_u"]
    assert case.do("un_u").completed


def test_a_plain_process_remembers_nothing() -> None:
    plain, undoable = Case(row(user("u"), user("v"))), Case(undo(row(user("u"), user("v")), "u"))
    assert len(undoable.step.state) == len(plain.step.state)
    plain.do("u")
    undoable.do("u")
    assert 0 < len(undoable.step.state) - len(plain.step.state) <= 8
    assert len(undoable.do("v").state) == len(plain.do("v").state)


# Transactions ----------------------------------------------------------------------------------


def booked() -> Model:
    level = Model(key="q").node("startEvent", "qs").node("parallelGateway", "f").node("userTask", "hotel")
    level.node("userTask", "flight").node("userTask", "decide").node("exclusiveGateway", "x")
    level.node("endEvent", "booked").node("endEvent", "cancelled", cancel="")
    level.wire("qs", "f", "flight", "booked").wire("f", "hotel", "decide", "x")
    level.wire("x", "cancelled", condition="cancel").wire("x", "booked", condition=DEFAULT)
    model = row(("transaction", "sub", {"inside": undo(level, "hotel", "flight")}), user("after"))
    return border(border(model, "sub", cancel=""), "sub", "failed", error="")


def test_a_cancelled_transaction_ends_all_undoes_what_was_done_and_goes_on_from_its_border() -> None:
    case = Case(booked())
    key = case.key("flight")
    case.do("hotel")
    step = case.do("decide", cancel=True)
    assert step.withdrawn == [key] and case.open() == ["un_hotel"]
    assert finish(case) == ["un_hotel", "by_b"]


def test_a_transaction_that_is_not_cancelled_is_a_subprocess() -> None:
    case = Case(booked())
    for node in ("flight", "hotel"):
        case.do(node)
    case.do("decide", cancel=False)
    assert finish(case) == ["after"]


def test_a_transaction_with_nothing_to_undo_goes_on_at_once() -> None:
    level = inner("q", user("w"), cancel="")
    case = Case(border(row(("transaction", "sub", {"inside": level})), "sub", cancel=""))
    case.do("w")
    assert case.open() == ["by_b"]


# What is refused -------------------------------------------------------------------------------

PLAIN = undo(row(user("u"), throw()), "u")


def changed(**settings: Any) -> Model:
    """The plain one with one thing changed: `<node>__<setting>`."""
    model = undo(row(user("u"), throw()), "u")
    for name, value in settings.items():
        node, _, setting = name.partition("__")
        setattr(model.nodes[node], setting, value)
    return model


REFUSED = {
    "nothing that undoes": ("no-handler", changed(z_u__undone_by=None)),
    "undone by an ordinary activity": ("no-handler", changed(un_u__for_compensation=False)),
    "for the undoing of nothing": (
        "stray-handler",
        row(user("u")).node("userTask", "z", for_compensation=True),
    ),
    "a flow to what undoes": ("handler-flow", changed().wire("un_u", "t")),
    "a flow out of the event": ("handler-flow", changed().wire("z_u", "t")),
    "an event on what undoes": ("handler-flow", border(changed(), "un_u", message="m")),
    "two that undo one": (
        "handler-twice",
        changed()
        .node("boundaryEvent", "y", host="u", compensation="", undone_by="un_y")
        .node("userTask", "un_y", for_compensation=True),
    ),
    "a name that cannot be undone": ("not-compensable", row(user("u"), throw("t", "u"))),
    "a name on another level": (
        "not-compensable",
        row(inside(undo(inner("q", user("a")), "a")), throw("t", "a")),
    ),
    "a name that is not there": ("not-compensable", row(throw("t", "ghost"))),
    "a process undone as a whole": ("wrong-event", handler(row(user("u")), compensation="")),
    "two ways to undo a subprocess": (
        "handler-twice",
        undo(row(inside(handler(inner("q", user("a")), compensation=""))), "sub"),
    ),
    "cancelled outside a transaction": ("no-transaction", row(inside(inner("q", user("w"), cancel="")))),
    "cancelled without a way on": (
        "no-transaction",
        row(("transaction", "sub", {"inside": inner("q", user("w"), cancel="")})),
    ),
    "a cancel event on a subprocess": (
        "no-host",
        border(row(inside(inner("q", user("w")))), "sub", cancel=""),
    ),
    "a cancel event that lets all go on": (
        "always-interrupting",
        border(
            row(("transaction", "sub", {"inside": inner("q", user("w"))})),
            "sub",
            cancel="",
            interrupting=False,
        ),
    ),
    "a transaction in a loop": (
        "transaction-loop",
        row(("transaction", "sub", {"inside": inner("q", user("w")), "collection": "units"})),
    ),
    "compensation among other triggers": (
        "no-event",
        undo(row(user("u"), ("intermediateThrowEvent", "t", {"compensation": "", "message": "m"})), "u"),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_not_be_undone_as_drawn_is_refused(name: str) -> None:
    code, model = REFUSED[name]
    assert codes(as_bpmn(PLAIN)) == set()
    assert code in codes(as_bpmn(model))


def test_what_is_remembered_belongs_to_the_state() -> None:
    case = Case(
        undo(row(user("u", collection="units", item="unit"), throw(), user("after")), "u"), units=[1, 2]
    )
    case.do("u", 1)
    case.do("u")
    again = [flow.open_tasks(case.definition, case.step.state, case.now) for _ in range(2)]
    assert again[0] == again[1]
    assert [task.variables["unit"] for task in again[0]] == [1]
