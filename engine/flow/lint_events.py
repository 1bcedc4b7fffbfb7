"""What must hold for events: a trigger that can occur where it is drawn, named, timed, heard once."""

from __future__ import annotations

from collections.abc import Mapping

from engine.flow.behaviours import thrown_kinds
from engine.flow.graph import FlowNode, Graph, link_name
from engine.flow.lint_behaviours import check_behaviour
from engine.flow.problems import Findings
from engine.flow.repetitions import quantity
from engine.flow.triggers import (
    REFERENCES,
    Declared,
    definitions_of,
    kinds_of,
    read_timer,
    time_of,
    waits_for_all,
)
from engine.flow.vocabulary import ACTIVITIES, BOUNDARY, CATCH, END, EVENTS, HOSTS, START, SUBPROCESSES, THROW

_BEGINNING = frozenset({"message", "signal"})  # what begins a process
_OUTSIDE = _BEGINNING | {"timer", "conditional"}  # what comes to a process while it runs
_SENT = frozenset({"message", "signal", "escalation"})  # what is thrown and left behind
_HANDLED = _OUTSIDE | {"error", "escalation"}

# Where an event stands → the kinds that can occur there; a start event is judged by what it starts.
_PLACES: Mapping[str, frozenset[str]] = {
    CATCH: _OUTSIDE | {"link"},
    BOUNDARY: _HANDLED | {"compensation", "cancel"},
    THROW: _SENT | {"link", "compensation"},
    END: _SENT | {"error", "terminate", "compensation", "cancel"},
}
# Several definitions in one event: those it throws one after the other, or of which any one will do.
_TOGETHER: Mapping[str, frozenset[str]] = {
    START: _HANDLED, CATCH: _OUTSIDE, BOUNDARY: _HANDLED, THROW: _SENT, END: _SENT
}  # fmt: skip
_HOSTS: Mapping[str, frozenset[str]] = {
    "error": SUBPROCESSES | {"serviceTask", "callActivity", "userTask"},
    "escalation": SUBPROCESSES | {"callActivity"},
    "compensation": ACTIVITIES,
    "cancel": frozenset({"transaction"}),
}
_ONCE = frozenset({"error", "escalation", "compensation", "cancel"})  # what only one handler can take
_ENDING = frozenset({"error", "compensation", "cancel"})  # beside which no activity can go on
_UNNAMED = {"message": "no-message", "signal": "no-signal", "error": "no-code", "escalation": "no-code"}


def lint_events(graph: Graph, declared: Declared, findings: Findings) -> None:
    """Add all that would keep the events of this graph from occurring as drawn."""
    for node in graph.nodes.values():
        if node.kind in EVENTS:
            _check_event(graph, node, declared, findings)
        _check_references(node, declared, findings)
        if node.by_event:
            _check_event_subprocess(graph, node, findings)
        if node.kind == "eventBasedGateway":
            _check_choice(graph, node, findings)
    _check_handled_once(graph, declared, findings)


def _check_event(graph: Graph, node: FlowNode, declared: Declared, findings: Findings) -> None:
    _check_kinds(node, _allowed(graph, node), findings)
    _check_timers(node, findings)
    if node.kind == BOUNDARY:
        _check_border(graph, node, declared, findings)
    for kind in _ending(node):
        findings.add("always-interrupting", node.line, node.id, id=node.id, name=kind)
    if link_name(node) is not None:
        _check_link(graph, node, findings)
    if node.kind == START and node.parent == graph.key and waits_for_all(node.element):
        # No process is there yet to remember the first of them.
        findings.add("parallel-start", node.line, node.id, id=node.id)


def _allowed(graph: Graph, node: FlowNode) -> frozenset[str]:
    if node.kind != START:
        return _PLACES[node.kind]
    if starts_by_event(graph, node):
        return _HANDLED | {"compensation"}
    return _BEGINNING if node.parent == graph.key else frozenset()


def starts_by_event(graph: Graph, node: FlowNode) -> bool:
    """Whether it is the start of an event subprocess."""
    around = graph.nodes.get(node.parent)
    return node.kind == START and around is not None and around.by_event


def _check_kinds(node: FlowNode, allowed: frozenset[str], findings: Findings) -> None:
    kinds = kinds_of(node.element)
    for kind in kinds:
        if kind not in allowed:
            findings.add("wrong-event", node.line, node.id, name=kind, id=node.id)
    if not _stand_together(node, kinds) or (node.kind in (BOUNDARY, CATCH) and not kinds):
        findings.add("no-event", node.line, node.id, id=node.id)


def _stand_together(node: FlowNode, kinds: list[str]) -> bool:
    """Whether these kinds can be triggers of one event; one that needs all of them waits for each."""
    if len(kinds) < 2:
        return True
    together = _OUTSIDE if waits_for_all(node.element) else _TOGETHER[node.kind]
    return together.issuperset(kinds) and kinds.count("timer") < 2


# Names and times --------------------------------------------------------------------------------


def _check_references(node: FlowNode, declared: Declared, findings: Findings) -> None:
    if node.kind in ("sendTask", "receiveTask"):
        _check_reference(node, "message", node.element.get("messageRef"), declared, findings)
    for kind, definition in definitions_of(node.element):
        if kind in REFERENCES:
            _check_reference(node, kind, definition.get(REFERENCES[kind]), declared, findings)
    check_behaviour(
        node,
        declared,
        findings,
        lambda kind, ref: _check_reference(node, kind, ref or "", declared, findings),
    )


