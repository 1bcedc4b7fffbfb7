"""Blocks of activities and gateways: loops, calls, decisions, quantities, partial joins."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.flow.drawing import DEFAULT, EACH, FIRST, Drawn, Model

# When a multi-instance activity throws something; asked when one of its instances completes.
WHENS = (
    "numberOfCompletedInstances == 1",
    "numberOfActiveInstances == 0",
    "numberOfCompletedInstances * 2 > numberOfInstances",
    "not b and numberOfCompletedInstances >= 2",
    "numberOfTerminatedInstances > 0 or c",
    "a",
)
ENOUGH = (None, None, "numberOfCompletedInstances >= 2", "numberOfActiveInstances == 1 and a")

Block = Callable[[Model, int], tuple[str, str]]


class Activities:
    """Part of a sketch, which draws the simpler blocks."""

    random: Random
    levels: list[Model]  # drawn for one call, and sometimes called again by another
    name: Any
    task: Any
    inner: Any
    level: Any
    sequence: Any
    condition: Any
    border: Any

    def activities(self) -> list[Block]:
        return [
            self.repeated,
            self.announcing,
            self.called,
            self.decided,
            self.several_at_once,
            self.partly_joined,
        ]

    def repeated(self, model: Model, depth: int) -> tuple[str, str]:
        """A standard loop, asked before or after each run, of a task, a subprocess or a call."""
        name, _ = self.random.choice([lambda m, d: self.task(m), self.inner, self.call_alone])(model, depth)
        node = model.nodes[name]
        node.collection = None
        node.into.pop(node.item, None)
        node.before = self.random.random() < 0.5
        node.repeat = self.random.choice([None, "a", "b and loopCounter < 3", "not c or loopCounter < 2"])
        node.maximum = self.random.choice([1, 2, 3])
        return name, name

    def announcing(self, model: Model, depth: int) -> tuple[str, str]:
        """A multi-instance activity that throws events when instances complete; some of them wait on its border."""
        name, _ = self.random.choice([lambda m, d: self.task(m), self.inner, self.call_alone])(model, depth)
        node, merge = model.nodes[name], self.name("x")
        if node.collection is None:
            self.for_each(node)
        node.sequential, node.enough = self.random.random() < 0.4, self.random.choice(ENOUGH)
        node.announces = self.announcements(node.item)
        model.node("exclusiveGateway", merge).wire(name, merge)
        heard = {*node.announced, ("signal", "alarm"), ("message", "recall"), ("timer", "PT2H")} - {
            ("message", "told")
        }
        for what in self.random.sample(sorted(heard), self.random.randint(1, 3)):
            self.border(model, name, merge, what)
        return name, merge

    def announcements(self, item: str) -> list[tuple[str, list[tuple[str, str]]]]:
        sent = [
            ("signal", "alarm"),
            ("signal", "calm"),
            ("escalation", "X1"),
            ("escalation", "X2"),
            ("message", "told"),
        ]
        errors = [("error", "E1"), ("error", "E2")]
        when = self.random.choice([EACH, FIRST, None, None])
        if when is not None:
            return [(when, [self.random.choice([*sent, *errors])])]
        count, whens = self.random.randint(1, 3), [*WHENS, f"{item} in [2, '乙']"]
        return [
            (
                self.random.choice(whens),
                self.random.choice([[self.random.choice(errors)], self.random.sample(sent, 2)]),
            )
            for _ in range(count)
        ]

    def call_alone(self, model: Model, depth: int) -> tuple[str, str]:
        name = self.name("k")
        into = self.random.choice(
            [{"*": "*"}, {"a": "not b", "b": "c", "c": "a == b", "units": "units"}, dict.fromkeys("abc", "a")]
        )
        if "units" not in into and "*" not in into:
            into = {**into, "units": "[1, 2]"}
        called = self.levels.pop() if self.levels and self.random.random() < 0.3 else self.level(depth)
        self.levels.append(called)
        model.node("callActivity", name, called=called, into=into, out={f"o_{name}": "b or c"})
        if self.random.random() < 0.3:
            self.for_each(model.nodes[name])
        return name, name

    @staticmethod
    def for_each(node: Drawn) -> None:
        """Repeat it for each unit; a call knows its own: in no order but that could twin tasks be told apart."""
        node.collection, node.item = "units", f"item_{node.id}"
        if node.into and "*" not in node.into:
            node.into = {**node.into, node.item: node.item}

    def called(self, model: Model, depth: int) -> tuple[str, str]:
        """A call whose result is looked at."""
        name, _ = self.call_alone(model, depth)
        many = model.nodes[name].collection is not None
        return self.looked_at(model, name, "a" if many else f"o_{name}")

    def decided(self, model: Model, depth: int) -> tuple[str, str]:
        """A decision whose result is looked at."""
        name = self.name("r")
        rule = self.random.choice(["majority", "exactly_one"])
        model.node("businessRuleTask", name, rule=rule, result=f"v_{name}")
        return self.looked_at(model, name, f"v_{name}")

    def looked_at(self, model: Model, name: str, variable: str) -> tuple[str, str]:
        choice, merge = self.name("x"), self.name("x")
        model.node("exclusiveGateway", choice).node("exclusiveGateway", merge).wire(name, choice)
        for condition in (variable, DEFAULT):
            asked, _ = self.task(model)
            model.wire(choice, asked, condition=condition).wire(asked, merge)
        return name, merge

    def several_at_once(self, model: Model, depth: int) -> tuple[str, str]:
        """An activity that gives several tokens, or one that takes several, or both in a row."""
        gives, takes = self.name("u"), self.name("u")
        count = self.random.choice([2, 3])
        model.node("userTask", gives, completion=count)
        model.node(
            "userTask", takes, start=self.random.choice([count, 2]), completion=self.random.choice([1, 1, 2])
        )
        first, last = self.task(model)
        model.wire(gives, first).wire(last, takes)
        return gives, takes

    def partly_joined(self, model: Model, depth: int) -> tuple[str, str]:
        """Branches that meet in a complex gateway, which goes on when some of them have come."""
        split, join = self.name("g"), self.name("j")
        kind = self.random.choice(["parallelGateway", "inclusiveGateway"])
        count = self.random.randint(2, 3)
        needed = self.random.randint(1, count)
        model.node(kind, split).node("complexGateway", join, activation=f"activationCount >= {needed}")
        for place in range(count):
            condition = None if kind == "parallelGateway" else self.condition(place == count - 1)
            first, last = self.sequence(model, depth) if place == 0 else self.task(model)
            model.wire(split, first, condition=condition).wire(last, join)
        after = self.name("t")
        model.node("intermediateThrowEvent", after).wire(join, after, condition="waitingForStart")
        if self.random.random() < 0.5:
            late, end = self.name("u"), self.name("e")
            model.node("userTask", late).node("endEvent", end)
            model.wire(join, late, condition="not waitingForStart").wire(late, end)
        return split, after
