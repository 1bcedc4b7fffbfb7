"""Drawing decisions for tests: tables and requirements, written as DMN of any version."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from engine.flow.decisions import AdmittedDecisions, admit_decisions
from engine.flow.decisions.vocabulary import VERSIONS


@dataclass
class Column:
    """An input (`text` is its expression) or an output (`text` is its name); `values` are those allowed or listed."""

    text: str
    type: str = ""
    values: str = ""
    default: str = ""


@dataclass
class DrawnTable:
    """A decision table; each rule is its input cells and its output cells."""

    inputs: list[Column]
    outputs: list[Column]
    rules: list[tuple[list[str], list[str]]]
    policy: str = "UNIQUE"
    aggregation: str = ""


@dataclass
class DrawnDecision:
    """A decision with a table, or with an expression."""

    id: str
    logic: DrawnTable | str
    requires: list[str] = field(default_factory=list)
    name: str = ""
    type: str = ""


def table(
    inputs: list[str], outputs: list[str], *rules: str, policy: str = "UNIQUE", aggregation: str = ""
) -> DrawnTable:
    """Columns as `text:type`, rules as `cell | cell => cell | cell`."""
    made = [tuple(_cells(side) for side in rule.split("=>")) for rule in rules]
    return DrawnTable([_column(i) for i in inputs], [_column(o) for o in outputs], made, policy, aggregation)  # type: ignore[arg-type]


def _column(text: str) -> Column:
    name, _, type = text.partition(":")
    return Column(name, type)


def _cells(side: str) -> list[str]:
    return [cell.strip() for cell in side.split("|")]


def as_dmn(
    *decisions: DrawnDecision, inputs: dict[str, str] | None = None, version: int = 2, more: str = ""
) -> bytes:
    """`inputs` maps the id of an input to `name:type`."""
    data = "".join(_input_data(id, text) for id, text in (inputs or {}).items())
    body = "".join(_decision(each, inputs or {}) for each in decisions)
    head = f'<definitions xmlns="{VERSIONS[version]}" id="definitions" name="d" namespace="http://duban/decisions">'
    return f"{head}\n{more}{data}{body}</definitions>".encode()


def admitted(
    *decisions: DrawnDecision, inputs: dict[str, str] | None = None, version: int = 2
) -> AdmittedDecisions:
    return admit_decisions({"drawn.dmn": as_dmn(*decisions, inputs=inputs, version=version)})


def _input_data(id: str, text: str) -> str:
    column = _column(text)
    variable = f'<variable name="{column.text}"{_typed(column.type)}/>'
    return f'<inputData id="{id}" name="{column.text}">{variable}</inputData>\n'


def _typed(type: str) -> str:
    return f' typeRef="{type}"' if type else ""


def _decision(decision: DrawnDecision, inputs: dict[str, str]) -> str:
    links = "".join(_link(name, inputs) for name in decision.requires)
    name = decision.name or decision.id
    variable = f'<variable name="{name}"{_typed(decision.type)}/>'
    logic = _literal(decision.logic) if isinstance(decision.logic, str) else _table(decision.logic)
    return f'<decision id="{decision.id}" name="{name}">\n{variable}{links}{logic}</decision>\n'


def _link(name: str, inputs: dict[str, str]) -> str:
    kind = "requiredInput" if name in inputs else "requiredDecision"
    return f'<informationRequirement><{kind} href="#{name}"/></informationRequirement>'


def _literal(text: str) -> str:
    return f"<literalExpression>{_text(text)}</literalExpression>"


def _text(text: str) -> str:
    return f"<text>{escape(text, quote=False)}</text>"


def _table(table: DrawnTable) -> str:
    aggregation = f' aggregation="{table.aggregation}"' if table.aggregation else ""
    columns = "".join(map(_input, table.inputs)) + "".join(map(_output, table.outputs))
    rules = "".join(_rule(*rule) for rule in table.rules)
    return f'<decisionTable hitPolicy="{table.policy}"{aggregation}>{columns}{rules}</decisionTable>'


def _input(column: Column) -> str:
    values = f"<inputValues>{_text(column.values)}</inputValues>" if column.values else ""
    expression = f"<inputExpression{_typed(column.type)}>{_text(column.text)}</inputExpression>"
    return f"<input>{expression}{values}</input>"


def _output(column: Column) -> str:
    values = f"<outputValues>{_text(column.values)}</outputValues>" if column.values else ""
    default = f"<defaultOutputEntry>{_text(column.default)}</defaultOutputEntry>" if column.default else ""
    return f'<output name="{column.text}"{_typed(column.type)}>{values}{default}</output>'


def _rule(tests: list[str], entries: list[str]) -> str:
    asked = "".join(f"<inputEntry>{_text(cell)}</inputEntry>" for cell in tests if tests != [""])
    given = "".join(f"<outputEntry>{_text(cell)}</outputEntry>" for cell in entries)
    return f"<rule>{asked}{given}</rule>\n"
