"""Lanes: which node lies in which."""

from __future__ import annotations

from lxml import etree

from engine.flow.graph import Graph
from engine.flow.problems import Findings
from engine.flow.source import BPMN, bpmn_children, line_of, text_of


def read_lanes(graph: Graph, findings: Findings) -> dict[str, str]:
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
