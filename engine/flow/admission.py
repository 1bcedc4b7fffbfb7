"""The gate: a definition is run as BPMN 2.0.2 means it, or refused here with every reason at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from engine.flow import source, vocabulary
from engine.flow.errors import DefinitionRefused
from engine.flow.expressions import parse
from engine.flow.graph import FlowNode, Graph, read_graph
from engine.flow.lint import lint
from engine.flow.loops import COUNTERS, read_loop
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
    """A process definition that can be run; `xml` is the normal form to store, `hash` its SHA-256."""

    key: str
    name: str
    file: str
    hash: str
    xml: bytes
    nodes: Mapping[str, Node]
    messages: frozenset[str]
    functions: frozenset[str]
    names: frozenset[str]

    def __hash__(self) -> int:
        return hash(self.hash)


def admit(xml: bytes, file: str, known_names: Iterable[str] | None = None) -> AdmittedDefinition:
    """The definition in `xml`; raises DefinitionRefused. Conditions may read `known_names` only, if given."""
    return _admit(xml, file, None if known_names is None else frozenset(known_names))


@lru_cache(maxsize=64)
def _admit(xml: bytes, file: str, known_names: frozenset[str] | None) -> AdmittedDefinition:
    findings = Findings(file)
    root = source.read(xml, findings)
    if root is None:
        raise DefinitionRefused(findings.sorted())
    vocabulary.check_vocabulary(root, findings)
    _check_ids(root, findings)
    process = _the_process(root, findings)
    if process is None:
        raise DefinitionRefused(findings.sorted())
    normalize(root)
    graph = read_graph(process)
    if len(graph.nodes) > MAX_NODES:
        findings.add("too-many-elements", line_of(process), graph.key, limit=MAX_NODES)
        raise DefinitionRefused(findings.sorted())
    messages = {child.get("id", ""): child.get("name", "") for child in bpmn_children(root, "message")}
    lint(graph, messages, known_names, findings)
    lanes = _lanes(graph, findings)
    if findings:
        raise DefinitionRefused(findings.sorted())
    return _definition(root, graph, lanes, messages, file)


def _definition(
    root: etree._Element, graph: Graph, lanes: dict[str, str], messages: dict[str, str], file: str
) -> AdmittedDefinition:
    stored = canonical(root)
    services = [node for node in graph.nodes.values() if node.kind == "serviceTask"]
    return AdmittedDefinition(
        key=graph.key,
        name=graph.process.get("name", graph.key),
        file=file,
        hash=hashlib.sha256(stored).hexdigest(),
        xml=stored,
        nodes={node.id: _node(graph, node, lanes) for node in graph.nodes.values()},
        messages=frozenset(messages.values()),
        functions=frozenset(node.element.get(duban("function"), "") for node in services),
        names=_names(graph),
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


def _names(graph: Graph) -> frozenset[str]:
    """The variables that the routing reads and that must come from outside."""
    loops = [read_loop(node.loop) for node in graph.nodes.values() if node.loop is not None]
    texts = [flow.condition for flow in graph.flows.values()]
    texts += [text for loop in loops for text in (loop.cardinality, loop.condition, loop.collection)]
    read = {name for text in texts if text is not None for name in parse(text).names}
    return frozenset(read - COUNTERS - {loop.item for loop in loops} - {loop.results for loop in loops})


def _the_process(root: etree._Element, findings: Findings) -> etree._Element | None:
    processes = bpmn_children(root, "process")
    if not processes:
        findings.add("no-process", line_of(root), "")
        return None
    for extra in processes[1:]:
        findings.add("many-processes", line_of(extra), extra.get("id", ""))
    process = processes[0]
    if process.get("isExecutable") != "true":
        findings.add("not-executable", line_of(process), process.get("id", ""))
    return process


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


def _lanes(graph: Graph, findings: Findings) -> dict[str, str]:
    """Node id → name of the innermost lane that lists it."""
    found: dict[str, tuple[str, etree._Element]] = {}
    for lane in graph.process.iter(f"{{{BPMN}}}lane"):
        for reference in bpmn_children(lane, "flowNodeRef"):
            name = text_of(reference)
            if name not in graph.nodes:
                findings.add(
                    "dangling-reference", line_of(reference), lane.get("id", ""), name="lane", id=name
                )
            elif name in found and found[name][1] not in lane.iterancestors():
                findings.add("lane-twice", line_of(reference), name, id=name)
            else:
                found[name] = (lane.get("name") or str(lane.get("id", "")), lane)
    return {name: lane_name for name, (lane_name, _) in found.items()}
