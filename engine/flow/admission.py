"""The gate: a definition is run as BPMN 2.0.2 means it, or refused here with every reason at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from engine.flow import interchange, source, vocabulary
from engine.flow.beginnings import Beginning, beginnings_of, check_called_begin
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
from engine.flow.expression_types import check_types
from engine.flow.expressions import parse
from engine.flow.graph import Graph, read_graph
from engine.flow.identifiers import check_ids
from engine.flow.lanes import read_lanes
from engine.flow.lint import expressions_of, lint, own_names
from engine.flow.lint_behaviours import check_handled
from engine.flow.nodes import Node, read_node
from engine.flow.normalize import canonical, normalize
from engine.flow.problems import ERROR, Findings, Problem
from engine.flow.soundness import check_soundness
from engine.flow.source import BPMN, bpmn_children, duban, line_of
from engine.flow.staffing import check_staffing
from engine.flow.triggers import Declared, read_declared

MAX_NODES = 500
MAX_FLOWS = 2_000
# The names that conditions may read with their types, in a form that can be remembered; None: any name.
Known = tuple[tuple[str, str | None], ...] | None


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
    signals: frozenset[str]
    beginnings: tuple[Beginning, ...]
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

    Conditions may read `known_names` only, if given; where these come with types (a mapping, see `expression_types`),
    conditions are held to them as well. Business rule tasks ask for `decisions`. What call activities
    call is drawn in the same file or found by `called`, which is told the key and the hash that is stored with it. Of
    several processes in a file, `process` is the one meant; else the one that no other one calls.
    """
    request = _Request(file, _typed(known_names), decisions, process)
    # What a resolver gives may be another definition tomorrow: only what depends on the file alone is kept.
    return _admit_kept(xml, request) if called is None else _admitted(_examine(xml, request, called))


@dataclass(frozen=True)
class Examined:
    """A file looked through: everything that is wrong with it, warnings too, and what can be run all the same."""

    problems: list[Problem]
    definition: AdmittedDefinition | None


def examine(
    xml: bytes,
    file: str,
    known_names: Iterable[str] | None = None,
    *,
    decisions: AdmittedDecisions = NO_DECISIONS,
    called: Resolver | None = None,
    process: str | None = None,
) -> Examined:
    """Admission that refuses nothing but tells; there is a definition unless one of the problems is an error."""
    return _examine(xml, _Request(file, _typed(known_names), decisions, process), called)


@dataclass(frozen=True)
class _Request:
    file: str
    known: Known
    decisions: AdmittedDecisions
    process: str | None


def _typed(known_names: Iterable[str] | None) -> Known:
    if known_names is None:
        return None
    types = known_names if isinstance(known_names, Mapping) else dict.fromkeys(known_names)
    return tuple(sorted(types.items()))


@lru_cache(maxsize=64)
def _admit_kept(xml: bytes, request: _Request) -> AdmittedDefinition:
    return _admitted(_examine(xml, request, None))


def _admitted(examined: Examined) -> AdmittedDefinition:
    if examined.definition is None:
        raise DefinitionRefused([problem for problem in examined.problems if problem.severity == ERROR])
    return examined.definition


def _examine(xml: bytes, request: _Request, resolve: Resolver | None) -> Examined:
    findings = Findings(request.file)
    definition = _examined(xml, request, resolve, findings)
    return Examined(findings.sorted(), None if findings else definition)


def _examined(
    xml: bytes, request: _Request, resolve: Resolver | None, findings: Findings
) -> AdmittedDefinition | None:
    root = source.read(xml, findings)
    if root is None:
        return None
    interchange.choose_process(root, request.process)
    interchange.adapt(root, findings)
    adopt_rule_tasks(root, request.decisions, findings)
    adopt_calls(root)
    vocabulary.check_vocabulary(root, findings)
    check_ids(root, findings)
    main = _the_process(root, request.process, findings)
    if main is None or findings.is_full:
        return None
    normalize(root)
    parts = _gathered(root, main.get("id", ""), resolve, findings)
    if not _fits(parts, findings):
        return None
    _check(parts, request, findings)
    if not findings:
        check_handled(parts.graphs[0], parts.declared, findings)
    for graph in parts.graphs if not findings else ():
        check_types(graph, dict(request.known or ()), findings)
        check_soundness(graph, findings)
        check_staffing(graph, findings)
    return None if findings else _definition(parts, request)


@dataclass(frozen=True)
class _Parts:
    """What makes up a definition: the levels drawn in its file, the process itself first, and all it calls outside."""

    root: etree._Element
    graphs: list[Graph]
    called: list[AdmittedDefinition]
    declared: Declared


def _gathered(root: etree._Element, main: str, resolve: Resolver | None, findings: Findings) -> _Parts:
    gathering = Gathering({}, resolve, findings)
    gathering.drawn = {
        process.get("id", ""): read_graph(process) for process in bpmn_children(root, "process")
    }
    gathering.follow(gathering.drawn[main])
    graphs = [gathering.drawn[main], *gathering.called.graphs]
    return _Parts(root, graphs, gathering.called.definitions, read_declared(root))


def _fits(parts: _Parts, findings: Findings) -> bool:
    """Whether the definition, with all it calls, is small enough to be looked at more closely."""
    drawn, outside = (len(graph.nodes) for graph in parts.graphs), (len(each.nodes) for each in parts.called)
    flows = sum(len(graph.flows) for graph in parts.graphs)
    for count, limit in ((sum(drawn) + sum(outside), MAX_NODES), (flows, MAX_FLOWS)):
        if count > limit:
            main = parts.graphs[0]
            findings.add("too-many-elements", line_of(main.process), main.key, limit=limit)
            return False
    return True


def _check(parts: _Parts, request: _Request, findings: Findings) -> None:
    known = (
        None if request.known is None else frozenset(dict(request.known)).union(*map(_mapped, parts.graphs))
    )
    for graph in parts.graphs:
        if graph.process.get("isExecutable") != "true":
            findings.add("not-executable", line_of(graph.process), graph.key)
        lint(graph, parts.declared, known, request.decisions, findings)
        read_lanes(graph, findings)
    check_called(parts.graphs, parts.called, findings)
    check_called_begin(parts.graphs[1:], parts.called, parts.declared, findings)
    _check_decisions(parts, request, findings)


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
        nodes |= {node.id: read_node(graph, node, lanes) for node in graph.nodes.values()}
    for definition in parts.called:
        nodes |= definition.nodes
    return AdmittedDefinition(
        key=main.key,
        name=main.process.get("name", main.key),
        file=request.file,
        hash=hashlib.sha256(stored).hexdigest(),
        xml=stored,
        nodes=nodes,
        messages=frozenset(parts.declared["message"].values()).union(
            *(each.messages for each in parts.called)
        ),
        signals=frozenset(parts.declared["signal"].values()).union(*(each.signals for each in parts.called)),
        beginnings=beginnings_of(main, parts.declared),
        functions=functions.union(*(each.functions for each in parts.called)),
        names=frozenset().union(*(_names(graph, request.decisions) for graph in parts.graphs))
        - frozenset().union(*map(_mapped, parts.graphs)),
        processes=tuple(graph.key for graph in parts.graphs),
        called=tuple(parts.called),
        decisions=request.decisions.with_those_of(each.decisions for each in parts.called),
    )


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
