"""What every node has in common: a token arrives, runs, and leaves by some of its flows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from engine.flow.expressions import parse
from engine.flow.spiff_tokens import READY, STARTED, Level, Token, Variables
from engine.flow.triggers import Trigger


class ProcessSpec(BpmnProcessSpec):
    """One level of a definition; `begin` is its start event. Nothing in it changes once it is parsed."""

    begin: Any = None  # where it begins on demand
    undoing: Any = None  # the event subprocess that undoes the level when it is over
    starts: Mapping[str, Any] = {}
    signalled: bool = False  # whether a signal is waited for on any level; said of the outermost
    heeds: bool = False  # whether conditional events wait on this level
    hears_signals: bool = False  # whether signals are thrown or waited for on this level
    conditional: bool = False  # whether they do on any level of the process; said of the outermost
    handlers: tuple[Any, ...] = ()  # the event subprocesses that wait from the beginning
    settling: tuple[Any, ...] = ()  # the joins that wait until all else has come to rest


class Flow(NamedTuple):
    """A sequence flow: where it leads, by which entrance, under which condition."""

    id: str
    target: str
    entrance: int
    condition: str | None


class NodeSpec(BpmnSpecMixin):
    """A node through which tokens pass at once. `flows` are in the order in which conditions are tried."""

    flows: tuple[Flow, ...] = ()
    default: str | None = None
    entrances: int = 0
    by_event: bool = False  # stands outside the flow
    boundary: tuple[Any, ...] = ()  # the events that listen on its border
    triggers: tuple[Trigger, ...] = ()  # what it waits for, or throws

    def arrive(self, level: Level, entrance: int) -> None:
        self.enqueue(level.spawn(self))

    def enqueue(self, token: Token) -> None:
        token._state = READY
        token.workflow.top_workflow.queue.append(token)

    def _run_hook(self, token: Token) -> bool | None:
        token.workflow.top_workflow.entered.append(self.name)
        return True

    def _on_complete(self, token: Token) -> None:
        self.leave(token)

    def leave(self, token: Token) -> None:
        flows = self.choose(token.data)
        token.workflow.top_workflow.depart(self.name)
        token.workflow.remove(token)
        self.send(token.workflow, flows)

    def is_inside(self, token: Token) -> bool:
        """Whether a token that is taken away had entered the element, and was not waiting in front of it."""
        return token._state == STARTED

    def choose(self, variables: Variables) -> Iterable[Flow]:
        return self.flows

    def send(self, level: Level, flows: Iterable[Flow]) -> None:
        specs, taken = self._wf_spec.task_specs, level.top_workflow.taken
        for flow in flows:
            taken.append(flow.id)
            specs[flow.target].arrive(level, flow.entrance)
        level.rest()

    def _true_flows(self, variables: Variables) -> Iterable[Flow]:
        """Every flow without condition or with one that holds; the default if there is none."""
        others = [flow for flow in self.flows if flow.id != self.default]
        true = [flow for flow in others if flow.condition is None or parse(flow.condition).holds(variables)]
        return true or self._default_flow()

    def _default_flow(self) -> list[Flow]:
        return [flow for flow in self.flows if flow.id == self.default]
