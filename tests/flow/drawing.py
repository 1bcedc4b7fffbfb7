"""Drawing small processes for tests: a model is nodes and flows, and can be written as BPMN."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

DEFAULT = "(default)"
EACH, FIRST = "(each)", "(first)"
TRIGGERS = (
    "message",
    "signal",
    "error",
    "escalation",
    "timer",
    "condition",
    "link",
    "compensation",
    "cancel",
)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:duban="http://duban/bpmn" '
    'id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">'
)

DECLARED = {
    "message": '<bpmn:message id="m_{name}" name="{name}"/>',
    "signal": '<bpmn:signal id="sig_{name}" name="{name}"/>',
    "error": '<bpmn:error id="err_{name}" name="{name}!" errorCode="{name}"/>',
    "escalation": '<bpmn:escalation id="esc_{name}" name="{name}!" escalationCode="{name}"/>',
}
DEFINITIONS = {
    "message": '<bpmn:messageEventDefinition messageRef="m_{name}"/>',
    "signal": '<bpmn:signalEventDefinition signalRef="sig_{name}"/>',
    "error": '<bpmn:errorEventDefinition errorRef="err_{name}"/>',
    "escalation": '<bpmn:escalationEventDefinition escalationRef="esc_{name}"/>',
    "timer": "<bpmn:timerEventDefinition><bpmn:{time}>{name}</bpmn:{time}></bpmn:timerEventDefinition>",
    "condition": "<bpmn:conditionalEventDefinition><bpmn:condition>{name}</bpmn:condition>"
    "</bpmn:conditionalEventDefinition>",
    "link": '<bpmn:linkEventDefinition name="{name}"/>',
    "compensation": '<bpmn:compensateEventDefinition activityRef="{name}"/>',
}
PLAIN = {
    "error": "<bpmn:errorEventDefinition/>",
    "escalation": "<bpmn:escalationEventDefinition/>",
    "compensation": "<bpmn:compensateEventDefinition/>",
    "cancel": "<bpmn:cancelEventDefinition/>",
}


@dataclass
class Drawn:
    """One node. `collection` and `item` make it a loop; `host` a boundary event.

    What an event waits for or throws is one or more of `message`, `signal` … ; an error or escalation of
    the code "" is any, compensation of "" all that can be undone; `together` waits for all of them; `undone_by` is said
    of the boundary event of compensation, `interrupting` of boundary events and of the start of an event subprocess.

    `repeat` makes it a standard loop: asked while it holds, at most `maximum` times, `before` each run or after it.
    `enough` is a completion condition; `announces` says what is thrown when one instance completes, and when: `EACH`,
    `FIRST` or a condition.
    `begins` is said of an event-based gateway or a receiving task that begins the process; `awaits_all` of the former.
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
    signal: str | None = None
    error: str | None = None
    escalation: str | None = None
    timer: str | None = None
    condition: str | None = None
    link: str | None = None
    compensation: str | None = None
    cancel: str | None = None
    undone_by: str | None = None
    for_compensation: bool = False
    together: bool = False
    function: str | None = None
    by_event: bool = False
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
    enough: str | None = None
    begins: bool = False
    awaits_all: bool = False
    announces: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    @property
    def triggers(self) -> list[tuple[str, str]]:
        """Kind and name of all that this event waits for or throws."""
        given = [(kind, getattr(self, kind)) for kind in TRIGGERS]
        return [(kind, value) for kind, value in given if value is not None]

    @property
    def announced(self) -> list[tuple[str, str]]:
        """Kind and name of all that is thrown when an instance completes."""
        return [pair for _when, pairs in self.announces for pair in pairs]


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
    drawn: int = 0  # how many flows there have been

    def node(self, kind: str, name: str, **settings: object) -> Model:
        self.nodes[name] = Drawn(kind, name, **settings)  # type: ignore[arg-type]
        return self

    def wire(self, *path: str, condition: str | None = None) -> Model:
        """Connect the named nodes in a row; a condition is for the first of the flows."""
        for source, target in zip(path, path[1:], strict=False):
            self.wires.append(Wire(source, target, condition, f"{self.key}_f{self.drawn}"))
            self.drawn += 1
            condition = None
        return self

    def unwire(self, source: str) -> Model:
        """Take away the flows that leave a node."""
        self.wires = [wire for wire in self.wires if wire.source != source]
        return self


def as_bpmn(model: Model) -> bytes:
    nodes = _all_nodes(model)
    named = sorted({pair for node in nodes for pair in [*node.triggers, *node.announced] if pair[1]})
    declared = "".join(DECLARED[kind].format(name=name) for kind, name in named if kind in DECLARED)
    declared += "".join({node.id: _referred(node) for node in nodes}.values())
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
    associations = "".join(
        f'<bpmn:association id="a_{node.id}" sourceRef="{node.id}" targetRef="{node.undone_by}"/>'
        for node in model.nodes.values()
        if node.undone_by
    )
    defaults = {wire.source: wire.id for wire in reversed(model.wires) if wire.condition == DEFAULT}
    nodes = "".join(_node(node, defaults.get(node.id)) for node in model.nodes.values())
    return nodes + flows + associations


