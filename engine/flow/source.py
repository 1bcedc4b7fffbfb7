"""Reading a BPMN file that nobody has vouched for: no DTD, entities or network; bounded size and depth."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from engine.flow.problems import Findings

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DUBAN = "http://duban/bpmn"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FLOWABLE = "http://flowable.org/bpmn"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

MAX_BYTES = 1_000_000
MAX_ELEMENTS = 20_000  # the diagram included
MAX_DEPTH = 40

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read(xml: bytes, findings: Findings) -> etree._Element | None:
    """The root element of a BPMN file, or None with the reason among the findings."""
    root = read_xml(xml, findings)
    if root is not None and etree.QName(root).text != f"{{{BPMN}}}definitions":
        findings.add("not-bpmn", line_of(root), "")
        return None
    return root


def read_xml(xml: bytes, findings: Findings) -> etree._Element | None:
    """The root element of any file, or None with the reason among the findings."""
    if len(xml) > MAX_BYTES:
        findings.add("size", 1, "", limit=MAX_BYTES)
        return None
    try:
        # Only UTF-8: another encoding could hide a DOCTYPE from the search below.
        text = xml.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.add("xml", 1, "", reason=error)
        return None
    # Looked for before any parser sees the text, so that no entity is ever declared, let alone expanded.
    declared = re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE)
    if declared:
        findings.add("doctype", text.count("\n", 0, declared.start()) + 1, "")
        return None
    return _parse(text, findings)


def _parse(text: str, findings: Findings) -> etree._Element | None:
    try:
        root = etree.fromstring(_blank_declaration(text).encode(), parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        findings.add("xml", getattr(error, "lineno", 1) or 1, "", reason=error)
        return None
    return root if _bounded(root, findings) else None


def _blank_declaration(text: str) -> str:
    """Without the XML declaration (its encoding has been settled), with its lines kept for line numbers."""
    return _DECLARATION.sub(lambda found: "\n" * found.group().count("\n"), text)


def parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _bounded(root: etree._Element, findings: Findings) -> bool:
    level, depth, count = [root], 1, 0
    while level:
        count += len(level)
        if count > MAX_ELEMENTS:
            findings.add("too-many-elements", line_of(root), "", limit=MAX_ELEMENTS)
            return False
        if depth > MAX_DEPTH:
            findings.add("too-deep", line_of(level[0]), "", limit=MAX_DEPTH)
            return False
        level = [child for element in level for child in element]
        depth += 1
    return True


def local_name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def namespace(element: etree._Element) -> str:
    return str(etree.QName(element).namespace or "")


def line_of(element: etree._Element) -> int:
    line: Any = element.sourceline
    return int(line or 1)


def text_of(element: etree._Element | None) -> str:
    """The trimmed text of an element, empty when there is none."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def bpmn_child(element: etree._Element, name: str) -> etree._Element | None:
    found: etree._Element | None = element.find(f"{{{BPMN}}}{name}")
    return found


def bpmn_children(element: etree._Element, name: str) -> list[etree._Element]:
    return element.findall(f"{{{BPMN}}}{name}")


def duban(name: str) -> str:
    return f"{{{DUBAN}}}{name}"
