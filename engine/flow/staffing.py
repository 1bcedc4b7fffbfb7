"""Who does the work and with which form, as far as the diagram alone says it: advice, never a refusal."""

from __future__ import annotations

from engine.flow.graph import FlowNode, Graph
from engine.flow.interchange import notes_of, performers_of
from engine.flow.problems import Findings
from engine.flow.source import BPMN, bpmn_children, duban, line_of, text_of
from engine.flow.vocabulary import MANUAL

FORM_NOTES = frozenset({"formKey", "formRef", "formData", "formProperty", "formDefinition"})


def check_staffing(graph: Graph, findings: Findings) -> None:
    """Tell of lanes in which nobody is said to work, and of user tasks without a form."""
    for lane in graph.process.iter(f"{{{BPMN}}}lane"):
        held = [graph.nodes.get(text_of(each)) for each in bpmn_children(lane, "flowNodeRef")]
        tasks = [node for node in held if node is not None and node.kind in MANUAL]
        if tasks and not lane.get(duban("role")) and not all(map(_is_staffed, tasks)):
            name = lane.get("name") or lane.get("id", "")
            findings.add("no-role", line_of(lane), lane.get("id", ""), name=name)
    for node in graph.nodes.values():
        if node.kind == "userTask" and not _has_form(node):
            findings.add("no-form", node.line, node.id, name=node.element.get("name") or node.id)


def _is_staffed(node: FlowNode) -> bool:
    return bool(node.element.get(duban("role")) or performers_of(node.element))


def _has_form(node: FlowNode) -> bool:
    noted = {name.partition(":")[2] for name in notes_of(node.element)}
    return bool(node.element.get(duban("form")) or noted & FORM_NOTES)
