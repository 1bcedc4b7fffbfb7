"""What an event waits for or throws, read from its drawing: a kind, and a name, a time or a condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.flow.source import BPMN, bpmn_child, bpmn_children, local_name, text_of
from engine.flow.timers import Timer, parse_timer

KINDS: Mapping[str, str] = {
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "timerEventDefinition": "timer",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "compensateEventDefinition": "compensation",
    "cancelEventDefinition": "cancel",
    "terminateEventDefinition": "terminate",
}
TIMES = ("timeDate", "timeDuration", "timeCycle")
# kind → the attribute of its definition that refers to what is declared beside the process
REFERENCES: Mapping[str, str] = {
    "message": "messageRef",
    "signal": "signalRef",
    "error": "errorRef",
    "escalation": "escalationRef",
}
# An error and an escalation are known by their codes, messages and signals by their names.
_KNOWN_BY: Mapping[str, str] = {
    "message": "name",
    "signal": "name",
    "error": "errorCode",
    "escalation": "escalationCode",
}


@dataclass(frozen=True)
class Declared:
    """What is declared beside the process and referred to: kind → id → name or code; event definitions by id.

    The latter with their kinds, those that stand in an event among them.
    """

    names: Mapping[str, Mapping[str, str]]
    definitions: Mapping[str, tuple[str, etree._Element]]

    def __getitem__(self, kind: str) -> Mapping[str, str]:
        return self.names[kind]


@dataclass(frozen=True)
class Trigger:
    """One event definition. `name` is the name of a message, signal or link or the code of an error or escalation.

    Where an error or escalation is caught, no name means any; where compensation is thrown, the name is the
    id of an activity, and none means all of the level.
    """

    kind: str
    name: str | None = None
    timer: Timer | None = None
    condition: str | None = None

    def hears(self, kind: str, name: str | None) -> bool:
        """Whether it is an occurrence of this kind and name that it waits for."""
        return self.kind == kind and self.name in (name, None)


def read_declared(root: etree._Element) -> Declared:
    names = {
        kind: {child.get("id", ""): child.get(attribute, "") for child in bpmn_children(root, kind)}
        for kind, attribute in _KNOWN_BY.items()
    }
    found = root.iter(*(f"{{{BPMN}}}{name}" for name in KINDS))
    return Declared(names, {each.get("id", ""): (KINDS[_name(each)], each) for each in found})


def definitions_of(element: etree._Element) -> list[tuple[str, etree._Element]]:
    """The event definitions of a node with their kinds, in the order of the file."""
    return [(KINDS[name], child) for child in element if (name := _name(child)) in KINDS]


def kinds_of(element: etree._Element) -> list[str]:
    return [kind for kind, _ in definitions_of(element)]


def waits_for_all(element: etree._Element) -> bool:
    """Whether the event needs each of its triggers, in any order, and not just one of them."""
    return bool(element.get("parallelMultiple") == "true")


def read_triggers(element: etree._Element, declared: Declared) -> tuple[Trigger, ...]:
    """The triggers of an admitted event, or of a task that sends or receives a message."""
    if local_name(element) in ("sendTask", "receiveTask"):
        return (Trigger("message", declared["message"].get(element.get("messageRef", ""))),)
    return tuple(read_trigger(kind, definition, declared) for kind, definition in definitions_of(element))


def read_trigger(kind: str, definition: etree._Element, declared: Declared) -> Trigger:
    """One admitted event definition."""
    if kind in REFERENCES:
        return Trigger(kind, declared[kind].get(definition.get(REFERENCES[kind], "")))
    if kind == "timer":
        return Trigger(kind, timer=read_timer(definition))
    if kind == "conditional":
        return Trigger(kind, condition=condition_of(definition))
    return Trigger(kind, definition.get("activityRef") if kind == "compensation" else definition.get("name"))


def condition_of(definition: etree._Element) -> str:
    return text_of(bpmn_child(definition, "condition"))


def read_timer(definition: etree._Element) -> Timer:
    """The time of a timer event definition; raises ValueError."""
    given = [child for child in definition if _name(child) in TIMES]
    if len(given) != 1:
        raise ValueError("one time is needed")
    return parse_timer(_name(given[0]), text_of(given[0]))


def time_of(definition: etree._Element) -> str:
    """The time as written, for those who are told that it cannot be used."""
    times = [bpmn_child(definition, name) for name in TIMES]
    return "、".join(text_of(time) for time in times if time is not None)


def _name(child: etree._Element) -> str:
    return str(child.tag).rpartition("}")[2]
