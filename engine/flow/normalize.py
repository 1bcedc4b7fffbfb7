"""One spelling for what can be spelled several ways, so that one reader suffices and equals hash equal."""

from __future__ import annotations

from lxml import etree

from engine.flow.loops import write_loop
from engine.flow.source import BPMN, text_of

EXPRESSIONS = (
    "conditionExpression",
    "condition",
    "completionCondition",
    "loopCardinality",
    "loopCondition",
    "activationCondition",
)
TRIMMED = ("flowNodeRef", "incoming", "outgoing", *EXPRESSIONS)
TIMES = ("timeDate", "timeDuration", "timeCycle")


def normalize(root: etree._Element) -> None:
    """Rewrite the tree in place; doing it twice changes nothing."""
    # SpiffWorkflow matches <flowNodeRef> by its raw text: a line break inside silently loses the lane.
    for element in _each(root, *TRIMMED):
        element.text = text_of(element)
    # SpiffWorkflow evaluates ISO times as Python, so its tools quote them; the standard has them bare.
    for element in _each(root, *TIMES):
        element.text = _unquoted(text_of(element))
    for element in _each(root, "multiInstanceLoopCharacteristics"):
        write_loop(element)


def canonical(root: etree._Element) -> bytes:
    """The bytes that are stored, hashed and run: canonical XML."""
    return etree.tostring(root, method="c14n", with_comments=False)


def _each(root: etree._Element, *names: str) -> list[etree._Element]:
    return [element for name in names for element in root.iter(f"{{{BPMN}}}{name}")]


def _unquoted(text: str) -> str:
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
