"""What the conditions of a diagram ask, one by one, while it may still be wrong: for those who are drawing it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.flow import source
from engine.flow.expression_types import type_flaw
from engine.flow.expressions import ExpressionError, parse, read_tree
from engine.flow.graph import Graph, SequenceFlow, read_graph
from engine.flow.lint import own_names
from engine.flow.problems import Findings, Problem
from engine.flow.source import bpmn_children

Types = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition: the sequence flow that has it, where that comes from, its text, and what is wrong with it."""

    flow: str
    source: str
    text: str
    flaw: Problem | None


def conditions(xml: bytes, file: str, types: Types) -> tuple[Asked, ...]:
    """The conditions of all sequence flows; nothing where the file cannot be read. `types` are the names there are."""
    root = source.read(xml, Findings(file))
    if root is None:
        return ()
    graphs = [read_graph(process) for process in bpmn_children(root, "process")]
    return tuple(found for graph in graphs for found in _of_graph(graph, file, types))


def _of_graph(graph: Graph, file: str, types: Types) -> Iterator[Asked]:
    known = {**dict.fromkeys(_own(graph)), **types}
    for flow in graph.flows.values():
        if flow.condition is not None:
            findings = Findings(file)
            _examine(flow, known, findings)
            yield Asked(flow.id, flow.source, flow.condition, next(iter(findings.sorted()), None))


def _own(graph: Graph) -> frozenset[str]:
    try:
        return own_names(graph)
    except (ExpressionError, ValueError, KeyError):  # a loop that is only half written
        return frozenset()


def _examine(flow: SequenceFlow, known: Types, findings: Findings) -> None:
    text = flow.condition or ""
    try:
        expression = parse(text)
    except ExpressionError as error:
        findings.add("bad-expression", flow.line, flow.id, text=text, reason=error)
        return
    for name in sorted(expression.names - known.keys()):
        findings.add("unknown-name", flow.line, flow.id, name=name)
    if not findings and (flaw := type_flaw(text, known)):
        findings.add("wrong-type", flow.line, flow.id, text=text, reason=flaw)


def values_asked(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The texts with which each name is compared, in the order in which they stand there."""
    found: dict[str, dict[str, None]] = {}
    for text in texts:
        try:
            tree = read_tree(text)
        except ExpressionError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                _compared(node, found)
    return {name: tuple(values) for name, values in found.items()}


def _compared(node: ast.Compare, found: dict[str, dict[str, None]]) -> None:
    sides = [node.left, *node.comparators]
    names = [side.id for side in sides if isinstance(side, ast.Name)]
    texts = [each.value for side in sides for each in ast.walk(side) if isinstance(each, ast.Constant)]
    for name in names:
        found.setdefault(name, {}).update((text, None) for text in texts if isinstance(text, str))
