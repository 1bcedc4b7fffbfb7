"""Activities: work by hand, by a function, on a level of its own; once, or once for each item of a loop."""

from __future__ import annotations

from collections.abc import Iterable

from SpiffWorkflow.bpmn.specs import defaults

from engine.flow.errors import BpmnError
from engine.flow.spiff_events import CatchSpec
from engine.flow.spiff_loops import Repeated
from engine.flow.spiff_nodes import Flow, NodeSpec
from engine.flow.spiff_throwing import raise_error, throw
from engine.flow.spiff_tokens import READY, WAITING, Inner, Level, Token, Variables
from engine.flow.spiff_undoing import remember, remember_run, undone
from engine.flow.variables import checked, copied
from engine.foundation.language import SaidError, _


class ActivitySpec(NodeSpec):
    """An activity, once or for each item of a loop. What waits on its border waits on the loop as a whole."""

    loop: Repeated | None = None
    start_quantity: int = 1
    completion_quantity: int = 1
    undoer: ActivitySpec | None = None  # the activity that undoes it
    aside: frozenset[str] = frozenset()  # what is done because of the events on its border, and only then
    undoes_itself: bool = False  # whether there is an event subprocess inside it that does

    def arrive(self, level: Level, entrance: int) -> None:
        if self.start_quantity == 1 or self._gathered(level):
            self.enter(level)

    def enter(self, level: Level, thrower: Token | None = None, data: Variables | None = None) -> None:
        """Begin; for a `thrower` of compensation, and then with the data of what is undone, where it has its own."""
        level.top_workflow.entered.append(self.name)
        token = level.spawn(self)
        if thrower is not None:
            token.internal_data["undoes"] = thrower.id
        if data is not None:
            token.data = copied(data)
        for event in self.boundary:
            event.listen(level, token)
        if self.loop is None:
            self.begin(token)
        else:
            self.enqueue(token)

    def _gathered(self, level: Level) -> bool:
        """Keep the token that has come; True when it is the last that was needed, and all are taken."""
        level.spawn(self, WAITING).internal_data["gathering"] = True
        waiting = [t for t in level.tasks.values() if t.task_spec is self and t.is_gathering]
        if len(waiting) < self.start_quantity:
            return False
        for token in waiting:
            level.remove(token)
        return True

    def begin(self, token: Token) -> None:
        self.enqueue(token)

    def is_inside(self, token: Token) -> bool:
        return not token.is_instance and "race" not in token.internal_data

    def perform(self, token: Token) -> bool | None:
        """Do the work: True when it is done, None when it goes on."""
        return True

    def choose(self, variables: Variables) -> Iterable[Flow]:
        return list(self._true_flows(variables)) * self.completion_quantity

    def _run_hook(self, token: Token) -> bool | None:
        if self.loop is not None and not token.is_instance:
            return self.loop.begin(self, token)
        return self.perform(token)

    def _on_complete(self, token: Token) -> None:
        if self.loop is not None and token.is_instance:
            remember_run(token)
            self.loop.ended(self, token)
        elif "undoes" in token.internal_data:
            undone(token)
        else:
            remember(token)
            self.leave(token)


class _ByHand(ActivitySpec):
    """Stays with a person until it is completed from outside."""

    def begin(self, token: Token) -> None:
        token._state = READY


class UserTask(_ByHand, defaults.UserTask):
    pass


class ManualTask(_ByHand, defaults.ManualTask):
    pass


class ServiceTask(ActivitySpec):
    """Calls a registered function with a copy of the variables; what it returns is added to them.

    A BpmnError that it raises goes to the nearest handler.
    """

    function: str = ""

    def perform(self, token: Token) -> bool | None:
        function = token.workflow.top_workflow.functions.get(self.function)
        if function is None:
            raise SaidError(_("没有登记名为“{function}”的函数。"), function=self.function)
        try:
            updates = function(copied(token.data))
        except BpmnError as error:
            raise_error(token, error)
            return None
        token.data.update(checked(dict(updates or {})))
        return True


class SubProcess(ActivitySpec, defaults.SubWorkflowTask):
    """Opens a level of its own, on the same data."""

    def perform(self, token: Token) -> None:
        top = token.workflow.top_workflow
        inner = Inner(top.subprocess_specs[self.spec], token)
        top.subprocesses[token.id] = inner
        inner.enter(inner.spec.begin)


class SendTask(ActivitySpec, defaults.SendTask):
    def perform(self, token: Token) -> bool | None:
        return throw(token, self.triggers)


class ReceiveTask(ActivitySpec, CatchSpec, defaults.ReceiveTask):
    def begin(self, token: Token) -> None:
        self.wait(token)
