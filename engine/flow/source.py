"""Reading a BPMN file that nobody has vouched for: no DTD, entities or network; bounded size and depth.

It is read piece by piece and counted as it comes: what is too large is put down where it becomes so.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lxml import etree

from engine.flow.problems import Findings
from engine.foundation.unreadable import bytes_flaw, xml_flaw

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DUBAN = "http://duban/bpmn"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FLOWABLE = "http://flowable.org/bpmn"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

MAX_BYTES = 1_000_000
MAX_ELEMENTS = 20_000  # the diagram included
MAX_DEPTH = 40
MAX_NAMESPACES = 2_000  # declarations: canonical XML looks through those in force at every element
MAX_ATTRIBUTES = 200  # of one element: each question about one of them looks through all
PIECE = 16_384

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
# Encodings in which every ASCII character is its own byte, so that nothing can hide behind them.
ENCODINGS = {
    **{name: name for name in ("us-ascii", "iso-8859-1", "latin1", "iso-8859-15", "windows-1252")},
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
}


def read_file(path: Path) -> bytes:
    """The bytes of a file, and of one that is too large only as many as it takes to refuse it."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


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
        # Only these: another encoding could hide a DOCTYPE from the search below.
        text = xml.decode(_encoding(xml))
    except UnicodeDecodeError as error:
        line, flaw = bytes_flaw(error)
        findings.add("xml", line, "", reason=flaw)
        return None
    # Looked for before any parser sees the text, so that no entity is ever declared, let alone expanded.
    declared = re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE)
    if declared:
        findings.add("doctype", text.count("\n", 0, declared.start()) + 1, "")
        return None
    return _parse(text, findings)


def _encoding(xml: bytes) -> str:
    declared = _ENCODING.match(xml)
    return ENCODINGS.get(declared.group(1).decode().lower() if declared else "", "utf-8-sig")


def _parse(text: str, findings: Findings) -> etree._Element | None:
    content = _blank_declaration(text).encode()
    reader = etree.XMLPullParser(events=("start", "end", "start-ns"), **_SAFE)
    count = _Count()
    try:
        for begin in range(0, len(content), PIECE):
            reader.feed(content[begin : begin + PIECE])
            if not count.allows(reader, findings):
                return None
        root = reader.close()
    except (etree.XMLSyntaxError, ValueError) as error:
        flaw = xml_flaw(error, reader.feed_error_log)
        findings.add("xml", flaw.values["line"], "", reason=flaw)
        return None
    if not count.allows(reader, findings):
        return None
    if root.getroottree().docinfo.internalDTD is not None:
        findings.add("doctype", 1, "")
        return None
    return root


class _Count:
    """What has come by so far: elements, namespace declarations, how deep it stands."""

    def __init__(self) -> None:
        self.elements = self.namespaces = self.depth = self.attributes = 0

    def allows(self, reader: Any, findings: Findings) -> bool:
        """Count what the reader has seen since; False, with the reason, once it is too much."""
        for event, subject in reader.read_events():
            if event == "start-ns":
                self.namespaces += 1
            elif event == "start":
                self.elements += 1
                self.depth += 1
                self.attributes = len(subject.attrib)
            else:
                self.depth -= 1
            if flaw := self._flaw():
                code, limit = flaw
                findings.add(code, 1 if event == "start-ns" else line_of(subject), "", limit=limit)
                return False
        return True

    def _flaw(self) -> tuple[str, int] | None:
        if self.elements > MAX_ELEMENTS:
            return "too-many-elements", MAX_ELEMENTS
        if self.namespaces > MAX_NAMESPACES:
            return "too-many-attributes", MAX_NAMESPACES
        if self.attributes > MAX_ATTRIBUTES:
            return "too-many-attributes", MAX_ATTRIBUTES
        return ("too-deep", MAX_DEPTH) if self.depth > MAX_DEPTH else None


def _blank_declaration(text: str) -> str:
    """Without the XML declaration (its encoding has been settled), with its lines kept for line numbers."""
    return _DECLARATION.sub(lambda found: "\n" * found.group().count("\n"), text)


_SAFE: dict[str, Any] = {
    # What was looked through is what is read: left to itself, libxml2 takes UTF-16 and UTF-32 for what they are.
    "encoding": "utf-8",
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parser() -> etree.XMLParser:
    return etree.XMLParser(**_SAFE)


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
