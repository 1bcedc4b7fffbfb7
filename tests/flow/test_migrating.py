"""A running process taken over to another version: every token has its place there, or the reason why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine import flow
from engine.flow import FlowPlan, Go
from tests.flow.drawing import Model, as_bpmn
from tests.flow.driving import NOW

LATER = NOW + timedelta(days=1)
TIMER = (
    '<bpmn:boundaryEvent id="{id}" attachedToRef="{host}" cancelActivity="{cancel}">'
    "<bpmn:timerEventDefinition><bpmn:timeDuration>{length}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    '</bpmn:boundaryEvent><bpmn:endEvent id="{id}_end"/>'
    '<bpmn:sequenceFlow id="{id}_f" sourceRef="{id}" targetRef="{id}_end"/>'
)


def line(*tasks: str, key: str = "p", prefix: str = "") -> Model:
    """A process, or the inside of a subprocess, of tasks in a row."""
    begin, end = f"{prefix}s", f"{prefix}e"
    model = Model(key=key).node("startEvent", begin).node("endEvent", end)
    for task in tasks:
        model.node("userTask", task)
    return model.wire(begin, *tasks, end)


def admitted(model: Model, timer: tuple[str, str] | None = None) -> flow.AdmittedDefinition:
    """The model, with a timer of that length on the border of a task where one is named."""
    xml = as_bpmn(model)
    if timer is not None:
        drawn = TIMER.format(id=f"t_{timer[0]}", host=timer[0], cancel="true", length=timer[1]).encode()
        xml = xml.replace(b"</bpmn:process>", drawn + b"</bpmn:process>")
    return flow.admit(xml, file="p.bpmn")


def moved(
    old: flow.AdmittedDefinition,
    new: flow.AdmittedDefinition,
    step: flow.Step,
    plan: FlowPlan | None = None,
) -> flow.Migrated:
    return flow.migrate(old, new, step.state, plan or FlowPlan(), {}, LATER)


def nodes(definition: flow.AdmittedDefinition, step: flow.Step) -> list[str]:
    return [task.node for task in flow.open_tasks(definition, step.state, NOW)]


def finish(definition: flow.AdmittedDefinition, step: flow.Step, now: Any = LATER) -> flow.Step:
    """Complete whatever is open until the process has ended."""
    for _ in range(50):
        if step.completed:
            return step
        step = flow.complete(definition, step.state, step.open_keys[0], {}, {}, now)
    raise AssertionError("it never ends")


@pytest.mark.parametrize(
    ("after", "plan", "opens"),
    [
        (line("a", "b"), FlowPlan(), ["a"]),
        (line("x", "a", "y", "b"), FlowPlan(), ["a"]),  # inserted before and after
        (line("z", "b"), FlowPlan({"a": "z"}), ["z"]),  # renamed
    ],
)
def test_the_task_keeps_its_key_through_what_is_inserted_and_renamed(
    after: Model, plan: FlowPlan, opens: list[str]
) -> None:
    old, new = admitted(line("a", "b")), admitted(after)
    step = flow.start(old, {"x": 1}, {}, NOW)
    found = moved(old, new, step, plan)
    assert found.step.open_keys == step.open_keys
    assert found.nodes == {step.open_keys[0]: opens[0]}
    assert (found.step.opened, found.step.withdrawn, found.step.variables) == ([], [], {"x": 1})
    assert finish(new, found.step).end_events == ["e"]


def test_what_stands_at_a_removed_task_goes_where_the_plan_says_or_nowhere() -> None:
    old, new = admitted(line("a", "b", "c")), admitted(line("b", "c"))
    step = flow.start(old, {}, {}, NOW)
    with pytest.raises(flow.NotMigratable) as refused:
        moved(old, new, step)
    assert [(each.code, each.node) for each in refused.value.misfits] == [("no-place", "a")]
    before = moved(old, new, step, FlowPlan(moves={"a": Go("b")})).step
    assert (nodes(new, before), before.withdrawn) == (["b"], step.open_keys)
    after = moved(old, new, step, FlowPlan(moves={"a": Go("b", after=True)})).step
    assert nodes(new, after) == ["c"]
    assert finish(new, after).completed


def test_a_timer_added_to_the_task_at_hand_runs_from_now_extended_from_its_start_and_removed_is_gone() -> (
    None
):
    plain, week = admitted(line("a")), admitted(line("a"), ("a", "P7D"))
    month = admitted(line("a"), ("a", "P1M"))
    step = flow.start(plain, {}, {}, NOW)
    added = moved(plain, week, step).step
    assert added.next_timer == LATER + timedelta(days=7)
    begun = flow.start(week, {}, {}, NOW)
    kept = moved(week, week, begun).step
    assert kept.next_timer == begun.next_timer == NOW + timedelta(days=7)
    assert moved(week, month, begun).step.next_timer == NOW.replace(month=NOW.month + 1)
    removed = moved(week, plain, begun).step
    assert (removed.next_timer, nodes(plain, removed)) == (None, ["a"])
    assert finish(plain, removed).completed
    fired = flow.advance_clock(week, added.state, {}, LATER + timedelta(days=8))
    assert fired.completed and fired.end_events == ["t_a_end"]


def fork(*branches: str) -> Model:
    model = Model().node("startEvent", "s").node("endEvent", "e")
    model.node("parallelGateway", "split").node("parallelGateway", "join").wire("s", "split")
    for branch in branches:
        model.node("userTask", branch).wire("split", branch, "join")
    return model.wire("join", "e")


def test_a_join_keeps_who_has_arrived_and_fires_when_nobody_else_is_awaited() -> None:
    two, turned, three = admitted(fork("a", "b")), admitted(fork("b", "a")), admitted(fork("a", "b", "c"))
    step = flow.start(two, {}, {}, NOW)
    step = flow.complete(two, step.state, step.open_keys[0], {}, {}, NOW)
    again = moved(two, turned, step).step
    assert nodes(turned, again) == ["b"] and finish(turned, again).completed
    gone = flow.start(three, {}, {}, NOW)
    for _ in range(2):
        gone = flow.complete(three, gone.state, gone.open_keys[0], {}, {}, NOW)
    with pytest.raises(flow.NotMigratable):
        moved(three, two, gone)
    ended = flow.migrate(three, two, gone.state, FlowPlan(moves={"c": Go("e")}), {}, LATER).step
    assert ended.withdrawn == gone.open_keys and ended.completed


def looped(*tasks: str, sequential: bool = False) -> Model:
    inside = line(*tasks, key="sub", prefix="i")
    model = Model().node("startEvent", "s").node("endEvent", "e")
    model.node("subProcess", "sub", inside=inside, collection="units", item="unit", sequential=sequential)
    return model.wire("s", "sub", "e")


def test_inside_a_half_done_loop_each_instance_goes_on_with_its_own() -> None:
    old, new = admitted(looped("a", "b")), admitted(looped("a", "x", "b2"))
    step = flow.start(old, {"units": [7, 8, 9]}, {}, NOW)
    first, second, _third = step.open_keys
    for _ in range(2):  # the first unit is through, the second in the middle
        step = flow.complete(old, step.state, step.opened[0].key if _ else first, {}, {}, NOW)
    step = flow.complete(old, step.state, second, {}, {}, NOW)
    found = moved(old, new, step, FlowPlan({"b": "b2"}))
    open_ = {task.variables["unit"]: task.node for task in flow.open_tasks(new, found.step.state, NOW)}
    assert open_ == {8: "b2", 9: "a"} and found.step.open_keys == step.open_keys
    ended = finish(new, found.step)
    assert ended.completed and ended.end_events[-1] == "e"
    with pytest.raises(flow.NotMigratable) as refused:
        moved(old, admitted(looped("a", "b", sequential=True)), step)
    assert {each.code for each in refused.value.misfits} == {"loop"}


def test_a_removed_task_inside_a_loop_goes_on_in_its_own_instance() -> None:
    old, new = admitted(looped("a", "b")), admitted(looped("b"))
    step = flow.start(old, {"units": [7, 8]}, {}, NOW)
    found = moved(old, new, step, FlowPlan(moves={"a": Go("b")})).step
    open_ = {task.variables["unit"]: task.node for task in flow.open_tasks(new, found.state, NOW)}
    assert open_ == {7: "b", 8: "b"} and len(found.withdrawn) == 2
    assert finish(new, found).completed


def test_a_message_that_is_listened_for_no_more_and_one_that_is() -> None:
    with_listener = (
        Model().node("startEvent", "s").node("userTask", "a").node("endEvent", "e").wire("s", "a", "e")
    )
    with_listener.node("boundaryEvent", "on", host="a", message="off").node("endEvent", "o").wire("on", "o")
    plain, listening = admitted(line("a")), admitted(with_listener)
    heard = moved(plain, listening, flow.start(plain, {}, {}, NOW)).step
    assert [each.message for each in flow.awaited(listening, heard.state, NOW)] == ["off"]
    assert flow.correlate(listening, heard.state, "off", {}, {}, NOW).end_events == ["o"]
    deaf = moved(listening, plain, flow.start(listening, {}, {}, NOW)).step
    assert flow.awaited(plain, deaf.state, NOW) == [] and finish(plain, deaf).completed


def test_a_plan_is_checked_before_any_process_is_touched() -> None:
    old, new = admitted(line("a", "b")), admitted(line("b"))
    wrong = {
        "unknown-old": FlowPlan({"q": "b"}),
        "unknown-new": FlowPlan({"a": "q"}),
        "kind": FlowPlan({"a": "e"}),
        "no-start": FlowPlan(moves={"a": Go("s")}),
        "level": FlowPlan(moves={"a": Go("b")}),
    }
    for code, plan in wrong.items():
        target = admitted(looped("b")) if code == "level" else new
        assert [each.code for each in plan.problems(old, target)] == [code]
    assert FlowPlan(moves={"a": Go("b", after=True)}).problems(old, new) == []
    rows = {
        (row.old, row.new, row.how)
        for row in FlowPlan({"a": "b"}).side_by_side(old, admitted(line("b", "c")))
    }
    assert ("a", "b", "renamed") in rows and (None, "c", "added") in rows


def test_every_schedule_of_a_process_can_be_taken_over_to_itself() -> None:
    definition = admitted(fork("a", "b", "c"))
    step = flow.start(definition, {}, {}, NOW)
    while not step.completed:
        again = moved(definition, definition, step).step
        assert again.state == step.state
        step = flow.complete(definition, again.state, again.open_keys[-1], {}, {}, NOW)


def calling(*tasks: str) -> flow.AdmittedDefinition:
    model = Model().node("startEvent", "s").node("endEvent", "e")
    called = line(*tasks, key="q", prefix="i")
    model.node("callActivity", "call", called=called, into={"x": "a"}, out={"b": "x"})
    return admitted(model.wire("s", "call", "e"))


def test_a_called_process_is_taken_over_with_its_own_values_and_put_on_another_way() -> None:
    old, new = calling("a", "c"), calling("n", "a", "d", "c")
    step = flow.start(old, {"a": 7}, {}, NOW)
    found = moved(old, new, step).step
    assert (nodes(new, found), found.open_keys) == (["a"], step.open_keys)
    part = next(each for each in flow.live_tokens(new, found.state) if each.own is not None)
    assert dict(part.own or {}) == {"x": 7} and flow.variables_of(new, found.state, part.key) == {"x": 7}
    state = flow.set_variables(new, found.state, {"x": 8}, part.key)
    changes = (flow.Start(Go("c"), step.open_keys[0]), flow.Cancel(step.open_keys[0]))
    there = flow.modify(new, state, changes, {}, LATER)
    assert nodes(new, there) == ["c"] and finish(new, there).variables["b"] == 8


def again(*tasks: str, start: int = 1) -> Model:
    model = Model().node("startEvent", "s").node("endEvent", "e")
    for task in tasks:
        model.node("userTask", task, repeat="loopCounter < 2", start=start)
    return model.wire("s", *tasks, "e")


def test_a_standard_loop_goes_on_with_its_runs_and_its_listeners_once() -> None:
    old = admitted(again("a"))
    new = admitted(again("a", "b"), ("a", "P7D"))
    step = flow.start(old, {}, {}, NOW)
    step = flow.complete(old, step.state, step.open_keys[0], {}, {}, NOW)
    found = moved(old, new, step).step
    assert found.open_keys == step.open_keys and flow.awaited(new, found.state, NOW) == []
    assert sum(each.due is not None for each in flow.live_tokens(new, found.state)) == 1
    ended = flow.complete(new, found.state, found.open_keys[0], {}, {}, LATER)
    assert nodes(new, ended) == ["b"] and ended.next_timer is None
    with pytest.raises(flow.NotMigratable):
        moved(old, admitted(line("a")), step)
    with pytest.raises(flow.NotModifiable) as refused:
        flow.modify(old, step.state, (flow.Cancel(step.open_keys[0]),), {}, NOW)
    assert refused.value.code == "instance"


def test_tokens_that_gather_before_an_activity_wait_for_as_many_as_before() -> None:
    def gathering(start: int) -> flow.AdmittedDefinition:
        model = Model().node("startEvent", "s").node("parallelGateway", "split").node("endEvent", "e")
        for branch in ("x", "y"):
            model.node("userTask", branch)
        model.node("userTask", "a", start=start).wire("s", "split")
        return admitted(model.wire("split", "x", "a").wire("split", "y", "a", "e"))

    two, one = gathering(2), gathering(1)
    step = flow.start(two, {}, {}, NOW)
    step = flow.complete(two, step.state, step.open_keys[0], {}, {}, NOW)
    assert finish(two, moved(two, two, step).step).completed
    with pytest.raises(flow.NotMigratable) as refused:
        moved(two, one, step)
    assert [each.code for each in refused.value.misfits] == ["bookkeeping"]
