"""The variables that the activities of a process set by themselves, without a person or a function."""

from __future__ import annotations

from collections.abc import Iterator

from engine.flow.calls import CALL, read_call
from engine.flow.decision_tasks import RULE_TASK, read_rule_task
from engine.flow.expressions import ExpressionError
from engine.flow.graph import FlowNode, Graph


def results_of(graph: Graph) -> frozenset[str]:
    """What decisions and called processes leave in the variables."""
    return frozenset(name for node in graph.nodes.values() for name in _results(node))


def _results(node: FlowNode) -> Iterator[str]:
    try:
        if node.kind == CALL:
            yield from read_call(node.element).out.targets
        elif node.kind == RULE_TASK:
            rule = read_rule_task(node.element)
            yield from rule.out.targets
            if rule.result is not None:
                yield rule.result
    except ExpressionError:  # refused, and told so
        return
