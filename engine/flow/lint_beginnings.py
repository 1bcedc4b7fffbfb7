"""What must hold where a process begins in its flow: by an event-based gateway, or by a task that receives."""

from __future__ import annotations

from engine.flow.beginnings import beginnings_of, opening
from engine.flow.graph import CHOICE, FlowNode, Graph
from engine.flow.problems import Findings
from engine.flow.repetitions import quantity
from engine.flow.triggers import Declared, kinds_of, waits_for_all

_COMING = frozenset({"message", "signal"})  # what can come to a process that is not there yet


def lint_beginnings(graph: Graph, declared: Declared, findings: Findings) -> None:
    """Add what keeps the process from beginning as drawn (BPMN 2.0.2, 10.3.3, 10.6.6 and 13.5.1)."""
    for node in graph.nodes.values():
        if node.awaits_all and not node.instantiates:
            findings.add("parallel-choice", node.line, node.id, id=node.id)
        if node.instantiates:
            _check_place(graph, node, findings)
            _check_events(graph, node, findings)
    gateways = [node for node in graph.instantiating(graph.key) if node.kind == CHOICE]
    for node in gateways[1:]:
        findings.add("many-choices", node.line, node.id, id=node.id)
    _check_distinct(graph, declared, findings)


def _check_place(graph: Graph, node: FlowNode, findings: Findings) -> None:
    if node.parent != graph.key or node.incoming:
        findings.add("beginning-place", node.line, node.id, id=node.id)


def _check_events(graph: Graph, node: FlowNode, findings: Findings) -> None:
    """What happens when no process is there can be heard only by what is known from outside."""
    for event in opening(graph, node):
        if not _COMING.issuperset(kinds_of(event.element)) or waits_for_all(event.element):
            findings.add("beginning-event", event.line, event.id, id=event.id)
    if node.kind != CHOICE and not _is_plain(graph, node):
        findings.add("beginning-task", node.line, node.id, id=node.id)


def _is_plain(graph: Graph, node: FlowNode) -> bool:
    """Whether the task is over with the message that begins the process."""
    repeated = (
        node.loop is not None or node.repetition is not None or quantity(node.element, "startQuantity") != 1
    )
    return not (repeated or node.for_compensation or graph.boundaries(node.id))


def _check_distinct(graph: Graph, declared: Declared, findings: Findings) -> None:
    """Which of two events of one name is to begin the process nothing says."""
    ways = beginnings_of(graph, declared) if graph.instantiating(graph.key) else ()
    places: dict[tuple[str, str], set[str]] = {}
    for way in ways:
        nodes = places.setdefault((way.kind, way.name), set())
        nodes.add(way.node)
        if way.name and len(nodes) > 1:
            node = graph.nodes[way.node]
            findings.add("beginning-twice", node.line, node.id, id=node.id, name=way.name)
