"""Other versions of the shipped process: the same folder with its flow, periods or tasks changed in a few places."""

from __future__ import annotations

from collections.abc import Callable

from engine import capabilities
from engine.definitions import catalogue
from engine.foundation.actor import system_actor

KEY = "suggestion"
XSI = 'xsi:type="bpmn:tFormalExpression"'


def files(**changes: Callable[[str], str]) -> dict[str, str]:
    """The folder's files; `bpmn`, `process`, `deadlines` and `notices` give what is made of each."""
    paths = {
        "bpmn": f"{KEY}.bpmn",
        "process": "process.toml",
        "deadlines": "deadlines.toml",
        "notices": "notices.toml",
    }
    found = dict(catalogue.shipped()[KEY])
    for name, change in changes.items():
        found[paths[name]] = change(found[paths[name]])
    return found


def deployed(**changes: Callable[[str], str]) -> int:
    """Deploy the changed folder as the newest version; gives its row's id."""
    return catalogue.deploy(system_actor(0), files(**changes), **capabilities.known())


def replaced(*pairs: tuple[str, str]) -> Callable[[str], str]:
    """A change that puts each second text in place of the first, which must be there."""

    def change(text: str) -> str:
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        return text

    return change


def asking(condition: str, asked: str) -> Callable[[str], str]:
    """A change that lets a gateway ask something else."""
    return replaced(
        (f"<bpmn:conditionExpression {XSI}>{condition}<", f"<bpmn:conditionExpression {XSI}>{asked}<")
    )


def with_gateway(flow: str, source: str, target: str, asked: str, level_end: str) -> Callable[[str], str]:
    """A change that puts a gateway onto a flow; it asks `asked`, and either way leads where the flow led."""
    old = f'<bpmn:sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}" />'
    new = f"""<bpmn:exclusiveGateway id="gw_new" name="新关口" default="f_new_2" />
        <bpmn:sequenceFlow id="{flow}" sourceRef="{source}" targetRef="gw_new" />
        <bpmn:sequenceFlow id="f_new_1" sourceRef="gw_new" targetRef="{level_end}">
          <bpmn:conditionExpression {XSI}>{asked}</bpmn:conditionExpression></bpmn:sequenceFlow>
        <bpmn:sequenceFlow id="f_new_2" sourceRef="gw_new" targetRef="{target}" />"""
    return replaced((old, new))
