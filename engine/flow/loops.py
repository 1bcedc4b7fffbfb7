"""Multi-instance settings in their one normal spelling.

The standard refers to the collection and the item by element ids, which the bpmn.io modeler drops on export
when they name process variables. `duban:collection` and `duban:item` survive it; normalising turns the first
spelling into the second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from engine.flow.source import bpmn_child, duban, text_of

MAX_INSTANCES = 1_000
_NUMBER = re.compile(r"-?\s*\d+(\.\d*)?")
COUNTERS = frozenset(f"numberOf{which}Instances" for which in ("", "Active", "Completed", "Terminated"))


@dataclass(frozen=True)
class Loop:
    """One activity carried out once for each item of a list, or a number of times."""

    sequential: bool
    collection: str | None
    item: str | None
    cardinality: str | None
    results: str | None
    result: str | None
    condition: str | None

    def flaw(self) -> str | None:
        """Why it cannot be run, or None."""
        if (self.collection is None) == (self.cardinality is None):
            return "collection | loopCardinality"
        if self.collection is not None and (not self.collection.isidentifier() or self.item is None):
            return "collection + item"
        if (self.results is None) != (self.result is None):
            return "results + result"
        if self.results is not None and self.results in (self.collection, self.item):
            return "results = collection"
        return None if self._is_countable() else f"0 ≤ loopCardinality ≤ {MAX_INSTANCES}"

    def _is_countable(self) -> bool:
        """Whether a number that is written down can be one of instances; what is computed is seen when it runs."""
        text = self.cardinality or ""
        return not _NUMBER.fullmatch(text) or (text.isdigit() and int(text) <= MAX_INSTANCES)


def read_loop(element: etree._Element) -> Loop:
    """The settings of a multiInstanceLoopCharacteristics, in either spelling."""
    return Loop(
        sequential=element.get("isSequential") == "true",
        collection=_setting(element, "collection", "loopDataInputRef"),
        item=_setting(element, "item", "inputDataItem"),
        cardinality=_text(element, "loopCardinality"),
        results=_setting(element, "results", "loopDataOutputRef"),
        result=_setting(element, "result", "outputDataItem"),
        condition=_text(element, "completionCondition"),
    )


def write_loop(element: etree._Element) -> None:
    """Respell the settings as attributes, in place."""
    loop = read_loop(element)
    for name in ("loopDataInputRef", "inputDataItem", "loopDataOutputRef", "outputDataItem"):
        child = bpmn_child(element, name)
        if child is not None:
            element.remove(child)
    for name in ("collection", "item", "results", "result"):
        if value := getattr(loop, name):
            element.set(duban(name), value)


def _setting(element: etree._Element, attribute: str, child_name: str) -> str | None:
    own = element.get(duban(attribute), "").strip()
    child = bpmn_child(element, child_name)
    if own or child is None:
        return own or None
    return child.get("name") or child.get("id") or text_of(child) or None


def _text(element: etree._Element, name: str) -> str | None:
    child = bpmn_child(element, name)
    return None if child is None else text_of(child)
