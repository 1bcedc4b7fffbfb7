"""SpiffWorkflow's tasks and workflows held as tokens: what is alive now, and nothing else.

Stock SpiffWorkflow keeps every task that ever ran and predicts those to come. The tree grows with each redo
round, joins in a loop count arrivals of earlier rounds and fire early, walks stop silently at depth 1,000,
and cancelled multi-instance subprocesses leave orphans. Here a task is a token: made when it arrives,
removed when it leaves. There is nothing to compact, and a join can only count what is waiting in front of
it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.flow.decisions import NO_DECISIONS, AdmittedDecisions
from engine.flow.errors import StepFailed
from engine.flow.spiff_conditions import CONDITIONS, heed_conditions
from engine.flow.spiff_scopes import Scope
from engine.flow.spiff_standing import Standing
from engine.foundation.language import SaidError, _

if TYPE_CHECKING:
    from engine.flow.spiff_undoing import Done

WAITING, READY, STARTED = TaskState.WAITING, TaskState.READY, TaskState.STARTED
COMPLETED, CANCELLED = TaskState.COMPLETED, TaskState.CANCELLED

CALLED = "called"  # where the token of a call activity keeps the variables of the called process
MAX_MOVES = 10_000  # of one step; more is a loop in which nobody is ever asked anything
MAX_SPAWNED = 20_000  # tokens of one step: loops in loops multiply without a single move

Variables = dict[str, Any]
Result = TypeVar("Result")
ServiceFunction = Callable[[Variables], "Mapping[str, Any] | None"]


class Token(Standing, Task):
    """A live task. Its data is its level's, shared by all tokens there; an instance of a loop has its own."""

    triggered = False
    thread_id = 0
    last_state_change = 0.0

    def __init__(self, level: Level, spec: Any, parent: Token | None, state: int, number: int) -> None:
        # Not Task.__init__: it draws a UUID, reads the clock and merges data, none of which a token has.
        self.id = number
        self.workflow = level
        self.task_spec = spec
        self._parent = None if parent is None else parent.id
        self._children: list[int] = []
        self._state = state
        self.data: Variables = level.data
        self.internal_data: dict[str, Any] = {}
        # What it has still to undo, each with how many levels further out it was done (-1: inside itself).
        self.undo: list[tuple[int, Done]] = []
        # What has been completed inside it and can be undone; None if its inside was terminated.
        self.inside: list[Done] | None = []
        level.tasks[number] = self
        if parent is not None:
            parent._children.append(number)

    def _set_state(self, value: int) -> None:
        # The original logs each change with a dump of the task, whether or not anybody listens.
        self._state = value

    @property
    def is_open(self) -> bool:
        """Whether a person is asked to do it."""
        return self._state == READY and bool(self.task_spec.manual)


class Level(Scope):
    """One scope of a running process: the process itself, or one run of a subprocess."""

    tasks: dict[int, Token]
    data: Variables
    task_tree: Token
    spec: Any
    top_workflow: Instance
    completed: bool
    depth: int
    done: list[Done]

    def plant(self) -> None:
        """Set the root, under which all tokens stand."""
        self.task_tree = Token(self, self.spec.start, None, COMPLETED, 0)
        self.done = []

    def set_data_of_level(self, data: Variables) -> None:
        self.data = self.task_tree.data = data

    def spawn(self, spec: Any, state: int = READY, parent: Token | None = None) -> Token:
        top = self.top_workflow
        top.last_number += 1
        if top.last_number > top.last_allowed:
            raise SaidError(_("一步之内生成的令牌超过{limit}个。"), limit=MAX_SPAWNED)
        return Token(self, spec, parent or self.task_tree, state, top.last_number)

    def listeners(self) -> list[Token]:
        """The tokens that wait for an event on this level, in the order in which they came."""
        return [token for token in self.tasks.values() if token.is_listening]

    def remove(self, token: Token) -> None:
        """Take a token out, with the boundary events that listen for it."""
        del self.tasks[token.id]
        self.tasks[token._parent]._children.remove(token.id)  # type: ignore[index]
        if getattr(token.task_spec, "boundary", ()):
            for other in [
                t for t in self.tasks.values() if token.id in (t.host, t.internal_data.get("race"))
            ]:
                self.cancel(other)

    def cancel(self, token: Token) -> None:
        """Take a token out with everything inside it: instances, subprocesses, boundary events."""
        # SpiffWorkflow drops the children of a cancelled multi-instance task but keeps their subprocesses,
        # which then raise for ever; and tasks cancelled by an interrupting event still run if their tick
        # has begun.
        for child in [self.tasks[number] for number in token._children]:
            self.cancel(child)
        inner = self.top_workflow.subprocesses.pop(token.id, None)
        if inner is not None:
            inner.clear()
        was_inside = token.task_spec.is_inside(token)
        token._state = CANCELLED
        if was_inside:
            self.top_workflow.depart(token.task_spec.name, cancelled=True)
        self.remove(token)

    def clear(self) -> None:
        for token in list(self.tasks.values()):
            if token.id in self.tasks and token is not self.task_tree:
                self.cancel(token)

    def finish(self) -> None:
        self.completed = True

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        return dct or {}


