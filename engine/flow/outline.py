"""What a definition draws, element by element as plain values: to be compared with another, or counted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lxml import etree

from engine.flow.admission import AdmittedDefinition
from engine.flow.behaviours import read_announcements
from engine.flow.graph import FlowNode, SequenceFlow, read_graph
from engine.flow.loops import read_loop
from engine.flow.nodes import Node
from engine.flow.source import BPMN, bpmn_children, local_name, namespace, parser, text_of
from engine.flow.triggers import KINDS, TIMES, Declared, Trigger, definitions_of, read_declared, read_triggers
from engine.flow.vocabulary import BOUNDARY, FLOW_NODES

Said = Mapping[str, Any]
# Told of elsewhere: as flows, as nodes of their own, as what a node waits for, as its notes or its own words.
_ELSEWHERE = FLOW_NODES | KINDS.keys() | {"incoming", "outgoing", "documentation", "sequenceFlow", "laneSet"}
_ELSEWHERE |= {"multiInstanceLoopCharacteristics", "extensionElements"}
_ELSEWHERE |= {"potentialOwner", "humanPerformer", "performer"}
_ATTRIBUTES = {"id", "name", "default", "attachedToRef", "cancelActivity", "isInterrupting", "messageRef"}
_PIN = "calledHash"  # what a called process has become is told with its own nodes


@dataclass(frozen=True, slots=True)
class Outline:
    """Nodes and drawn sequence flows by id, each as what is said of it; only what is said has an entry.

    Of a node: kind, name, level (the process or subprocess around it), lane, documentation, host, interrupting,
    triggers, loop, settings (ours), notes (other products'), performers, other (whatever else is written in it).
    Of a flow: source, target, condition, default.
    """

    nodes: Mapping[str, Said]
    flows: Mapping[str, Said]


def outline(definition: AdmittedDefinition) -> Outline:
    """Everything that a definition draws, with the processes that it calls; positions are not looked at."""
    root = etree.fromstring(definition.xml, parser())
    drawn = {process.get("id"): process for process in bpmn_children(root, "process")}
    declared = read_declared(root)
    nodes: dict[str, Said] = {}
    flows: dict[str, Said] = {}
    for key in definition.processes:
        graph = read_graph(drawn[key])
        for node in graph.nodes.values():
            nodes[node.id] = _said({**_of_node(definition.nodes[node.id]), **_of_drawing(node, declared)})
        for flow in graph.flows.values():
            if flow.drawn:
                flows[flow.id] = _said(_of_flow(flow, graph.nodes[flow.source]))
    for called in map(outline, definition.called):
        nodes |= called.nodes
        flows |= called.flows
    return Outline(nodes, flows)


def _said(told: Said) -> Said:
    """Without what is not said."""
    return {name: value for name, value in told.items() if value not in (None, "", False, [], {})}


def _of_flow(flow: SequenceFlow, source: FlowNode) -> Said:
    return {
        "source": flow.source,
        "target": flow.target,
        "condition": flow.condition,
        "default": source.default == flow.id,
    }


def _of_node(node: Node) -> Said:
    return {
        "kind": node.kind,
        "name": node.name,
        "level": node.parent,
        "lane": node.lane,
        "documentation": node.documentation,
        "settings": {name: value for name, value in sorted(node.extensions.items()) if name != _PIN},
        "notes": dict(sorted(node.notes.items())),
        "performers": [_said(asdict(each)) for each in node.performers],
    }


def _of_drawing(node: FlowNode, declared: Declared) -> Said:
    element = node.element
    interrupts = element.get("cancelActivity") if node.kind == BOUNDARY else element.get("isInterrupting")
    return {
        "host": node.host,
        "interrupting": "false" if interrupts == "false" else None,
        "triggers": _triggers(element, declared),
        "loop": {} if node.loop is None else _loop(node.loop, declared),
        "other": _other(element),
    }


def _loop(loop: etree._Element, declared: Declared) -> Said:
    """How an activity is carried out several times, and what it throws when one instance completes."""
    thrown = [
        _said(
            {
                "condition": each.condition,
                "first": each.first,
                "triggers": [_trigger(t, None) for t in each.triggers],
            }
        )
        for each in read_announcements(loop, declared)
    ]
    return _said({**asdict(read_loop(loop)), "thrown": thrown})


def _triggers(element: etree._Element, declared: Declared) -> list[Said]:
    """What an event waits for or throws, a time as it is written."""
    read = read_triggers(element, declared)
    written = [definition for _kind, definition in definitions_of(element)] or [None] * len(read)
    return [_trigger(trigger, each) for trigger, each in zip(read, written, strict=True)]


def _trigger(trigger: Trigger, definition: etree._Element | None) -> Said:
    times = [] if definition is None else [each for each in definition if local_name(each) in TIMES]
    return _said(
        {
            "kind": trigger.kind,
            "name": trigger.name,
            "condition": trigger.condition,
            "time": " ".join(text_of(each) for each in times),
        }
    )


def _other(element: etree._Element) -> str:
    """What is written in a node and told of nowhere else, in one spelling; ids inside it say nothing."""
    own = {
        str(name): str(value)
        for name, value in sorted(element.attrib.items())
        if name not in _ATTRIBUTES and not str(name).startswith("{")
    }
    inside = list(_inside(element))
    return json.dumps([own, inside], ensure_ascii=False) if own or inside else ""


def _inside(element: etree._Element) -> Iterator[list[Any]]:
    for child in element:
        name = local_name(child)
        if namespace(child) != BPMN or name in _ELSEWHERE:
            continue
        attributes = {str(key): str(value) for key, value in sorted(child.attrib.items()) if key != "id"}
        yield [name, attributes, (child.text or "").strip(), list(_inside(child))]
