"""Drawing small processes for tests: a model is nodes and flows, and can be written as BPMN."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

DEFAULT = "(default)"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:duban="http://duban/bpmn" '
    'id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">'
)


@dataclass
class Drawn:
    """One node. `collection` and `item` make it a loop; `host` and `message` a boundary event."""

    kind: str
    id: str
    inside: Model | None = None
    collection: str | None = None
    item: str = "item"
    sequential: bool = False
    host: str | None = None
    interrupting: bool = True
    message: str | None = None
    terminate: bool = False
    function: str | None = None


@dataclass
class Wire:
    source: str
    target: str
    condition: str | None = None
    id: str = ""


@dataclass
class Model:
    """One level; `wires` keep the order in which conditions are tried."""

    nodes: dict[str, Drawn] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)
    key: str = "p"

    def node(self, kind: str, name: str, **settings: object) -> Model:
        self.nodes[name] = Drawn(kind, name, **settings)  # type: ignore[arg-type]
        return self

    def wire(self, *path: str, condition: str | None = None) -> Model:
        """Connect the named nodes in a row; a condition is for the first of the flows."""
        for source, target in zip(path, path[1:], strict=False):
            self.wires.append(Wire(source, target, condition, f"{self.key}_f{len(self.wires)}"))
            condition = None
        return self


def as_bpmn(model: Model) -> bytes:
    messages = sorted({node.message for node in _all_nodes(model) if node.message})
    declared = "".join(f'<bpmn:message id="m_{name}" name="{name}"/>' for name in messages)
    body = f'{declared}<bpmn:process id="{model.key}" isExecutable="true">{_level(model)}</bpmn:process>'
    return (HEAD + body + "</bpmn:definitions>").encode()


def _all_nodes(model: Model) -> list[Drawn]:
    inner = [node.inside for node in model.nodes.values() if node.inside]
    return list(model.nodes.values()) + [node for level in inner for node in _all_nodes(level)]


def _level(model: Model) -> str:
    flows = "".join(_wire(wire) for wire in model.wires)
    return "".join(_node(model, node) for node in model.nodes.values()) + flows


def _wire(wire: Wire) -> str:
    ends = f'id="{wire.id}" sourceRef="{wire.source}" targetRef="{wire.target}"'
    if wire.condition is None or wire.condition == DEFAULT:
        return f"<bpmn:sequenceFlow {ends}/>"
    condition = f"<bpmn:conditionExpression>{escape(wire.condition)}</bpmn:conditionExpression>"
    return f"<bpmn:sequenceFlow {ends}>{condition}</bpmn:sequenceFlow>"


def _node(model: Model, node: Drawn) -> str:
    defaults = [w.id for w in model.wires if w.source == node.id and w.condition == DEFAULT]
    attributes = f'id="{node.id}"' + "".join(f' default="{name}"' for name in defaults)
    if node.function:
        attributes += f' duban:function="{node.function}"'
    if node.host:
        attributes += f' attachedToRef="{node.host}" cancelActivity="{str(node.interrupting).lower()}"'
    content = ""
    if node.message and node.kind in ("sendTask", "receiveTask"):
        attributes += f' messageRef="m_{node.message}"'
    elif node.message:
        content += f'<bpmn:messageEventDefinition messageRef="m_{node.message}"/>'
    if node.terminate:
        content += "<bpmn:terminateEventDefinition/>"
    if node.collection:
        content += (
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(node.sequential).lower()}" '
            f'duban:collection="{node.collection}" duban:item="{node.item}"/>'
        )
    if node.inside:
        content += _level(node.inside)
    return f"<bpmn:{node.kind} {attributes}>{content}</bpmn:{node.kind}>"
