"""Random processes: blocks within blocks, of every kind admitted, joins in loops, loops in branches."""

from __future__ import annotations

from random import Random

from tests.flow.drawing import DEFAULT, Model
from tests.flow.generated_activities import Activities

CONDITIONS = ("a", "not b", "a and c", "b or not c", "c", "a == b")


class Sketch(Activities):
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
                *self.activities(),
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


def generated(seed: int) -> Model:
    random = Random(seed)
    return Sketch(random, random.randint(3, 12)).level(3)
