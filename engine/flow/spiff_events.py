"""Events: beginnings, ends, messages sent and awaited, times awaited."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition

from engine.flow.spiff_nodes import NodeSpec
from engine.flow.spiff_tokens import WAITING, Level, Token
from engine.flow.timers import Timer


class StartEvent(NodeSpec, defaults.StartEvent):
    pass


class ThrowEvent(NodeSpec, defaults.IntermediateThrowEvent):
    """Reports its message, if it has one; routing it is up to the caller."""

    def _run_hook(self, token: Token) -> bool:
        super()._run_hook(token)
        report(token, self.event_definition)
        return True


class EndEvent(NodeSpec, defaults.EndEvent):
    """Takes its token away; a terminate event takes every other token of its level too."""

    def _run_hook(self, token: Token) -> bool:
        top = token.workflow.top_workflow
        top.entered.append(self.name)
        top.ended.append(self.name)
        report(token, self.event_definition)
        return True

    def leave(self, token: Token) -> None:
        token.workflow.top_workflow.depart(self.name)
        if isinstance(self.event_definition, TerminateEventDefinition):
            token.workflow.clear()
        else:
            token.workflow.remove(token)
        self.send(token.workflow, ())


def message_of(definition: Any) -> str | None:
    """The name of the message that an event definition is about, if it is about one."""
    return definition.name if isinstance(definition, MessageEventDefinition) else None


def report(token: Token, definition: Any) -> None:
    message = message_of(definition)
    if message is not None:
        token.workflow.top_workflow.thrown.append(message)


class CatchSpec(NodeSpec):
    """Waits for its message or its time."""

    timer: Timer | None = None

    def wait(self, token: Token) -> None:
        token._state = WAITING
        if self.timer is not None:
            due = self.timer.due(token.workflow.top_workflow.now)
            token.internal_data["due"] = round(due.timestamp() * 1000)

    def fire(self, token: Token) -> None:
        token.complete()


class CatchEvent(CatchSpec, defaults.IntermediateCatchEvent):
    def arrive(self, level: Level, entrance: int) -> None:
        level.top_workflow.entered.append(self.name)
        self.wait(level.spawn(self))

    def is_inside(self, token: Token) -> bool:
        return True


class BoundaryEvent(CatchSpec, defaults.BoundaryEvent):
    """Listens on the border of an activity."""

    def listen(self, level: Level, host: Token) -> None:
        token = level.spawn(self)
        token.internal_data["host"] = host.id
        self.wait(token)

    def fire(self, token: Token) -> None:
        level = token.workflow
        level.top_workflow.entered.append(self.name)
        flows = self.choose(token.data)
        if self.cancel_activity:
            level.cancel(level.tasks[token.internal_data["host"]])
        elif self.timer is not None:
            level.remove(token)  # a duration passes once; a message may come again
        level.top_workflow.depart(self.name)
        self.send(level, flows)
