"""One DMN file as read: its elements by name, its texts parsed, what is wrong noted at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.flow.decisions.types import NAMES, TYPES, Type
from engine.flow.feel.cells import parse_tests
from engine.flow.feel.lexing import KEYWORDS, LEFT_OUT
from engine.flow.feel.parts import FeelError, Part, Test
from engine.flow.feel.reading import parse_expression
from engine.flow.problems import Findings
from engine.flow.source import line_of, local_name, namespace, text_of
from engine.flow.vocabulary import nearest_id

NOTHING = Part(lambda scope: None, "null", "literal")
NO_NAMES: frozenset[str] = frozenset()
_NAME = re.compile(r"[^\W\d][\w './+*（）《》、：·—-]{0,99}")


class Page:
    """The root of a file with the types that it defines."""

    def __init__(self, root: etree._Element, file: str, findings: Findings) -> None:
        self.root = root
        self.file = file
        self.space = namespace(root)
        self.findings = findings
        self.types: dict[str, Type] = {}

    def each(self, element: etree._Element, *names: str) -> Iterator[etree._Element]:
        """The children of those names, in the order in which they stand."""
        for child in element:
            if namespace(child) == self.space and local_name(child) in names:
                yield child

    def first(self, element: etree._Element, name: str) -> etree._Element | None:
        return next(self.each(element, name), None)

    def text(self, element: etree._Element | None) -> str:
        """What stands in the `text` of an expression."""
        return "" if element is None else text_of(self.first(element, "text"))

    def fault(self, code: str, element: etree._Element, **values: object) -> None:
        self.findings.add(code, line_of(element), nearest_id(element), **values)

    # Names and types ----------------------------------------------------------------------------

    def name(self, element: etree._Element) -> str:
        """By which expressions read the element: its variable's name, or its own."""
        variable = self.first(element, "variable")
        given = "" if variable is None else variable.get("name", "")
        return " ".join((given or element.get("name", "") or element.get("id", "")).split())

    def check_name(self, name: str, element: etree._Element) -> None:
        """Whether an expression can read something by the name; only what is required has to have such a name."""
        if not _NAME.fullmatch(name) or name in KEYWORDS | LEFT_OUT:
            self.fault("bad-name", element, name=name)

    def type(self, element: etree._Element | None) -> Type:
        """The type that an element names, by its typeRef."""
        name = "" if element is None else element.get("typeRef", "").strip()
        return Type() if element is None or not name else self.type_named(name, element)

    def type_named(self, name: str, element: etree._Element) -> Type:
        name = " ".join(name.rpartition(":")[2].split())
        if name in self.types:
            return self.types[name]
        if name not in TYPES:
            self.fault("unknown-type", element, name=name, allowed=NAMES)
            return Type()
        return Type(TYPES[name])

    # Texts --------------------------------------------------------------------------------------

    def expression(self, element: etree._Element | None, names: frozenset[str]) -> Part:
        text = self.text(element)
        try:
            return parse_expression(text, names)
        except FeelError as error:
            place = self.root if element is None else element
            self.fault("bad-feel", place, text=text, reason=error)
            return NOTHING

    def tests(self, element: etree._Element | None, names: frozenset[str], type: Type) -> Test | None:
        text = self.text(element)
        try:
            test = parse_tests(text, names)
        except FeelError as error:
            place = self.root if element is None else element
            self.fault("bad-feel", place, text=text, reason=error)
            return None
        if test is not None and element is not None:
            self._check_kinds(test, text, element, type)
        return test

    def _check_kinds(self, test: Test, text: str, element: etree._Element, type: Type) -> None:
        if test.ambiguous and type.kind in ("boolean", "Any"):
            self.fault("ambiguous-test", element, text=text)
        if type.kind != "Any" and not type.is_list and test.kinds - {type.kind}:
            self.fault("wrong-kind", element, text=text, kind=type.kind)
