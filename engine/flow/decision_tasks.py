"""Business rule tasks: the decision they ask for, what it is told, where its result goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from engine.flow.decisions import AdmittedDecisions, Decision
from engine.flow.decisions.model import Table
from engine.flow.expressions import ExpressionError
from engine.flow.graph import FlowNode
from engine.flow.mappings import DataMapping, read_mapping
from engine.flow.problems import Findings
from engine.flow.source import BPMN, CAMUNDA, FLOWABLE, duban, line_of

Fault = Callable[..., None]

RULE_TASK = "businessRuleTask"
RESULT = "result"  # how the mapping of the outputs names the whole of them


@dataclass(frozen=True)
class RuleTask:
    """`into` is None where the decision reads the process variables by name."""

    decision: str
    into: DataMapping | None
    result: str | None
    out: DataMapping


def read_rule_task(element: etree._Element) -> RuleTask:
    """Raises ExpressionError for a mapping outside the language."""
    return RuleTask(
        element.get(duban("decision"), "").strip(),
        None if element.get(duban("in")) is None else _mapping(element, "in"),
        element.get(duban("result"), "").strip() or None,
        _mapping(element, "out"),
    )


def _mapping(element: etree._Element, name: str) -> DataMapping:
    try:
        return read_mapping(element.get(duban(name), ""))
    except ExpressionError as error:
        raise ExpressionError("duban:{name}: {reason}", name=name, reason=error.said) from error


def parts_of(decision: Decision) -> frozenset[str]:
    """The names by which a mapping reads the result: its outputs, where it is one object of several."""
    logic = decision.logic
    several = isinstance(logic, Table) and logic.is_single_hit and len(logic.outputs) > 1
    return frozenset({RESULT} | ({output.name for output in logic.outputs} if several else set()))  # type: ignore[union-attr]


def reads(rule: RuleTask, decision: Decision) -> frozenset[str]:
    """The process variables that asking for the decision reads."""
    return decision.reads if rule.into is None or rule.into.everything else rule.into.names


# Checking ---------------------------------------------------------------------------------------


def check_rule_task(
    node: FlowNode, decisions: AdmittedDecisions, known: frozenset[str] | None, findings: Findings
) -> None:
    """Add all that would keep the task from asking for its decision as it is meant."""

    def fault(code: str, **values: object) -> None:
        findings.add(code, node.line, node.id, id=node.id, **values)

    try:
        rule = read_rule_task(node.element)
    except ExpressionError as error:
        fault("bad-mapping", reason=error)
        return
    if rule.decision not in decisions:
        fault("no-decision", name=rule.decision)
        return
    if rule.result is None and not rule.out.pairs:
        fault("no-result")
    _check_names(rule, decisions.decisions[rule.decision], known, fault)


def _check_names(rule: RuleTask, decision: Decision, known: frozenset[str] | None, fault: Fault) -> None:
    if rule.result is not None and not rule.result.isidentifier():
        fault("bad-mapping", reason=rule.result)
    for name in sorted(_unmapped(rule, decision)):
        fault("no-input", name=name)
    for name in sorted(reads(rule, decision) - known if known is not None else ()):
        fault("unknown-name", name=name)
    for name in sorted(rule.out.names - parts_of(decision)):
        fault("no-output", name=name)


def _unmapped(rule: RuleTask, decision: Decision) -> frozenset[str]:
    covered = rule.into is None or rule.into.everything
    return frozenset() if covered else decision.reads - rule.into.targets  # type: ignore[union-attr]


# Other products ---------------------------------------------------------------------------------

# Which shape of result each way of Camunda's means: one output or several, one hit or several.
_SHAPES = {
    "singleEntry": (False, False),
    "singleResult": (True, False),
    "collectEntries": (False, True),
    "resultList": (True, True),
}
_BINDINGS = ("latest", "deployment")  # the folder is deployed as a whole: both are the decision in it


def adopt_rule_tasks(root: etree._Element, decisions: AdmittedDecisions, findings: Findings) -> None:
    """Respell what Camunda and Flowable say of a decision in our own attributes, where it means the same."""
    for element in root.iter(f"{{{BPMN}}}{RULE_TASK}"):
        _adopt_camunda(element, decisions, findings)
    for element in list(root.iter(f"{{{BPMN}}}serviceTask")):
        _adopt_flowable(element, decisions)


def _adopt_camunda(element: etree._Element, decisions: AdmittedDecisions, findings: Findings) -> None:
    key = element.attrib.pop(f"{{{CAMUNDA}}}decisionRef", None)
    if key is None:
        return
    element.set(duban("decision"), key)
    result = element.attrib.pop(f"{{{CAMUNDA}}}resultVariable", None)
    if result is not None:
        element.set(duban("result"), result)
    shape = element.attrib.pop(f"{{{CAMUNDA}}}mapDecisionResult", "resultList")
    decision = decisions.decisions.get(key)
    if decision is not None and _SHAPES.get(shape) != _shape(decision):
        findings.add("result-shape", line_of(element), element.get("id", ""), name=shape)
    binding = f"{{{CAMUNDA}}}decisionRefBinding"
    if element.get(binding) in _BINDINGS:
        del element.attrib[binding]


def _shape(decision: Decision) -> tuple[bool, bool]:
    logic = decision.logic
    if not isinstance(logic, Table):
        return False, False
    return len(logic.outputs) > 1, not (logic.is_single_hit or logic.aggregation)


def _adopt_flowable(element: etree._Element, decisions: AdmittedDecisions) -> None:
    """A service task of type dmn sets each output of a single hit as a variable."""
    kind = f"{{{FLOWABLE}}}type"
    field = element.find(
        f"{{{BPMN}}}extensionElements/{{{FLOWABLE}}}field[@name='decisionTableReferenceKey']"
    )
    if element.get(kind) != "dmn" or field is None:
        return
    key = (field.get("stringValue") or "".join(field.itertext())).strip()
    decision = decisions.decisions.get(key)
    if decision is not None and (not isinstance(decision.logic, Table) or not decision.logic.is_single_hit):
        return
    field.getparent().remove(field)
    del element.attrib[kind]
    element.tag = f"{{{BPMN}}}{RULE_TASK}"
    element.set(duban("decision"), key)
    outputs = decision.logic.outputs if decision is not None and isinstance(decision.logic, Table) else ()
    names = [output.name for output in outputs]
    element.set(duban("out"), f"{names[0]} = {RESULT}" if len(names) == 1 else ", ".join(names))
