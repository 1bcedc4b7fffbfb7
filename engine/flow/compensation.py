"""How compensation is drawn: which activity undoes which, and what a compensation event may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.flow.graph import FlowNode, Graph
from engine.flow.problems import Findings
from engine.flow.source import BPMN
from engine.flow.triggers import definitions_of, kinds_of
from engine.flow.vocabulary import BOUNDARY, END, SUBPROCESSES, THROW


class Undoing(NamedTuple):
    """`handler` undoes `activity`, by the boundary event `event`; all are ids."""

    activity: str
    event: str
    handler: str


def undoings(graph: Graph) -> list[Undoing]:
    """What the associations between compensation boundary events and activities say."""
    found = []
    for association in graph.process.iter(f"{{{BPMN}}}association"):
        source, target = association.get("sourceRef", ""), association.get("targetRef", "")
        event, handler = graph.nodes.get(source), graph.nodes.get(target)
        if event is not None and handler is not None and _is_border(event):
            found.append(Undoing(event.host, event.id, handler.id))
    return found


def undone_by(graph: Graph) -> Mapping[str, str]:
    """Activity → the activity that undoes it."""
    return {undoing.activity: undoing.handler for undoing in undoings(graph)}


def undoes_itself(graph: Graph, level: str) -> bool:
    """Whether a subprocess has a compensation event subprocess inside it."""
    return bool(_starts(graph, level))


def aside(graph: Graph, activity: FlowNode) -> frozenset[str]:
    """The nodes that are reached from the events on its border, and not from the activity itself."""
    borders = [border for border in graph.boundaries(activity.id) if not border.outside]
    return _reached(graph, borders) - _reached(graph, [activity])


def _reached(graph: Graph, begin: list[FlowNode]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(begin)
    while waiting:
        ahead = [flow.target for flow in waiting.pop().outgoing if flow.target not in seen]
        seen.update(ahead)
        waiting.extend(graph.nodes[target] for target in ahead)
    return frozenset(seen)


def _starts(graph: Graph, level: str) -> list[FlowNode]:
    inside = [node for node in graph.levels.get(level, []) if node.by_event]
    starts = [start for node in inside for start in graph.starts(node.id)]
    return [start for start in starts if "compensation" in kinds_of(start.element)]


def _is_border(node: FlowNode) -> bool:
    return node.kind == BOUNDARY and "compensation" in kinds_of(node.element)


# What must hold ---------------------------------------------------------------------------------


def lint_compensation(graph: Graph, findings: Findings) -> None:
    """Add all that would keep compensation and transactions from being run as drawn (BPMN 2.0.2, 13.5.5)."""
    drawn = undoings(graph)
    for node in graph.nodes.values():
        if node.for_compensation:
            _check_handler(graph, node, drawn, findings)
        if node.kind == BOUNDARY and _is_border(node):
            _check_border(graph, node, drawn, findings)
        if node.kind in (THROW, END):
            _check_thrower(graph, node, drawn, findings)
        if node.kind == "transaction" and (node.loop is not None or node.repetition is not None):
            findings.add("transaction-loop", node.line, node.id, id=node.id)
    for level in graph.levels:
        for start in _starts(graph, level):
            _check_start(graph, level, start, drawn, findings)


def _check_handler(graph: Graph, node: FlowNode, drawn: list[Undoing], findings: Findings) -> None:
    if len([undoing for undoing in drawn if undoing.handler == node.id]) != 1 or node.by_event:
        findings.add("stray-handler", node.line, node.id, id=node.id)
    if node.incoming or node.outgoing or graph.boundaries(node.id):
        findings.add("handler-flow", node.line, node.id, id=node.id)


def _check_border(graph: Graph, node: FlowNode, drawn: list[Undoing], findings: Findings) -> None:
    handlers = [graph.nodes[undoing.handler] for undoing in drawn if undoing.event == node.id]
    if len(handlers) != 1 or not handlers[0].for_compensation or handlers[0].parent != node.parent:
        findings.add("no-handler", node.line, node.id, id=node.id)
    if node.outgoing:
        findings.add("handler-flow", node.line, node.id, id=node.id)
    host = graph.nodes.get(node.host)
    if host is not None and (host.for_compensation or host.by_event):
        findings.add("no-host", node.line, node.id, id=node.id)


def _check_start(graph: Graph, level: str, start: FlowNode, drawn: list[Undoing], findings: Findings) -> None:
    """It undoes the subprocess around it, once that is over: a process is never undone as a whole."""
    around = graph.nodes.get(level)
    if around is None or around.by_event:
        findings.add("wrong-event", start.line, start.id, name="compensation", id=start.id)
    elif start is not _starts(graph, level)[0] or level in {undoing.activity for undoing in drawn}:
        findings.add("handler-twice", start.line, start.id, id=start.id, name="compensation")


def _check_thrower(graph: Graph, node: FlowNode, drawn: list[Undoing], findings: Findings) -> None:
    for kind, definition in definitions_of(node.element):
        name = definition.get("activityRef")
        if kind == "compensation" and name and not _can_be_undone(graph, name, node, drawn):
            findings.add("not-compensable", node.line, node.id, id=node.id, name=name)
        if kind == "cancel" and not _can_be_cancelled(graph, node.parent):
            findings.add("no-transaction", node.line, node.id, id=node.id)


def _can_be_undone(graph: Graph, name: str, thrower: FlowNode, drawn: list[Undoing]) -> bool:
    activity = graph.nodes.get(name)
    if activity is None or activity.parent not in _visible(graph, thrower):
        return False
    is_subprocess = activity.kind in SUBPROCESSES and not activity.outside
    return is_subprocess or name in {undoing.activity for undoing in drawn}


def _visible(graph: Graph, thrower: FlowNode) -> list[str]:
    """The levels whose activities an event may undo: its own and, of an event subprocess, the one around it."""
    levels = [thrower.parent]
    while (around := graph.nodes.get(levels[-1])) is not None and around.by_event:
        levels.append(around.parent)
    return levels


def _can_be_cancelled(graph: Graph, level: str) -> bool:
    around = graph.nodes.get(level)
    borders = graph.boundaries(level)
    return (
        around is not None
        and around.kind == "transaction"
        and any("cancel" in kinds_of(border.element) for border in borders)
    )
