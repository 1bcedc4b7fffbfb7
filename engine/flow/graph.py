"""The nodes and flows of one process as drawn, before anything is known to be right about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.flow.source import bpmn_child, bpmn_children, line_of, local_name, namespace, text_of
from engine.flow.vocabulary import BOUNDARY, FLOW_NODES, GRAMMAR, HARMLESS


@dataclass(frozen=True)
class SequenceFlow:
    id: str
    source: str
    target: str
    condition: str | None
    line: int


@dataclass
class FlowNode:
    """One node as drawn. `parent` is the id of the process or subprocess around it."""

    id: str
    kind: str
    parent: str
    line: int
    element: etree._Element
    incoming: list[SequenceFlow] = field(default_factory=list)
    outgoing: list[SequenceFlow] = field(default_factory=list)

    @property
    def default(self) -> str | None:
        return self.element.get("default")

    @property
    def host(self) -> str:
        """The activity that a boundary event sits on."""
        return self.element.get("attachedToRef", "") if self.kind == BOUNDARY else ""

    @property
    def loop(self) -> etree._Element | None:
        return bpmn_child(self.element, "multiInstanceLoopCharacteristics")

    @property
    def repetition(self) -> etree._Element | None:
        return bpmn_child(self.element, "standardLoopCharacteristics")


@dataclass
class Graph:
    """All levels of one process: nodes and flows by id, and what each level holds."""

    process: etree._Element
    nodes: dict[str, FlowNode] = field(default_factory=dict)
    flows: dict[str, SequenceFlow] = field(default_factory=dict)
    flow_parents: dict[str, str] = field(default_factory=dict)
    levels: dict[str, list[FlowNode]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.process.get("id", "")

    def boundaries(self, host: str) -> list[FlowNode]:
        return [node for node in self.nodes.values() if node.host == host]


def read_graph(process: etree._Element) -> Graph:
    graph = Graph(process)
    for container in _containers(process):
        _read_level(graph, container)
    for flow in graph.flows.values():
        if source := graph.nodes.get(flow.source):
            source.outgoing.append(flow)
        if target := graph.nodes.get(flow.target):
            target.incoming.append(flow)
    for node in graph.nodes.values():
        node.outgoing.sort(key=_outgoing_order(node.element))
    return graph


def _containers(process: etree._Element) -> Iterator[etree._Element]:
    waiting = [process]
    while waiting:
        container = waiting.pop(0)
        yield container
        waiting.extend(bpmn_children(container, "subProcess"))


def _read_level(graph: Graph, container: etree._Element) -> None:
    parent = container.get("id", "")
    level = graph.levels.setdefault(parent, [])
    flows = bpmn_children(container, "sequenceFlow")
    ends = {flow.get(end) for flow in flows for end in ("sourceRef", "targetRef")}
    for element in container:
        if namespace(element) in HARMLESS:
            continue
        kind, name, line = local_name(element), element.get("id", ""), line_of(element)
        if kind == "sequenceFlow":
            condition = bpmn_child(element, "conditionExpression")
            source, target = element.get("sourceRef", ""), element.get("targetRef", "")
            text = None if condition is None else text_of(condition)
            graph.flows[name] = SequenceFlow(name, source, target, text, line)
            graph.flow_parents[name] = parent
        elif kind in FLOW_NODES or (kind not in GRAMMAR and name in ends):
            # An unknown node is refused elsewhere; while flows name it, it holds its place in the drawing.
            node = FlowNode(name, kind, parent, line, element)
            graph.nodes[name] = node
            level.append(node)


def _outgoing_order(element: etree._Element) -> Callable[[SequenceFlow], int]:
    """Conditions are tried in the order in which the node lists its flows; unlisted ones come after."""
    listed = {text_of(child): place for place, child in enumerate(bpmn_children(element, "outgoing"))}
    return lambda flow: listed.get(flow.id, len(listed))
