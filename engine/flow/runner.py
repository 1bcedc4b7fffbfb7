"""A definition run from beginning to end in memory: no database, a clock that moves by itself, a trace.

At each step the earliest thing happens: an answer, a message or signal, or a timer that falls due. At the same
moment an answer comes before an event and both before a timer; what a timer missed is made up for first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.flow import instances, spiff
from engine.flow.admission import AdmittedDefinition
from engine.flow.beginnings import ON_DEMAND
from engine.flow.errors import BpmnError, StepFailed, UnfitVariables
from engine.flow.instances import ServiceFunction
from engine.flow.runs import COMPLETED, FAILED, LIMIT, Event, Run, Settings
from engine.flow.scripts import Entry, Script
from engine.flow.snapshots import dump, load
from engine.flow.steps import Awaited, Step
from engine.foundation.language import Sentence


def run(
    definition: AdmittedDefinition,
    variables: Mapping[str, Any],
    script: Script,
    now: datetime,
    settings: Settings | None = None,
    functions: Mapping[str, ServiceFunction] | None = None,
) -> Run:
    """Run a definition with the answers of the script until it ends or can go no further.

    `functions` are called by their registered names; where one is missing, the script's results stand for it.
    """
    return _Runner(definition, script, now, settings or Settings(), functions or {}).run(variables)


@dataclass(frozen=True)
class _Move:
    """Something that can be done next: when, in which order among what is due at once, and how."""

    due: datetime
    rank: int
    do: Callable[[], Step]


class _Runner:
    def __init__(
        self,
        definition: AdmittedDefinition,
        script: Script,
        now: datetime,
        settings: Settings,
        functions: Mapping[str, ServiceFunction],
    ) -> None:
        self.definition = definition
        self.now = self.began = now
        self.settings = settings
        self.answers = {node: list(entries) for node, entries in script.answers.items()}
        self.events = list(script.events)
        self.results = {name: list(results) for name, results in script.functions.items()}
        self.functions = {name: self._function(name, functions.get(name)) for name in definition.functions}
        self.nodes: dict[str, str] = {}  # open tasks: key → node
        self.opened_at: dict[str, datetime] = {}
        self.pending: list[Event] = []  # what is told of the step now being made, beside what the port tells
        self.report = Run(definition.key, definition.hash, now.isoformat())
        self.step: Step

    # Running --------------------------------------------------------------------------------

    def run(self, variables: Mapping[str, Any]) -> Run:
        move = self._beginning(variables)
        while move is not None:
            if self.report.steps >= self.settings.step_limit:
                self.report.state = LIMIT
                break
            self.now = max(self.now, move.due)
            if not self._make(move):
                break
            move = None if self.step.completed else self._next()
        return self._ended()

    def _make(self, move: _Move) -> bool:
        self.report.steps += 1
        self.pending = []
        try:
            self.step = move.do()
        except (StepFailed, UnfitVariables) as failure:
            element = getattr(failure, "element", "")
            said = Sentence(failure.template, **failure.values)
            self.report.error = {"element": element, "message": said}
            self.report.state = FAILED
            self._tell(self.pending)
            self._tell([{"event": "failed", **self.report.error}])
            return False
        self._take(self.step)
        return True

    def _take(self, step: Step) -> None:
        for key in step.withdrawn:
            self.pending.append({"event": "task_withdrawn", **self._named(key)})
        self._tell(self.pending)
        self._tell([{"event": passage.how, "element": passage.element} for passage in step.passages])
        gone = self.nodes.keys() - set(step.open_keys)
        for key in gone:
            del self.nodes[key]
        for task in step.opened:
            self.nodes[task.key], self.opened_at[task.key] = task.node, self.now
            self._tell([{"event": "task_opened", **self._named(task.key)}])
        self._tell([{"event": "thrown", "message": name} for name in step.thrown])
        for kind in ("signals", "escalated"):
            self._tell([{"event": "thrown", kind: name} for name in getattr(step, kind)])
        self.report.end_events += step.end_events
        if self.settings.restore_every_step:
            self._restore(step)

    def _restore(self, step: Step) -> None:
        """Go on from bytes alone, as another program would that has never seen the definition."""
        snapshot = dump(self.definition, step.state)
        spiff.forget(self.definition)
        called = {definition.key: definition for definition in self.definition.called}
        self.definition, state = load(
            snapshot, decisions=self.definition.decisions, called=lambda key, pin: called.get(key)
        )
        if state != step.state or dump(self.definition, state) != snapshot:
            raise AssertionError("a snapshot does not come back the same")

    def _ended(self) -> Run:
        report = self.report
        report.ended_at = self.now.isoformat()
        report.unused = {node: len(entries) for node, entries in self.answers.items() if entries}
        if self.events:
            report.unused["events"] = len(self.events)
        if not hasattr(self, "step"):
            if report.error is None:
                report.awaited = [way.name for way in self.definition.beginnings if way.kind == "message"]
            return report
        if self.step.completed:
            report.state = COMPLETED
        tasks = instances.open_tasks(self.definition, self.step.state, self.now)
        report.open_tasks = [{**self._named(task.key), "variables": task.variables} for task in tasks]
        report.awaited = [awaited.message for awaited in self._awaited()]
        timer = self.step.next_timer
        report.next_timer = None if timer is None else timer.isoformat()
        report.variables = self.step.variables
        return report

    # What can be done next ------------------------------------------------------------------

    def _beginning(self, variables: Mapping[str, Any]) -> _Move | None:
        """On demand, or else the first event that the process begins at; None where it is never sent."""
        ways = self.definition.beginnings
        if any(way.kind == ON_DEMAND for way in ways):
            return _Move(self.now, 0, lambda: self._start(variables, None))
        nodes = {(way.kind, way.name): way.node for way in ways}
        moves = [
            _Move(self._due(event), 1, lambda place=place, node=node: self._begin(variables, place, node))  # type: ignore[misc]
            for place, event in enumerate(self.events)
            if (node := nodes.get(event.what))
        ]
        return self._first(moves)

    def _next(self) -> _Move | None:
        return self._first([*self._answers(), *self._sendings(), *self._timers()])

    def _first(self, moves: list[_Move]) -> _Move | None:
        until = self.settings.until
        due = [move for move in moves if until is None or move.due <= until]
        return min(due, key=lambda move: (move.due, move.rank), default=None)

    def _due(self, event: Entry) -> datetime:
        return self.now if event.time is None else max(self.now, event.time.due(self.began))

    def _answers(self) -> Iterator[_Move]:
        asked = set()
        for key in self.step.open_keys:
            node = self.nodes[key]
            if node in asked or not self.answers.get(node):
                continue
            asked.add(node)
            entry = self.answers[node][0]
            due = self.now if entry.time is None else max(self.now, entry.time.due(self.opened_at[key]))
            yield _Move(due, 0, lambda key=key, node=node: self._answer(key, node))  # type: ignore[misc]

    def _sendings(self) -> Iterator[_Move]:
        for place, event in enumerate(self.events):
            key = self._task_of(event)
            if event.time is None and not self._is_awaited(event, key):
                continue
            due = self._due(event)
            yield _Move(due, 1, lambda place=place, key=key: self._send(self.events.pop(place), key))  # type: ignore[misc]

    def _timers(self) -> Iterator[_Move]:
        if self.step.next_timer is not None:
            yield _Move(self.step.next_timer.astimezone(self.now.tzinfo), 2, self._advance)

    def _task_of(self, event: Entry) -> str | None:
        return next((key for key in self.step.open_keys if self.nodes[key] == event.task), None)

    def _is_awaited(self, event: Entry, key: str | None) -> bool:
        if event.task and key is None:
            return False
        if event.signal:
            return event.signal in self.step.awaited_signals
        return event.message in {awaited.message for awaited in self._awaited()}

    def _awaited(self) -> list[Awaited]:
        return instances.awaited(self.definition, self.step.state, self.now)

    # Doing it -------------------------------------------------------------------------------

    def _start(self, variables: Mapping[str, Any], node: str | None) -> Step:
        self.pending.append({"event": "started", "variables": dict(variables)})
        return instances.start(self.definition, variables, self.functions, self.now, node)

    def _begin(self, variables: Mapping[str, Any], place: int, node: str) -> Step:
        event = self.events.pop(place)
        self.pending.append({**_told(event), "heard": True})
        return self._start({**variables, **event.variables}, node)

    def _answer(self, key: str, node: str) -> Step:
        entry = self.answers[node].pop(0)
        if entry.is_sent:
            return self._send(entry, key)
        definition, state, functions = self.definition, self.step.state, self.functions
        told = {**self._named(key), "variables": dict(entry.variables)}
        if entry.error:
            self.pending.append({"event": "task_failed", "code": entry.error, **told})
            error = BpmnError(entry.error, entry.variables)
            return instances.fail(definition, state, key, error, functions, self.now)
        self.pending.append({"event": "task_completed", **told})
        return instances.complete(definition, state, key, entry.variables, functions, self.now)

    def _send(self, entry: Entry, key: str | None) -> Step:
        told = _told(entry) | (self._named(key) if key is not None else {})
        self.pending.append(told)
        step = self._signal(entry) if entry.signal else self._correlate(entry, key)
        told["heard"] = step.caught
        return step

    def _correlate(self, entry: Entry, key: str | None) -> Step:
        state, variables = self.step.state, entry.variables
        return instances.correlate(
            self.definition, state, entry.message, variables, self.functions, self.now, key
        )

    def _signal(self, entry: Entry) -> Step:
        state, variables = self.step.state, entry.variables
        return instances.signal(self.definition, state, entry.signal, variables, self.functions, self.now)

    def _advance(self) -> Step:
        self.pending.append({"event": "clock"})
        return instances.advance_clock(self.definition, self.step.state, self.functions, self.now)

    def _function(self, name: str, given: ServiceFunction | None) -> ServiceFunction:
        def call(variables: dict[str, Any]) -> Mapping[str, Any] | None:
            self.pending.append({"event": "called", "function": name})
            if given is not None:
                return given(variables)
            results = self.results.get(name)
            if not results:
                return None
            return results.pop(0) if len(results) > 1 else results[0]

        return call

    # Telling --------------------------------------------------------------------------------

    def _named(self, key: str) -> Event:
        """A task by its node and its number: the rest of its key is drawn by lot, and a trace is to repeat."""
        return {"element": self.nodes[key], "task": int(key.rpartition("-")[2])}

    def _tell(self, events: list[Event]) -> None:
        head = {"step": self.report.steps, "at": self.now.isoformat()}
        self.report.trace += [{**head, **event} for event in events]


def _told(sent: Entry) -> Event:
    kind, name = sent.what
    return {"event": "sent", "variables": dict(sent.variables), kind: name}
