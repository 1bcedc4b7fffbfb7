"""Joins that wait in vain and work that is done twice: told with the join and the split that do not fit.

The graph of a level becomes a token game (`token_game`), in which every choice is open. What stands still there
may be kept from it by conditions that depend on one another: so only a join that no order of events can satisfy
is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from engine.flow.graph import FlowNode, Graph, SequenceFlow
from engine.flow.problems import Findings
from engine.flow.source import local_name
from engine.flow.token_game import ALL, ANY, SOME, SOURCE, Net, Place, Verdict, Way, play
from engine.flow.vocabulary import ACTIVITIES, BOUNDARY, END, EVENTS, START

CHOICES = frozenset({"exclusiveGateway", "eventBasedGateway"})
PLAYED = CHOICES | {"parallelGateway", "inclusiveGateway"} | EVENTS | ACTIVITIES
LEAVING = ("terminateEventDefinition", "errorEventDefinition", "cancelEventDefinition")
ALL_SUBSETS = 4  # of more conditional flows than this: each alone, each pair, all


def check_soundness(graph: Graph, findings: Findings) -> None:
    """Play each level of a graph that is otherwise in order."""
    for level in graph.levels.values():
        if not all(_is_played(graph, node) for node in level):
            continue
        beside = _branches_beside(graph, level)
        for starts in ([node for node in level if _begins(node)], *([event] for event in beside)):
            verdict = play(_net(graph, level, starts, beside))
            _tell(graph, level, verdict, findings)


def _is_played(graph: Graph, node: FlowNode) -> bool:
    """Whether the game knows the node's rules; a link is a flow to it; what goes by quantities, it does not."""
    if not node.outgoing and not node.incoming:
        return True  # event subprocesses and compensation stand apart
    odd = any(node.element.get(name, "1") != "1" for name in ("startQuantity", "completionQuantity"))
    begins = not node.incoming and node.kind != BOUNDARY and not _begins(node)
    return node.kind in PLAYED and not (odd or begins)


def _begins(node: FlowNode) -> bool:
    return node.kind == START or node.instantiates


# From graph to game -----------------------------------------------------------------------------


def _branches_beside(graph: Graph, level: list[FlowNode]) -> list[FlowNode]:
    """Events that do not interrupt and whose branch never meets the rest: each is played by itself."""
    free = [node for node in level if _is_free(node)]
    reached = {node.id: _reached(graph, [node]) - {node.id} for node in free}
    beside = list(free)
    while True:
        starts = [node for node in level if _begins(node)]
        skipped = {node.id for node in beside}
        main = _reached(graph, starts, skipped)
        meeting = [
            node
            for node in beside
            if reached[node.id] & main
            or any(reached[node.id] & reached[other.id] for other in beside if other is not node)
        ]
        if not meeting:
            return beside
        beside = [node for node in beside if node not in meeting]


def _is_free(node: FlowNode) -> bool:
    return node.kind == BOUNDARY and node.element.get("cancelActivity") == "false" and bool(node.outgoing)


def _reached(graph: Graph, begin: list[FlowNode], skipped: set[str] | None = None) -> set[str]:
    seen: set[str] = set()
    waiting = list(begin)
    while waiting:
        node = waiting.pop()
        if node.id in seen:
            continue
        seen.add(node.id)
        waiting += [graph.nodes[flow.target] for flow in node.outgoing]
        waiting += [event for event in graph.boundaries(node.id) if event.id not in (skipped or ())]
    return seen


def _net(graph: Graph, level: list[FlowNode], starts: list[FlowNode], beside: list[FlowNode]) -> Net:
    net: Net = {SOURCE: Place(frozenset(), ANY, frozenset(way for node in starts for way in _outward(node)))}
    reached = _reached(graph, starts, {node.id for node in beside})
    for node in level:
        if node.id in reached and node.kind not in (START, BOUNDARY) and node.incoming:
            entrances = frozenset(flow.id for flow in node.incoming if flow.source in reached)
            net[node.id] = Place(entrances, _waits_for(node), frozenset(_ways(graph, node, beside)))
    return net


def _waits_for(node: FlowNode) -> str:
    if len(node.incoming) < 2:
        return ANY
    return {"parallelGateway": ALL, "inclusiveGateway": SOME}.get(node.kind, ANY)


def _ways(graph: Graph, node: FlowNode, beside: list[FlowNode]) -> Iterator[Way]:
    """The ways on from a node: its own, those of events that interrupt it, each with or without one that does not."""
    events = [event for event in graph.boundaries(node.id) if event.outgoing and event not in beside]
    ends = list(_outward(node))
    extra = []
    for event in events:
        if _is_free(event):
            extra += list(_outward(event))
        else:
            ends += list(_outward(event))
    for way in ends:
        yield way
        yield from (Way(way.flows | more.flows, way.clears, True) for more in extra)


def _outward(node: FlowNode) -> Iterator[Way]:
    flows = [flow.id for flow in node.outgoing]
    if node.kind == END:
        yield Way(frozenset(), clears=any(local_name(child) in LEAVING for child in node.element))
    elif _is_choice(node):
        yield from (Way(frozenset({flow})) for flow in flows)
    elif node.kind in CHOICES | {"parallelGateway"}:
        yield Way(frozenset(flows))
    else:
        yield from _inclusive(node)


