"""What a multi-instance activity throws when one of its instances completes (BPMN 2.0.2, 10.3.8 and 13.3.7).

By `behavior`: `None` throws an event for each instance, `One` for the first alone, `All` none; `Complex` throws the
event of each definition whose condition holds then. The events are drawn nowhere: what they are to lead to waits on
the border.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.flow.source import BPMN, bpmn_child, bpmn_children, text_of
from engine.flow.triggers import Declared, Trigger, definitions_of, read_trigger

EACH, FIRST, COMPLEX, NOTHING = "None", "One", "Complex", "All"
BEHAVIOURS = frozenset({EACH, FIRST, COMPLEX, NOTHING})
# Which attribute refers to the event that a behaviour throws, and which element to the others.
REFERRED = {EACH: "noneBehaviorEventRef", FIRST: "oneBehaviorEventRef"}
DEFINED = "complexBehaviorDefinition"
MAX_THROWN = 20  # events that one activity may throw: each of its instances asks and throws anew
# As moddle, and with it every modeler of bpmn.io, names by their types what the standard names by their part.
RESPELLED = {"formalExpression": "condition", "implicitThrowEvent": "event"}

Drawn = list[tuple[str, etree._Element]]


@dataclass(frozen=True)
class Announcement:
    """Events thrown when an instance completes: each time, for the first one alone, or where the condition holds."""

    triggers: tuple[Trigger, ...]
    first: bool = False
    condition: str | None = None


@dataclass(frozen=True)
class DrawnAnnouncement:
    """One of them as it stands in the file: its event definitions with their kinds, and its condition.

    `reference` is what refers to an event definition; `drawn` is empty where there is none of that id.
    """

    drawn: Drawn
    reference: str | None = None
    condition: str | None = None


def behaviour_of(loop: etree._Element) -> str:
    return loop.get("behavior", NOTHING)


def drawn_announcements(loop: etree._Element, declared: Declared) -> Iterator[DrawnAnnouncement]:
    """All that the behaviour of a multi-instance activity draws, right or wrong."""
    behaviour = behaviour_of(loop)
    if behaviour in REFERRED:
        reference = loop.get(REFERRED[behaviour], "")
        found = declared.definitions.get(reference) if reference else None
        yield DrawnAnnouncement([] if found is None else [found], reference)
    elif behaviour == COMPLEX:
        for each in bpmn_children(loop, DEFINED):
            event = bpmn_child(each, "event")
            condition = text_of(bpmn_child(each, "condition"))
            yield DrawnAnnouncement([] if event is None else definitions_of(event), None, condition)


def read_announcements(loop: etree._Element, declared: Declared) -> tuple[Announcement, ...]:
    """What an admitted multi-instance activity throws."""
    first = behaviour_of(loop) == FIRST
    return tuple(
        Announcement(
            tuple(read_trigger(kind, definition, declared) for kind, definition in each.drawn),
            first,
            each.condition,
        )
        for each in drawn_announcements(loop, declared)
    )


def thrown_kinds(loop: etree._Element | None, declared: Declared) -> frozenset[str]:
    """The kinds of event that the activity throws when an instance completes."""
    if loop is None:
        return frozenset()
    return frozenset(kind for each in drawn_announcements(loop, declared) for kind, _ in each.drawn)


def conditions_of(loop: etree._Element) -> list[str]:
    if behaviour_of(loop) != COMPLEX:
        return []
    texts = (text_of(bpmn_child(each, "condition")) for each in bpmn_children(loop, DEFINED))
    return [text for text in texts if text]


def unused(loop: etree._Element) -> list[str]:
    """What is said of events that this behaviour does not throw."""
    behaviour = behaviour_of(loop)
    if behaviour not in BEHAVIOURS:
        return []  # refused, and told so
    found = [name for kind, name in REFERRED.items() if kind != behaviour and loop.get(name)]
    defined = bpmn_children(loop, DEFINED)
    if defined and behaviour != COMPLEX:
        found.append(DEFINED)
    return found if defined or behaviour != COMPLEX else [*found, f'behavior="{COMPLEX}"']


def respell(loop: etree._Element) -> None:
    """Name the parts of a complex behaviour as the standard does, in place."""
    for each in bpmn_children(loop, DEFINED):
        for theirs, ours in RESPELLED.items():
            for child in bpmn_children(each, theirs):
                child.tag = f"{{{BPMN}}}{ours}"
