"""What is saved comes back the same, and stays small."""

from __future__ import annotations

from pathlib import Path

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import flow
from engine.flow.decisions import admit_decisions
from engine.flow.state import VERSION, pack, unpack
from tests.flow.drawing import Model, as_bpmn
from tests.flow.driving import NOW
from tests.flow.kinds import KINDS, MOST, Walk, admitted, shipped
from tests.flow.test_suggestion_shape import FUNCTIONS, answers

STATES = Path(__file__).parent / "states"


def two_tasks(collection: str | None = None) -> flow.AdmittedDefinition:
    model = Model().node("startEvent", "s").node("userTask", "u", collection=collection, item="unit")
    return flow.admit(as_bpmn(model.node("endEvent", "e").wire("s", "u", "e")), file="two.bpmn")


ODD = {
    "typename": "Task",
    "__class__": {"typename": "x", "py/object": "os.system"},
    "huge": 2**200,
    "negative": -(2**64) - 1,
    "edge": [2**63, 2**64 - 1, -(2**63), 2**64],
    "nested": [1, [2, [3, {"四": [True, None, 1.5]}]]],
    "emoji": "👩‍👩‍👧‍👦 督办 🏛",
    "键": "值",
    "": "an empty name",
    "true": True,
    "one": 1,
    "float": 1.0,
    "empty": [[], {}, ""],
}


def test_odd_data_comes_back_the_same() -> None:
    definition = two_tasks()
    step = flow.start(definition, ODD, {}, NOW)
    (task,) = flow.open_tasks(definition, step.state, NOW)
    assert repr(task.variables) == repr(ODD)
    done = flow.complete(definition, step.state, task.key, {}, {}, NOW)
    assert repr(done.variables) == repr(ODD)


def test_an_instance_keeps_even_values_that_merely_equal_those_around_it() -> None:
    definition = two_tasks("units")
    step = flow.start(definition, {"units": [1, 2], "a": 1, "b": [1], "c": True, "d": 0}, {}, NOW)
    first, second = step.opened
    inner = {"a": True, "b": [1.0], "c": 1, "d": -0.0, "own": None}
    changed = flow.correlate(definition, step.state, "nothing", {}, {}, NOW)
    assert changed.state == step.state
    running = flow.complete(definition, step.state, first.key, inner, {}, NOW)
    (left,) = flow.open_tasks(definition, running.state, NOW)
    assert repr(left.variables) == repr(second.variables)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**300), 2**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab督typename", max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text("abc办"), values, max_size=4))
def test_any_data_comes_back_the_same(data: dict) -> None:
    definition = two_tasks()
    step = flow.start(definition, data, {}, NOW)
    assert repr(flow.open_tasks(definition, step.state, NOW)[0].variables) == repr(data)
    assert pack(unpack(step.state)) == step.state


