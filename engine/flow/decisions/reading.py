"""From a DMN file to decisions: types and inputs first, then each decision with its table or expression."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from engine.flow.decisions.model import Decision, Drawn, Input, Output, Rule, Table
from engine.flow.decisions.tables import in_listed
from engine.flow.decisions.types import Type
from engine.flow.decisions.xml import NO_NAMES, NOTHING, Page
from engine.flow.feel.cells import parse_tests
from engine.flow.feel.lexing import KEYWORDS
from engine.flow.feel.parts import FeelError, Part
from engine.flow.feel.reading import parse_expression
from engine.flow.source import line_of, text_of

MAX_RULES = 1_000
MAX_COLUMNS = 30
MAX_TYPES = 200
MAX_REQUIREMENTS = 50
ORDERED = ("PRIORITY", "OUTPUT ORDER")


def read_decisions(page: Page) -> list[Drawn]:
    """The decisions of one file, each with the ids that it links to; what is wrong is among the findings."""
    for element in list(page.each(page.root, "itemDefinition"))[:MAX_TYPES]:
        page.types[element.get("name", "")] = _item_type(page, element)
    inputs = {
        element.get("id", ""): (page.name(element), page.type(page.first(element, "variable")))
        for element in page.each(page.root, "inputData")
    }
    drawn = list(page.each(page.root, "decision"))
    names = {element.get("id", ""): page.name(element) for element in drawn}
    return [_Reading(page, element, inputs, names).decision() for element in drawn]


def _item_type(page: Page, element: etree._Element) -> Type:
    name = text_of(page.first(element, "typeRef"))
    own = page.type_named(name, element) if name else Type()
    allowed = page.tests(page.first(element, "allowedValues"), NO_NAMES, own)
    return replace(own, is_list=element.get("isCollection") == "true", allowed=allowed or own.allowed)


class _Reading:
    """One decision while it is read. What it may name is what it requires, and nothing else."""

    def __init__(
        self,
        page: Page,
        element: etree._Element,
        inputs: dict[str, tuple[str, Type]],
        names: dict[str, str],
    ) -> None:
        self.page = page
        self.element = element
        self.id = element.get("id", "")
        self.inputs: dict[str, Type] = {}
        self.requires: dict[str, str] = {}  # name → id
        self.links: list[tuple[str, int]] = []
        requirements = list(page.each(element, "informationRequirement"))
        if len(requirements) > MAX_REQUIREMENTS:
            page.fault("too-many-requirements", element, limit=MAX_REQUIREMENTS)
        for requirement in requirements[:MAX_REQUIREMENTS]:
            for link in page.each(requirement, "requiredDecision", "requiredInput"):
                self._require(link, inputs, names)

    def _require(
        self, link: etree._Element, inputs: dict[str, tuple[str, Type]], names: dict[str, str]
    ) -> None:
        id = link.get("href", "").removeprefix("#")
        if id in inputs:
            name, type = inputs[id]
            self._claim(name, link)
            self.inputs[name] = type
        elif id in names:
            self._claim(names[id], link)
            self.requires[names[id]] = id
            self.links.append((id, line_of(link)))
        else:
            self.page.fault("dangling-reference", link, name=self.id, id=id)

    def _claim(self, name: str, link: etree._Element) -> None:
        self.page.check_name(name, link)
        if name in self.names:
            self.page.fault("name-twice", link, name=name)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.inputs) | frozenset(self.requires)

    def decision(self) -> Drawn:
        page, element = self.page, self.element
        logic = self._logic()
        made = Decision(
            id=self.id,
            name=page.name(element),
            title=element.get("name", "") or self.id,
            file=page.file,
            type=page.type(page.first(element, "variable")),
            logic=logic,
            inputs=self.inputs,
            requires=tuple(self.requires.values()),
        )
        return Drawn(made, line_of(element), tuple(self.links))

    def _logic(self) -> Table | Part:
        page = self.page
        found = list(page.each(self.element, "decisionTable", "literalExpression"))
        if len(found) != 1:
            page.fault("no-logic", self.element, id=self.id)
            return NOTHING
        table = page.first(self.element, "decisionTable")
        if table is None:
            return page.expression(found[0], self.names)
        return self._table(table)

    # Tables -------------------------------------------------------------------------------------

    def _table(self, element: etree._Element) -> Table:
        page = self.page
        columns = list(page.each(element, "input", "output"))
        rules = list(page.each(element, "rule"))
        if len(columns) > MAX_COLUMNS:
            page.fault("too-many-columns", element, limit=MAX_COLUMNS)
            return Table("FIRST", "", (), (), ())
        if len(rules) > MAX_RULES:
            page.fault("too-many-rules", element, limit=MAX_RULES)
            return Table("FIRST", "", (), (), ())
        policy = element.get("hitPolicy", "UNIQUE")
        inputs = tuple(self._input(column) for column in page.each(element, "input"))
        outputs = tuple(self._output(column) for column in page.each(element, "output"))
        self._check_outputs(element, policy, outputs)
        return Table(
            policy,
            element.get("aggregation", ""),
            inputs,
            outputs,
            tuple(self._rule(rule, place, inputs, outputs) for place, rule in enumerate(rules, 1)),
        )

    def _check_outputs(self, element: etree._Element, policy: str, outputs: tuple[Output, ...]) -> None:
        page = self.page
        names = [output.name for output in outputs]
        if not outputs:
            page.fault("no-outputs", element, id=self.id)
        if len(outputs) > 1 and (len(set(names)) < len(names) or not all(names)):
            page.fault("output-name", element, id=self.id)
        if policy in ORDERED and not any(output.values for output in outputs):
            page.fault("no-priorities", element, policy=policy)
        aggregation = element.get("aggregation")
        if aggregation and (policy != "COLLECT" or len(outputs) > 1):
            page.fault("no-aggregation", element, name=aggregation)

    def _input(self, column: etree._Element) -> Input:
        page = self.page
        written = page.first(column, "inputExpression")
        text = page.text(written)
        type = page.type(written)
        self._declare(text, type)
        expression = page.expression(written, self.names)
        if type.kind == "Any" and expression.form == "name":
            type = self.inputs.get(text, type)
        elif type.kind == "Any":
            type = Type(expression.kind if expression.kind not in ("null", "range") else "Any")
        allowed = page.tests(page.first(column, "inputValues"), NO_NAMES, type)
        return Input(column.get("label", "") or text, expression, replace(type, allowed=None), allowed)

    def _declare(self, text: str, type: Type) -> None:
        """A bare name that nothing declares is a process variable of the column's type.

        Tables are drawn like this by hand: without a requirement, their inputs being named in the columns alone.
        """
        if text in self.names or text in KEYWORDS or not text.isidentifier():
            return
        self.inputs[text] = type

    def _output(self, column: etree._Element) -> Output:
        page = self.page
        type = page.type(column)
        default = page.first(column, "defaultOutputEntry")
        return Output(
            column.get("name", ""),
            type,
            self._listed(page.first(column, "outputValues")),
            None if default is None else page.expression(default, self.names),
        )

    def _listed(self, element: etree._Element | None) -> tuple[Part, ...] | None:
        """The values in the order in which they are listed."""
        text = self.page.text(element)
        if element is None or text in ("", "-"):
            return None
        try:
            parse_tests(text, NO_NAMES)
            return parse_expression(f"[{text}]", NO_NAMES).parts
        except FeelError as error:
            self.page.fault("bad-feel", element, text=text, reason=error)
            return None

    def _rule(
        self, rule: etree._Element, place: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...]
    ) -> Rule:
        page = self.page
        asked, given = list(page.each(rule, "inputEntry")), list(page.each(rule, "outputEntry"))
        name = rule.get("id", "") or f"#{place}"
        if len(asked) != len(inputs) or len(given) != len(outputs):
            page.fault("wrong-size", rule, id=name)
            return Rule(name, (), ())
        tests = [
            page.tests(cell, self.names, column.type) for cell, column in zip(asked, inputs, strict=True)
        ]
        entries = [self._entry(cell, column) for cell, column in zip(given, outputs, strict=True)]
        return Rule(
            f"{place}" if not rule.get("label") else rule.get("label", ""), tuple(tests), tuple(entries)
        )

    def _entry(self, cell: etree._Element, output: Output) -> Part:
        part = self.page.expression(cell, self.names)
        if part.form == "literal" and output.values and part is not NOTHING:
            if not in_listed(output, part.value):
                self.page.fault("not-listed", cell, text=self.page.text(cell))
        elif part.kind not in ("Any", "null", output.type.kind) and output.type.kind != "Any":
            self.page.fault("wrong-kind", cell, text=self.page.text(cell), kind=output.type.kind)
        return part
