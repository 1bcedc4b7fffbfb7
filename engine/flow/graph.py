"""The nodes and flows of one process as drawn, before anything is known to be right about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.flow.source import bpmn_child, bpmn_children, line_of, local_name, namespace, text_of
from engine.flow.vocabulary import BOUNDARY, CATCH, FLOW_NODES, GRAMMAR, HARMLESS, START, SUBPROCESSES, THROW

CHOICE = "eventBasedGateway"
INSTANTIATING = frozenset({CHOICE, "receiveTask"})


@dataclass(frozen=True)
class SequenceFlow:
    id: str
    source: str
    target: str
    condition: str | None
    line: int
    drawn: bool = True  # else it is that of a link, from where it is thrown to where it is caught


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
    def by_event(self) -> bool:
        """Whether it is an event subprocess: no flow leads to it, the event at its start begins it."""
        return self.kind == "subProcess" and self.element.get("triggeredByEvent") == "true"

    @property
    def outside(self) -> bool:
        """Whether it stands outside the flow, so that no sequence flow leads to it or from it."""
        return self.by_event or self.for_compensation or self._begins_undoing

    @property
    def instantiates(self) -> bool:
        """Whether it begins its process without a start event: by what it receives, or by an event behind it."""
        return self.kind in INSTANTIATING and self.element.get("instantiate") == "true"

    @property
    def awaits_all(self) -> bool:
        """Whether it is an event-based gateway of which each event is awaited, and not the first alone."""
        return self.kind == CHOICE and self.element.get("eventGatewayType") == "Parallel"

    @property
    def for_compensation(self) -> bool:
        return self.element.get("isForCompensation") == "true"

    @property
    def _begins_undoing(self) -> bool:
        """Whether it is the boundary event from which an association leads to what undoes its activity."""
        return self.kind == BOUNDARY and bpmn_child(self.element, "compensateEventDefinition") is not None

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

    def starts(self, level: str) -> list[FlowNode]:
        return [node for node in self.levels.get(level, []) if node.kind == START]

    def instantiating(self, level: str) -> list[FlowNode]:
        """What else begins the level, which then is that of a process: see `FlowNode.instantiates`."""
        return [node for node in self.levels.get(level, []) if node.instantiates]

    def boundaries(self, host: str) -> list[FlowNode]:
        return [node for node in self.nodes.values() if node.host == host]


def read_graph(process: etree._Element) -> Graph:
    graph = Graph(process)
    for container in _containers(process):
        _read_level(graph, container)
    for level in list(graph.levels):
        _add_links(graph, level)
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
        waiting.extend(child for name in SUBPROCESSES for child in bpmn_children(container, name))


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


def link_name(node: FlowNode) -> str | None:
    definition = bpmn_child(node.element, "linkEventDefinition")
    return None if definition is None else definition.get("name", "")


def _add_links(graph: Graph, level: str) -> None:
    """A link is a sequence flow that is not drawn through (BPMN 2.0.2, 10.5.5)."""
    linked = [node for node in graph.levels[level] if link_name(node) is not None]
    for throw in (node for node in linked if node.kind == THROW):
        for catch in (node for node in linked if node.kind == CATCH):
            if link_name(catch) == link_name(throw):
                name = f"{throw.id}→{catch.id}"
                graph.flows[name] = SequenceFlow(name, throw.id, catch.id, None, throw.line, drawn=False)
                graph.flow_parents[name] = level


def _outgoing_order(element: etree._Element) -> Callable[[SequenceFlow], int]:
    """Conditions are tried in the order in which the node lists its flows; unlisted ones come after."""
    listed = {text_of(child): place for place, child in enumerate(bpmn_children(element, "outgoing"))}
    return lambda flow: listed.get(flow.id, len(listed))
