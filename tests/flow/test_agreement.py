"""The engine, saved and restored at every step, does what an independent interpreter of the standard does."""

from __future__ import annotations

import os

import pytest

from tests.flow.drawing import DEFAULT, Model
from tests.flow.driving import agree
from tests.flow.generated import generated
from tests.flow.rules import RULES

CAMPAIGN = bool(os.environ.get("DUBAN_CAMPAIGN"))
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1_800)] if CAMPAIGN else []
SCHEDULES = 10_000 if CAMPAIGN else 200
PER_MODEL = 400 if CAMPAIGN else 12


def joins_in_a_loop() -> Model:
    model = Model().node("startEvent", "s").node("exclusiveGateway", "m").node("parallelGateway", "f")
    for name in ("u1", "u2", "u3"):
        model.node("userTask", name)
    model.node("parallelGateway", "j").node("userTask", "u5").node("exclusiveGateway", "x").node(
        "endEvent", "e"
    )
    model.wire("s", "m", "f", "u1", "j", "u5", "x")
    model.wire("f", "u2", "j").wire("f", "u3", "j")
    return model.wire("x", "m", condition="a").wire("x", "e", condition=DEFAULT)


def nested_joins() -> Model:
    model = Model().node("startEvent", "s").node("exclusiveGateway", "m")
    for name in ("f", "g", "k", "j"):
        model.node("parallelGateway", name)
    for name in ("u1", "u2", "u3", "u6"):
        model.node("userTask", name)
    model.node("exclusiveGateway", "x").node("endEvent", "e")
    model.wire("s", "m", "f", "g", "u1", "k", "u6", "j", "x").wire("g", "u2", "k").wire("f", "u3", "j")
    return model.wire("x", "m", condition="a").wire("x", "e", condition=DEFAULT)


def loop_inside_a_branch() -> Model:
    model = Model().node("startEvent", "s").node("parallelGateway", "f").node("userTask", "u1")
    model.node("exclusiveGateway", "m").node("userTask", "u2").node("exclusiveGateway", "x")
    model.node("parallelGateway", "j").node("userTask", "u3").node("endEvent", "e")
    model.wire("s", "f", "u1", "j", "u3", "e").wire("f", "m", "u2", "x")
    return model.wire("x", "m", condition="b").wire("x", "j", condition=DEFAULT)


def inclusive_in_a_loop() -> Model:
    model = Model().node("startEvent", "s").node("exclusiveGateway", "m").node("userTask", "u0")
    model.node("inclusiveGateway", "f").node("inclusiveGateway", "j").node("userTask", "u5")
    for name in ("u1", "u2", "u3"):
        model.node("userTask", name)
    model.node("exclusiveGateway", "x").node("endEvent", "e")
    model.wire("s", "m", "u0", "f").wire("f", "u1", "j", "u5", "x", condition="a")
    model.wire("f", "u2", "j", condition="b").wire("f", "u3", "j", condition=DEFAULT)
    return model.wire("x", "m", condition="c").wire("x", "e", condition=DEFAULT)


def tokens_that_overtake() -> Model:
    """A branch that can put a second token on an entrance of the join before the other branch has come."""
    model = Model().node("startEvent", "s").node("parallelGateway", "f").node("userTask", "u1")
    model.node("userTask", "u2").node("parallelGateway", "again").node("parallelGateway", "j")
    model.node("userTask", "u3").node("endEvent", "e").node("exclusiveGateway", "m").node(
        "exclusiveGateway", "x"
    )
    model.node("exclusiveGateway", "n").wire("s", "f", "u1", "n", "j", "u3", "e").wire("f", "m", "u2", "x")
    model.wire("x", "again", condition="a").wire("x", "j", condition=DEFAULT)
    return model.wire("again", "m").wire("again", "n")


def split_without_gateway() -> Model:
    model = (
        Model().node("startEvent", "s").node("userTask", "u0").node("userTask", "u1").node("userTask", "u2")
    )
    model.node("userTask", "u3").node("endEvent", "e").node("endEvent", "e2")
    model.wire("s", "u0").wire("u0", "u1", condition="a").wire("u0", "u2", condition="b")
    return model.wire("u0", "u3", condition=DEFAULT).wire("u1", "e").wire("u2", "e").wire("u3", "e2")


def terminated_among_branches() -> Model:
    model = (
        Model()
        .node("startEvent", "s")
        .node("parallelGateway", "f")
        .node("userTask", "u1", collection="units")
    )
    model.node("userTask", "u2").node("endEvent", "e").node("endEvent", "stop", terminate=True)
    return model.wire("s", "f", "u1", "e").wire("f", "u2", "stop")


def loop_reached_through_a_border() -> Model:
    """Stock SpiffWorkflow raises when a fired boundary event leads back into its multi-instance host."""
    inside = Model(key="w").node("startEvent", "ws").node("userTask", "w1").node("userTask", "w2")
    inside.node("endEvent", "we").wire("ws", "w1", "w2", "we")
    model = Model().node("startEvent", "s").node("userTask", "assign").node("endEvent", "e")
    model.node("subProcess", "handle", inside=inside, collection="units", item="unit")
    model.node("boundaryEvent", "b", host="handle", message="recall")
    return model.wire("s", "assign", "handle", "e").wire("b", "assign")


MODELS = [
    joins_in_a_loop,
    nested_joins,
    loop_inside_a_branch,
    inclusive_in_a_loop,
    tokens_that_overtake,
    split_without_gateway,
    terminated_among_branches,
    loop_reached_through_a_border,
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_drawn_models_agree_with_the_standard(model) -> None:
    steps = sum(agree(model(), seed) for seed in range(PER_MODEL))
    assert steps > PER_MODEL


def test_what_people_end_with_an_error_agrees_with_the_standard() -> None:
    seeds = range(20_000, 20_000 + SCHEDULES // 4)
    models = ((generated(seed, people_fail=True), seed) for seed in seeds)
    assert sum(agree(model, seed, rules=RULES, failing=0.3) for model, seed in models) > len(seeds)


@pytest.mark.parametrize("part", range(4))
def test_generated_models_agree_with_the_standard(part: int) -> None:
    count = SCHEDULES // 4
    steps = sum(agree(generated(seed), seed, rules=RULES) for seed in range(part * count, (part + 1) * count))
    assert steps > count
