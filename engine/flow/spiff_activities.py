"""Activities: work by hand, by a function, on a level of its own; once, or once for each item of a loop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from engine.flow.expressions import parse
from engine.flow.loops import Loop
from engine.flow.spiff_events import CatchSpec, report
from engine.flow.spiff_nodes import Flow, NodeSpec
from engine.flow.spiff_tokens import READY, Inner, Level, Token, Variables
from engine.flow.variables import checked, copied

MAX_INSTANCES = 1_000


class ActivitySpec(NodeSpec):
    """An activity, once or for each item of a loop. What waits on its border waits on the loop as a whole."""

    loop: Loop | None = None

    def arrive(self, level: Level, entrance: int) -> None:
        level.top_workflow.entered.append(self.name)
        token = level.spawn(self)
        for event in self.boundary:
            event.listen(level, token)
        if self.loop is None:
            self.begin(token)
        else:
            self.enqueue(token)

    def begin(self, token: Token) -> None:
        self.enqueue(token)

    def perform(self, token: Token) -> bool | None:
        """Do the work: True when it is done, None when it goes on."""
        return True

    def choose(self, variables: Variables) -> Iterable[Flow]:
        return self._true_flows(variables)

    def _run_hook(self, token: Token) -> bool | None:
        if self.loop is not None and "of" not in token.internal_data:
            return self._begin_loop(self.loop, token)
        return self.perform(token)

    def _on_complete(self, token: Token) -> None:
        if self.loop is not None and "of" in token.internal_data:
            self._end_instance(self.loop, token)
        else:
            self.leave(token)

    def _begin_loop(self, loop: Loop, token: Token) -> bool | None:
        items = self._items(loop, token.data)
        token.internal_data.update(n=len(items), done=0, rest=items)
        if loop.results is not None:
            token.internal_data["out"] = [None] * len(items)
        if not items:
            self._close_loop(loop, token)
            return True
        self._spawn_instances(loop, token)
        return None

    @staticmethod
    def _items(loop: Loop, variables: Variables) -> list[Any]:
        text = loop.collection or loop.cardinality or ""
        value = parse(text).evaluate(variables)
        if loop.cardinality is not None:
            if type(value) is not int or value < 0:
                raise ValueError(f"{text} is not a number of instances")
            value = list(range(min(value, MAX_INSTANCES + 1)))
        if not isinstance(value, list):
            raise ValueError(f"{text} is not a list")
        if len(value) > MAX_INSTANCES:
            raise ValueError(f"{text} asks for more than {MAX_INSTANCES} instances")
        return list(value)

    def _spawn_instances(self, loop: Loop, token: Token) -> None:
        state = token.internal_data
        count = 1 if loop.sequential else len(state["rest"])
        first = state["n"] - len(state["rest"])
        items, state["rest"] = state["rest"][:count], state["rest"][count:]
        for offset, item in enumerate(items):
            child = token.workflow.spawn(self, parent=token)
            child.internal_data["of"] = first + offset
            # A copy each: what one instance writes, its neighbours and the process around it do not see.
            child.data = copied(token.data)
            if loop.item is not None:
                child.data[loop.item] = copied(item)
            self.begin(child)

    def _end_instance(self, loop: Loop, child: Token) -> None:
        token = child.parent
        state = token.internal_data
        state["done"] += 1
        if loop.result is not None:
            state["out"][child.internal_data["of"]] = copied(child.data.get(loop.result))
        child.workflow.remove(child)
        if state["done"] < state["n"] and not self._is_enough(loop, token):
            if loop.sequential:
                self._spawn_instances(loop, token)
            return
        for other in list(token.children):
            token.workflow.cancel(other)
        self._close_loop(loop, token)
        token.complete()

    @staticmethod
    def _is_enough(loop: Loop, token: Token) -> bool:
        if loop.condition is None:
            return False
        state = token.internal_data
        counters = {
            "numberOfInstances": state["n"],
            "numberOfCompletedInstances": state["done"],
            "numberOfActiveInstances": len(token._children),
            "numberOfTerminatedInstances": 0,
        }
        return parse(loop.condition).holds({**token.data, **counters})

    @staticmethod
    def _close_loop(loop: Loop, token: Token) -> None:
        if loop.results is not None:
            token.data[loop.results] = token.internal_data["out"]


class _ByHand(ActivitySpec):
    """Stays with a person until it is completed from outside."""

    def begin(self, token: Token) -> None:
        token._state = READY


class UserTask(_ByHand, defaults.UserTask):
    pass


class ManualTask(_ByHand, defaults.ManualTask):
    pass


class ServiceTask(ActivitySpec):
    """Calls a registered function with a copy of the variables; what it returns is added to them."""

    function: str = ""

    def perform(self, token: Token) -> bool:
        function = token.workflow.top_workflow.functions.get(self.function)
        if function is None:
            raise LookupError(f"no function is registered as {self.function}")
        updates = function(copied(token.data))
        token.data.update(checked(dict(updates or {})))
        return True


class SubProcess(ActivitySpec, defaults.SubWorkflowTask):
    """Opens a level of its own, on the same data."""

    def perform(self, token: Token) -> None:
        top = token.workflow.top_workflow
        inner = Inner(top.subprocess_specs[self.spec], token)
        top.subprocesses[token.id] = inner
        inner.spec.begin.arrive(inner, 0)
        return


class SendTask(ActivitySpec, defaults.SendTask):
    def perform(self, token: Token) -> bool:
        report(token, self.event_definition)
        return True


class ReceiveTask(ActivitySpec, CatchSpec, defaults.ReceiveTask):
    def begin(self, token: Token) -> None:
        self.wait(token)
