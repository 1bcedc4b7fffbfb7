"""Events where activities are called, repeated, or take several tokens."""

from __future__ import annotations

from typing import Any

import pytest

from engine import flow
from tests.flow.drawing import Model, as_bpmn
from tests.flow.test_admission import codes
from tests.flow.test_compensation import finish, throw, undo
from tests.flow.test_event_subprocesses import handler
from tests.flow.test_events import border, inner
from tests.flow.test_steps import Case, row, user


def call(model: Model, name: str = "call", **settings: Any) -> tuple[str, str, dict[str, Any]]:
    return "callActivity", name, {"called": model, **settings}


def test_an_error_of_a_called_process_is_handled_on_the_border_of_the_call() -> None:
    case = Case(border(row(call(inner("q", user("w"), error="E")), user("after")), "call", error="E"))
    case.do("w", only="inside")
    assert case.open() == ["by_b"]
    assert case.step.variables == {}  # a called process has variables of its own


def test_a_called_process_hears_signals_and_escalates_outwards() -> None:
    called = handler(inner("q", user("w"), escalation="X"), signal="alarm", interrupting=False)
    case = Case(border(row(call(called), user("after")), "call", escalation="", interrupting=False))
    case.signal("alarm")
    case.do("h_task")
    case.do("w")
    assert sorted(case.open()) == ["after", "by_b"]


def test_a_condition_in_a_called_process_looks_at_its_own_variables() -> None:
    called = handler(inner("q", user("w"), user("w2")), condition="late")
    case = Case(row(call(called, into={"late": "false"})), late=True)
    assert case.open() == ["w"]
    case.do("w", late=True)
    assert case.open() == ["h_task"]


def test_a_call_is_undone_by_its_own_handler_and_by_no_other() -> None:
    called = undo(inner("q", user("a")), "a")
    assert finish(Case(row(call(called), throw(), user("after")))) == ["a", "after"]
    assert finish(Case(undo(row(call(called), throw(), user("after")), "call"))) == ["a", "un_call", "after"]


def test_what_is_undone_inside_a_called_process_is_what_was_done_there() -> None:
    called = undo(inner("q", user("a"), throw("q_t")), "a")
    case = Case(undo(row(user("u"), call(called), user("after")), "u"))
    assert finish(case) == ["u", "a", "un_a", "after"]


def test_each_run_of_a_standard_loop_is_undone() -> None:
    case = Case(undo(row(user("u", maximum=2), throw(), user("after")), "u"))
    assert finish(case) == ["u", "u", "un_u", "un_u", "after"]


def test_what_undoes_may_be_a_standard_loop() -> None:
    model = undo(row(user("u"), throw(), user("after")), "u")
    model.nodes["un_u"].maximum = 3
    assert finish(Case(model)) == ["u", "un_u", "un_u", "un_u", "after"]


def test_tokens_that_gather_hear_no_message_yet() -> None:
    model = row(user("u", completion=2), ("receiveTask", "r", {"message": "m", "start": 3}), user("after"))
    case = Case(model)
    case.do("u")
    assert case.awaited() == [] and not case.hear("m").caught


def test_a_process_that_begins_by_events_alone_cannot_be_called() -> None:
    called = inner("q", user("w"))
    called.nodes["q_s"].message = "mail"
    assert codes(as_bpmn(row(call(called)))) == {"called-start"}
    outside = flow.admit(as_bpmn(called), file="q.bpmn")
    xml = as_bpmn(row(call(Model(key="q")))).split(b'<bpmn:process id="q"')[0] + b"</bpmn:definitions>"
    with pytest.raises(flow.DefinitionRefused, match="called-start"):
        flow.admit(xml, file="p.bpmn", called=lambda key, pin: outside)


QUANTITIES = {
    "an event subprocess": ("event-subprocess", handler(row(user("u")), message="m"), b'id="h_sub"'),
    "a transaction": (
        "transaction-loop",
        row(("transaction", "sub", {"inside": inner("q", user("w")), "maximum": 2})),
        b"",
    ),
}


@pytest.mark.parametrize("name", QUANTITIES)
def test_what_cannot_be_repeated_is_refused(name: str) -> None:
    code, model, place = QUANTITIES[name]
    xml = as_bpmn(model)
    assert code in codes(xml.replace(place, place + b' startQuantity="2"') if place else xml)
