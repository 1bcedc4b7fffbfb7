"""The ways in which a process begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.flow.graph import Graph
from engine.flow.problems import Findings
from engine.flow.source import line_of
from engine.flow.triggers import Declared, Trigger, read_triggers

if TYPE_CHECKING:
    from engine.flow.admission import AdmittedDefinition

ON_DEMAND = "none"


@dataclass(frozen=True)
class Beginning:
    """One way to begin: by the start event `node`, on a message or signal of this name, or on demand (`none`)."""

    node: str
    kind: str
    name: str


def beginnings_of(graph: Graph, declared: Declared) -> tuple[Beginning, ...]:
    none = (Trigger(ON_DEMAND),)
    return tuple(
        Beginning(start.id, trigger.kind, trigger.name or "")
        for start in graph.starts(graph.key)
        for trigger in read_triggers(start.element, declared) or none
    )


def check_called_begin(
    called: Iterable[Graph], definitions: Iterable[AdmittedDefinition], declared: Declared, findings: Findings
) -> None:
    """A call begins a process on demand: one that begins by events alone cannot be called (BPMN 2.0.2, 10.3.6)."""
    drawn = [(graph.key, line_of(graph.process), beginnings_of(graph, declared)) for graph in called]
    outside = [(definition.key, 1, definition.beginnings) for definition in definitions]
    for key, line, starts in [*drawn, *outside]:
        if not any(start.kind == ON_DEMAND for start in starts):
            findings.add("called-start", line, key, name=key)
