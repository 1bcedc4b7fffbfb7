"""Joins that wait in vain and work done twice are told, with the join and the split, before anything runs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random

import pytest

from engine import flow
from engine.definitions.catalogue import PROCESSES
from engine.flow import problems
from engine.flow.token_game import MAX_POSITIONS, SOURCE, Place, Way, play
from tests.flow.drawing import DEFAULT, Model, as_bpmn
from tests.flow.driving import FUNCTIONS, NOW, beginning, for_engine
from tests.flow.generated import MESSAGES, SIGNALS, generated
from tests.flow.rules import RULES
from tests.flow.work import ENOUGH_CALLS, calls_of

pytestmark = pytest.mark.slow

NOT_JUDGED = rb"complexGateway|(start|completion)Quantity"
SOUNDNESS = {"join-deadlock", "join-starved", "join-may-wait", "done-twice", "too-tangled"}


def told(xml: Model | bytes) -> list[flow.Problem]:
    """What is said of its soundness; a model with any other error is badly drawn."""
    xml = xml if isinstance(xml, bytes) else as_bpmn(xml)
    said = flow.examine(xml, file="drawn.bpmn", decisions=RULES.admitted).problems
    assert not [each for each in said if each.severity == "error" and each.code not in SOUNDNESS]
    return [each for each in said if each.code in SOUNDNESS]


def found(model: Model) -> set[tuple[str, str]]:
    return {(problem.code, problem.element) for problem in told(model)}


def lead(model: Model, source: str, target: str, to: str) -> Model:
    """Let the flow between two nodes lead to another one."""
    next(wire for wire in model.wires if (wire.source, wire.target) == (source, target)).target = to
    return model


def diamond(split: str, join: str, key: str = "p") -> Model:
    model = (
        Model(key=key).node("startEvent", "s").node("endEvent", "e").node(split, "split").node(join, "join")
    )
    model.node("userTask", "a").node("userTask", "b").node("userTask", "after").wire("s", "split")
    conditional = split != "parallelGateway"
    model.wire("split", "a", "join", "after", "e", condition="p" if conditional else None)
    return model.wire("split", "b", "join", condition=DEFAULT if conditional else None)


SPLITS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway")
EXPECTED: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("exclusiveGateway", "parallelGateway"): {("join-deadlock", "join")},
    ("inclusiveGateway", "parallelGateway"): {("join-deadlock", "join")},  # the default comes alone
    ("inclusiveGateway", "exclusiveGateway"): {("done-twice", "join")},
    ("parallelGateway", "exclusiveGateway"): {("done-twice", "join")},
}


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("join", SPLITS)
def test_every_split_with_every_join(split: str, join: str) -> None:
    # An inclusive split with a default takes one way or the other, so two conditions are needed to take both.
    model = diamond(split, join)
    if split == "inclusiveGateway":
        model.node("userTask", "c").wire("split", "c", "join", condition="q")
    assert found(model) == EXPECTED.get((split, join), set())


def test_the_join_and_the_split_are_named_in_words() -> None:
    xml = as_bpmn(diamond("exclusiveGateway", "parallelGateway")).decode()
    xml = xml.replace('id="split"', 'id="split" name="是否受理"').replace(
        'id="join"', 'id="join" name="汇总"'
    )
    (problem,) = told(xml.encode())
    assert "“汇总（join）”" in problem.message and "“是否受理（split）”" in problem.message
    assert (problem.severity, problem.element, problem.line) == ("error", "join", 2)
    with pytest.raises(flow.DefinitionRefused):
        flow.admit(xml.encode(), file="drawn.bpmn")
    twice = told(diamond("parallelGateway", "exclusiveGateway"))[0]
    assert "“join”" in twice.message and "“split”" in twice.message and twice.severity == "warning"
    assert flow.admit(as_bpmn(diamond("parallelGateway", "exclusiveGateway")), file="x")


def forked(*branch: str) -> Model:
    """start → fork → a → join → end, and a second branch from the fork."""
    model = Model().node("startEvent", "s").node("endEvent", "e").node("parallelGateway", "fork")
    model.node("parallelGateway", "join").node("userTask", "a").node("userTask", "b").node("endEvent", "e2")
    return model.wire("s", "fork", "a", "join", "e").wire("fork", "b", *branch)


def test_a_branch_that_may_end_before_its_join() -> None:
    model = forked("x").node("exclusiveGateway", "x").wire("x", "join", condition="p")
    assert found(model.wire("x", "e2", condition=DEFAULT)) == {("join-may-wait", "join")}
    assert "“x”" in told(model)[0].message


def test_a_branch_that_may_end_everything_leaves_nothing_waiting() -> None:
    model = forked("x").node("exclusiveGateway", "x").wire("x", "join", condition="p")
    model.nodes["e2"].terminate = True
    assert found(model.wire("x", "e2", condition=DEFAULT)) == set()


def test_an_event_that_interrupts_one_branch() -> None:
    model = forked("join").node("boundaryEvent", "late", host="b", message="m").wire("late", "e2")
    assert found(model) == {("join-may-wait", "join")}
    assert "“b”" in told(model)[0].message
    rejoined = forked("join").node("boundaryEvent", "late", host="b", message="m")
    rejoined.node("exclusiveGateway", "x").wire("late", "x")
    del rejoined.nodes["e2"]
    assert found(lead(rejoined, "b", "join", "x").wire("x", "join")) == set()


def test_an_event_that_does_not_interrupt_and_comes_back() -> None:
    model = (
        Model().node("startEvent", "s").node("userTask", "u").node("userTask", "after").node("endEvent", "e")
    )
    model.node("boundaryEvent", "b", host="u", message="m", interrupting=False).wire("s", "u", "after", "e")
    assert found(model.wire("b", "after")) == {("done-twice", "after")}
    beside = Model().node("startEvent", "s").node("userTask", "u").node("userTask", "v").node("endEvent", "e")
    beside.node("boundaryEvent", "b", host="u", message="m", interrupting=False).node("endEvent", "e2")
    assert found(beside.wire("s", "u", "e").wire("b", "v", "e2")) == set()


def test_a_branch_beside_is_played_too() -> None:
    model = Model().node("startEvent", "s").node("userTask", "u").node("endEvent", "e").wire("s", "u", "e")
    model.node("boundaryEvent", "b", host="u", message="m", interrupting=False)
    model.node("exclusiveGateway", "x").node("parallelGateway", "j").node("endEvent", "e2")
    model.wire("b", "x").wire("x", "j", "e2", condition="p").wire("x", "j", condition=DEFAULT)
    assert found(model) == {("join-deadlock", "j")}


def test_a_join_that_waits_for_itself() -> None:
    model = Model().node("startEvent", "s").node("parallelGateway", "j").node("userTask", "u")
    model.node("exclusiveGateway", "x").node("endEvent", "e").wire("s", "j", "u", "x")
    model.wire("x", "j", condition="p").wire("x", "e", condition=DEFAULT)
    assert found(model) == {("join-starved", "j")}


def test_a_loop_round_a_whole_block_is_sound_and_one_into_it_is_not() -> None:
    model = diamond("parallelGateway", "parallelGateway").node("exclusiveGateway", "again")
    model.node("exclusiveGateway", "merge").wire("merge", "split").wire("again", "e", condition=DEFAULT)
    whole = lead(lead(model, "s", "split", "merge"), "after", "e", "again").wire(
        "again", "merge", condition="p"
    )
    assert found(whole) == set()
    # Back into one branch: the other has no token for the join.
    into = lead(lead(whole, "again", "merge", "a"), "s", "merge", "split")
    del into.nodes["merge"]
    into.wires = [wire for wire in into.wires if wire.source != "merge"]
    assert found(into) == {("join-may-wait", "join")}


def test_implicit_splits_and_merges_are_splits_and_merges() -> None:
    model = Model().node("startEvent", "s").node("userTask", "u").node("userTask", "a").node("userTask", "b")
    model.node("userTask", "after").node("endEvent", "e").wire("s", "u", "a", "after", "e").wire(
        "u", "b", "after"
    )
    assert found(model) == {("done-twice", "after")}


def test_each_level_is_played_for_itself() -> None:
    inside = diamond("exclusiveGateway", "parallelGateway", key="q")
    model = Model().node("startEvent", "ps").node("endEvent", "pe").node("subProcess", "sub", inside=inside)
    assert found(model.wire("ps", "sub", "pe")) == {("join-deadlock", "join")}


def test_what_is_shipped_is_sound() -> None:
    for path in PROCESSES.glob("*/*.bpmn"):
        assert told(path.read_bytes()) == []


@pytest.mark.parametrize("part", range(2))
def test_what_is_drawn_in_blocks_is_sound(part: int) -> None:
    for seed in range(part * 100, (part + 1) * 100):
        assert told(generated(seed)) == [], seed


def levels(model: Model) -> list[Model]:
    return [model, *(inner for node in model.nodes.values() if node.inside for inner in levels(node.inside))]


def spoiled(seed: int) -> Model:
    """A model in blocks with other joins than its splits, and a flow or two that lead elsewhere."""
    random, model = Random(seed), generated(seed)
    for level in levels(model):
        for node in level.nodes.values():
            leaving = [wire for wire in level.wires if wire.source == node.id]
            if node.kind.endswith("Gateway") and len(leaving) == 1 and random.random() < 0.5:
                node.kind = random.choice(SPLITS)
        if random.random() < 0.2:
            ends = [node for node in level.nodes.values() if node.kind not in ("startEvent", "boundaryEvent")]
            random.choice(level.wires).target = random.choice(ends).id
    return model


WAITING = {"intermediateCatchEvent", "receiveTask", "eventBasedGateway"}
RAISING = {name: for_engine(function) for name, function in FUNCTIONS.items()}


def run(definition: flow.AdmittedDefinition, seed: int) -> tuple[bool, set[str]]:
    """One random run: whether it stands still, nobody being asked and nothing awaited; what was entered."""
    random, entered, now = Random(seed), set[str](), NOW
    try:
        step = flow.start(
            definition,
            {"a": True, "b": False, "c": seed % 2 == 0, "units": [1, 2]},
            RAISING,
            now,
            beginning(definition, seed),
        )
        for _ in range(40):
            entered |= set(step.entered)
            tasks = flow.open_tasks(definition, step.state, now)
            standing = {definition.nodes[each.node].kind for each in flow.live_tokens(definition, step.state)}
            if step.completed or not (tasks or standing & WAITING):
                return not step.completed, entered
            if not tasks or random.random() < 0.2:
                now += timedelta(hours=1)
                step = stimulated(definition, step, random, now)
            else:
                given = {name: random.random() < 0.5 for name in "abc"}
                step = flow.complete(definition, step.state, random.choice(tasks).key, given, RAISING, now)
    except flow.StepFailed:
        pass  # a round in which nobody is asked
    return False, entered


def stimulated(
    definition: flow.AdmittedDefinition, step: flow.Step, random: Random, now: datetime
) -> flow.Step:
    """The step that a message, a signal or the time brings."""
    kind = random.choice(["message", "signal", "time"])
    if kind == "message":
        return flow.correlate(definition, step.state, random.choice(MESSAGES), {}, RAISING, now)
    if kind == "signal":
        return flow.signal(definition, step.state, random.choice(SIGNALS), {}, RAISING, now)
    return flow.advance_clock(definition, step.state, RAISING, now)


def test_no_run_stands_still_that_was_not_foretold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "WARNINGS", problems.WARNINGS | SOUNDNESS)  # so that all can be run
    still = never = 0
    for seed in range(300):
        xml = as_bpmn(spoiled(seed))
        examined = flow.examine(xml, file="spoiled.bpmn", decisions=RULES.admitted)
        if examined.definition is None or re.search(NOT_JUDGED, xml):
            continue
        (first, entered), (second, more) = run(examined.definition, seed), run(examined.definition, seed + 1)
        found = {(problem.code, problem.element) for problem in examined.problems}
        assert not (first or second) or {code for code, _ in found} & SOUNDNESS, seed
        hopeless = {join for code, join in found if code in ("join-deadlock", "join-starved")}
        assert not hopeless & (entered | more), seed
        still, never = still + (first or second), never + bool(hopeless)
    assert still > 20
    assert never > 20


def test_playing_stops_after_a_fixed_number_of_positions_and_says_so() -> None:
    # Twenty joins in a ring, each waiting for its neighbours: nothing folds, and everything may happen at any time.
    count = 20
    net = {SOURCE: Place(frozenset(), "any", frozenset({Way(frozenset(f"{n}a" for n in range(count)))}))}
    for n in range(count):
        ways = {Way(frozenset({f"{n}b"})), Way(frozenset({f"{(n + 1) % count}c"}))}
        net[f"x{n}"] = Place(frozenset({f"{n}a", f"{n}c"}), "any", frozenset(ways))
        net[f"j{n}"] = Place(frozenset({f"{n}b"}), "all", frozenset({Way(frozenset())}))
    verdict = play(net)
    assert not verdict.is_complete
    assert verdict.positions <= MAX_POSITIONS + 1
    assert not verdict.never


@pytest.mark.parametrize("kind", ["exclusiveGateway", "parallelGateway", "inclusiveGateway"])
def test_what_is_drawn_to_be_tangled_costs_no_more_than_anything_else(kind: str) -> None:
    # Each of forty gateways leads to all others: a single position has over eight hundred ways on.
    model = Model().node("startEvent", "s").node("endEvent", "e")
    names = [f"g{number}" for number in range(40)]
    for name in names:
        model.node(kind, name)
    model.wire("s", names[0])
    condition = None if kind == "parallelGateway" else "x"
    for name in names:
        for other in names:
            if other != name:
                model.wire(name, other, condition=condition)
        model.wire(name, "e", condition=None if condition is None else DEFAULT)
    xml, said = as_bpmn(model), set[str]()
    calls = calls_of(lambda: said.update(each.code for each in flow.examine(xml, file="ring.bpmn").problems))
    assert calls < 3 * ENOUGH_CALLS
    assert said <= SOUNDNESS
    assert "too-tangled" in said or kind != "inclusiveGateway"
