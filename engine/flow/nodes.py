"""The nodes of a definition as its readers need them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.flow import interchange
from engine.flow.graph import FlowNode, Graph
from engine.flow.interchange import Performer
from engine.flow.source import DUBAN, bpmn_children, text_of


@dataclass(frozen=True)
class Node:
    """One flow node as its readers need it. `parent` is the id of the process or subprocess around it.

    `lane` is the innermost lane's name, taken from the subprocess around it where it has none of its own.
    `extensions` holds the duban attributes by local name; `notes` what other products wrote, by the name it
    has there (`camunda:formKey`). Nothing of it is read by the engine.
    """

    id: str
    kind: str
    name: str
    lane: str | None
    documentation: str
    parent: str
    extensions: Mapping[str, str] = field(default_factory=dict)
    performers: tuple[Performer, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    outside: bool = False  # no sequence flow leads to it: an event subprocess, what undoes an activity


def read_node(graph: Graph, node: FlowNode, lanes: Mapping[str, str]) -> Node:
    """The node as drawn; `lanes` maps the nodes that stand in one to its name."""
    own = {
        str(etree.QName(str(name)).localname): str(value)
        for name, value in node.element.attrib.items()
        if str(name).startswith(f"{{{DUBAN}}}")
    }
    around: FlowNode | None = node
    while around is not None and around.id not in lanes:
        around = graph.nodes.get(around.parent)
    lane = None if around is None else lanes[around.id]
    return Node(
        id=node.id,
        kind=node.kind,
        name=node.element.get("name", ""),
        lane=lane,
        documentation="\n".join(text_of(child) for child in bpmn_children(node.element, "documentation")),
        parent=node.parent,
        extensions=own,
        performers=interchange.performers_of(node.element),
        notes=interchange.notes_of(node.element),
        outside=node.outside,
    )
