"""Random processes: blocks within blocks, of every kind admitted, joins in loops, loops in branches."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.flow.dmn import DrawnDecision, admitted, table
from tests.flow.drawing import DEFAULT, Model
from tests.flow.driving import Rules

CONDITIONS = ("a", "not b", "a and c", "b or not c", "c", "a == b")


class Sketch:
    """Draws one level after another; every block has one way in and one way out."""

    def __init__(self, random: Random, size: int) -> None:
        self.random = random
        self.left = size
        self.count = 0
        self.levels: list[Model] = []  # drawn for one call, and sometimes called again by another

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def level(self, depth: int) -> Model:
        model = Model(key=self.name("p"))
        start, end = self.name("s"), self.name("e")
        model.node("startEvent", start).node("endEvent", end)
        first, last = self.sequence(model, depth)
        return model.wire(start, first).wire(last, end)

    def sequence(self, model: Model, depth: int) -> tuple[str, str]:
        parts = [self.block(model, depth) for _ in range(self.random.randint(1, 3))]
        for (_, last), (first, _) in zip(parts, parts[1:], strict=False):
            model.wire(last, first)
        return parts[0][0], parts[-1][1]

    def block(self, model: Model, depth: int) -> tuple[str, str]:
        self.left -= 1
        if depth == 0 or self.left <= 0:
            return self.task(model)
        draw = self.random.choice(
            [
                self.task,
                self.branches,
                self.branches,
                self.round_again,
                self.round_again,
                self.inner,
                self.interrupted,
                self.repeated,
                self.called,
                self.decided,
                self.several_at_once,
                self.partly_joined,
            ]
        )
        return draw(model) if draw == self.task else draw(model, depth - 1)  # type: ignore[call-arg, operator]

    def task(self, model: Model) -> tuple[str, str]:
        name = self.name("u")
        loop = self.random.random() < 0.2
        model.node(
            "userTask", name, collection="units" if loop else None, sequential=self.random.random() < 0.4
        )
        return name, name

    def branches(self, model: Model, depth: int) -> tuple[str, str]:
        kind = self.random.choice(["parallelGateway", "inclusiveGateway", "exclusiveGateway"])
        split, join = self.name("g"), self.name("j")
        model.node(kind, split).node(kind, join)
        count = self.random.randint(2, 3)
        for place in range(count):
            condition = None if kind == "parallelGateway" else self.condition(place == count - 1)
            first, last = self.sequence(model, depth)
            model.wire(split, first, condition=condition).wire(last, join)
        return split, join

    def condition(self, is_last: bool) -> str:
        return DEFAULT if is_last else self.random.choice(CONDITIONS)

    def round_again(self, model: Model, depth: int) -> tuple[str, str]:
        merge, choice = self.name("x"), self.name("x")
        model.node("exclusiveGateway", merge).node("exclusiveGateway", choice)
        first, last = self.sequence(model, depth)
        asked = self.name("u")  # somebody has to be asked in every round, or a round never ends
        model.node("userTask", asked).wire(merge, first).wire(last, asked, choice)
        model.wire(choice, merge, condition=self.random.choice(CONDITIONS))
        after = self.name("t")
        model.node("intermediateThrowEvent", after).wire(choice, after, condition=DEFAULT)
        return merge, after

    def inner(self, model: Model, depth: int) -> tuple[str, str]:
        name = self.name("q")
        loop = self.random.random() < 0.6
        inside = self.level(depth)
        if self.random.random() < 0.2:
            next(node for node in inside.nodes.values() if node.kind == "endEvent").terminate = True
        model.node(
            "subProcess",
            name,
            inside=inside,
            collection="units" if loop else None,
            item=f"item_{name}",
            sequential=self.random.random() < 0.3,
        )
        return name, name

    def interrupted(self, model: Model, depth: int) -> tuple[str, str]:
        """A subprocess or task with a message on its border, whose way rejoins the main one or ends."""
        host, _ = self.random.choice([self.inner, self.inner, self.call_alone, lambda m, d: self.task(m)])(
            model, depth
        )
        event, merge = self.name("b"), self.name("x")
        interrupting = self.random.random() < 0.6
        message = self.random.choice(["recall", "urge"])
        model.node("boundaryEvent", event, host=host, interrupting=interrupting, message=message)
        model.node("exclusiveGateway", merge).wire(host, merge)
        first, last = self.task(model)
        model.wire(event, first)
        if interrupting:
            model.wire(last, merge)
        else:
            end = self.name("e")
            model.node("endEvent", end).wire(last, end)
        return host, merge

    def repeated(self, model: Model, depth: int) -> tuple[str, str]:
        """A standard loop, asked before or after each run, of a task, a subprocess or a call."""
        name, _ = self.random.choice([lambda m, d: self.task(m), self.inner, self.call_alone])(model, depth)
        node = model.nodes[name]
        node.collection = None
        node.before = self.random.random() < 0.5
        node.repeat = self.random.choice([None, "a", "b and loopCounter < 3", "not c or loopCounter < 2"])
        node.maximum = self.random.choice([1, 2, 3])
        return name, name

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
            model.nodes[name].collection, model.nodes[name].item = "units", f"item_{name}"
        return name, name

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


def majority(data: dict[str, Any]) -> bool:
    return data["a"] + data["b"] + data["c"] >= 2


def exactly_one(data: dict[str, Any]) -> bool:
    return [data["a"], data["b"], data["c"]].count(True) == 1


INPUTS = ["a:boolean", "b:boolean", "c:boolean"]
RULES = Rules(
    admitted(
        DrawnDecision(
            "majority",
            table(INPUTS, ["out:boolean"], "true | true | - => true", "- | true | true => true",
                  "true | not(false) | true => true", "true | - | true => true", "- | - | - => false", policy="FIRST"),
        ),
        DrawnDecision(
            "exactly_one",
            table(["count([a, b, c]) - (if a then 0 else 1) - (if b then 0 else 1) - (if c then 0 else 1):number"],
                  ["out:boolean"], "1 => true", "not(1) => false"),
            ["ia", "ib", "ic"],
        ),
        inputs={f"i{name}": f"{name}:boolean" for name in "abc"},
    ),
    {"majority": majority, "exactly_one": exactly_one},
)  # fmt: skip


def generated(seed: int) -> Model:
    random = Random(seed)
    return Sketch(random, random.randint(3, 12)).level(3)
