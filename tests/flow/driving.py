"""Driving the engine and the reference through the same random schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

import pytest

from engine import flow
from engine.flow.spiff import Running
from tests.flow.drawing import Model, as_bpmn
from tests.flow.generated import ERRORS, MESSAGES, SIGNALS
from tests.flow.reference import Raised, Reference, Unhandled, Work
from tests.flow.rules import NO_RULES, Rules

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
Names = tuple[str, str]
TOLD = ("thrown", "signals", "escalated")  # what a step tells of, beside tasks and ends


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
        seed: int = 0,
    ) -> None:
        self.functions = {name: for_engine(function) for name, function in functions.items()}
        self.failed = False
        self.definition = flow.admit(as_bpmn(model), file="generated.bpmn", decisions=rules.admitted)
        self.now = NOW
        event = beginning(self.definition, seed)
        self.reference = Reference(model, variables, functions, NOW, rules.asked, event)
        self.step = flow.start(self.definition, variables, self.functions, NOW, event)
        self.open = {task.key: task for task in self.step.opened}
        self.ended = list(self.step.end_events)
        self.told: dict[str, list[str]] = {kind: list(getattr(self.step, kind)) for kind in TOLD}
        self.pairs: dict[str, Work] = {}
        self.owners: dict[int, Work] = {}  # subprocesses and calls, by the number of their token
        self.compare()

    def complete(self, choice: float, answers: dict[str, Any]) -> None:
        self.complete_key(sorted(self.open, key=_number)[int(choice * len(self.open))], answers)

    def complete_key(self, key: str, answers: dict[str, Any]) -> None:
        work = self.pairs[key]
        self.both(
            lambda: self.reference.complete(work, answers),
            lambda: flow.complete(self.definition, self.step.state, key, answers, self.functions, self.now),
            done=key,
        )

    def fail(self, choice: float, code: str) -> None:
        """End a task with an error; one that nobody handles changes nothing."""
        key = sorted(self.open, key=_number)[int(choice * len(self.open))]
        work, error = self.pairs[key], flow.BpmnError(code)

        def ours() -> flow.Step:
            return flow.fail(self.definition, self.step.state, key, error, self.functions, self.now)

        if self.reference.handles(work, code):
            self.both(lambda: self.reference.fail(work, code), ours, done=key)
            return
        with pytest.raises(flow.StepFailed) as failure:
            ours()
        assert failure.value.cause is error

    def message(self, name: str) -> None:
        self.both(
            lambda: self.reference.message(name),
            lambda: flow.correlate(self.definition, self.step.state, name, {}, self.functions, self.now),
        )

    def signal(self, name: str) -> None:
        self.both(
            lambda: self.reference.signal(name),
            lambda: flow.signal(self.definition, self.step.state, name, {}, self.functions, self.now),
        )

    def pass_time(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.both(
            lambda: self.reference.advance(self.now),
            lambda: flow.advance_clock(self.definition, self.step.state, self.functions, self.now),
        )

    def both(
        self, theirs: Callable[[], bool | None], ours: Callable[[], flow.Step], done: str | None = None
    ) -> None:
        """One move of both; an error that nobody handles stops both, and ends the schedule."""
        try:
            heard = theirs()
        except Unhandled:
            with pytest.raises(flow.StepFailed) as failure:
                ours()
            assert isinstance(failure.value.cause, flow.BpmnError)
            self.failed = True
            return
        step = ours()
        assert heard is None or step.caught == heard
        self.open = {key: task for key, task in self.open.items() if key != done}
        self.take(step)

    def take(self, step: flow.Step) -> None:
        for key in step.withdrawn:
            del self.open[key]
        self.open.update({task.key: task for task in step.opened})
        assert sorted(self.open) == sorted(step.open_keys)
        self.open = {task.key: task for task in flow.open_tasks(self.definition, step.state, self.now)}
        self.step = step
        self.ended += step.end_events
        for kind in TOLD:
            self.told[kind] += getattr(step, kind)
        self.compare()

    def compare(self) -> None:
        ours = sorted(identity(task.node, task.variables) for task in self.open.values())
        theirs = sorted(identity(work.node.id, work.data) for work in self.reference.open())
        assert ours == theirs
        assert self.step.completed == self.reference.completed
        assert sorted(self.ended) == sorted(self.reference.ended)
        assert self.step.variables == self.reference.root.data
        for kind in TOLD:
            assert sorted(self.told[kind]) == sorted(getattr(self.reference, kind))
        awaited = flow.awaited(self.definition, self.step.state, self.now)
        assert sorted(each.message for each in awaited) == self.reference.awaited("message")
        assert self.step.next_timer == self.reference.next_due()
        assert self.step.awaited_signals == sorted(set(self.reference.awaited("signal")))
        self.pair()

    def pair(self) -> None:
        """Tell alike tasks of different loops apart: what opened in the same step is paired in order.

        They may look alike although what they are in does not, or is known from another task in it.
        """
        self.pairs = {key: work for key, work in self.pairs.items() if key in self.open}
        known = set(self.pairs.values())
        new_keys = [key for key in self.open if key not in self.pairs]
        new_works = [work for work in self.reference.open() if work not in known]
        around = self.around() if new_keys else {}
        met = set(self.owners.values())
        new_keys.sort(
            key=lambda k: (
                identity(self.open[k].node, self.open[k].variables),
                [
                    (what, self.owners[number].number if number in self.owners else 0)
                    for number, what in around[k]
                ],
                _number(k),
            )
        )
        new_works.sort(
            key=lambda w: (
                identity(w.node.id, w.data),
                [(identity(o.node.id, o.data), o.number if o in met else 0) for o in owners(w)],
                w.number,
            )
        )
        self.pairs.update(zip(new_keys, new_works, strict=True))
        for key in new_keys:
            self.owners |= zip(
                (number for number, _what in around[key]), owners(self.pairs[key]), strict=True
            )

    def around(self) -> dict[str, list[tuple[int, Names]]]:
        """Of each open task what it is in, from the inside out, with its number."""
        running = Running.resumed(self.definition, self.step.state, {}, self.now)
        found: dict[str, list[tuple[int, Names]]] = {}
        for token in running.instance.open_tokens():
            chain, level = found.setdefault(running._key(token.id), []), token.workflow
            while (owner := getattr(level, "owner", None)) is not None:
                chain.append((owner.id, identity(owner.task_spec.name, owner.data)))
                level = owner.workflow
        return found


def beginning(definition: flow.AdmittedDefinition, seed: int) -> str | None:
    """One of the events by which a process begins; None where it begins on demand."""
    events = [way.node for way in definition.beginnings if way.kind != "none"]
    return events[seed % len(events)] if events else None


def owners(work: Work) -> list[Work]:
    """What a piece of work of the reference is in, from the inside out."""
    found, owner = [], work.scope.owner
    while owner is not None:
        found.append(owner)
        owner = owner.scope.owner
    return found


def _number(key: str) -> int:
    return int(key.rpartition("-")[2])


def raising(code: str) -> Callable[[dict[str, Any]], None]:
    def function(variables: dict[str, Any]) -> None:
        if variables["a"] and variables["b"] and variables["c"]:
            raise Raised(code)

    return function


FUNCTIONS = {f"raise_{code}": raising(code) for code in ("E1", "E2")}


def for_engine(function: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    """The same function with the engine's own error."""

    def call(variables: dict[str, Any]) -> Any:
        try:
            return function(variables)
        except Raised as raised:
            raise flow.BpmnError(raised.code) from None

    return call


def agree(model: Model, seed: int, length: int = 40, rules: Rules = NO_RULES, failing: float = 0) -> int:
    """Run one schedule; returns how many steps it took. `failing` is the part of tasks that end with an error."""
    random, failures = Random(seed), Random(f"failures {seed}")  # each draws for itself
    units = random.choice([[], ["甲"], ["甲", "乙"], [1, 2, 3]])
    variables = {"a": True, "b": False, "c": random.random() < 0.5, "units": units}
    twins = Twins(model, variables, FUNCTIONS, rules, seed)
    for count in range(length):
        if twins.step.completed or twins.failed:
            return count
        if not twins.open or random.random() < 0.25:
            stimulus, what = random.choice(
                [(twins.message, MESSAGES), (twins.signal, SIGNALS), (twins.pass_time, (1, 2, 5))]
            )
            stimulus(random.choice(what))
        if twins.open and not twins.failed and failures.random() < failing:
            twins.fail(failures.random(), failures.choice(ERRORS))
        if twins.open and not twins.failed:
            twins.complete(random.random(), {name: random.random() < 0.5 for name in "abc"})
    return length
