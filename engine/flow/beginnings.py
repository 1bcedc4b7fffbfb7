"""The ways in which a process begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.flow.graph import CHOICE, FlowNode, Graph
from engine.flow.problems import Findings
from engine.flow.source import line_of
from engine.flow.triggers import Declared, Trigger, read_triggers

if TYPE_CHECKING:
    from engine.flow.admission import AdmittedDefinition

ON_DEMAND = "none"


@dataclass(frozen=True)
class Beginning:
    """One way to begin: by the event or task `node`, on a message or signal of this name, or on demand (`none`).

    With `together` it is one of the events behind a parallel event-based gateway: whichever comes first begins the
    process, which then awaits the others.
    """

    node: str
    kind: str
    name: str
    together: bool = False


def beginnings_of(graph: Graph, declared: Declared) -> tuple[Beginning, ...]:
    """Start events, then the events behind gateways that begin the process, and tasks that do."""
    none = (Trigger(ON_DEMAND),)
    ways = [(start, False) for start in graph.starts(graph.key)]
    ways += [
        (event, node.awaits_all) for node in graph.instantiating(graph.key) for event in opening(graph, node)
    ]
    return tuple(
        Beginning(node.id, trigger.kind, trigger.name or "", together)
        for node, together in ways
        for trigger in read_triggers(node.element, declared) or none
    )


def opening(graph: Graph, node: FlowNode) -> list[FlowNode]:
    """By what a node that begins the process lets it begin: the events behind a gateway, the task itself."""
    if node.kind != CHOICE:
        return [node]
    return [graph.nodes[flow.target] for flow in node.outgoing if flow.target in graph.nodes]


def check_called_begin(
    called: Iterable[Graph], definitions: Iterable[AdmittedDefinition], declared: Declared, findings: Findings
) -> None:
    """A call begins a process on demand: one that begins by events alone cannot be called (BPMN 2.0.2, 10.3.6)."""
    drawn = [(graph.key, line_of(graph.process), beginnings_of(graph, declared)) for graph in called]
    outside = [(definition.key, 1, definition.beginnings) for definition in definitions]
    for key, line, starts in [*drawn, *outside]:
        if not any(start.kind == ON_DEMAND for start in starts):
            findings.add("called-start", line, key, name=key)
