"""Ids: each element that is referred to has one, and no two have the same."""

from __future__ import annotations

import re

from lxml import etree

from engine.flow import source, vocabulary
from engine.flow.problems import Findings
from engine.flow.source import BPMN, line_of

MAX_ID = 100
# SpiffWorkflow names its own tasks like this; a drawn node of the same name would replace one of them.
RESERVED_ID = re.compile(r"Start|End|Root|.*\.EndJoin")

REFERRED_TO = vocabulary.FLOW_NODES | {
    "process",
    "sequenceFlow",
    "message",
    "signal",
    "error",
    "escalation",
}


def check_ids(root: etree._Element, findings: Findings) -> None:
    """Tell of ids that are missing, taken twice, too long or the library's own."""
    seen: set[str] = set()
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if source.namespace(element) != BPMN:
            continue
        waiting.extend(element)
        _check_id(element, seen, findings)


def _check_id(element: etree._Element, seen: set[str], findings: Findings) -> None:
    kind, line, name = source.local_name(element), line_of(element), element.get("id", "")
    if not name:
        if kind in REFERRED_TO:
            findings.add("missing-id", line, vocabulary.nearest_id(element), name=kind)
    elif kind in ("inputDataItem", "outputDataItem"):
        # Two activities may well name their item alike; these ids name variables, and nothing refers to them.
        return
    elif name in seen:
        findings.add("duplicate-id", line, name, id=name)
    elif len(name) > MAX_ID or RESERVED_ID.fullmatch(name):
        findings.add("bad-id", line, name, id=name, limit=MAX_ID)
    seen.add(name)
