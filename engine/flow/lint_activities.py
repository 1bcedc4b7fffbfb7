"""What is wrong with the settings of an activity: loops, quantities, calls, data drawn to it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.flow.calls import CALL
from engine.flow.expressions import ExpressionError
from engine.flow.graph import FlowNode, Graph
from engine.flow.loops import read_loop
from engine.flow.mappings import read_mapping
from engine.flow.problems import Findings
from engine.flow.repetitions import MAX_QUANTITY, quantity, read_repetition
from engine.flow.source import BPMN, bpmn_children, duban, line_of, local_name, text_of
from engine.flow.vocabulary import ACTIVITIES, ASSOCIATIONS, DATA

QUANTITIES = ("startQuantity", "completionQuantity")
COMPLEX = "complexGateway"


def check_activity(node: FlowNode, findings: Findings) -> None:
    """Add what keeps this activity, or complex gateway, from being run as drawn."""
    if node.kind in ACTIVITIES:
        _check_loops(node, findings)
        _check_quantities(node, findings)
    if node.kind == CALL:
        _check_mappings(node, findings)
    if node.kind == COMPLEX and len(node.incoming) > 1 and activation(node) is None:
        findings.add("no-activation", node.line, node.id, id=node.id)


def activation(node: FlowNode) -> str | None:
    """The condition on which a complex gateway starts."""
    found = bpmn_children(node.element, "activationCondition")
    return text_of(found[0]) if found else None


def _check_loops(node: FlowNode, findings: Findings) -> None:
    if node.loop is not None and (reason := read_loop(node.loop).flaw()):
        findings.add("bad-loop", node.line, node.id, reason=reason)
    if node.repetition is not None:
        if reason := read_repetition(node.repetition).flaw():
            findings.add("bad-repetition", node.line, node.id, reason=reason)
        if node.loop is not None:
            findings.add("two-loops", node.line, node.id, id=node.id)


def _check_quantities(node: FlowNode, findings: Findings) -> None:
    for name in QUANTITIES:
        if not 1 <= quantity(node.element, name) <= MAX_QUANTITY:
            value = node.element.get(name)
            findings.add("bad-quantity", node.line, node.id, name=name, value=value, limit=MAX_QUANTITY)


def _check_mappings(node: FlowNode, findings: Findings) -> None:
    for name in ("in", "out"):
        try:
            read_mapping(node.element.get(duban(name), ""))
        except ExpressionError as error:
            findings.add("bad-mapping", node.line, node.id, id=node.id, reason=f"duban:{name}: {error}")


# Data drawn to activities -----------------------------------------------------------------------


def check_data(graph: Graph, findings: Findings) -> None:
    """An association is run as nothing at all, and so may only be drawn where nothing is what it means.

    By the standard it copies a data object into an input of the activity, or an output into a data object. Without
    inputs and outputs (they are refused) nothing is copied: what modelers draw is a picture of who uses what.
    """
    objects = {element.get("id") for name in DATA for element in graph.process.iter(f"{{{BPMN}}}{name}")}
    for reference in graph.process.iter(f"{{{BPMN}}}dataObjectReference"):
        if (target := reference.get("dataObjectRef", "")) not in objects:
            id = reference.get("id", "")
            findings.add("dangling-reference", line_of(reference), id, name="dataObjectRef", id=target)
    for node in graph.nodes.values():
        for association in _associations(node.element):
            if not _is_picture(association, node.element, objects):
                name = association.get("id") or local_name(association)
                findings.add("data-reference", line_of(association), node.id, id=name)


def _associations(element: etree._Element) -> Iterator[etree._Element]:
    for name in sorted(ASSOCIATIONS):
        yield from bpmn_children(element, name)


def _is_picture(association: etree._Element, activity: etree._Element, objects: set[str | None]) -> bool:
    sources = [text_of(child) for child in bpmn_children(association, "sourceRef")]
    targets = [text_of(child) for child in bpmn_children(association, "targetRef")]
    if local_name(association) == "dataOutputAssociation":
        return not sources and len(targets) == 1 and targets[0] in objects
    # bpmn.io draws to a property of the activity that it makes for the purpose, and that nothing reads.
    properties = {child.get("id") for child in bpmn_children(activity, "property")}
    return bool(sources) and objects.issuperset(sources) and len(targets) == 1 and targets[0] in properties
