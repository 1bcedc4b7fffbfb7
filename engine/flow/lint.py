"""What is wrong with a process although each of its elements is known: shape, conditions, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.flow.behaviours import conditions_of
from engine.flow.compensation import lint_compensation
from engine.flow.decision_tasks import RULE_TASK, check_rule_task
from engine.flow.decisions import AdmittedDecisions
from engine.flow.expressions import ExpressionError, parse
from engine.flow.graph import FlowNode, Graph, SequenceFlow
from engine.flow.interchange import performers_of
from engine.flow.lint_activities import COMPLEX, activation, check_activity, check_data
from engine.flow.lint_beginnings import lint_beginnings
from engine.flow.lint_events import lint_events
from engine.flow.loops import COUNTERS, read_loop
from engine.flow.problems import Findings
from engine.flow.repetitions import COUNTER, read_repetition
from engine.flow.results import results_of
from engine.flow.source import duban, line_of
from engine.flow.triggers import Declared, condition_of, definitions_of, kinds_of
from engine.flow.vocabulary import ACTIVITIES, BOUNDARY, END, START

BRANCHING = frozenset({"exclusiveGateway", "inclusiveGateway"})
# A complex gateway tells by these how far it has come.
COMPLEX_NAMES = frozenset({"activationCount", "waitingForStart"})


def lint(
    graph: Graph,
    declared: Declared,
    known_names: Iterable[str] | None,
    decisions: AdmittedDecisions,
    findings: Findings,
) -> None:
    """Add all that would keep this graph from being run as drawn."""
    for level, nodes in graph.levels.items():
        _check_level(graph, level, nodes, findings)
    _check_flows(graph, findings)
    check_data(graph, findings)
    known = None if known_names is None else frozenset(known_names) | own_names(graph)
    for node in graph.nodes.values():
        _check_branches(node, findings)
        _check_settings(node, findings)
        for text in expressions_of(node):
            _check_expression(text, node, known, findings)
        if node.kind == RULE_TASK:
            check_rule_task(node, decisions, known, findings)
    lint_events(graph, declared, findings)
    lint_beginnings(graph, declared, findings)
    lint_compensation(graph, findings)


# Shape ------------------------------------------------------------------------------------------


def _check_level(graph: Graph, level: str, nodes: list[FlowNode], findings: Findings) -> None:
    line = graph.nodes[level].line if level in graph.nodes else line_of(graph.process)
    starts, more = graph.starts(level), graph.instantiating(level)
    if not starts and not more:
        findings.add("no-start", line, level, name=level)
    plain = [start for start in starts if level != graph.key or not kinds_of(start.element)]
    for extra in plain[1:]:
        findings.add("many-starts", extra.line, extra.id, name=level)
    ends = [node for node in nodes if node.kind == END]
    if not ends:
        findings.add("no-end", line, level, name=level)
    _check_ways(graph, [node for node in nodes if not node.outside], starts + more, ends, findings)


def _check_ways(
    graph: Graph, nodes: list[FlowNode], starts: list[FlowNode], ends: list[FlowNode], findings: Findings
) -> None:
    """Every node of the flow can be reached, and an end from it."""
    reached = _closure(starts, lambda node: _followers(graph, node))
    leading_out = _closure(ends, lambda node: _leaders(graph, node))
    for node in nodes:
        if node.kind != END and not node.outgoing:
            findings.add("dead-end", node.line, node.id, id=node.id)
        elif starts and node.id not in reached:
            findings.add("unreachable", node.line, node.id, id=node.id)
        elif ends and node.id not in leading_out:
            findings.add("no-way-out", node.line, node.id, id=node.id)


def _closure(begin: list[FlowNode], step: Callable[[FlowNode], list[FlowNode]]) -> set[str]:
    seen, waiting = {node.id for node in begin}, list(begin)
    while waiting:
        for node in step(waiting.pop()):
            if node.id not in seen:
                seen.add(node.id)
                waiting.append(node)
    return seen


def _followers(graph: Graph, node: FlowNode) -> list[FlowNode]:
    ahead = [graph.nodes[flow.target] for flow in node.outgoing if flow.target in graph.nodes]
    return ahead + graph.boundaries(node.id)


def _leaders(graph: Graph, node: FlowNode) -> list[FlowNode]:
    behind = [graph.nodes[flow.source] for flow in node.incoming if flow.source in graph.nodes]
    return behind + ([graph.nodes[node.host]] if node.host in graph.nodes else [])


def _check_flows(graph: Graph, findings: Findings) -> None:
    for flow in graph.flows.values():
        ends = [graph.nodes.get(flow.source), graph.nodes.get(flow.target)]
        for place, node in zip((flow.source, flow.target), ends, strict=True):
            if node is None:
                findings.add("dangling-reference", flow.line, flow.id, name=flow.id, id=place)
            elif node.parent != graph.flow_parents[flow.id]:
                findings.add("flow-across-levels", flow.line, flow.id)
        source, target = ends
        if target is not None and target.kind in (START, BOUNDARY):
            findings.add("flow-into-start", flow.line, flow.id)
        if source is not None and source.kind == END:
            findings.add("flow-out-of-end", flow.line, flow.id)


# Branching --------------------------------------------------------------------------------------


def _check_branches(node: FlowNode, findings: Findings) -> None:
    default = node.default
    if default is not None and default not in {flow.id for flow in node.outgoing}:
        findings.add("dangling-reference", node.line, node.id, name="default", id=default)
    for flow in node.outgoing:
        if flow.id == default and flow.condition is not None:
            findings.add("default-with-condition", flow.line, flow.id)
    conditional = [flow for flow in node.outgoing if flow.condition is not None]
    joins = node.kind == COMPLEX and len(node.incoming) > 1  # it may give tokens twice: when, has to be said
    if (node.kind in BRANCHING | {COMPLEX} and len(node.outgoing) > 1) or joins:
        _check_gateway(node, conditional, findings)
    elif conditional and node.kind not in ACTIVITIES:
        for flow in conditional:
            findings.add("condition-ignored", flow.line, flow.id)
    elif conditional and default is None and len(conditional) == len(node.outgoing):
        findings.add("no-default", node.line, node.id, id=node.id)


def _check_gateway(node: FlowNode, conditional: list[SequenceFlow], findings: Findings) -> None:
    for flow in node.outgoing:
        if flow.id != node.default and flow.condition is None:
            findings.add("no-condition", flow.line, flow.id, id=node.id)
    # A complex gateway may give no token when it resets; when it starts, that is a failure, as the standard says.
    if conditional and node.default is None and node.kind != COMPLEX:
        findings.add("no-default", node.line, node.id, id=node.id)


# Expressions ------------------------------------------------------------------------------------


def own_names(graph: Graph) -> frozenset[str]:
    """Names that the process itself brings in: items and results of its loops, counters, results of activities."""
    loops = [read_loop(node.loop) for node in graph.nodes.values() if node.loop is not None]
    own = {name for loop in loops for name in (loop.item, loop.results) if name}
    return frozenset(own) | COUNTERS | {COUNTER} | COMPLEX_NAMES | results_of(graph)


def expressions_of(node: FlowNode) -> list[str]:
    texts = [flow.condition for flow in node.outgoing if flow.condition is not None]
    if node.loop is not None:
        loop = read_loop(node.loop)
        texts += [text for text in (loop.cardinality, loop.condition) if text is not None]
        texts += [loop.collection] if loop.collection else []
        texts += conditions_of(node.loop)
    repeated = None if node.repetition is None else read_repetition(node.repetition).condition
    texts += [text for text in (repeated, activation(node)) if text is not None]
    return texts + [
        condition_of(each) for kind, each in definitions_of(node.element) if kind == "conditional"
    ]


def _check_expression(text: str, node: FlowNode, known: frozenset[str] | None, findings: Findings) -> None:
    try:
        expression = parse(text)
    except ExpressionError as error:
        foreign = text.startswith(("${", "#{", "="))
        code = "foreign-expression" if foreign else "bad-expression"
        findings.add(code, node.line, node.id, text=text, reason=error)
        return
    for name in sorted(expression.names - known if known is not None else ()):
        findings.add("unknown-name", node.line, node.id, name=name)


# Settings ---------------------------------------------------------------------------------------


def _check_settings(node: FlowNode, findings: Findings) -> None:
    if node.kind == "serviceTask" and not node.element.get(duban("function")):
        findings.add("no-function", node.line, node.id, id=node.id)
    if not all(performer.words for performer in performers_of(node.element)):
        findings.add("no-performer", node.line, node.id, id=node.id)
    check_activity(node, findings)
