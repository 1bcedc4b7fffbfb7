"""From the normal form of a definition to task specs, by SpiffWorkflow's parser with our own specs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import SubprocessParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.specs.base import TaskSpec

from engine.flow import spiff_activities as activities
from engine.flow import spiff_calls as calls
from engine.flow import spiff_events as events
from engine.flow import spiff_gateways as gateways
from engine.flow.admission import AdmittedDefinition
from engine.flow.beginnings import opening
from engine.flow.behaviours import read_announcements
from engine.flow.calls import read_call
from engine.flow.compensation import aside, undoes_itself, undone_by
from engine.flow.decision_tasks import read_rule_task
from engine.flow.graph import FlowNode, Graph, read_graph
from engine.flow.loops import read_loop
from engine.flow.repetitions import quantity, read_repetition
from engine.flow.source import bpmn_child, bpmn_children, duban, namespace, parser, text_of
from engine.flow.spiff_complex import ComplexGateway
from engine.flow.spiff_loops import ManyInstances, Repetition
from engine.flow.spiff_nodes import Flow, NodeSpec, ProcessSpec
from engine.flow.spiff_subprocesses import EventSubProcess, Transaction
from engine.flow.triggers import Declared, read_declared, read_triggers, waits_for_all
from engine.flow.vocabulary import ASSOCIATIONS, DATA, DIAGRAM

SETTLING = (gateways.InclusiveGateway, ComplexGateway)  # they need to know what can still reach them


@dataclass(frozen=True)
class ParsedProcess:
    """The specs of one definition; shared by all instances and threads, changed by none."""

    spec: ProcessSpec
    subprocesses: dict[str, ProcessSpec]

    def levels(self) -> Iterator[ProcessSpec]:
        yield self.spec
        yield from self.subprocesses.values()


def parse_process(definition: AdmittedDefinition) -> ParsedProcess:
    """The specs of a definition, of the processes that it calls in its file, and of those that it calls outside."""
    root = etree.fromstring(definition.xml, parser())
    # In SpiffWorkflow's parser positions decide the order of branches, and a bad one stops it: no diagram.
    for child in [child for child in root if namespace(child) in DIAGRAM]:
        root.remove(child)
    # Its data references are read at once and recursively: a nested one hangs it. Ours are pictures.
    for element in [each for name in (*DATA, *ASSOCIATIONS) for each in root.iter(full_tag(name))]:
        element.getparent().remove(element)
    drawn = {process.get("id"): process for process in bpmn_children(root, "process")}
    reader = _Parser([read_graph(drawn[key]) for key in definition.processes], read_declared(root))
    reader.add_bpmn_xml(root)
    specs: dict[str, ProcessSpec] = {}
    for key in definition.processes:
        specs[key] = reader.get_spec(key)
        specs |= reader.get_subprocess_specs(key)
    for other in map(parse_process, definition.called):
        specs |= {other.spec.name: other.spec, **other.subprocesses}
    process = ParsedProcess(specs.pop(definition.key), specs)
    process.spec.conditional = any(level.heeds for level in process.levels())
    process.spec.signalled = any(level.hears_signals for level in process.levels())
    return process


class _LevelParser(ProcessParser):
    """Makes all nodes of a level, then wires them."""

    # The original goes from node to node by recursion (a chain of 600 overflows), leaves out what it does not
    # reach, and joins boundary events to their activity by extra tasks.

    def create_spec(self) -> ProcessSpec:
        return ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        graph: Graph = self.parser.graphs[self.bpmn_id]
        level = graph.levels[self.bpmn_id]
        for node in level:
            self.parse_node(node.element)
        for node in level:
            self._wire(graph, node, self.spec.task_specs[node.id])
        nodes = [self.spec.task_specs[node.id] for node in level]
        self.spec.settling = tuple(spec for spec in nodes if isinstance(spec, SETTLING))
        by_event = [spec for spec in nodes if isinstance(spec, EventSubProcess)]
        undoing = [spec for spec in by_event if spec.triggers[0].kind == "compensation"]
        self.spec.handlers = tuple(spec for spec in by_event if spec not in undoing)
        self.spec.undoing = undoing[0] if undoing else None
        self.spec.starts = {start.id: self.spec.task_specs[start.id] for start in graph.starts(self.bpmn_id)}
        self.spec.begin = next((s for s in self.spec.starts.values() if self._begins(graph, s)), None)
        self.spec.starts |= self._openings(graph) if self.bpmn_id == graph.key else {}
        triggers = [trigger for spec in nodes for trigger in spec.triggers]
        self.spec.heeds = any(trigger.condition for trigger in triggers)
        self.spec.hears_signals = any(trigger.kind == "signal" for trigger in triggers)

    def _begins(self, graph: Graph, start: NodeSpec) -> bool:
        """Whether the level begins here by itself: that of a process does not begin by an event."""
        return self.bpmn_id != graph.key or not start.triggers

    def _openings(self, graph: Graph) -> dict[str, gateways.Opening]:
        """The events and tasks in the flow by which the process begins."""
        specs = self.spec.task_specs
        return {
            event.id: gateways.Opening(specs[event.id], None if event is node else specs[node.id])
            for node in graph.instantiating(graph.key)
            for event in opening(graph, node)
        }

    def _wire(self, graph: Graph, node: FlowNode, spec: NodeSpec) -> None:
        spec.entrances = len(node.incoming)
        spec.default = node.default
        spec.flows = tuple(
            Flow(flow.id, flow.target, graph.nodes[flow.target].incoming.index(flow), flow.condition)
            for flow in node.outgoing
        )
        for flow in spec.flows:
            TaskSpec.connect(spec, self.spec.task_specs[flow.target])
        borders = [event for event in graph.boundaries(node.id) if not event.outside]
        spec.boundary = tuple(self.spec.task_specs[event.id] for event in borders)
        if isinstance(spec, activities.ActivitySpec):
            undoer = undone_by(graph).get(node.id)
            spec.undoer = None if undoer is None else self.spec.task_specs[undoer]
            spec.aside = aside(graph, node)
            spec.undoes_itself = undoes_itself(graph, node.id)
        if isinstance(spec, gateways.EventGateway):
            spec.boundary = tuple(self.spec.task_specs[flow.target] for flow in node.outgoing)
            spec.all_are_awaited = node.awaits_all
        if isinstance(spec, SETTLING):
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


def _set_triggers(spec: NodeSpec, node: etree._Element, declared: Declared) -> None:
    """What an event waits for or throws; an event subprocess waits for what its start event does."""
    event = node
    if isinstance(spec, EventSubProcess):
        event = bpmn_children(node, "startEvent")[0]
        spec.interrupting = event.get("isInterrupting", "true") == "true"
    if isinstance(spec, events.CatchSpec):
        spec.all_of_them = waits_for_all(event)
    spec.triggers = read_triggers(event, declared)


class _Settled:
    """Makes the spec of one node and reads our settings; wiring is the level's business."""

    node: etree._Element

    def parse_node(self) -> Any:
        spec = self.create_task()  # type: ignore[attr-defined]
        declared = self.process_parser.parser.declared  # type: ignore[attr-defined]
        if isinstance(spec, activities.ActivitySpec):
            _settle_activity(spec, self.node, declared)
        if isinstance(spec, ComplexGateway):
            spec.activation = text_of(bpmn_child(self.node, "activationCondition"))
        _set_triggers(spec, self.node, declared)
        return spec

    def parse_incoming_data_references(self) -> list[Any]:
        return []  # refused at admission: a nested reference hangs the original

    parse_outgoing_data_references = parse_incoming_data_references


