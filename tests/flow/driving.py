"""Driving the engine and the reference through the same random schedule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from types import MappingProxyType
from typing import Any

from engine import flow
from tests.flow.drawing import Model, as_bpmn
from tests.flow.reference import Reference, Work
from tests.flow.rules import NO_RULES, Rules

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
Names = tuple[str, str]


def identity(node: str, variables: dict[str, Any]) -> Names:
    return node, repr(sorted(variables.items(), key=lambda pair: pair[0]))


class Twins:
    """One process run by the engine, saved and loaded at every step, and by the reference."""

    def __init__(
        self,
        model: Model,
        variables: dict[str, Any],
        functions: Mapping[str, Any] = MappingProxyType({}),
        rules: Rules = NO_RULES,
    ) -> None:
        self.functions = functions
        self.definition = flow.admit(as_bpmn(model), file="generated.bpmn", decisions=rules.admitted)
        self.reference = Reference(model, variables, functions, rules.asked)
        self.step = flow.start(self.definition, variables, functions, NOW)
        self.open = {task.key: task for task in self.step.opened}
        self.ended = list(self.step.end_events)
        self.pairs: dict[str, Work] = {}
        self.compare()

    def complete(self, choice: float, answers: dict[str, Any]) -> None:
        self.complete_key(sorted(self.open, key=_number)[int(choice * len(self.open))], answers)

    def complete_key(self, key: str, answers: dict[str, Any]) -> None:
        self.reference.complete(self.pairs[key], answers)
        del self.open[key]
        self.take(flow.complete(self.definition, self.step.state, key, answers, self.functions, NOW))

    def message(self, name: str) -> None:
        heard = self.reference.message(name)
        step = flow.correlate(self.definition, self.step.state, name, {}, self.functions, NOW)
        assert step.caught == heard
        self.take(step)

    def take(self, step: flow.Step) -> None:
        for key in step.withdrawn:
            del self.open[key]
        self.open.update({task.key: task for task in step.opened})
        assert sorted(self.open) == sorted(step.open_keys)
        self.open = {task.key: task for task in flow.open_tasks(self.definition, step.state, NOW)}
        self.step = step
        self.ended += step.end_events
        self.compare()

    def compare(self) -> None:
        ours = sorted(identity(task.node, task.variables) for task in self.open.values())
        theirs = sorted(identity(work.node.id, work.data) for work in self.reference.open())
        assert ours == theirs
        assert self.step.completed == self.reference.completed
        assert sorted(self.ended) == sorted(self.reference.ended)
        assert self.step.variables == self.reference.root.data
        self.pair()

    def pair(self) -> None:
        """Tell alike tasks of different loops apart: what opened in the same step is paired in order."""
        self.pairs = {key: work for key, work in self.pairs.items() if key in self.open}
        known = set(self.pairs.values())
        new_keys = [key for key in self.open if key not in self.pairs]
        new_works = [work for work in self.reference.open() if work not in known]
        new_keys.sort(key=lambda k: (identity(self.open[k].node, self.open[k].variables), _number(k)))
        new_works.sort(key=lambda w: (identity(w.node.id, w.data), w.number))
        self.pairs.update(zip(new_keys, new_works, strict=True))


def _number(key: str) -> int:
    return int(key.rpartition("-")[2])


def agree(model: Model, seed: int, length: int = 40, rules: Rules = NO_RULES) -> int:
    """Run one schedule; returns how many steps it took."""
    random = Random(seed)
    units = random.choice([[], ["甲"], ["甲", "乙"], [1, 2, 3]])
    twins = Twins(model, {"a": True, "b": False, "c": random.random() < 0.5, "units": units}, rules=rules)
    for count in range(length):
        if twins.step.completed or not twins.open:
            return count
        if random.random() < 0.15:
            twins.message(random.choice(["recall", "urge"]))
        if twins.open:
            twins.complete(random.random(), {name: random.random() < 0.5 for name in "abc"})
    return length