def _wire(wire: Wire) -> str:
    ends = f'id="{wire.id}" sourceRef="{wire.source}" targetRef="{wire.target}"'
    if wire.condition is None or wire.condition == DEFAULT:
        return f"<bpmn:sequenceFlow {ends}/>"
    condition = f"<bpmn:conditionExpression>{escape(wire.condition)}</bpmn:conditionExpression>"
    return f"<bpmn:sequenceFlow {ends}>{condition}</bpmn:sequenceFlow>"


def _node(node: Drawn, default: str | None) -> str:
    settings = {**_attributes(node, default), **_own_attributes(node)}
    attributes = " ".join(f'{name}="{escape(str(value))}"' for name, value in settings.items() if value)
    content = "".join(_definition(kind, name) for kind, name in node.triggers) if _is_event(node) else ""
    if node.terminate:
        content += "<bpmn:terminateEventDefinition/>"
    content += _instances(node) if node.collection else ""
    content += _own_content(node)
    return f"<bpmn:{node.kind} {attributes}>{content}</bpmn:{node.kind}>"


def _instances(node: Drawn) -> str:
    attributes = f' isSequential="{_yes(node.sequential)}"'
    attributes += f' duban:collection="{node.collection}" duban:item="{node.item}"'
    content, behaviour = "", {EACH: "None", FIRST: "One"}
    for when, pairs in node.announces:
        if when in behaviour:
            name = behaviour[when]
            attributes += f' behavior="{name}" {name.lower()}BehaviorEventRef="d_{node.id}"'
        else:
            event = "".join(_definition(kind, name) for kind, name in pairs)
            content += f"<bpmn:complexBehaviorDefinition><bpmn:condition>{escape(when)}</bpmn:condition>"
            content += f"<bpmn:event>{event}</bpmn:event></bpmn:complexBehaviorDefinition>"
    attributes += ' behavior="Complex"' if content else ""
    if node.enough is not None:
        content += f"<bpmn:completionCondition>{escape(node.enough)}</bpmn:completionCondition>"
    name = "bpmn:multiInstanceLoopCharacteristics"
    return f"<{name}{attributes}>{content}</{name}>" if content else f"<{name}{attributes}/>"


def _referred(node: Drawn) -> str:
    """The event definition that the behaviour of a multi-instance activity refers to."""
    referred = [pairs[0] for when, pairs in node.announces if when in (EACH, FIRST)]
    found = "".join(_definition(kind, name) for kind, name in referred)
    return found.replace("EventDefinition ", f'EventDefinition id="d_{node.id}" ', 1)


def _attributes(node: Drawn, default: str | None) -> dict[str, str | None]:
    is_handler = node.kind == "startEvent" and bool(node.triggers)
    return {
        "id": node.id,
        "default": default,
        "triggeredByEvent": "true" if node.by_event else None,
        "isInterrupting": _yes(node.interrupting) if is_handler else None,
        "instantiate": "true" if node.begins else None,
        "eventGatewayType": "Parallel" if node.awaits_all else None,
        "isForCompensation": "true" if node.for_compensation else None,
        "duban:function": node.function,
        "attachedToRef": node.host,
        "parallelMultiple": "true" if node.together else None,
        "cancelActivity": _yes(node.interrupting) if node.host else None,
        "messageRef": f"m_{node.message}" if node.message and not _is_event(node) else None,
    }


def _definition(kind: str, name: str) -> str:
    time = {"P": "timeDuration", "R": "timeCycle"}.get(name[:1], "timeDate")
    return (DEFINITIONS if name else PLAIN)[kind].format(name=escape(name), time=time)


def _is_event(node: Drawn) -> bool:
    return node.kind.endswith("Event")


def _yes(value: bool) -> str:
    return str(value).lower()


def _own_attributes(node: Drawn) -> dict[str, object]:
    return {
        "startQuantity": node.start if node.start > 1 else None,
        "completionQuantity": node.completion if node.completion > 1 else None,
        "calledElement": node.called.key if node.called else None,
        "duban:in": _mapping(node.into),
        "duban:out": _mapping(node.out),
        "duban:decision": node.rule,
        "duban:result": node.result,
    }


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
    attributes = f' testBefore="{_yes(node.before)}"'
    if node.maximum is not None:
        attributes += f' loopMaximum="{node.maximum}"'
    condition = f"<bpmn:loopCondition>{escape(node.repeat)}</bpmn:loopCondition>" if node.repeat else ""
    return f"<bpmn:standardLoopCharacteristics{attributes}>{condition}</bpmn:standardLoopCharacteristics>"
