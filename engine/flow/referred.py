"""Event definitions that stand beside the process, for events to refer to (BPMN 2.0.2, 10.5.1)."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from engine.flow.problems import Findings
from engine.flow.source import BPMN, MAX_BYTES, line_of, local_name, text_of
from engine.flow.triggers import KINDS

REFERRING = "eventDefinitionRef"


def place_definitions(root: etree._Element, findings: Findings) -> None:
    """Put them in place where events refer to them, which says the same; doing it twice changes nothing."""
    beside = {each.get("id", ""): each for each in root if local_name(each) in KINDS}
    room = MAX_BYTES  # a small file with one long condition would else become as large as it likes
    for reference in [*root.iter(f"{{{BPMN}}}{REFERRING}")]:
        event, name = reference.getparent(), text_of(reference)
        if event is None:
            return
        found, line, of = beside.get(name), line_of(reference), event.get("id", "")
        if found is None:
            findings.add("dangling-reference", line, of, name=REFERRING, id=name)
            event.remove(reference)
            continue
        room -= len(etree.tostring(found))
        if room < 0:
            findings.add("size", line, of, limit=MAX_BYTES)
            return
        placed = deepcopy(found)
        placed.attrib.pop("id", None)  # an id is of one element
        placed.sourceline = reference.sourceline
        event.replace(reference, placed)
