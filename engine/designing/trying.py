"""A draft tried out in memory: no case, no database, a clock that is moved by hand, a trace of all that happens.

A run is the list of what was done in it. It is made anew from the beginning each time, so that nothing is kept
anywhere and what comes out is always that of the files as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import flow
from engine.definitions.folder import Folder
from engine.designing.properties import given_by
from engine.flow.asking import conditions, values_asked
from engine.foundation.errors import DomainError, InvalidAnswers
from engine.foundation.language import _

MOST = 200  # things done in one run
FARTHEST = 3_650  # days that the clock is moved at once
DOINGS = ("complete", "message", "signal", "clock", "timer")
Event = dict[str, Any]


class TrialUnreadable(DomainError):
    """What was sent is no list of things that can be done in a run."""

    text = _("试运行的步骤无法读取，请重新开始。")


@dataclass(frozen=True, slots=True)
class Gives:
    """A flag that a task may give: its type, and for a text the values that conditions compare it with."""

    name: str
    type: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Trial:
    """How a run stands. `trace` is in order, each with `step`, `at`, `event` and what it is about.

    `failed` is the sentence of the step that could not be taken; what comes after it was not done.
    """

    now: dt.datetime
    trace: list[Event] = field(default_factory=list)
    open: list[flow.OpenTask] = field(default_factory=list)
    awaited: list[str] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    next_timer: dt.datetime | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    completed: bool = False
    failed: DomainError | None = None
    failed_at: str = ""  # the element

    @property
    def left(self) -> list[str]:
        """The elements that the run has left, each once."""
        return list(dict.fromkeys(each["element"] for each in self.trace if each["event"] == "left"))


def gives(folder: Folder, node: str) -> list[Gives]:
    """What completing a task gives to the flow, as far as the flow asks it."""
    spec = folder.tasks[node]
    given = given_by({"act": spec.act, "requires": spec.requires})
    asked = values_asked(_conditions(folder))
    read = folder.flow.names | {"assignment_id"}
    return [Gives(name, kind or "text", asked.get(name, ())) for name, kind in given.items() if name in read]


def _conditions(folder: Folder) -> list[str]:
    return [each.text for each in conditions(folder.bpmn.encode(), "", {})]


def number_of(key: str) -> str:
    """What of a task's key is the same whenever the run is made anew."""
    return key.rpartition("-")[2]


def read_moves(sent: Any) -> list[dict[str, Any]]:
    """What was done so far, as a page sends it. Raises TrialUnreadable, InvalidAnswers (too many)."""
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        raise TrialUnreadable
    if any(each.get("do") not in DOINGS for each in sent):
        raise TrialUnreadable
    if len(sent) > MOST:
        raise InvalidAnswers({"moves": [_("一次试运行最多200步，请重新开始。")]})
    return sent


def tried(folder: Folder, began: dt.datetime, moves: Sequence[Mapping[str, Any]]) -> Trial:
    """The run in which these things were done, one after the other. Raises TrialUnreadable."""
    return _Run(folder, began).through(moves)


class _Run:
    def __init__(self, folder: Folder, began: dt.datetime) -> None:
        self.definition = folder.flow
        self.trial = Trial(began)
        self.functions = {name: self._function(name) for name in self.definition.functions}
        self.state = b""
        self.nodes: dict[str, str] = {}  # open tasks: key → node
        self.step = 0

    def through(self, moves: Sequence[Mapping[str, Any]]) -> Trial:
        if self._do(None):
            for move in moves:
                if self.trial.completed or not self._do(move):
                    break
        return self.trial

    def _do(self, move: Mapping[str, Any] | None) -> bool:
        self.step += 1
        try:
            self._take(self._start() if move is None else self._moved(move))
        except (flow.StepFailed, flow.UnfitVariables, flow.UnknownTask) as failure:
            self.trial.failed, self.trial.failed_at = failure, getattr(failure, "element", "")
            self._tell("failed", element=self.trial.failed_at)
            return False
        return True

    def _start(self) -> flow.Step:
        self._tell("started")
        return flow.start(self.definition, {}, self.functions, self.trial.now)

    def _moved(self, move: Mapping[str, Any]) -> flow.Step:
        doing = getattr(self, f"_{move['do']}")
        step: flow.Step = doing(move)
        return step

    def _complete(self, move: Mapping[str, Any]) -> flow.Step:
        key, flags = self._key(str(move.get("task", ""))), move.get("flags", {})
        if not isinstance(flags, Mapping):
            raise TrialUnreadable
        self._tell("task_completed", element=self.nodes.get(key, key), flags=dict(flags))
        return flow.complete(self.definition, self.state, key, dict(flags), self.functions, self.trial.now)

    def _key(self, number: str) -> str:
        """The key in this run: its first part is another in each."""
        return next((key for key in self.nodes if number_of(key) == number), number)

    def _message(self, move: Mapping[str, Any]) -> flow.Step:
        name = str(move.get("name", ""))
        self._tell("sent", message=name)
        return flow.correlate(self.definition, self.state, name, {}, self.functions, self.trial.now)

    def _signal(self, move: Mapping[str, Any]) -> flow.Step:
        name = str(move.get("name", ""))
        self._tell("sent", signal=name)
        return flow.signal(self.definition, self.state, name, {}, self.functions, self.trial.now)

    def _clock(self, move: Mapping[str, Any]) -> flow.Step:
        days = move.get("days")
        if not isinstance(days, int) or isinstance(days, bool) or not 0 < days <= FARTHEST:
            raise TrialUnreadable
        return self._advance(self.trial.now + dt.timedelta(days=days))

    def _timer(self, move: Mapping[str, Any]) -> flow.Step:
        return self._advance(max(self.trial.now, self.trial.next_timer or self.trial.now))

    def _advance(self, now: dt.datetime) -> flow.Step:
        self.trial.now = now
        self._tell("clock")
        return flow.advance_clock(self.definition, self.state, self.functions, now)

    def _function(self, name: str) -> Any:
        def call(variables: dict[str, Any]) -> None:
            self._tell("called", function=name)

        return call

    def _take(self, step: flow.Step) -> None:
        trial, self.state = self.trial, step.state
        for key in step.withdrawn:
            self._tell("task_withdrawn", element=self.nodes.get(key, key))
        for passage in step.passages:
            self._tell(passage.how, element=passage.element)
        for task in step.opened:
            self._tell("task_opened", element=task.node)
        for kind in ("thrown", "signals", "escalated"):
            for name in getattr(step, kind):
                self._tell("thrown", message=name)
        trial.open = flow.open_tasks(self.definition, self.state, trial.now)
        self.nodes = {task.key: task.node for task in trial.open}
        trial.awaited = sorted(
            {each.message for each in flow.awaited(self.definition, self.state, trial.now)}
        )
        trial.signals, trial.next_timer = sorted(set(step.awaited_signals)), step.next_timer
        trial.variables, trial.completed = step.variables, step.completed

    def _tell(self, event: str, **about: Any) -> None:
        self.trial.trace.append({"step": self.step, "at": self.trial.now, "event": event, **about})