@pytest.mark.parametrize(
    "value",
    [
        "a\0b",
        "\ud800",
        float("nan"),
        float("inf"),
        b"bytes",
        (1, 2),
        {1, 2},
        {1: 2},
        {"a\0": 1},
        object(),
        NOW,
        2**9000,
        1j,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_could_not_come_back_the_same_is_refused(value: object) -> None:
    definition = two_tasks()
    with pytest.raises(flow.UnfitVariables):
        flow.start(definition, {"a": value}, {}, NOW)
    state = flow.start(definition, {}, {}, NOW)
    with pytest.raises(flow.UnfitVariables):
        flow.complete(definition, state.state, state.opened[0].key, {"a": [value]}, {}, NOW)


def test_what_is_nested_without_end_is_refused() -> None:
    value: list = []
    value.append(value)
    with pytest.raises(flow.UnfitVariables):
        flow.start(two_tasks(), {"a": value}, {}, NOW)


def test_the_callers_lists_are_not_shared() -> None:
    units = [1, 2]
    definition = two_tasks()
    step = flow.start(definition, {"units": units}, {}, NOW)
    units.append(3)
    assert step.variables["units"] == [1, 2]


@pytest.mark.parametrize(
    "saved",
    [
        b"",
        b"\xc1",
        b"\x00",
        b"{}",
        msgpack.packb([]),
        msgpack.packb([VERSION]),
        msgpack.packb({"version": 1}),
    ],
)
def test_bytes_that_are_no_state_are_refused(saved: bytes) -> None:
    with pytest.raises(flow.StateUnreadable):
        flow.open_tasks(two_tasks(), saved, NOW)


def test_an_unknown_version_is_named() -> None:
    with pytest.raises(flow.StateUnreadable, match=f"版本是{VERSION + 1}"):
        unpack(msgpack.packb([VERSION + 1, "something new"]))


def test_a_state_is_kept_away_from_a_definition_it_does_not_belong_to() -> None:
    other = flow.admit(
        as_bpmn(Model().node("startEvent", "s").node("endEvent", "e").wire("s", "e")), file="x"
    )
    step = flow.start(two_tasks(), {}, {}, NOW)
    with pytest.raises(flow.StateUnreadable):
        flow.open_tasks(other, step.state, NOW)


@pytest.mark.parametrize("saved", sorted(STATES.glob("*.state")), ids=lambda path: path.stem)
def test_states_of_released_versions_are_loaded_and_finished(saved: Path) -> None:
    from random import Random

    random = Random(saved.stem)
    definition = flow.admit((STATES / "suggestion.bpmn").read_bytes(), file="suggestion.bpmn")
    state, completed = saved.read_bytes(), False
    while not completed:
        task = random.choice(flow.open_tasks(definition, state, NOW))
        step = flow.complete(definition, state, task.key, answers(task.node, random, 0.3), FUNCTIONS, NOW)
        state, completed = step.state, step.completed
    assert flow.open_tasks(definition, state, NOW) == []


# A call within a loop, a decision, tokens that gather, a gateway that waits for reset.
ACTIVITIES = STATES / "activities"


@pytest.mark.parametrize("saved", sorted(ACTIVITIES.glob("*.state")), ids=lambda path: path.stem)
def test_states_of_activities_are_loaded_and_finished(saved: Path) -> None:
    decisions = admit_decisions({"grade.dmn": (ACTIVITIES / "grade.dmn").read_bytes()})
    definition = flow.admit((ACTIVITIES / "activities.bpmn").read_bytes(), file="a.bpmn", decisions=decisions)
    state, completed, asked = saved.read_bytes(), False, []
    while not completed:
        task = flow.open_tasks(definition, state, NOW)[0]
        asked.append(task.node)
        step = flow.complete(definition, state, task.key, {"n": task.variables.get("n", 0) + 1}, {}, NOW)
        state, completed = step.state, step.completed
    assert (asked, step.variables) == ASKED[saved.stem]


ASKED: dict[str, tuple[list[str], dict]] = {
    "v1_called": (
        ["u3", "q1", "q1", "u2", "q1", "on"],
        {"n": 3, "units": ["甲", "乙"], "grades": ["慢", "慢"]},
    ),
    "v1_resetting": (["q1", "q1", "on", "q1"], {"n": 1, "units": ["甲", "乙"], "grades": ["慢", "慢"]}),
}


UNDOING = ["un_c", "un_a", "un_c", "un_a", "after"]
# What is done from each of the states to the end, by the standard.
FINISHED = {
    "booked_before": ["flight", "decide", "after"],
    "booked_cancelled": ["un_hotel", "by_b"],
    "undone_remembered": ["v", *UNDOING],
    "undone_running": ["a", "c", "h_task", "h_task", "by_late", "by_late", "c", "v", *UNDOING],
    "undone_undoing": UNDOING[1:],
}


@pytest.mark.parametrize("saved", sorted((STATES / "v2").glob("*.state")), ids=lambda path: path.stem)
def test_states_with_events_and_compensation_are_loaded_and_finished(saved: Path) -> None:
    drawn = saved.with_name(saved.stem.partition("_")[0] + ".bpmn")
    definition = flow.admit(drawn.read_bytes(), file=drawn.name)
    state, completed, done = saved.read_bytes(), False, []
    while not completed:
        task = min(flow.open_tasks(definition, state, NOW), key=lambda task: int(task.key.rpartition("-")[2]))
        done.append(task.node)
        step = flow.complete(definition, state, task.key, {"cancel": False}, {}, NOW)
        state, completed = step.state, step.completed
    assert done == FINISHED[saved.stem]


@pytest.mark.parametrize("key", shipped())
def test_a_state_of_each_kind_of_work_is_loaded_and_finished(key: str) -> None:
    """One of every kind that is shipped, whatever its diagram has become since; `tests.flow.kinds` adds what is new."""
    saved = KINDS / f"{key}.state"
    assert saved.exists(), "python -m tests.flow.kinds"
    definition, state = admitted(saved.with_suffix(".bpmn")), saved.read_bytes()
    assert pack(unpack(state)) == state
    for seed in range(3):
        walk, step, steps = Walk(definition, f"{key} {seed}"), None, 0
        while step is None or not step.completed:
            step, steps = walk.step(step.state if step else state), steps + 1
            assert steps < MOST
