"""Gateways: where tokens part and meet."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from SpiffWorkflow.bpmn.specs import defaults

from engine.flow.expressions import parse
from engine.flow.spiff_nodes import Flow, NodeSpec
from engine.flow.spiff_tokens import WAITING, Level, Token, Variables


class ExclusiveGateway(NodeSpec, defaults.ExclusiveGateway):
    """One way: the first whose condition holds, else the default."""

    def choose(self, variables: Variables) -> Iterable[Flow]:
        for flow in self.flows:
            if flow.id != self.default and (flow.condition is None or parse(flow.condition).holds(variables)):
                return [flow]
        return self._default_flow()


class ParallelGateway(NodeSpec, defaults.ParallelGateway):
    """Waits for one token at each entrance, takes exactly one from each, and leaves by every flow."""

    # SpiffWorkflow's join looks for completed tasks anywhere in its tree and so counts those of earlier
    # rounds.

    def arrive(self, level: Level, entrance: int) -> None:
        if self.entrances < 2:
            super().arrive(level, entrance)
            return
        level.spawn(self, WAITING).internal_data["at"] = entrance
        waiting = first_at_each_entrance(self, level)
        if len(waiting) == self.entrances:
            join(self, level, waiting.values())


class InclusiveGateway(NodeSpec, defaults.InclusiveGateway):
    """Waits for every token that can still reach an empty entrance and no filled one (BPMN 2.0.2, 13.4.3)."""

    reach: tuple[frozenset[str], ...] = ()  # per entrance: the nodes from which it can be reached

    def arrive(self, level: Level, entrance: int) -> None:
        if self.entrances < 2:
            super().arrive(level, entrance)
        else:
            level.spawn(self, WAITING).internal_data["at"] = entrance

    def settle(self, level: Level) -> bool:
        """Called when everything has come to rest: fire, if nothing is left to wait for."""
        waiting = first_at_each_entrance(self, level)
        if not waiting or still_comes(self, level, set(waiting)):
            return False
        join(self, level, waiting.values())
        return True

    def choose(self, variables: Variables) -> Iterable[Flow]:
        return self._true_flows(variables)


def still_comes(spec: Any, level: Level, filled: AbstractSet[int]) -> bool:
    """Whether a token elsewhere on the level can reach an empty entrance of the gateway, and no filled one."""
    alive = (token for token in level.tasks.values() if token is not level.task_tree and token.is_of_the_flow)
    return any(_awaits(spec, name, filled) for name in {t.task_spec.name for t in alive} - {spec.name})


def _awaits(spec: Any, name: str, filled: AbstractSet[int]) -> bool:
    reached = {entrance for entrance, names in enumerate(spec.reach) if name in names}
    return bool(reached) and reached.isdisjoint(filled)


def first_at_each_entrance(spec: NodeSpec, level: Level) -> dict[int, Token]:
    found: dict[int, Token] = {}
    for token in level.tasks.values():
        if token.task_spec is spec and token._state == WAITING and "at" in token.internal_data:
            found.setdefault(token.internal_data["at"], token)
    return found


def join(spec: NodeSpec, level: Level, arrived: Iterable[Token]) -> Token:
    """Put one token in the place of those that have arrived."""
    for token in arrived:
        level.remove(token)
    made = level.spawn(spec)
    spec.enqueue(made)
    return made


class EventGateway(NodeSpec):
    """Waits for the first of the events behind it; the others are then no longer waited for.

    One that begins the process may await them all.
    """

    all_are_awaited: bool = False

    def _run_hook(self, token: Token) -> bool | None:
        super()._run_hook(token)
        if self.all_are_awaited:
            return True
        for event in self.boundary:
            event.wait_beside(token)
        return None

    def open(self, level: Level, event: NodeSpec) -> None:
        """Begin the process for an event that has occurred."""
        level.top_workflow.entered.append(self.name)
        level.top_workflow.depart(self.name)
        self.send(level, [flow for flow in self.flows if self.all_are_awaited or flow.target == event.name])


class Opening(NamedTuple):
    """The beginning of a process by an event in its flow, or by a task that receives, and the gateway before it."""

    event: Any
    gateway: EventGateway | None = None

    def arrive(self, level: Level, entrance: int) -> None:
        """The event has occurred: go on behind it."""
        if self.gateway is None:
            self.event.arrive(level, entrance)
        else:
            self.gateway.open(level, self.event)
        waiting = next(token for token in level.tasks.values() if token.task_spec is self.event)
        level.top_workflow.guarded(self.event.name, lambda: self.event.fire(waiting))
