"""What a step tells, and what each kind of element does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import flow
from engine.flow import spiff
from engine.flow.outline import outline
from engine.flow.spiff_tokens import MAX_SPAWNED
from engine.foundation.language import SaidError
from tests.flow.drawing import DEFAULT, HEAD, Model, as_bpmn
from tests.flow.driving import NOW


class Case:
    """One instance driven by node names."""

    def __init__(
        self,
        model: Model | bytes,
        functions: flow.Functions | None = None,
        event: str | None = None,
        **variables: Any,
    ) -> None:
        xml = model if isinstance(model, bytes) else as_bpmn(model)
        self.definition = flow.admit(xml, file="drawn.bpmn")
        self.functions = functions or {}
        self.now = NOW
        self.step = flow.start(self.definition, variables, self.functions, self.now, event)

    def open(self) -> list[str]:
        return [task.node for task in self.tasks()]

    def tasks(self) -> list[flow.OpenTask]:
        return flow.open_tasks(self.definition, self.step.state, self.now)

    def awaited(self) -> list[flow.Awaited]:
        return flow.awaited(self.definition, self.step.state, self.now)

    def key(self, node: str, place: int = 0) -> str:
        return [task.key for task in self.tasks() if task.node == node][place]

    def do(self, node: str, place: int = 0, **variables: Any) -> flow.Step:
        key = self.key(node, place)
        self.step = flow.complete(self.definition, self.step.state, key, variables, self.functions, self.now)
        return self.step

    def fail(self, node: str, code: str, **variables: Any) -> flow.Step:
        """A task ended by an error of the process."""
        state, error = self.step.state, flow.BpmnError(code, variables)
        self.step = flow.fail(self.definition, state, self.key(node), error, self.functions, self.now)
        return self.step

    def hear(self, message: str, task_key: str | None = None, **variables: Any) -> flow.Step:
        self.step = flow.correlate(
            self.definition, self.step.state, message, variables, self.functions, self.now, task_key=task_key
        )
        return self.step

    def signal(self, name: str, **variables: Any) -> flow.Step:
        """A signal that was thrown elsewhere."""
        self.step = flow.signal(self.definition, self.step.state, name, variables, self.functions, self.now)
        return self.step

    def wait(self, **time: float) -> flow.Step:
        self.now += timedelta(**time)
        self.step = flow.advance_clock(self.definition, self.step.state, self.functions, self.now)
        return self.step


def row(*nodes: tuple[str, str, dict[str, Any]]) -> Model:
    model = Model().node("startEvent", "s").node("endEvent", "e")
    for kind, name, settings in nodes:
        model.node(kind, name, **settings)
    return model.wire("s", *[name for _, name, _ in nodes], "e")


def user(name: str, **settings: Any) -> tuple[str, str, dict[str, Any]]:
    return "userTask", name, settings


# Steps and tasks -------------------------------------------------------------------------------


def test_a_step_tells_what_it_did() -> None:
    case = Case(row(user("u"), user("v")), a=1)
    first = case.step
    assert first.entered == ["s", "u"]
    assert [task.node for task in first.opened] == ["u"]
    assert first.open_keys == [first.opened[0].key]
    assert len(first.open_keys[0]) <= 36
    second = case.do("u", b=2)
    assert second.entered == ["v"]
    assert second.withdrawn == []
    assert second.variables == {"a": 1, "b": 2}
    last = case.do("v")
    assert (last.completed, last.end_events, last.open_keys) == (True, ["e"], [])


def told(step: flow.Step) -> str:
    signs = {"entered": ">", "left": "<", "cancelled": "x"}
    return " ".join(signs[passage.how] + passage.element for passage in step.passages)


def test_a_step_tells_what_was_entered_and_left_in_order() -> None:
    case = Case(handled(True), units=[1, 2])
    assert told(case.step) == ">s <s >handle >ws <ws >w1 >ws <ws >w1"
    assert told(case.do("w1")) == "<w1 >we <we"
    last = case.hear("recall")
    assert told(last) == ">b xw1 xhandle <b >recalled"
    assert last.left == ["w1", "handle", "b"]
    assert told(case.do("recalled")) == "<recalled >e2 <e2"


def test_a_join_is_entered_once_and_what_terminates_takes_all_else_away() -> None:
    model = Model().node("startEvent", "s").node("parallelGateway", "g").node("parallelGateway", "j")
    model.node("userTask", "u").node("userTask", "v").node("userTask", "w").node("endEvent", "e")
    model.node("endEvent", "stop", terminate=True)
    case = Case(model.wire("s", "g", "u", "j", "e").wire("g", "v", "j").wire("g", "w", "stop"))
    assert told(case.step) == ">s <s >g <g >u >v >w"
    assert told(case.do("u")) == "<u"
    stopped = case.do("w")
    assert told(stopped) == "<w >stop <stop xv"
    assert stopped.completed


def ways(case: Case) -> list[str]:
    """The flows of the last step, each as its two ends."""
    drawn = outline(case.definition).flows
    return [f"{drawn[flow]['source']}-{drawn[flow]['target']}" for flow in case.step.taken]


def test_a_step_tells_the_flows_that_were_taken_and_no_others() -> None:
    model = Model().node("startEvent", "s").node("parallelGateway", "g").node("parallelGateway", "j")
    model.node("userTask", "u").node("userTask", "v").node("exclusiveGateway", "x").node("endEvent", "e")
    case = Case(model.wire("s", "g", "u", "x", "j", "e").wire("g", "v", "j"))
    assert ways(case) == ["s-g", "g-u", "g-v"]
    case.do("u")
    assert ways(case) == ["u-x", "x-j"]
    case.do("v")
    assert ways(case) == ["v-j", "j-e"]


def test_keys_of_two_cases_never_meet() -> None:
    model = row(user("u"))
    assert Case(model).key("u") != Case(model).key("u")


def test_a_task_is_completed_once() -> None:
    case = Case(row(user("u"), user("v")))
    key = case.key("u")
    case.do("u")
    with pytest.raises(flow.UnknownTask):
        flow.complete(case.definition, case.step.state, key, {}, {}, NOW)


@pytest.mark.parametrize(
    "key", ["", "x", "-1", "0000000000000000-1", "{serial}-0", "{serial}-", "{serial}-１", "{serial}-99"]
)
def test_a_key_that_names_nothing_is_refused(key: str) -> None:
    case = Case(row(user("u")))
    serial = case.key("u").partition("-")[0]
    with pytest.raises(flow.UnknownTask):
        flow.complete(case.definition, case.step.state, key.format(serial=serial), {}, {}, NOW)


def test_the_present_has_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        flow.start(flow.admit(as_bpmn(row(user("u"))), file="x"), {}, {}, datetime(2026, 1, 1))


# Service tasks ---------------------------------------------------------------------------------


def test_a_service_task_calls_the_registered_function_with_a_copy() -> None:
    def count(variables: dict[str, Any]) -> dict[str, Any]:
        variables["units"].append("not kept")
        return {"count": len(variables["units"]) - 1}

    case = Case(
        row(("serviceTask", "n", {"function": "count"}), user("u")), {"count": count}, units=["a", "b"]
    )
    assert case.step.variables == {"units": ["a", "b"], "count": 2}
    assert case.definition.functions == {"count"}


def failing(variables: dict[str, Any]) -> None:
    raise OSError("no route")


@pytest.mark.parametrize(
    ("functions", "cause"),
    [
        ({"f": failing}, OSError),
        ({}, SaidError),
        ({"f": lambda variables: {"a": object()}}, flow.UnfitVariables),
        ({"f": lambda variables: 5}, TypeError),
    ],
)
def test_a_failed_step_names_its_element_and_changes_nothing(
    functions: dict[str, Callable], cause: type
) -> None:
    model = row(user("u"), ("serviceTask", "n", {"function": "f"}))
    case = Case(model, functions)
    before = case.step.state
    with pytest.raises(flow.StepFailed) as failure:
        case.do("u")
    assert failure.value.element == "n"
    assert isinstance(failure.value.cause, cause)
    assert case.step.state == before
    assert case.open() == ["u"]


def test_a_condition_on_something_unknown_fails_at_its_gateway() -> None:
    model = Model().node("startEvent", "s").node("userTask", "u").node("exclusiveGateway", "x")
    model.node("endEvent", "e").node("endEvent", "f")
    case = Case(
        model.wire("s", "u", "x").wire("x", "e", condition="satisfied").wire("x", "f", condition=DEFAULT)
    )
    with pytest.raises(flow.StepFailed, match="satisfied") as failure:
        case.do("u")
    assert failure.value.element == "x"


def test_a_loop_in_which_nobody_is_asked_is_stopped() -> None:
    model = Model().node("startEvent", "s").node("exclusiveGateway", "m").node("exclusiveGateway", "x")
    model.node("endEvent", "e").wire("s", "m", "x").wire("x", "m", condition="true").wire(
        "x", "e", condition=DEFAULT
    )
    with pytest.raises(flow.StepFailed, match="10000步"):
        Case(model)


# Loops -----------------------------------------------------------------------------------------


def test_each_instance_has_its_item_and_its_own_copy() -> None:
    case = Case(row(user("u", collection="units", item="unit"), user("v")), units=["甲", "乙"], shared=0)
    assert [task.variables["unit"] for task in case.tasks()] == ["甲", "乙"]
    step = case.do("u", 1, shared=5)
    assert case.tasks()[0].variables == {"units": ["甲", "乙"], "shared": 0, "unit": "甲"}
    assert step.variables["shared"] == 0
    case.do("u")
    assert case.open() == ["v"]
    assert "unit" not in case.step.variables


@pytest.mark.parametrize("sequential", [False, True])
def test_an_empty_collection_completes_at_once(sequential: bool) -> None:
    case = Case(row(user("u", collection="units", sequential=sequential), user("v")), units=[])
    assert case.open() == ["v"]


def test_a_sequential_loop_opens_one_after_the_other() -> None:
    case = Case(row(user("u", collection="units", item="unit", sequential=True)), units=[1, 2, 3])
    seen = []
    while not case.step.completed:
        (task,) = case.tasks()
        seen.append(task.variables["unit"])
        case.do("u", units="a copy, which does not disturb the loop")
    assert seen == [1, 2, 3]


def test_results_are_gathered_in_the_order_of_the_items() -> None:
    xml = as_bpmn(row(user("u", collection="units", item="unit"), user("v")))
    case = Case(
        xml.replace(b'duban:item="unit"', b'duban:item="unit" duban:results="grades" duban:result="grade"'),
        units=[1, 2, 3],
    )
    for place, grade in ((2, "C"), (0, "A"), (0, None)):
        case.do("u", place, **({"grade": grade} if grade else {}))
    assert case.step.variables["grades"] == ["A", None, "C"]


def test_enough_instances_withdraw_the_rest() -> None:
    condition = b"<bpmn:completionCondition>numberOfCompletedInstances == needed</bpmn:completionCondition>"
    xml = as_bpmn(row(user("u", collection="units"), user("v"))).replace(
        b'duban:item="item"/>',
        b'duban:item="item">' + condition + b"</bpmn:multiInstanceLoopCharacteristics>",
    )
    case = Case(xml, units=[1, 2, 3], needed=2)
    case.do("u")
    last = case.key("u", 1)
    step = case.do("u")
    assert step.withdrawn == [last]
    assert case.open() == ["v"]


def test_a_number_of_instances_may_be_given() -> None:
    loop = b"<bpmn:loopCardinality>n + 1</bpmn:loopCardinality>"
    loop = b"<bpmn:multiInstanceLoopCharacteristics>" + loop + b"</bpmn:multiInstanceLoopCharacteristics>"
    xml = as_bpmn(row(user("u"))).replace(b'id="u"></bpmn:userTask>', b'id="u">' + loop + b"</bpmn:userTask>")
    assert Case(xml, n=2).open() == ["u", "u", "u"]
    assert Case(xml.replace(b"n + 1", b"0")).step.completed
    for written in (b"-1", b"- 2", b"2.5", b"1001"):
        with pytest.raises(flow.DefinitionRefused) as refused:
            flow.admit(xml.replace(b"n + 1", written), file="drawn.bpmn")
        assert [problem.code for problem in refused.value.problems] == ["bad-loop"]


@pytest.mark.parametrize("units", [None, "abc", 3, {"a": 1}, list(range(1_001))])
def test_a_collection_that_is_no_list_fails_at_the_loop(units: object) -> None:
    with pytest.raises(flow.StepFailed) as failure:
        Case(row(user("u", collection="units")), units=units)
    assert failure.value.element == "u"


def test_loops_in_loops_and_quantities_are_bounded_as_a_whole() -> None:
    inside = Model(key="w").node("startEvent", "ws").node("endEvent", "we")
    inside.node("userTask", "w1", collection="units").wire("ws", "w1", "we")
    loops = row(("subProcess", "handle", {"inside": inside, "collection": "units"}))
    multiplied = [("sendTask", name, {"message": name, "completion": 100}) for name in "abc"]
    for model, element in ((loops, "w1"), (row(*multiplied), "c")):
        with pytest.raises(flow.StepFailed) as failure:
            Case(model, units=list(range(500)))
        assert (failure.value.element, str(MAX_SPAWNED) in str(failure.value.cause)) == (element, True)


# Messages --------------------------------------------------------------------------------------


def handled(interrupting: bool) -> Model:
    inside = (
        Model(key="w")
        .node("startEvent", "ws")
        .node("userTask", "w1")
        .node("endEvent", "we")
        .wire("ws", "w1", "we")
    )
    model = row(
        ("subProcess", "handle", {"inside": inside, "collection": "units", "item": "unit"}), user("after")
    )
    model.node("boundaryEvent", "b", host="handle", message="recall", interrupting=interrupting)
    return model.node("userTask", "recalled").node("endEvent", "e2").wire("b", "recalled", "e2")


def test_an_interrupting_message_withdraws_everything_inside() -> None:
    case = Case(handled(True), units=[1, 2, 3])
    keys = case.step.open_keys
    step = case.hear("recall", why="改派")
    assert step.caught and step.withdrawn == keys
    assert case.open() == ["recalled"]
    assert step.variables["why"] == "改派"
    assert case.do("recalled").completed


def test_a_message_that_does_not_interrupt_may_come_again() -> None:
    case = Case(handled(False), units=[1])
    for _ in range(2):
        assert case.hear("recall").withdrawn == []
    assert sorted(case.open()) == ["recalled", "recalled", "w1"]
    for node in ("w1", "after", "recalled"):
        assert not case.do(node).completed
    assert case.do("recalled").completed


def test_a_message_nobody_waits_for_changes_nothing() -> None:
    case = Case(row(user("u")))
    before = case.step.state
    step = case.hear("recall", lost=True)
    assert not step.caught and step.state == before


def urged() -> Model:
    inside = (
        Model(key="w")
        .node("startEvent", "ws")
        .node("userTask", "w1")
        .node("endEvent", "we")
        .wire("ws", "w1", "we")
    )
    inside.node("boundaryEvent", "b", host="w1", message="urge", interrupting=True)
    inside.node("userTask", "w2").node("endEvent", "we2").wire("b", "w2", "we2")
    return row(("subProcess", "handle", {"inside": inside, "collection": "units", "item": "unit"}))


def test_a_message_about_one_task_is_heard_there_alone() -> None:
    case = Case(urged(), units=[1, 2])
    key = case.key("w1", 1)
    assert [awaited.task_key for awaited in case.awaited()] == case.step.open_keys
    assert case.hear("urge", key).withdrawn == [key]
    assert sorted((task.node, task.variables["unit"]) for task in case.tasks()) == [("w1", 1), ("w2", 2)]


def test_a_message_about_a_task_is_heard_on_its_neighbours_border_before_it_goes_outwards() -> None:
    inner = Model(key="inner").node("startEvent", "is").node("endEvent", "ie").node("endEvent", "asked_end")
    inner.node("userTask", "work").node("userTask", "decide").node("userTask", "again")
    inner.node("boundaryEvent", "asked", host="work", message="ask", interrupting=False)
    inner.node("boundaryEvent", "granted", host="work", message="grant")
    inner.wire("is", "work", "ie").wire("asked", "decide", "asked_end").wire("granted", "again", "ie")
    model = row(("subProcess", "sub", {"inside": inner, "collection": "units", "item": "unit"}))
    case = Case(model, units=[1, 2])
    case.hear("ask", case.key("work", 1))
    case.hear("grant", case.key("decide"), chosen=3)
    assert case.open() == ["work", "decide", "again"]
    data = {task.node: task.variables for task in case.tasks()}
    assert (data["again"]["unit"], data["again"]["chosen"], "chosen" in data["work"]) == (2, 3, False)


def test_a_message_without_a_task_is_heard_by_all_who_wait() -> None:
    case = Case(urged(), units=[1, 2])
    case.hear("urge")
    assert case.open() == ["w2", "w2"]


def test_a_message_about_a_task_goes_outwards_until_somebody_hears() -> None:
    case = Case(handled(True), units=[1, 2])
    case.hear("recall", case.key("w1", 1))
    assert case.open() == ["recalled"]


def test_messages_are_awaited_and_thrown() -> None:
    model = row(
        ("sendTask", "send", {"message": "out"}),
        ("receiveTask", "receive", {"message": "in"}),
        ("intermediateThrowEvent", "throw", {"message": "out2"}),
        ("intermediateCatchEvent", "catch", {"message": "in2"}),
    )
    case = Case(model)
    assert case.definition.messages == {"out", "in", "out2", "in2"}
    assert case.step.thrown == ["out"]
    assert case.awaited() == [flow.Awaited("in", "receive", None)]
    step = case.hear("in")
    assert (step.thrown, case.awaited()) == (["out2"], [flow.Awaited("in2", "catch", None)])
    assert case.hear("in2").completed


# Timers ----------------------------------------------------------------------------------------


def timed(time: str, interrupting: bool = False, element: str = "timeDuration") -> bytes:
    timer = f"<bpmn:timerEventDefinition><bpmn:{element}>{time}</bpmn:{element}></bpmn:timerEventDefinition>"
    border = f'attachedToRef="u" cancelActivity="{str(interrupting).lower()}"'
    flows = (("f1", "s", "u"), ("f2", "u", "e"), ("f3", "b", "late"), ("f4", "late", "e2"))
    wires = "".join(f'<bpmn:sequenceFlow id="{i}" sourceRef="{a}" targetRef="{b}"/>' for i, a, b in flows)
    return (
        f'{HEAD}<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/><bpmn:userTask id="u"/>'
        f'<bpmn:boundaryEvent id="b" {border}>{timer}</bpmn:boundaryEvent><bpmn:userTask id="late"/>'
        f'<bpmn:endEvent id="e"/><bpmn:endEvent id="e2"/>{wires}</bpmn:process></bpmn:definitions>'
    ).encode()


@pytest.mark.parametrize("spelling", ["P3D", ' "P3D" ', "'P3D'", "PT72H", "P2DT24H"])
def test_a_duration_needs_no_quotes(spelling: str) -> None:
    case = Case(timed(spelling))
    assert case.step.next_timer == NOW + timedelta(days=3)


def test_a_timer_fires_once_when_it_is_due() -> None:
    case = Case(timed("P3D"))
    assert not case.wait(days=2, hours=23).caught
    step = case.wait(hours=1)
    assert step.caught and step.next_timer is None
    assert case.open() == ["u", "late"]
    assert not case.wait(days=9).caught


def test_an_interrupting_timer_withdraws_the_task() -> None:
    case = Case(timed("PT1H", interrupting=True))
    key = case.key("u")
    assert case.wait(hours=2).withdrawn == [key]
    assert case.open() == ["late"]


def test_a_timer_goes_with_its_task() -> None:
    case = Case(timed("P3D"))
    assert case.do("u").completed
    assert case.step.next_timer is None


@pytest.mark.parametrize(
    ("period", "since", "due"),
    [
        ("P1M", (2026, 1, 31), (2026, 2, 28)),
        ("P1M", (2028, 1, 31), (2028, 2, 29)),
        ("P1M", (2026, 1, 29), (2026, 2, 28)),
        ("P1M", (2026, 2, 28), (2026, 3, 28)),
        ("P1M", (2026, 3, 31), (2026, 4, 30)),
        ("P2M", (2026, 1, 31), (2026, 3, 31)),
        ("P11M", (2026, 1, 31), (2026, 12, 31)),
        ("P1M", (2026, 12, 31), (2027, 1, 31)),
        ("P1Y", (2028, 2, 29), (2029, 2, 28)),
        ("P1M1D", (2026, 1, 31), (2026, 3, 1)),
    ],
)
def test_months_clip_at_the_end(period: str, since: tuple[int, int, int], due: tuple[int, int, int]) -> None:
    begin, end = (NOW.replace(year=year, month=month, day=day) for year, month, day in (since, due))
    assert flow.start(flow.admit(timed(period), file="x"), {}, {}, begin).next_timer == end


def test_a_moment_has_a_zone() -> None:
    assert Case(timed("2026-05-01T00:00:00+08:00", element="timeDate")).step.next_timer is not None
    no_moments = ("2026-05-01T00:00:00", "tomorrow", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00")
    no_durations = ("P", "PT", "3D", "P-1D", "P1.5D", "P9999Y")
    for element, texts in (("timeDate", no_moments), ("timeDuration", no_durations)):
        for text in texts:
            with pytest.raises(flow.DefinitionRefused):
                flow.admit(timed(text, element=element), file="x")


# Many at once ----------------------------------------------------------------------------------


def test_many_threads_run_one_definition() -> None:
    def walk(number: int) -> list[Any]:
        case = Case(handled(True), units=[number, number + 1])
        seen = [task.variables["unit"] for task in case.tasks()]
        case.do("w1", 1)
        case.do("w1")
        case.do("after")
        return [*seen, case.step.completed]

    with ThreadPoolExecutor(16) as threads:
        for number, seen in enumerate(threads.map(walk, range(160))):
            assert seen == [number, number + 1, True]


def test_running_changes_nothing_in_the_shared_specs() -> None:
    case = Case(handled(False), units=[1, 2])
    table = spiff.table_of(case.definition)

    def picture() -> list[tuple]:
        levels = [table.process.spec, *table.process.subprocesses.values()]
        return [
            (
                name,
                repr({k: v for k, v in sorted(vars(spec).items()) if not k.endswith("_event")}),
                spec.completed_event.n_subscribers(),
            )
            for level in levels
            for name, spec in level.task_specs.items()
        ]

    before = picture()
    for _ in range(2):
        case.hear("recall")
    while not case.step.completed:
        case.do(case.open()[0])
    assert picture() == before
    assert spiff.table_of(case.definition) is table


def test_a_state_is_a_value_that_can_be_taken_up_any_number_of_times() -> None:
    case = Case(row(user("u"), user("v")))
    key = case.key("u")
    again = [flow.complete(case.definition, case.step.state, key, {"n": n}, {}, NOW) for n in range(3)]
    assert [step.variables for step in again] == [{"n": 0}, {"n": 1}, {"n": 2}]
