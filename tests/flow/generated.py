"""Random processes: blocks within blocks, of every kind admitted, joins in loops, loops in branches.

The standard leaves open in which order tokens move that can move at the same time. So that it never matters
here, whatever throws stands behind a task of its own, and so does whatever follows what was caught.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.flow.drawing import DEFAULT, Drawn, Model
from tests.flow.generated_activities import Activities

CONDITIONS = ("a", "not b", "a and c", "b or not c", "c", "a == b")
MESSAGES, SIGNALS = ("recall", "urge"), ("alarm", "calm")
ERRORS, ESCALATIONS = ("E1", "E2"), ("X1", "X2")
TIMES = ("PT1H", "PT2H", "PT4H")
CYCLES = (*TIMES, "R3/PT1H", "R2/PT2H", "R/PT3H")
COMING = [  # what comes to a process while it runs
    *(("message", name) for name in MESSAGES),
    *(("signal", name) for name in SIGNALS),
    *(("timer", time) for time in TIMES),
    *(("condition", text) for text in (*CONDITIONS, "a and b and c")),
]
HANDLED = [
    *(("timer", time) for time in TIMES),
    *(("condition", text) for text in (*CONDITIONS, "a and b and c")),
    *(("message", name) for name in MESSAGES),
    *(("signal", name) for name in SIGNALS),
    *(("error", name) for name in (*ERRORS, "")),
    *(("escalation", name) for name in (*ESCALATIONS, "")),
]


class Sketch(Activities):
    """Draws one level after another; every block has one way in and one way out."""

    def __init__(self, random: Random, size: int, *, people_fail: bool = False) -> None:
        self.random = random
        self.left = size
        self.people_fail = people_fail  # whether what people do may be ended by an error, too
        self.count = 0
        self.levels: list[Model] = []  # drawn for one call, and sometimes called again by another

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def often(self, part: float) -> bool:
        return self.random.random() < part

    def level(self, depth: int, outermost: bool = False) -> Model:
        model = Model(key=self.name("p"))
        start, end = self.name("s"), self.name("e")
        if outermost and self.often(0.15):
            start = self.opening(model)
        else:
            model.node("startEvent", start)
        first, last = self.sequence(model, depth)
        model.wire(start, first)
        self.end(model, last, end, outermost)
        while self.often(0.25) and depth > 0:
            self.handler(model, depth - 1)
        return model

    def opening(self, model: Model) -> str:
        """A beginning by a task that receives, or by the first of several events; perhaps the others are awaited."""
        if self.often(0.2):
            model.node("receiveTask", task := self.name("c"), message="recall", begins=True)
            return task
        gateway, join, together = self.name("g"), self.name("j"), self.often(0.6)
        model.node("eventBasedGateway", gateway, begins=True, awaits_all=together)
        model.node("parallelGateway" if together else "exclusiveGateway", join)
        received = "receiveTask" if self.often(0.3) else "intermediateCatchEvent"
        drawn = [(kind, name) for kind, name in COMING if kind in ("message", "signal")]
        for kind, name in self.random.sample(drawn, self.random.randint(2, 3)):
            event, asked = self.name("c"), self.asked(model)
            model.node(received if kind == "message" else "intermediateCatchEvent", event, **{kind: name})
            model.wire(gateway, event, asked, join)
        return join

    def handler(self, model: Model, depth: int) -> None:
        """An event subprocess: its start event, a task, perhaps more, perhaps handlers of its own."""
        taken = {pair for node in model.nodes.values() if node.by_event for pair in self.start(node).triggers}
        free = [pair for pair in HANDLED if pair not in taken]
        inside = self.level(depth)
        start = next(node for node in inside.nodes.values() if node.kind == "startEvent")
        for name, value in self.handled(self.random.choice(free)).items():
            setattr(start, name, value)
        first = next(wire for wire in inside.wires if wire.source == start.id)
        asked = self.asked(inside)
        target, first.target = first.target, asked
        inside.wire(asked, target)
        model.node("subProcess", self.name("h"), inside=inside, by_event=True)

    def handled(self, what: tuple[str, str]) -> dict[str, Any]:
        """The settings of an event that interrupts or not, perhaps with a second trigger, perhaps in a cycle."""
        kind, name = what
        settings: dict[str, Any] = {kind: name, "interrupting": kind == "error" or self.often(0.5)}
        if kind == "timer" and not settings["interrupting"]:
            settings["timer"] = self.random.choice(CYCLES)
        if kind not in ("error", "escalation") and self.often(0.3):
            settings |= self.second(kind)
        if settings.get("together") and kind == "timer":
            settings["timer"] = name  # of all that it waits for each happens once, so that nothing repeats
        return settings

    def second(self, kind: str) -> dict[str, Any]:
        other, name = self.random.choice([pair for pair in COMING if pair[0] != kind])
        return {other: name, "together": self.often(0.5)}

    @staticmethod
    def start(node: Drawn) -> Drawn:
        assert node.inside is not None
        return next(inner for inner in node.inside.nodes.values() if inner.kind == "startEvent")

    def end(self, model: Model, last: str, end: str, outermost: bool) -> None:
        if self.often(0.6):
            model.node("endEvent", end).wire(last, end)
            return
        thrown = [("message", "told"), ("signal", self.random.choice(SIGNALS))]
        thrown.append(("escalation", self.random.choice(ESCALATIONS)))
        thrown.append(("compensation", ""))
        if not outermost or self.often(0.1):
            thrown += [("error", self.random.choice(ERRORS))] * 2
        kind, name = self.random.choice(thrown)
        asked = self.name("u")
        model.node("userTask", asked).node("endEvent", end, **{kind: name}).wire(last, asked, end)

    def sequence(self, model: Model, depth: int) -> tuple[str, str]:
        parts = [self.block(model, depth) for _ in range(self.random.randint(1, 3))]
        for (_, last), (first, _) in zip(parts, parts[1:], strict=False):
            model.wire(last, first)
        return parts[0][0], parts[-1][1]

    def block(self, model: Model, depth: int) -> tuple[str, str]:
        self.left -= 1
        flat = [self.task, self.throwing, self.catching, self.service, self.choice, self.linked]
        flat += [self.undoing, self.undoable_task]
        if depth == 0 or self.left <= 0:
            return self.random.choice([self.task, self.task, *flat])(model)
        deep = [
            self.branches,
            self.round_again,
            self.inner,
            self.interrupted,
            self.undoable,
            self.transaction,
            self.meanwhile,
        ]
        draw = self.random.choice([*flat, *deep, *deep, *self.activities(), self.interrupted])
        return draw(model) if draw in flat else draw(model, depth - 1)  # type: ignore[call-arg, operator]

    def task(self, model: Model) -> tuple[str, str]:
        name = self.name("u")
        loop = self.often(0.2)
        model.node("userTask", name, collection="units" if loop else None, sequential=self.often(0.4))
        return name, name

    def asked(self, model: Model) -> str:
        """A task that is certainly asked: where whatever moves comes to rest."""
        name = self.name("u")
        model.node("userTask", name)
        return name

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
        asked = self.asked(model)  # somebody has to be asked in every round, or a round never ends
        model.wire(merge, first).wire(last, asked, choice)
        model.wire(choice, merge, condition=self.random.choice(CONDITIONS))
        after = self.name("t")
        model.node("intermediateThrowEvent", after).wire(choice, after, condition=DEFAULT)
        return merge, after

    def inner(self, model: Model, depth: int) -> tuple[str, str]:
        name = self.name("q")
        loop = self.often(0.5)
        inside = self.level(depth)
        if self.often(0.2):
            self.plain_end(inside).terminate = True
        undoes_itself = self.often(0.2) and depth > 0
        if undoes_itself:
            self.undoing_handler(inside)
        model.node(
            "subProcess",
            name,
            inside=inside,
            collection="units" if loop else None,
            item=f"item_{name}",
            sequential=self.often(0.3),
        )
        if not undoes_itself and self.often(0.3):
            self.undo(model, name)
        return name, name

    # Compensation -----------------------------------------------------------------------------

    def undo(self, model: Model, host: str) -> None:
        """What undoes an activity: an event on its border and, outside the flow, a task or subprocess."""
        handler, event = self.name("z"), self.name("b")
        model.node("boundaryEvent", event, host=host, compensation="", undone_by=handler)
        if self.often(0.3):
            inside = Model(key=self.name("p"))
            start, end, asked = self.name("s"), self.name("e"), self.asked(inside)
            inside.node("startEvent", start).node("endEvent", end).wire(start, asked, end)
            model.node("subProcess", handler, inside=inside, for_compensation=True)
        else:
            loop = "units" if self.often(0.2) else None
            model.node("userTask", handler, for_compensation=True, collection=loop)

    def undoing_handler(self, model: Model) -> None:
        """An event subprocess that undoes the subprocess around it, perhaps by undoing what is in it."""
        inside = Model(key=self.name("p"))
        start, end = self.name("s"), self.name("e")
        inside.node("startEvent", start, compensation="").node("endEvent", end)
        first, last = (self.undoing if self.often(0.5) else self.task)(inside)
        inside.wire(start, first).wire(last, end)
        model.node("subProcess", self.name("h"), inside=inside, by_event=True)

    def undoable_task(self, model: Model) -> tuple[str, str]:
        name, _ = self.task(model)
        self.undo(model, name)
        return name, name

    def undoable(self, model: Model, depth: int) -> tuple[str, str]:
        """Something that can be undone, something more, and then it is undone, perhaps by name."""
        first, host = self.undoable_task(model)
        middle, last = self.block(model, depth)
        asked, event = self.undoing(model)
        if self.often(0.5):
            model.nodes[event].compensation = host
        model.wire(host, middle).wire(last, asked)
        return first, event

    def undoing(self, model: Model) -> tuple[str, str]:
        asked, event = self.asked(model), self.name("t")
        model.node("intermediateThrowEvent", event, compensation="").wire(asked, event)
        return asked, event

    def transaction(self, model: Model, depth: int) -> tuple[str, str]:
        """One that may be cancelled from inside."""
        name, merge, inside = self.name("q"), self.name("x"), self.level(depth)
        asked, choice, cancel = self.asked(inside), self.name("x"), self.name("e")
        start = next(node.id for node in inside.nodes.values() if node.kind == "startEvent")
        first = next(wire for wire in inside.wires if wire.source == start)
        block, last = self.undoable_task(inside)
        target, first.target = first.target, block
        inside.node("exclusiveGateway", choice).node("endEvent", cancel, cancel="")
        inside.wire(last, asked, choice).wire(choice, cancel, condition=self.random.choice(CONDITIONS))
        inside.wire(choice, target, condition=DEFAULT)
        model.node("transaction", name, inside=inside).node("exclusiveGateway", merge).wire(name, merge)
        event, after = self.name("b"), self.asked(model)
        model.node("boundaryEvent", event, host=name, cancel="").wire(event, after, merge)
        if self.often(0.5):
            self.border(model, name, merge, self.random.choice(COMING))
        return name, merge

    def meanwhile(self, model: Model, depth: int) -> tuple[str, str]:
        """A signal in one branch and, in the other, a condition that begins what waits for that signal.

        Who answers the one task may bring about both in one step.
        """
        split, join, signal = self.name("g"), self.name("j"), self.random.choice(SIGNALS)
        model.node("parallelGateway", split).node("parallelGateway", join)
        asked, event = self.asked(model), self.name("t")
        model.node("intermediateThrowEvent", event, signal=signal).wire(split, asked, event, join)
        name, inside, reaction = self.name("q"), self.level(depth), self.level(max(depth - 1, 0))
        condition = self.random.choice([text for kind, text in COMING if kind == "condition"])
        self.reacting(reaction, self.level(0), {"signal": signal})
        self.reacting(inside, reaction, {"condition": condition})
        model.node("subProcess", name, inside=inside).wire(split, name, join)
        return split, join

    def reacting(self, model: Model, inside: Model, settings: dict[str, Any]) -> None:
        """Put an event subprocess onto a level that has none of this trigger; behind its start somebody is asked."""
        if any(
            pair in self.start(n).triggers
            for n in model.nodes.values()
            if n.by_event
            for pair in settings.items()
        ):
            return
        start = next(node for node in inside.nodes.values() if node.kind == "startEvent")
        start.interrupting = self.often(0.5)
        for kind, value in settings.items():
            setattr(start, kind, value)
        first = next(wire for wire in inside.wires if wire.source == start.id)
        asked = self.asked(inside)
        target, first.target = first.target, asked
        inside.wire(asked, target)
        model.node("subProcess", self.name("h"), inside=inside, by_event=True)

    def plain_end(self, model: Model) -> Drawn:
        ends = [node for node in model.nodes.values() if node.kind == "endEvent"]
        return next((end for end in ends if not end.triggers), Drawn("endEvent", "none"))

    def interrupted(self, model: Model, depth: int) -> tuple[str, str]:
        """A subprocess or task with events on its border, whose ways rejoin the main one or end."""
        is_subprocess = self.often(0.7)
        if is_subprocess:
            host, _ = self.random.choice([self.inner, self.inner, self.call_alone])(model, depth)
        else:
            host, _ = self.task(model)
        merge = self.name("x")
        model.node("exclusiveGateway", merge).wire(host, merge)
        if not is_subprocess and self.often(0.3):
            self.undo(model, host)
        drawn = self.random.sample(COMING, 3)
        if is_subprocess or self.people_fail:
            drawn += [("error", name) for name in (*ERRORS, "")]
        if is_subprocess:
            drawn += [("escalation", name) for name in (*ESCALATIONS, "")]
        for what in self.random.sample(drawn, self.random.randint(1, 3)):
            self.border(model, host, merge, what)
        return host, merge

    def border(self, model: Model, host: str, merge: str, what: tuple[str, str]) -> None:
        event, settings = self.name("b"), self.handled(what)
        model.node("boundaryEvent", event, host=host, **settings)
        last = self.asked(model)
        model.wire(event, last)
        if self.often(0.3):
            self.undo(model, last)
        if settings["interrupting"]:
            model.wire(last, merge)
        else:
            end = self.name("e")
            model.node("endEvent", end).wire(last, end)

    # Events -----------------------------------------------------------------------------------

    def throwing(self, model: Model) -> tuple[str, str]:
        asked, event = self.asked(model), self.name("t")
        kind, name = self.random.choice(
            [
                ("message", "told"),
                ("signal", self.random.choice(SIGNALS)),
                ("escalation", self.random.choice(ESCALATIONS)),
            ]
        )
        model.node("intermediateThrowEvent", event, **{kind: name}).wire(asked, event)
        return asked, event

    def catching(self, model: Model) -> tuple[str, str]:
        event, asked = self.name("c"), self.asked(model)
        kind, name = self.random.choice(COMING)
        settings = {kind: name} | (self.second(kind) if self.often(0.3) else {})
        model.node("intermediateCatchEvent", event, **settings).wire(event, asked)
        return event, asked

    def choice(self, model: Model) -> tuple[str, str]:
        """An event-based gateway: the first of the events behind it decides."""
        gateway, merge = self.name("g"), self.name("x")
        model.node("eventBasedGateway", gateway).node("exclusiveGateway", merge)
        for _ in range(self.random.randint(2, 3)):
            event, asked = self.catching(model)
            model.wire(gateway, event).wire(asked, merge)
        return gateway, merge

    def linked(self, model: Model) -> tuple[str, str]:
        asked, throw, catch = self.asked(model), self.name("t"), self.name("c")
        model.node("intermediateThrowEvent", throw, link=throw).wire(asked, throw)
        model.node("intermediateCatchEvent", catch, link=throw)
        return asked, catch

    def service(self, model: Model) -> tuple[str, str]:
        """A service that may raise an error, handled on its border or further out."""
        asked, name = self.asked(model), self.name("v")
        model.node("serviceTask", name, function=f"raise_{self.random.choice(ERRORS)}").wire(asked, name)
        if self.often(0.4):
            return asked, name
        merge = self.name("x")
        model.node("exclusiveGateway", merge).wire(name, merge)
        self.border(model, name, merge, ("error", self.random.choice([*ERRORS, ""])))
        return asked, merge


def generated(seed: int, *, people_fail: bool = False) -> Model:
    random = Random(seed)
    return Sketch(random, random.randint(3, 12), people_fail=people_fail).level(3, outermost=True)
