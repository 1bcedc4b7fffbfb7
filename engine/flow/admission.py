"""The gate: a definition is run as BPMN 2.0.2 means it, or refused here with every reason at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from engine.flow import source, vocabulary
from engine.flow.calls import (
    CALL,
    Gathering,
    Resolver,
    adopt_calls,
    called_key,
    check_called,
    read_call,
    sound_calls,
)
from engine.flow.decision_tasks import RULE_TASK, adopt_rule_tasks, read_rule_task, reads
from engine.flow.decisions import NO_DECISIONS, AdmittedDecisions
from engine.flow.errors import DefinitionRefused
from engine.flow.expressions import parse
from engine.flow.graph import FlowNode, Graph, read_graph
from engine.flow.lanes import read_lanes
from engine.flow.lint import expressions_of, lint, own_names
from engine.flow.normalize import canonical, normalize
from engine.flow.problems import Findings
from engine.flow.source import BPMN, DUBAN, bpmn_child, bpmn_children, duban, line_of, text_of

MAX_NODES = 500
MAX_ID = 100
# SpiffWorkflow names its own tasks like this; a drawn node of the same name would replace one of them.
RESERVED_ID = re.compile(r"Start|End|Root|.*\.EndJoin")


@dataclass(frozen=True)
class Node:
    """One flow node as its readers need it. `parent` is the id of the process or subprocess around it.

    `lane` is the innermost lane's name, taken from the subprocess around it where it has none of its own.
    `extensions` holds the duban attributes by local name.
    """

    id: str
    kind: str
    name: str
    lane: str | None
    documentation: str
    parent: str
    extensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AdmittedDefinition:
    """A process definition that can be run; `xml` is the normal form to store, `hash` its SHA-256.

    `processes` are those of the file that run as one: the process itself and what it calls there. `called` are the
    definitions it calls outside, each pinned in `xml` by its hash. `nodes` and the like are those of all of them.
    """

    key: str
    name: str
    file: str
    hash: str
    xml: bytes
    nodes: Mapping[str, Node]
    messages: frozenset[str]
    functions: frozenset[str]
    names: frozenset[str]
    processes: tuple[str, ...] = ()
    called: tuple[AdmittedDefinition, ...] = ()
    decisions: AdmittedDecisions = NO_DECISIONS

    def __hash__(self) -> int:
        return hash(self.hash)


def admit(
    xml: bytes,
    file: str,
    known_names: Iterable[str] | None = None,
    *,
    decisions: AdmittedDecisions = NO_DECISIONS,
    called: Resolver | None = None,
    process: str | None = None,
) -> AdmittedDefinition:
    """The definition in `xml`; raises DefinitionRefused.

    Conditions may read `known_names` only, if given. Business rule tasks ask for `decisions`. What call activities
    call is drawn in the same file or found by `called`, which is told the key and the hash that is stored with it. Of
    several processes in a file, `process` is the one meant; else the one that no other one calls.
    """
    names = None if known_names is None else frozenset(known_names)
    request = _Request(file, names, decisions, process)
    # What a resolver gives may be another definition tomorrow: only what depends on the file alone is kept.
    return _admit_kept(xml, request) if called is None else _admit(xml, request, called)


@dataclass(frozen=True)
class _Request:
    file: str
    known_names: frozenset[str] | None
    decisions: AdmittedDecisions
    process: str | None


@lru_cache(maxsize=64)
def _admit_kept(xml: bytes, request: _Request) -> AdmittedDefinition:
    return _admit(xml, request, None)


def _admit(xml: bytes, request: _Request, resolve: Resolver | None) -> AdmittedDefinition:
    findings = Findings(request.file)
    root = source.read(xml, findings)
    if root is None:
        raise DefinitionRefused(findings.sorted())
    adopt_rule_tasks(root, request.decisions, findings)
    adopt_calls(root)
    vocabulary.check_vocabulary(root, findings)
    _check_ids(root, findings)
    main = _the_process(root, request.process, findings)
    if main is None:
        raise DefinitionRefused(findings.sorted())
    normalize(root)
    gathering = Gathering({}, resolve, findings)
    gathering.drawn = {
        process.get("id", ""): read_graph(process) for process in bpmn_children(root, "process")
    }
    gathering.follow(gathering.drawn[main.get("id", "")])
    parts = _Parts(
        root,
        [gathering.drawn[main.get("id", "")], *gathering.called.graphs],
        gathering.called.definitions,
        {child.get("id", ""): child.get("name", "") for child in bpmn_children(root, "message")},
    )
    _check_size(parts, findings)
    _check(parts, request, findings)
    return _definition(parts, request)


@dataclass(frozen=True)
class _Parts:
    """What makes up a definition: the levels drawn in its file, the process itself first, and all it calls outside."""

    root: etree._Element
    graphs: list[Graph]
    called: list[AdmittedDefinition]
    messages: dict[str, str]


def _check_size(parts: _Parts, findings: Findings) -> None:
    drawn, outside = (len(graph.nodes) for graph in parts.graphs), (len(each.nodes) for each in parts.called)
    count = sum(drawn) + sum(outside)
    if count > MAX_NODES:
        main = parts.graphs[0]
        findings.add("too-many-elements", line_of(main.process), main.key, limit=MAX_NODES)
        raise DefinitionRefused(findings.sorted())


def _check(parts: _Parts, request: _Request, findings: Findings) -> None:
    known = request.known_names
    if known is not None:
        known = known.union(*map(_mapped, parts.graphs))
    for graph in parts.graphs:
        if graph.process.get("isExecutable") != "true":
            findings.add("not-executable", line_of(graph.process), graph.key)
        lint(graph, parts.messages, known, request.decisions, findings)
        read_lanes(graph, findings)
    check_called(parts.graphs, parts.called, findings)
    _check_decisions(parts, request, findings)
    if findings:
        raise DefinitionRefused(findings.sorted())


def _check_decisions(parts: _Parts, request: _Request, findings: Findings) -> None:
    seen = {request.decisions.hash: request.decisions}
    for definition in parts.called:
        own = definition.decisions
        clashes = {id for other in seen.values() for id in other.decisions.keys() & own.decisions.keys()}
        for id in sorted(clashes if own.hash not in seen else ()):
            findings.add("decision-twice", 1, definition.key, id=id)
        seen[own.hash] = own


def _mapped(graph: Graph) -> frozenset[str]:
    """The variables that calls fill in the processes they call."""
    return frozenset().union(*(call.into.targets for call in sound_calls(graph)))


def _definition(parts: _Parts, request: _Request) -> AdmittedDefinition:
    stored = canonical(parts.root)
    main = parts.graphs[0]
    own = [node for graph in parts.graphs for node in graph.nodes.values()]
    functions = frozenset(n.element.get(duban("function"), "") for n in own if n.kind == "serviceTask")
    nodes: dict[str, Node] = {}
    for graph in parts.graphs:
        lanes = read_lanes(graph, Findings(request.file))
        nodes |= {node.id: _node(graph, node, lanes) for node in graph.nodes.values()}
    for definition in parts.called:
        nodes |= definition.nodes
    return AdmittedDefinition(
        key=main.key,
        name=main.process.get("name", main.key),
        file=request.file,
        hash=hashlib.sha256(stored).hexdigest(),
        xml=stored,
        nodes=nodes,
        messages=frozenset(parts.messages.values()).union(*(each.messages for each in parts.called)),
        functions=functions.union(*(each.functions for each in parts.called)),
        names=frozenset().union(*(_names(graph, request.decisions) for graph in parts.graphs))
        - frozenset().union(*map(_mapped, parts.graphs)),
        processes=tuple(graph.key for graph in parts.graphs),
        called=tuple(parts.called),
        decisions=request.decisions.with_those_of(each.decisions for each in parts.called),
    )


def _node(graph: Graph, node: FlowNode, lanes: dict[str, str]) -> Node:
    own = {
        str(etree.QName(str(name)).localname): str(value)
        for name, value in node.element.attrib.items()
        if str(name).startswith(f"{{{DUBAN}}}")
    }
    around: FlowNode | None = node
    while around is not None and around.id not in lanes:
        around = graph.nodes.get(around.parent)
    lane = None if around is None else lanes[around.id]
    documentation = text_of(bpmn_child(node.element, "documentation"))
    return Node(node.id, node.kind, node.element.get("name", ""), lane, documentation, node.parent, own)


def _names(graph: Graph, decisions: AdmittedDecisions) -> frozenset[str]:
    """The variables that the routing reads and that must come from outside."""
    read = {
        name for node in graph.nodes.values() for text in expressions_of(node) for name in parse(text).names
    }
    for node in graph.nodes.values():
        if node.kind == CALL:
            read |= read_call(node.element).into.names
        elif node.kind == RULE_TASK:
            rule = read_rule_task(node.element)
            read |= reads(rule, decisions.decisions[rule.decision])
    return frozenset(read - own_names(graph))


def _the_process(root: etree._Element, wanted: str | None, findings: Findings) -> etree._Element | None:
    """The process that is asked for, else the only one that no other one calls."""
    processes = bpmn_children(root, "process")
    if not processes:
        findings.add("no-process", line_of(root), "")
        return None
    if wanted is not None:
        found = [process for process in processes if process.get("id") == wanted]
        if not found:
            findings.add("no-such-process", line_of(root), wanted, name=wanted)
        return found[0] if found else None
    called = {called_key(each) for each in root.iter(f"{{{BPMN}}}{CALL}")} if len(processes) > 1 else set()
    free = [process for process in processes if process.get("id") not in called] or processes
    for extra in free[1:]:
        findings.add("many-processes", line_of(extra), extra.get("id", ""))
    return free[0]


def _check_ids(root: etree._Element, findings: Findings) -> None:
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
        if kind in vocabulary.FLOW_NODES | {"process", "sequenceFlow", "message"}:
            findings.add("missing-id", line, vocabulary.nearest_id(element), name=kind)
    elif kind in ("inputDataItem", "outputDataItem"):
        # Two activities may well name their item alike; these ids name variables, and nothing refers to them.
        return
    elif name in seen:
        findings.add("duplicate-id", line, name, id=name)
    elif len(name) > MAX_ID or RESERVED_ID.fullmatch(name):
        findings.add("bad-id", line, name, id=name, limit=MAX_ID)
    seen.add(name)
