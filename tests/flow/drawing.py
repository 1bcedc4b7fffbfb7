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
    """One node. `collection` and `item` make it a loop; `host` and `message` a boundary event.

    `repeat` makes it a standard loop: asked while it holds, at most `maximum` times, `before` each run or after it.
    `start` and `completion` are its quantities; `called` with `into` and `out` makes it a call; `rule` a decision
    asked for, whose `result` becomes a variable; `activation` starts a complex gateway.
    """

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
    repeat: str | None = None
    maximum: int | None = None
    before: bool = False
    start: int = 1
    completion: int = 1
    called: Model | None = None
    into: dict[str, str] = field(default_factory=dict)
    out: dict[str, str] = field(default_factory=dict)
    rule: str | None = None
    result: str | None = None
    activation: str | None = None


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
    processes = {each.key: each for each in [model, *(n.called for n in _all_nodes(model) if n.called)]}
    body = declared + "".join(
        f'<bpmn:process id="{key}" isExecutable="true">{_level(each)}</bpmn:process>'
        for key, each in processes.items()
    )
    return (HEAD + body + "</bpmn:definitions>").encode()


def _all_nodes(model: Model) -> list[Drawn]:
    inner = [level for node in model.nodes.values() for level in (node.inside, node.called) if level]
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
    attributes += _own_attributes(node)
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
    content += _own_content(node)
    return f"<bpmn:{node.kind} {attributes}>{content}</bpmn:{node.kind}>"


def _own_attributes(node: Drawn) -> str:
    given = {
        "startQuantity": node.start if node.start > 1 else None,
        "completionQuantity": node.completion if node.completion > 1 else None,
        "calledElement": node.called.key if node.called else None,
        "duban:in": _mapping(node.into),
        "duban:out": _mapping(node.out),
        "duban:decision": node.rule,
        "duban:result": node.result,
    }
    return "".join(f' {name}="{escape(str(value))}"' for name, value in given.items() if value)


def _own_content(node: Drawn) -> str:
    content = ""
    if node.repeat is not None or node.maximum is not None:
        content += _standard_loop(node)
    if node.activation:
        content += f"<bpmn:activationCondition>{escape(node.activation)}</bpmn:activationCondition>"
    return content + (_level(node.inside) if node.inside else "")


def _mapping(pairs: dict[str, str]) -> str:
    return "*" if pairs == {"*": "*"} else ", ".join(f"{target} = {text}" for target, text in pairs.items())


def _standard_loop(node: Drawn) -> str:
    attributes = f' testBefore="{str(node.before).lower()}"'
    if node.maximum is not None:
        attributes += f' loopMaximum="{node.maximum}"'
    condition = f"<bpmn:loopCondition>{escape(node.repeat)}</bpmn:loopCondition>" if node.repeat else ""
    return f"<bpmn:standardLoopCharacteristics{attributes}>{condition}</bpmn:standardLoopCharacteristics>"