class Inner(Level, BpmnSubWorkflow):
    """One run of a subprocess, on the data of the activity that owns it; a called process has data of its own."""

    def __init__(self, spec: Any, owner: Token) -> None:
        self.owner = owner
        BpmnSubWorkflow.__init__(self, spec, owner.id, owner.workflow.top_workflow, deserializing=True)
        self.data = owner.internal_data.get(CALLED, owner.data)
        self.plant()

    def _calculate_depth(self) -> int:
        return self.owner.workflow.depth + 1

    def finish(self) -> None:
        super().finish()
        del self.top_workflow.subprocesses[self.owner.id]
        self.owner.inside = None if self.terminated else self.done
        # What fails now (results taken over, a loop's condition, the way on) fails at the activity, not inside it.
        self.top_workflow.guarded(self.owner.task_spec.name, self.owner.complete)


class Instance(Level, BpmnWorkflow):
    """A running process for the length of one step, with the record of what the step did."""

    subprocesses: dict[int, Inner]

    def __init__(
        self, spec: Any, subprocess_specs: Mapping[str, Any], serial: bytes, last_number: int
    ) -> None:
        BpmnWorkflow.__init__(self, spec, subprocess_specs, script_engine=CONDITIONS, deserializing=True)
        self.serial = serial
        self.last_number = last_number
        self.last_allowed = last_number + MAX_SPAWNED
        self.functions: Mapping[str, ServiceFunction] = {}
        self.decisions: AdmittedDecisions = NO_DECISIONS
        self.now = datetime.min.replace(tzinfo=UTC)
        self.queue: deque[Token] = deque()
        self.entered: list[str] = []
        self.departures: list[
            tuple[int, str, bool]
        ] = []  # after how many were entered, from where, cancelled
        self.taken: list[str] = []
        self.ended: list[str] = []
        self.thrown: list[str] = []
        self.signals: list[str] = []
        self.escalated: list[str] = []
        self.moves = 0
        self.plant()

    @property
    def has_strength(self) -> bool:
        """Whether less than half of what one step may do has been done."""
        return self.moves < MAX_MOVES // 2 and self.last_allowed - self.last_number > MAX_SPAWNED // 2

    def take_apart(self) -> None:
        """Let levels and tokens go, which hold one another, so that they do not wait for the garbage collector."""
        # It looks through the whole program for them, and took as long over a step as the step itself.
        for level in self.levels():
            level.tasks.clear()
            del level.task_tree
        self.subprocesses.clear()
        del self.event_manager

    def levels(self) -> Iterator[Level]:
        yield self
        yield from list(self.subprocesses.values())

    def tokens(self) -> list[Token]:
        return [
            token for level in self.levels() for token in level.tasks.values() if token is not level.task_tree
        ]

    def find(self, number: int) -> Token | None:
        for level in self.levels():
            token = level.tasks.get(number)
            if token is not None and token is not level.task_tree:
                return token
        return None

    def open_tokens(self) -> list[Token]:
        return in_order(open_ones(self.tokens()))

    def depart(self, element: str, cancelled: bool = False) -> None:
        """Note that a token has left an element, or was taken away with the work there."""
        self.departures.append((len(self.entered), element, cancelled))

    def begin_process(self, start: Any) -> None:
        self.enter(start)
        self.run_queue()

    def run_queue(self) -> None:
        """Move every token as far as it goes without a person, a message or the clock."""
        while True:
            if self.spec.conditional and heed_conditions(self):
                continue
            if self.queue:
                self._move(self.queue.popleft())
            elif not self._settle_joins():
                return

    def _move(self, token: Token) -> None:
        if token._state != READY:
            return  # cancelled while it waited for its turn
        self.moves += 1
        self.run_token(token)

    def run_token(self, token: Token) -> None:
        """Run one token; whatever goes wrong is told with the id of the element."""
        self.guarded(token.task_spec.name, token.run)

    def fire_token(self, token: Token, place: int) -> None:
        """Let one waiting event happen, by the trigger at this place."""
        self.guarded(token.task_spec.name, lambda: token.task_spec.occur(token, place))

    def all_listeners(self) -> list[Token]:
        return [token for level in self.levels() for token in level.listeners()]

    def guarded(self, element: str, move: Callable[[], Result]) -> Result:
        """What `move` gives; whatever goes wrong in it is told with the id of the element."""
        try:
            if self.moves > MAX_MOVES:
                raise SaidError(_("连续走了{limit}步以上，没有一步需要人办理。"), limit=MAX_MOVES)
            return move()
        except StepFailed:
            raise
        except Exception as cause:
            raise StepFailed(element, cause) from cause

    def _settle_joins(self) -> bool:
        """Fire the inclusive joins that nothing on its way can reach, now that all else has come to rest."""
        fired = False
        for level in self.levels():
            for spec in level.spec.settling:
                fired = spec.settle(level) or fired
        return fired


def open_ones(tokens: Iterable[Token]) -> list[Token]:
    """Those that a person is asked to do."""
    # As Token.is_open says, without a call for each.
    return [token for token in tokens if token._state == READY and token.task_spec.manual]


def in_order(tokens: Iterable[Token]) -> list[Token]:
    """In the order in which they were made."""
    return sorted(tokens, key=attrgetter("id"))