def _is_choice(node: FlowNode) -> bool:
    return node.kind in CHOICES and not node.awaits_all


def _inclusive(node: FlowNode) -> Iterator[Way]:
    """Every flow without condition, with some of those that have one; the default if there is none."""
    always = frozenset(
        flow.id for flow in node.outgoing if flow.condition is None and flow.id != node.default
    )
    some = [flow.id for flow in node.outgoing if flow.condition is not None]
    sizes = range(1, len(some) + 1) if len(some) <= ALL_SUBSETS else (1, 2, len(some))
    for chosen in chain.from_iterable(combinations(some, size) for size in sizes):
        yield Way(always | set(chosen))
    if always or node.default:
        yield Way(always or frozenset({node.default or ""}))


# Telling ----------------------------------------------------------------------------------------


def _tell(graph: Graph, level: list[FlowNode], verdict: Verdict, findings: Findings) -> None:
    if not verdict.is_complete:
        findings.add("too-tangled", level[0].line, level[0].parent, limit=max(verdict.positions - 1, 1))
    for name, empty in sorted(verdict.stuck.items()):
        _tell_stuck(graph, graph.nodes[name], empty, name in verdict.never, findings)
    for name in sorted(verdict.doubled):
        node = graph.nodes[name]
        split = _dividing(graph, node) or node
        findings.add("done-twice", node.line, name, name=_called(node), split=_called(split))


def _tell_stuck(graph: Graph, node: FlowNode, empty: set[str], is_never: bool, findings: Findings) -> None:
    flows = [flow for flow in node.incoming if flow.id in empty]
    absent = [graph.nodes[source] for source in sorted({flow.source for flow in flows})]
    behind = _is_behind_itself(graph, node, flows)
    split = None if behind else _turning_away(graph, node, flows)
    code = ("join-starved" if behind else "join-deadlock") if is_never else "join-may-wait"
    # Where nothing turns away, a token has come in by one beginning of several.
    chosen = [split] if split else absent[:1] if behind else list(filter(_begins, graph.levels[node.parent]))
    said = {"name": _called(node), "absent": "、".join(map(_called, absent))}
    findings.add(code, node.line, node.id, split="、".join(map(_called, chosen)), **said)


def _called(node: FlowNode) -> str:
    name = node.element.get("name", "").strip()
    return f"{name}（{node.id}）" if name else node.id


def _chooses(graph: Graph, node: FlowNode) -> bool:
    conditional = any(flow.condition is not None for flow in node.outgoing)
    interrupted = any(event.outgoing and not _is_free(event) for event in graph.boundaries(node.id))
    return _is_choice(node) or conditional or interrupted


def _multiplies(graph: Graph, node: FlowNode) -> bool:
    events = any(_is_free(event) for event in graph.boundaries(node.id))
    return events or (len(node.outgoing) > 1 and not _is_choice(node))


def _is_behind_itself(graph: Graph, node: FlowNode, empty: list[SequenceFlow]) -> bool:
    """Whether no start leads to the empty entrances but through the node."""
    behind = {name for flow in empty for name in _behind(graph, flow.source, node.id)}
    return not any(_begins(graph.nodes[name]) for name in behind)


def _turning_away(graph: Graph, node: FlowNode, empty: list[SequenceFlow]) -> FlowNode | None:
    """The nearest node before an empty entrance at which a token may go where it does not lead."""
    behind = {flow.id: _behind(graph, flow.source, node.id) for flow in empty}
    for name, entrance in _by_distance(behind):
        before = graph.nodes[name]
        ways = _ends(graph, before)
        if _chooses(graph, before) and any(
            way != entrance and end not in behind[entrance] for way, end in ways
        ):
            return before
    return None


def _dividing(graph: Graph, node: FlowNode) -> FlowNode | None:
    """The nearest node before this one that sends tokens to two of its entrances at once."""
    behind = {flow.id: _behind(graph, flow.source, node.id) for flow in node.incoming}
    for name, _entrance in _by_distance(behind):
        before = graph.nodes[name]
        ways = _ends(graph, before)
        entered = {
            entrance
            for entrance, names in behind.items()
            if any(way == entrance or end in names for way, end in ways)
        }
        if len(entered) > 1 and _multiplies(graph, before):
            return before
    return None


def _ends(graph: Graph, node: FlowNode) -> list[tuple[str, str]]:
    """Where the ways out of a node lead: (flow, node), events on its border included."""
    ways = [(flow.id, flow.target) for flow in node.outgoing]
    return ways + [(event.id, event.id) for event in graph.boundaries(node.id)]


def _by_distance(behind: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """(node, entrance) for the nodes behind each entrance, the nearest of all entrances first."""
    for place in range(max(map(len, behind.values()), default=0)):
        yield from ((names[place], entrance) for entrance, names in behind.items() if place < len(names))


def _behind(graph: Graph, source: str, stop: str) -> list[str]:
    """The nodes from which a node is reached without passing `stop`, the nearest first."""
    seen: dict[str, None] = {}
    waiting = [source]
    while waiting:
        name = waiting.pop(0)
        if name in seen or name == stop:
            continue
        seen[name] = None
        node = graph.nodes[name]
        waiting += [flow.source for flow in node.incoming]
        waiting += [node.host] if node.host else []
    return list(seen)
