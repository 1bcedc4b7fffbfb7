"""Standard loops: an activity done again and again while a condition holds (BPMN 2.0.2, 10.3.8)."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.flow.source import bpmn_child, text_of

COUNTER = "loopCounter"
MAX_QUANTITY = 100


@dataclass(frozen=True)
class StandardLoop:
    """`condition` is asked before or after each run, with the number of runs so far as `loopCounter`."""

    test_before: bool
    condition: str | None
    maximum: int | None

    def flaw(self) -> str | None:
        """Why it cannot be run, or None."""
        if self.maximum is not None and self.maximum < 1:
            return "loopMaximum < 1"
        return "loopCondition | loopMaximum" if self.condition is None and self.maximum is None else None


def read_repetition(element: etree._Element) -> StandardLoop:
    """The settings of a standardLoopCharacteristics; a maximum that is no number is 0, and refused."""
    condition = bpmn_child(element, "loopCondition")
    maximum = element.get("loopMaximum")
    return StandardLoop(
        element.get("testBefore") == "true",
        None if condition is None else text_of(condition),
        None if maximum is None else whole(maximum),
    )


def whole(text: str) -> int:
    """A whole number of at most four digits, else 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def quantity(element: etree._Element, name: str) -> int:
    """`startQuantity` or `completionQuantity`: how many tokens an activity takes, or gives."""
    return whole(element.get(name, "1"))