def _settle_activity(spec: activities.ActivitySpec, node: etree._Element, declared: Declared) -> None:
    instances = bpmn_child(node, "multiInstanceLoopCharacteristics")
    repetition = bpmn_child(node, "standardLoopCharacteristics")
    if instances is not None:
        spec.loop = ManyInstances(read_loop(instances), read_announcements(instances, declared))
    elif repetition is not None:
        spec.loop = Repetition(read_repetition(repetition))
    spec.start_quantity = quantity(node, "startQuantity")
    spec.completion_quantity = quantity(node, "completionQuantity")
    if isinstance(spec, activities.ServiceTask):
        spec.function = node.get(duban("function"), "")
    if isinstance(spec, calls.CallActivity):
        spec.call = read_call(node)
    if isinstance(spec, calls.BusinessRuleTask):
        spec.rule = read_rule_task(node)


class _Task(_Settled, TaskParser):
    pass


class _SubProcess(_Settled, SubWorkflowParser):
    def create_task(self) -> Any:
        # The original takes triggeredByEvent="false" for true, and lets a nested one never begin.
        inner = SubprocessParser.get_subprocess_spec(self)
        is_by_event = self.node.get("triggeredByEvent") == "true"
        kind = EventSubProcess if is_by_event else self.spec_class
        return kind(self.spec, self.bpmn_id, subworkflow_spec=inner, **self.bpmn_attributes)


class _Event(_Settled, TaskParser):
    """Events, and the tasks that send and receive: what triggers them is read and run by our own classes."""

    # SpiffWorkflow's event definitions know one name of a message, lose codes of errors (it looks for
    # `error_code`), and take their time from the machine's clock, without clipping months (31 January +
    # P1M = 3 March).

    def create_task(self) -> Any:
        more = {}
        if self.spec_class is events.BoundaryEvent:
            more["cancel_activity"] = self.node.get("cancelActivity", "true") == "true"
        none = NoneEventDefinition()
        return self.spec_class(self.spec, self.bpmn_id, event_definition=none, **more, **self.bpmn_attributes)


class _Parser(BpmnParser):
    PROCESS_PARSER_CLASS = _LevelParser
    PARSER_CLASSES = {
        full_tag(name): pair
        for name, pair in {
            "startEvent": (_Event, events.StartEvent),
            "endEvent": (_Event, events.EndEvent),
            "intermediateCatchEvent": (_Event, events.CatchEvent),
            "intermediateThrowEvent": (_Event, events.ThrowEvent),
            "boundaryEvent": (_Event, events.BoundaryEvent),
            "userTask": (_Task, activities.UserTask),
            "manualTask": (_Task, activities.ManualTask),
            "serviceTask": (_Task, activities.ServiceTask),
            "sendTask": (_Event, activities.SendTask),
            "receiveTask": (_Event, activities.ReceiveTask),
            "exclusiveGateway": (_Task, gateways.ExclusiveGateway),
            "callActivity": (_Task, calls.CallActivity),
            "businessRuleTask": (_Task, calls.BusinessRuleTask),
            "complexGateway": (_Task, ComplexGateway),
            "parallelGateway": (_Task, gateways.ParallelGateway),
            "inclusiveGateway": (_Task, gateways.InclusiveGateway),
            "eventBasedGateway": (_Task, gateways.EventGateway),
            "subProcess": (_SubProcess, activities.SubProcess),
            "transaction": (_SubProcess, Transaction),
        }.items()
    }

    def __init__(self, graphs: list[Graph], declared: Declared) -> None:
        super().__init__()
        self.graphs = {level: graph for graph in graphs for level in graph.levels}
        self.declared = declared