def _check_reference(
    node: FlowNode, kind: str, reference: str | None, declared: Declared, findings: Findings
) -> None:
    if kind in ("error", "escalation") and reference is None and node.kind not in (THROW, END):
        return  # without a code it hears any (BPMN 2.0.2, 8.4.3 and 8.4.4)
    if reference and reference not in declared[kind]:
        findings.add("dangling-reference", node.line, node.id, name=REFERENCES[kind], id=reference)
    elif not declared[kind].get(reference or ""):
        # A message without a name would be matched by nothing, or by every other one without a name.
        findings.add(_UNNAMED[kind], node.line, node.id, id=node.id)


def _check_timers(node: FlowNode, findings: Findings) -> None:
    for kind, definition in definitions_of(node.element):
        if kind == "timer":
            try:
                timer = read_timer(definition)
            except ValueError:
                findings.add("bad-timer", node.line, node.id, text=time_of(definition))
                continue
            if timer.repeats and (not goes_on(node) or waits_for_all(node.element)):
                findings.add("bad-cycle", node.line, node.id, id=node.id)


# Borders ----------------------------------------------------------------------------------------


def _check_border(graph: Graph, node: FlowNode, declared: Declared, findings: Findings) -> None:
    host = graph.nodes.get(node.host)
    for kind in kinds_of(node.element):
        if host is None or host.parent != node.parent or not _can_host(host, kind, declared):
            findings.add("no-host", node.line, node.id, id=node.id)


def _can_host(host: FlowNode, kind: str, declared: Declared) -> bool:
    """Whether an event of this kind can occur on the border of the activity."""
    return host.kind in _HOSTS.get(kind, HOSTS) or kind in thrown_kinds(host.loop, declared)


def _ending(node: FlowNode) -> list[str]:
    """Those of its kinds after which nothing goes on, or has gone on, although it is drawn so."""
    return [kind for kind in kinds_of(node.element) if goes_on(node) and kind in _ENDING]


def goes_on(node: FlowNode) -> bool:
    """Whether what the event happens to is drawn as going on beside it."""
    attribute = {BOUNDARY: "cancelActivity", START: "isInterrupting"}.get(node.kind)
    return attribute is not None and node.element.get(attribute) == "false"


def _check_event_subprocess(graph: Graph, node: FlowNode, findings: Findings) -> None:
    """Outside the flow, begun by an event and by nothing else (BPMN 2.0.2, 10.3.5 and 13.5.4)."""
    repeated = node.loop is not None or node.repetition is not None or not _is_one(node)
    if node.incoming or node.outgoing or repeated or graph.boundaries(node.id):
        findings.add("event-subprocess", node.line, node.id, id=node.id)
    for start in graph.starts(node.id):
        if not kinds_of(start.element):
            findings.add("no-event", start.line, start.id, id=start.id)


def _check_handled_once(graph: Graph, declared: Declared, findings: Findings) -> None:
    """Which of two handlers of one error at one place takes it the standard does not say."""
    seen: set[tuple[str, str, str]] = set()
    for node in graph.nodes.values():
        if node.kind == BOUNDARY:
            place = node.host
        elif starts_by_event(graph, node):
            place = f"in {graph.nodes[node.parent].parent}"
        else:
            continue
        for kind, definition in definitions_of(node.element):
            if kind in _ONCE:
                code = declared.names.get(kind, {}).get(definition.get(f"{kind}Ref", ""), "")
                if (place, kind, code) in seen:
                    findings.add("handler-twice", node.line, node.id, id=node.id, name=kind)
                seen.add((place, kind, code))


# Links and choices ------------------------------------------------------------------------------


def _check_link(graph: Graph, node: FlowNode, findings: Findings) -> None:
    """Thrown in one place or several, caught in one place of the same level (BPMN 2.0.2, 10.5.5)."""
    name = link_name(node)
    catches = [n for n in graph.levels[node.parent] if n.kind == CATCH and link_name(n) == name]
    if not name or len(catches) != 1:
        findings.add("bad-link", node.line, node.id, id=node.id, name=name or "")
    drawn = node.outgoing if node.kind == THROW else node.incoming
    if any(flow.drawn for flow in drawn):
        findings.add("link-flow", node.line, node.id, id=node.id)


def _check_choice(graph: Graph, node: FlowNode, findings: Findings) -> None:
    """An event-based gateway leads to events and nothing else does (BPMN 2.0.2, 10.6.6)."""
    targets = [graph.nodes[flow.target] for flow in node.outgoing if flow.target in graph.nodes]
    kinds = [set(kinds_of(target.element)) for target in targets if target.kind == CATCH]
    tasks = [target for target in targets if target.kind == "receiveTask"]
    mixed = bool(tasks) and any("message" in each for each in kinds)
    if len(targets) < 2 or mixed or any(not _can_be_chosen(graph, target) for target in targets):
        findings.add("event-gateway", node.line, node.id, id=node.id)


def _can_be_chosen(graph: Graph, node: FlowNode) -> bool:
    if len(node.incoming) != 1 or not _is_one(node):
        return False
    if node.kind == "receiveTask":
        return node.loop is None and node.repetition is None and not graph.boundaries(node.id)
    return node.kind == CATCH and link_name(node) is None


def _is_one(node: FlowNode) -> bool:
    """Whether one token comes and one leaves."""
    return all(quantity(node.element, name) == 1 for name in ("startQuantity", "completionQuantity"))
