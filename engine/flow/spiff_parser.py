"""From the normal form of a definition to task specs, by SpiffWorkflow's parser with our own specs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import event_parsers
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.specs.base import TaskSpec

from engine.flow import spiff_activities as activities
from engine.flow import spiff_events as events
from engine.flow import spiff_gateways as gateways
from engine.flow.graph import FlowNode, Graph, read_graph
from engine.flow.loops import read_loop
from engine.flow.source import bpmn_child, bpmn_children, duban, namespace, parser, text_of
from engine.flow.spiff_nodes import Flow, NodeSpec, ProcessSpec
from engine.flow.timers import Timer, parse_duration, parse_moment
from engine.flow.vocabulary import DIAGRAM


@dataclass(frozen=True)
class ParsedProcess:
    """The specs of one definition; shared by all instances and threads, changed by none."""

    spec: ProcessSpec
    subprocesses: dict[str, ProcessSpec]

    def levels(self) -> Iterator[ProcessSpec]:
        yield self.spec
        yield from self.subprocesses.values()


def parse_process(xml: bytes, key: str) -> ParsedProcess:
    root = etree.fromstring(xml, parser())
    # In SpiffWorkflow's parser positions decide the order of branches, and a bad one stops it: no diagram.
    for child in [child for child in root if namespace(child) in DIAGRAM]:
        root.remove(child)
    reader = _Parser(read_graph(bpmn_children(root, "process")[0]))
    reader.add_bpmn_xml(root)
    return ParsedProcess(reader.get_spec(key), reader.get_subprocess_specs(key))


class _LevelParser(ProcessParser):
    """Makes all nodes of a level, then wires them."""

    # The original goes from node to node by recursion (a chain of 600 overflows), leaves out what it does not
    # reach, and joins boundary events to their activity by extra tasks.

    def create_spec(self) -> ProcessSpec:
        return ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        graph: Graph = self.parser.graph
        level = graph.levels[self.bpmn_id]
        for node in level:
            self.parse_node(node.element)
        for node in level:
            self._wire(graph, node, self.spec.task_specs[node.id])
        nodes = [self.spec.task_specs[node.id] for node in level]
        self.spec.settling = tuple(spec for spec in nodes if isinstance(spec, gateways.InclusiveGateway))
        self.spec.begin = self.spec.task_specs[next(node.id for node in level if node.kind == "startEvent")]

    def _wire(self, graph: Graph, node: FlowNode, spec: NodeSpec) -> None:
        spec.entrances = len(node.incoming)
        spec.default = node.default
        spec.flows = tuple(
            Flow(flow.id, flow.target, graph.nodes[flow.target].incoming.index(flow), flow.condition)
            for flow in node.outgoing
        )
        for flow in spec.flows:
            TaskSpec.connect(spec, self.spec.task_specs[flow.target])
        spec.boundary = tuple(self.spec.task_specs[event.id] for event in graph.boundaries(node.id))
        if isinstance(spec, gateways.InclusiveGateway):
            spec.reach = tuple(_reaching(graph, flow.source, node.id) for flow in node.incoming)


def _reaching(graph: Graph, source: str, gateway: str) -> frozenset[str]:
    """The nodes from which `source` can be reached without passing the gateway."""
    seen: set[str] = set()
    waiting = [source]
    while waiting:
        name = waiting.pop()
        if name in seen or name == gateway:
            continue
        seen.add(name)
        node = graph.nodes[name]
        waiting.extend(flow.source for flow in node.incoming)
        if node.host:
            waiting.append(node.host)
    return frozenset(seen)


class _Settled:
    """Makes the spec of one node and reads our settings; wiring is the level's business."""

    node: etree._Element

    def parse_node(self) -> Any:
        spec = self.create_task()  # type: ignore[attr-defined]
        loop = bpmn_child(self.node, "multiInstanceLoopCharacteristics")
        if loop is not None:
            spec.loop = read_loop(loop)
        if isinstance(spec, activities.ServiceTask):
            spec.function = self.node.get(duban("function"), "")
        if isinstance(spec, events.CatchSpec):
            spec.timer = _timer(self.node)
        return spec

    def parse_incoming_data_references(self) -> list[Any]:
        return []  # refused at admission: a nested reference hangs the original

    parse_outgoing_data_references = parse_incoming_data_references


def _timer(node: etree._Element) -> Timer | None:
    # SpiffWorkflow's month arithmetic does not clip (31 January + P1M = 3 March) and its clock is the
    # machine's.
    definition = bpmn_child(node, "timerEventDefinition")
    if definition is None:
        return None
    moment = bpmn_child(definition, "timeDate")
    if moment is not None:
        return parse_moment(text_of(moment))
    return parse_duration(text_of(bpmn_child(definition, "timeDuration")))


class _Task(_Settled, TaskParser):
    pass


class _SubProcess(_Settled, SubWorkflowParser):
    pass


class _Start(_Settled, event_parsers.StartEventParser):
    pass


class _End(_Settled, event_parsers.EndEventParser):
    pass


class _Catch(_Settled, event_parsers.IntermediateCatchEventParser):
    pass


class _Throw(_Settled, event_parsers.IntermediateThrowEventParser):
    pass


class _Boundary(_Settled, event_parsers.BoundaryEventParser):
    pass


class _Send(_Settled, event_parsers.SendTaskParser):
    pass


class _Parser(BpmnParser):
    PROCESS_PARSER_CLASS = _LevelParser
    PARSER_CLASSES = {
        full_tag(name): pair
        for name, pair in {
            "startEvent": (_Start, events.StartEvent),
            "endEvent": (_End, events.EndEvent),
            "intermediateCatchEvent": (_Catch, events.CatchEvent),
            "intermediateThrowEvent": (_Throw, events.ThrowEvent),
            "boundaryEvent": (_Boundary, events.BoundaryEvent),
            "userTask": (_Task, activities.UserTask),
            "manualTask": (_Task, activities.ManualTask),
            "serviceTask": (_Task, activities.ServiceTask),
            "sendTask": (_Send, activities.SendTask),
            "receiveTask": (_Send, activities.ReceiveTask),
            "exclusiveGateway": (_Task, gateways.ExclusiveGateway),
            "parallelGateway": (_Task, gateways.ParallelGateway),
            "inclusiveGateway": (_Task, gateways.InclusiveGateway),
            "subProcess": (_SubProcess, activities.SubProcess),
        }.items()
    }

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.graph = graph
