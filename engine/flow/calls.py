"""Call activities: which process they call, what goes in and comes out, and where the called process is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from engine.flow.expressions import ExpressionError
from engine.flow.graph import FlowNode, Graph
from engine.flow.mappings import EVERYTHING, DataMapping, read_mapping
from engine.flow.problems import Findings
from engine.flow.source import BPMN, CAMUNDA, duban, line_of

if TYPE_CHECKING:
    from engine.flow.admission import AdmittedDefinition

CALL = "callActivity"
_BINDING = f"{{{CAMUNDA}}}calledElementBinding"

# (key of a process, hash that it must have or None) → the definition, or None where there is none
Resolver = Callable[[str, str | None], "AdmittedDefinition | None"]


@dataclass(frozen=True)
class Call:
    """The settings of one call activity; `pin` is the hash of a called process of another file."""

    key: str
    pin: str | None
    into: DataMapping
    out: DataMapping


def read_call(element: etree._Element) -> Call:
    """Raises ExpressionError for a mapping outside the language."""
    return Call(
        called_key(element),
        element.get(duban("calledHash")),
        read_mapping(element.get(duban("in"), "")),
        read_mapping(element.get(duban("out"), "")),
    )


def called_key(element: etree._Element) -> str:
    """The called process; `calledElement` is a QName, whose prefix only says in which file it was drawn."""
    return element.get("calledElement", "").rpartition(":")[2].strip()


def calls_of(graph: Graph) -> list[FlowNode]:
    return [node for node in graph.nodes.values() if node.kind == CALL]


def sound_calls(graph: Graph) -> list[Call]:
    """The settings of all calls whose mappings can be read; the others are refused, and told so."""
    found = []
    for node in calls_of(graph):
        with suppress(ExpressionError):
            found.append(read_call(node.element))
    return found


@dataclass
class Called:
    """What a process calls, directly or through others: levels drawn in its own file, and whole definitions."""

    graphs: list[Graph] = field(default_factory=list)
    definitions: list[AdmittedDefinition] = field(default_factory=list)

    def keys(self) -> Iterator[str]:
        yield from (graph.key for graph in self.graphs)
        yield from (definition.key for definition in self.definitions)


class Gathering:
    """Follows the calls of a process through its file and, by the resolver, out of it."""

    def __init__(self, drawn: dict[str, Graph], resolve: Resolver | None, findings: Findings) -> None:
        self.drawn = drawn
        self.resolve = resolve
        self.findings = findings
        self.called = Called()

    def follow(self, graph: Graph, above: tuple[str, ...] = ()) -> None:
        """Add what the graph calls. A process that calls itself, at whatever distance, would never end."""
        above = (*above, graph.key)
        for node in calls_of(graph):
            key = called_key(node.element)
            if key in above:
                self.findings.add("call-cycle", node.line, node.id, name=key)
            elif key in self.drawn:
                if key not in self.called.keys():  # noqa: SIM118 – a method, not a mapping
                    self.called.graphs.append(self.drawn[key])
                self.follow(self.drawn[key], above)
            else:
                self._resolve(node, key)

    def _resolve(self, node: FlowNode, key: str) -> None:
        pin = node.element.get(duban("calledHash"))
        found = self.resolve(key, pin) if self.resolve is not None and key else None
        if found is None or found.key != key:
            self.findings.add("no-called", node.line, node.id, name=key)
        elif pin is not None and found.hash != pin:
            self.findings.add("other-called", node.line, node.id, name=key)
        else:
            # Pinned: what is stored calls this very definition, whatever is deployed under its key later.
            node.element.set(duban("calledHash"), found.hash)
            if found not in self.called.definitions:
                self.called.definitions.append(found)


def check_called(graphs: list[Graph], definitions: list[AdmittedDefinition], findings: Findings) -> None:
    """A token knows its node by id alone: no two nodes of the processes that run as one may share an id."""
    seen = {node.id: node.line for graph in graphs for node in graph.nodes.values()}
    seen |= {graph.key: line_of(graph.process) for graph in graphs}
    for definition in _distinct(definitions):
        inside = {id for other in definition.called for id in (other.key, *other.nodes)}
        own = {definition.key, *definition.nodes} - inside
        for id in sorted(own & seen.keys()):
            findings.add("called-id", seen[id], id, id=id, name=definition.key)
        seen |= dict.fromkeys(own, 1)


def _distinct(definitions: list[AdmittedDefinition]) -> list[AdmittedDefinition]:
    """The definitions and all that they call in turn, each once however many call it."""
    found: dict[tuple[str, str], AdmittedDefinition] = {}
    waiting = list(definitions)
    while waiting:
        definition = waiting.pop()
        found[definition.hash, definition.key] = definition
        waiting.extend(definition.called)
    return list(found.values())


# Other products ---------------------------------------------------------------------------------


def adopt_calls(root: etree._Element) -> None:
    """Respell Camunda's data mapping in our own attributes, where it means the same; else it stays, and is refused."""
    for element in root.iter(f"{{{BPMN}}}{CALL}"):
        for direction in ("in", "out"):
            _adopt(element, direction)
        if element.get(_BINDING) in (
            "latest",
            "deployment",
        ):  # what is called is found and pinned on admission
            del element.attrib[_BINDING]


def _adopt(element: etree._Element, direction: str) -> None:
    found = element.findall(f"{{{BPMN}}}extensionElements/{{{CAMUNDA}}}{direction}")
    texts = [_respelled(dict(each.attrib)) for each in found]
    if not texts or None in texts or (EVERYTHING in texts and len(texts) > 1):
        return
    element.set(duban(direction), ", ".join(str(text) for text in texts))
    for each in found:
        each.getparent().remove(each)


def _respelled(attributes: dict[str, str]) -> str | None:
    if attributes == {"variables": "all"}:
        return EVERYTHING
    if attributes.keys() != {"source", "target"}:
        return None
    return f"{attributes['target']} = {attributes['source']}"
