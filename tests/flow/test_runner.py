"""A definition run from beginning to end with answers given beforehand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest

from engine import flow
from tests.flow.drawing import DEFAULT, Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.test_events import border
from tests.flow.test_steps import handled, row, timed, urged, user
from tests.flow.test_suggestion_shape import suggestion


def ran(
    model: Model | bytes,
    document: dict[str, Any] | None = None,
    variables: dict[str, Any] | None = None,
    functions: flow.Functions | None = None,
    **settings: Any,
) -> flow.Run:
    """One run, which must come out the same when it is restored from bytes at every step."""
    definition = flow.admit(model if isinstance(model, bytes) else as_bpmn(model), file="drawn.bpmn")
    runs = [
        flow.run(
            definition,
            variables or {},
            flow.read_script(document or {}),
            NOW,
            flow.Settings(restore_every_step=restored, **settings),
            functions,
        )
        for restored in (False, True)
    ]
    assert asdict(runs[0]) == asdict(runs[1])
    return runs[0]


def told(run: flow.Run, *events: str) -> list[str]:
    return [entry.get("element", entry.get("message", "")) for entry in run.trace if entry["event"] in events]


def test_a_run_tells_everything_in_order() -> None:
    model = row(user("u"), ("serviceTask", "n", {"function": "count"}), ("sendTask", "m", {"message": "out"}))
    run = ran(model, {"answers": {"u": [{"approved": True}]}, "functions": {"count": {"left": 7}}}, {"a": 1})
    assert [(entry["step"], entry["event"], entry.get("element")) for entry in run.trace] == [
        (1, "started", None),
        (1, "entered", "s"),
        (1, "left", "s"),
        (1, "entered", "u"),
        (1, "task_opened", "u"),
        (2, "task_completed", "u"),
        (2, "called", None),
        (2, "left", "u"),
        (2, "entered", "n"),
        (2, "left", "n"),
        (2, "entered", "m"),
        (2, "left", "m"),
        (2, "entered", "e"),
        (2, "left", "e"),
        (2, "thrown", None),
    ]
    assert (run.state, run.end_events, run.steps) == ("completed", ["e"], 2)
    assert run.variables == {"a": 1, "approved": True, "left": 7}
    assert run.trace[-1]["message"] == "out"
    assert {entry["at"] for entry in run.trace} == {NOW.isoformat()}


def test_tasks_without_an_answer_leave_it_waiting() -> None:
    run = ran(handled(True), {"w1": [{}]}, {"units": [1, 2]})
    assert run.state == "waiting"
    assert [(task["element"], task["variables"]["unit"]) for task in run.open_tasks] == [("w1", 2)]
    assert run.awaited == ["recall"]
    assert (run.end_events, run.unused) == (["we"], {})


def test_answers_are_given_in_order_and_what_is_left_over_is_said() -> None:
    run = ran(handled(True), {"w1": [{"n": 1}, {"n": 2}, {"n": 3}], "ghost": [{}]}, {"units": [1, 2]})
    assert [e["variables"] for e in run.trace if e["event"] == "task_completed"] == [{"n": 1}, {"n": 2}]
    assert run.unused == {"w1": 1, "ghost": 1}


def test_the_clock_moves_to_what_comes_first() -> None:
    late = ran(timed("P3D"), {"u": [{"variables": {}, "after": "P4D"}], "late": [{}]})
    assert told(late, "entered") == ["s", "u", "b", "late", "e2", "e"]
    assert late.ended_at == (NOW + timedelta(days=4)).isoformat()
    in_time = ran(timed("P3D"), {"u": [{"after": "P3D"}]})  # at the very moment: the answer was in time
    assert (in_time.end_events, told(in_time, "clock")) == (["e"], [])
    moment = (NOW + timedelta(days=2)).isoformat()
    assert ran(timed("P3D"), {"u": [{"at": moment}]}).ended_at == moment


def test_a_clock_that_may_go_no_further_stands_still() -> None:
    run = ran(timed("P3D"), {"u": [{"after": "P9D"}]}, until=NOW + timedelta(days=1))
    assert (run.state, run.ended_at) == ("waiting", NOW.isoformat())
    assert run.next_timer == (NOW + timedelta(days=3)).isoformat()
    assert run.unused == {"u": 1}


def test_a_process_that_begins_at_an_event_begins_with_the_first_that_it_hears() -> None:
    model = (
        Model()
        .node("startEvent", "s", message="asked", signal="opened")
        .node("startEvent", "t", signal="shut")
    )
    model.node("userTask", "u").node("userTask", "v").node("endEvent", "e").wire("s", "u", "e").wire(
        "t", "v", "e"
    )
    events = [
        {"message": "other"},
        {"message": "asked", "after": "P2D"},
        {"signal": "shut", "after": "P1D", "variables": {"why": "late", "n": 2}},
    ]
    run = ran(model, {"answers": {"v": [{}]}, "events": events}, {"n": 1})
    assert (run.state, run.variables) == ("completed", {"why": "late", "n": 2})
    assert told(run, "entered") == ["t", "v", "e"]
    begun = [(entry["event"], entry.get("signal")) for entry in run.trace][:2]
    assert begun == [("sent", "shut"), ("started", None)]
    for script, until in (({"events": events[:1]}, None), ({"events": events}, NOW)):
        waits = ran(model, script, until=until)
        assert (waits.state, waits.awaited, waits.trace) == ("waiting", ["asked"], [])


def test_messages_are_sent_when_they_are_awaited_or_due() -> None:
    waits = row(user("u"), ("receiveTask", "r", {"message": "in"}))
    run = ran(waits, {"answers": {"u": [{}]}, "events": [{"message": "in", "variables": {"x": 1}}]})
    assert (run.state, run.variables) == ("completed", {"x": 1})
    early = ran(
        waits, {"answers": {"u": [{"after": "PT2H"}]}, "events": [{"message": "in", "after": "PT1H"}]}
    )
    assert (early.state, early.awaited) == ("waiting", ["in"])
    assert [entry["heard"] for entry in early.trace if entry["event"] == "sent"] == [False]


def test_a_message_can_be_about_a_task() -> None:
    by_event = ran(urged(), {"events": [{"message": "urge", "task": "w1"}]}, {"units": [1, 2]})
    assert [(task["element"], task["variables"]["unit"]) for task in by_event.open_tasks] == [
        ("w1", 2),
        ("w2", 1),
    ]
    by_answer = ran(urged(), {"w1": [{"message": "urge"}, {}]}, {"units": [1, 2]})
    assert [task["element"] for task in by_answer.open_tasks] == ["w2"]
    assert told(by_answer, "cancelled") == ["w1"]


def test_functions_of_the_caller_come_before_those_of_the_script() -> None:
    model = row(("serviceTask", "n", {"function": "count"}), ("serviceTask", "m", {"function": "count"}))
    document = {"functions": {"count": [{"a": 1}, {"a": 2}]}}
    assert ran(model, document).variables == {"a": 2}
    assert ran(model, document, functions={"count": lambda variables: {"b": 3}}).variables == {"b": 3}
    assert ran(model).variables == {}


def test_a_failure_names_its_element_and_ends_the_run() -> None:
    def failing(variables: dict[str, Any]) -> None:
        raise OSError("no route")

    model = row(user("u"), ("serviceTask", "n", {"function": "f"}))
    run = ran(model, {"u": [{}]}, functions={"f": failing})
    assert (run.state, run.error and run.error["element"]) == ("failed", "n")
    assert run.trace[-1]["event"] == "failed" and "no route" in run.trace[-1]["message"]
    assert [task["element"] for task in run.open_tasks] == ["u"]  # as it was before the step
    unfit = ran(row(user("u")), variables={"a": "\0"})
    assert (unfit.state, unfit.steps) == ("failed", 1)


def test_a_run_that_goes_round_for_ever_is_stopped() -> None:
    model = Model().node("startEvent", "s").node("exclusiveGateway", "x").node("endEvent", "e")
    model.node("intermediateCatchEvent", "c", message="m").node("exclusiveGateway", "again")
    model.wire("s", "x", "c", "again").wire("again", "x", condition="true").wire(
        "again", "e", condition=DEFAULT
    )
    run = ran(model, {"events": [{"message": "m"}] * 20}, step_limit=5)
    assert (run.state, run.steps, run.unused) == ("step_limit", 5, {"events": 16})


def test_a_whole_suggestion_runs_by_itself() -> None:
    answers: dict[str, Any] = {
        "draft": [{}],
        "intake": [{}],
        "intake_review": [{"intake_decision": "accepted"}],
        "assign": [{"answering_units": [1, 2], "co_units": [3]}],
        **{node: [{}, {}, {}] for node in ("sign_for", "draft_reply", "co_sign_for", "co_opinion")},
        "review_reply": [{"review": "on"}] * 3,
        "sign_reply": [{"signing": "on"}] * 3,
        "evaluate": [{"dissatisfied": True}, {"dissatisfied": False}, {"dissatisfied": False}],
        "decide_redo": [{"redo": True}],
    }
    run = ran(suggestion(), {"answers": answers, "functions": {"close_case": [{"closed": True}]}})
    assert (run.state, run.end_events[-1], run.variables["closed"]) == ("completed", "closed", True)
    assert told(run, "entered").count("draft_reply") == 3


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], ""),
        ({"answers": [], "x": 1}, "x"),
        ({"answers": {"u": [1]}}, "answers.u[0]"),
        ({"u": [{"after": "soon"}]}, "answers.u[0].after"),
        ({"u": [{"at": "2026-03-01T00:00:00"}]}, "answers.u[0].at"),
        ({"u": [{"at": 5}]}, "answers.u[0].at"),
        ({"u": [{"at": "2026-03-01T00:00:00Z", "after": "P1D"}]}, "answers.u[0]"),
        ({"u": [{"after": "P1D", "variabels": {}}]}, "answers.u[0].variabels"),
        ({"u": [{"variables": []}]}, "answers.u[0].variables"),
        ({"u": [{"message": 1}]}, "answers.u[0].message"),
        ({"events": [{"after": "P1D"}]}, "events[0]"),
        ({"events": [{"signal": "a", "error": "E"}]}, "events[0].error"),
        ({"u": [{"message": "a", "error": "E"}]}, "answers.u[0]"),
        ({"events": [{"message": "a", "signal": "b"}]}, "events[0]"),
        ({"functions": {"f": [1]}}, "functions.f[0]"),
        ({"functions": {"f": [{"n": float("nan")}]}}, "functions.f[0].n"),
        ({"u": [{"variables": {"day": date(2026, 3, 1)}}]}, "answers.u[0].variables.day"),
        ({"u": [{"half": "\ud800"}]}, "answers.u[0].half"),
    ],
)
def test_a_script_that_cannot_be_meant_is_refused_with_its_place(document: Any, place: str) -> None:
    with pytest.raises(flow.ScriptUnfit) as unfit:
        flow.read_script(document)
    assert unfit.value.place == place


def test_an_instance_can_be_carried_away_and_taken_up_elsewhere() -> None:
    definition = flow.admit(as_bpmn(handled(False)), file="drawn.bpmn")
    step = flow.start(definition, {"units": [1, 2], "typename": {"a": 2**70}}, {}, NOW)
    again, state = flow.load(flow.dump(definition, step.state))
    assert (again, state) == (definition, step.state)
    assert flow.open_tasks(again, state, NOW) == step.opened
    for damaged in (
        b"",
        b"\xc1",
        b"\x90",
        flow.dump(definition, step.state)[:-3],
        flow.dump(definition, b"x"),
    ):
        with pytest.raises(flow.StateUnreadable):
            flow.load(damaged)


def test_an_answer_may_end_its_task_with_an_error() -> None:
    model = border(row(("userTask", "u", {})), "u", error="E1")
    run = ran(model, {"answers": {"u": [{"error": "E1", "variables": {"why": "lost"}}], "by_b": [{}]}})
    assert (run.state, run.end_events, run.variables) == ("completed", ["b_end"], {"why": "lost"})
    told = [entry for entry in run.trace if entry["event"] == "task_failed"]
    assert [(each["element"], each["code"]) for each in told] == [("u", "E1")]
