"""What a diagram says to the world and wants to hear from it, line by line: for whoever checks a folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from engine.flow import interchange, source
from engine.flow.behaviours import conditions_of, read_announcements
from engine.flow.expressions import ExpressionError, read_tree
from engine.flow.graph import FlowNode, read_graph
from engine.flow.loops import read_loop
from engine.flow.normalize import normalize
from engine.flow.problems import Findings
from engine.flow.source import bpmn_children, duban
from engine.flow.triggers import Declared, condition_of, definitions_of, read_declared, read_triggers
from engine.flow.vocabulary import BOUNDARY, CATCH, START

_HEARD = frozenset({BOUNDARY, CATCH, START, "receiveTask"})
_EXCHANGED = frozenset({"message", "signal", "error", "escalation"})


@dataclass(frozen=True)
class DrawnEvent:
    """A message, signal, error or escalation that a node hears or throws. `name` is empty where any will do.

    `host` is the activity on whose border it is heard, else empty.
    """

    kind: str
    name: str
    heard: bool
    node: str
    line: int
    host: str


@dataclass(frozen=True)
class Comparison:
    """That an expression of a node compares a variable with a text."""

    variable: str
    text: str
    node: str
    line: int


@dataclass(frozen=True)
class Call:
    """That a service task calls a function."""

    function: str
    node: str
    line: int


@dataclass(frozen=True)
class Wiring:
    """All of one file."""

    events: tuple[DrawnEvent, ...]
    comparisons: tuple[Comparison, ...]
    calls: tuple[Call, ...]


def read_wiring(xml: bytes, file: str) -> Wiring:
    """The wiring of a file that has been admitted; of another, what can be read of it."""
    findings = Findings(file)
    root = source.read(xml, findings)
    if root is None:
        return Wiring((), (), ())
    interchange.adapt(root, findings)
    normalize(root)
    declared = read_declared(root)
    graphs = map(read_graph, bpmn_children(root, "process"))
    nodes = [node for graph in graphs for node in graph.nodes.values()]
    return Wiring(
        tuple(event for node in nodes for event in _events(node, declared)),
        tuple(found for node in nodes for found in _comparisons(node)),
        tuple(
            Call(node.element.get(duban("function"), ""), node.id, node.line)
            for node in nodes
            if node.kind == "serviceTask"
        ),
    )


def _events(node: FlowNode, declared: Declared) -> Iterator[DrawnEvent]:
    heard = node.kind in _HEARD
    for trigger in read_triggers(node.element, declared):
        if trigger.kind in _EXCHANGED:
            yield DrawnEvent(trigger.kind, trigger.name or "", heard, node.id, node.line, node.host)
    for each in read_announcements(node.loop, declared) if node.loop is not None else ():
        for trigger in each.triggers:
            if trigger.kind in _EXCHANGED:
                yield DrawnEvent(trigger.kind, trigger.name or "", False, node.id, node.line, "")


def _comparisons(node: FlowNode) -> Iterator[Comparison]:
    for text, line in _expressions(node):
        try:
            tree = read_tree(text)
        except ExpressionError:  # refused, and told so
            continue
        for variable, word in _compared(tree):
            yield Comparison(variable, word, node.id, line)


def _expressions(node: FlowNode) -> Iterator[tuple[str, int]]:
    for flow in node.outgoing:
        if flow.condition is not None:
            yield flow.condition, flow.line
    for kind, definition in definitions_of(node.element):
        if kind == "conditional":
            yield condition_of(definition), node.line
    if node.loop is not None:
        condition = read_loop(node.loop).condition
        for text in [*conditions_of(node.loop), *([] if condition is None else [condition])]:
            yield text, node.line


def _compared(tree: ast.expr) -> Iterator[tuple[str, str]]:
    """Names that are held against texts, from either side or in a list: only equality, for any text has an order."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        for sign, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if isinstance(sign, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                yield from _pairs(left, right)
                yield from _pairs(right, left)


def _pairs(one: ast.expr, other: ast.expr) -> Iterator[tuple[str, str]]:
    if not isinstance(one, ast.Name):
        return
    parts = other.elts if isinstance(other, ast.List | ast.Tuple) else [other]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield one.id, part.value
