"""What is wrong with the events that a multi-instance activity throws when one of its instances completes."""

from __future__ import annotations

from collections.abc import Callable

from engine.flow.behaviours import (
    DEFINED,
    MAX_THROWN,
    DrawnAnnouncement,
    behaviour_of,
    drawn_announcements,
    read_announcements,
    unused,
)
from engine.flow.graph import FlowNode, Graph
from engine.flow.problems import Findings
from engine.flow.triggers import Declared, Trigger, read_triggers
from engine.flow.vocabulary import BOUNDARY

# As of any event that is thrown in the flow; an error besides, which ends the activity and so stands alone.
_SENT = frozenset({"message", "signal", "escalation"})
_THROWN = _SENT | {"error"}
_NEEDS_HANDLER = frozenset({"error", "escalation"})

# Told of a trigger's definition: kind, reference.
Check = Callable[[str, str | None], None]
# Place → who hears there what.
Handlers = dict[str, list[tuple[str, Trigger]]]


def check_behaviour(node: FlowNode, declared: Declared, findings: Findings, check_reference: Check) -> None:
    """Add what keeps the events of this activity from being thrown as drawn, and what is said of them for nothing."""
    if node.loop is None:
        return
    for name in unused(node.loop):
        findings.add("idle-loop-event", node.line, node.id, id=node.id, name=name)
    announced = list(drawn_announcements(node.loop, declared))
    if sum(max(len(each.drawn), 1) for each in announced) > MAX_THROWN:
        findings.add("many-loop-events", node.line, node.id, id=node.id, limit=MAX_THROWN)
        return
    for each in announced:
        _check_announcement(node, each, findings)
        for kind, definition in each.drawn:
            if kind in _THROWN:
                check_reference(kind, definition.get(f"{kind}Ref"))


def _check_announcement(node: FlowNode, each: DrawnAnnouncement, findings: Findings) -> None:
    if each.reference and not each.drawn:
        findings.add("dangling-reference", node.line, node.id, name="…BehaviorEventRef", id=each.reference)
    elif not each.drawn:
        findings.add("no-loop-event", node.line, node.id, id=node.id, name=behaviour_of(node.loop))
    if each.condition == "":
        findings.add("no-loop-condition", node.line, node.id, id=node.id, name=DEFINED)
    kinds = [kind for kind, _definition in each.drawn]
    for kind in kinds:
        if kind not in _THROWN or (kind == "error" and len(kinds) > 1):
            findings.add("loop-event", node.line, node.id, id=node.id, name=kind)


# Handlers ---------------------------------------------------------------------------------------


def check_handled(graph: Graph, declared: Declared, findings: Findings) -> None:
    """Tell of errors and escalations that nothing around the activity takes on; of a process that nobody calls."""
    handlers = _handlers(graph, declared)
    for node in graph.nodes.values():
        for each in read_announcements(node.loop, declared) if node.loop is not None else ():
            for trigger in each.triggers:
                if trigger.kind in _NEEDS_HANDLER and not _is_handled(graph, node, trigger, handlers):
                    told = {"id": node.id, "name": trigger.name}
                    findings.add("unhandled-loop-event", node.line, node.id, **told)


def _handlers(graph: Graph, declared: Declared) -> Handlers:
    """What is heard on the border of an activity, and by the event subprocesses of a level; with who hears it."""
    found: Handlers = {}
    for node in graph.nodes.values():
        start = graph.starts(node.id)[:1] if node.by_event else []
        places = (
            [(node.host, node)] if node.kind == BOUNDARY else [(f"in {node.parent}", each) for each in start]
        )
        for place, event in places:
            heard = found.setdefault(place, [])
            heard += [(node.id, trigger) for trigger in read_triggers(event.element, declared)]
    return found


def _is_handled(graph: Graph, node: FlowNode, trigger: Trigger, handlers: Handlers) -> bool:
    around: FlowNode | None = node
    while around is not None:
        heard = [*handlers.get(around.id, ()), *handlers.get(f"in {around.parent}", ())]
        if any(by != around.id and each.hears(trigger.kind, trigger.name) for by, each in heard):
            return True
        around = graph.nodes.get(around.parent)
    return False
