"""The allow-list: the elements and attributes of BPMN 2.0 that are run as the standard means them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.flow.behaviours import BEHAVIOURS
from engine.flow.grammar import ANY, Grammar, only
from engine.flow.interchange import PERFORMERS, judge, spelled
from engine.flow.problems import Findings
from engine.flow.refusals import REASONS
from engine.flow.source import BPMN, DUBAN, XSI, line_of, local_name, namespace

# Drawing and authorship: never read by the engine, kept as they are.
DIAGRAM = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
    }
)
HARMLESS: frozenset[str] = DIAGRAM | {
    "http://camunda.org/schema/modeler/1.0",
    "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    XSI,
}

_NAMED: dict[str, frozenset[str] | None] = {"id": ANY, "name": ANY}
_TEXT = Grammar(
    {"id": ANY, f"{{{XSI}}}type": ANY, "textFormat": ANY, "language": ANY, "evaluatesToTypeRef": ANY}
)
_NOTES = frozenset({"documentation", "extensionElements"})
_WIRES = _NOTES | {"incoming", "outgoing"}
_ARTIFACTS = frozenset({"textAnnotation", "association", "group"})

START, END, BOUNDARY = "startEvent", "endEvent", "boundaryEvent"
CATCH, THROW = "intermediateCatchEvent", "intermediateThrowEvent"
EVENTS = frozenset({START, END, BOUNDARY, CATCH, THROW})
GATEWAYS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
)
MANUAL = frozenset({"userTask", "manualTask"})
TASKS = MANUAL | {"serviceTask", "sendTask", "receiveTask", "businessRuleTask"}
SUBPROCESSES = frozenset({"subProcess", "transaction"})
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
# Among those a message, signal or time can reach: a task that is over in the same instant would never hear it.
HOSTS = MANUAL | {"receiveTask", "callActivity"} | SUBPROCESSES
FLOW_NODES = EVENTS | GATEWAYS | ACTIVITIES

# Drawn for people: a data object names variables, and an association shows who uses them.
DATA = frozenset({"dataObject", "dataObjectReference"})
ASSOCIATIONS = frozenset({"dataInputAssociation", "dataOutputAssociation"})

_CONTAINER = _NOTES | _ARTIFACTS | FLOW_NODES | {"sequenceFlow", "laneSet"} | DATA
_ACTIVITY: dict[str, frozenset[str] | None] = {
    **_NAMED,
    "default": ANY,
    "startQuantity": ANY,
    "completionQuantity": ANY,
    "isForCompensation": only("true", "false"),
}
_LOOPS = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})
_LOOPING = _WIRES | _LOOPS | ASSOCIATIONS | {"property"}
_DIRECTION = {"gatewayDirection": ANY}
_PERFORMED = frozenset(PERFORMERS)
_WHO = Grammar({**_NAMED}, _NOTES | {"resourceRef", "resourceAssignmentExpression"})


def _activity(more: Mapping[str, frozenset[str] | None], children: frozenset[str] = _LOOPING) -> Grammar:
    return Grammar({**_ACTIVITY, **more}, children, own=None)


def _event(definitions: frozenset[str], more: Mapping[str, frozenset[str] | None] | None = None) -> Grammar:
    return Grammar({**_NAMED, **(more or {})}, _WIRES | definitions, own=None)


_WAITED = frozenset({"messageEventDefinition", "timerEventDefinition", "signalEventDefinition",
                     "conditionalEventDefinition"})  # fmt: skip
_RAISED = frozenset({"errorEventDefinition", "escalationEventDefinition"})
_THROWN = frozenset({"messageEventDefinition", "signalEventDefinition", "escalationEventDefinition",
                     "compensateEventDefinition"})  # fmt: skip

_DEFINITIONS = _WAITED | _RAISED | _THROWN | {
    "linkEventDefinition", "terminateEventDefinition", "cancelEventDefinition"}  # fmt: skip
_TEXTS = (
    "conditionExpression", "timeDate", "timeDuration", "timeCycle", "condition", "loopCardinality",
    "completionCondition", "loopCondition", "documentation", "formalExpression")  # fmt: skip

GRAMMAR: Mapping[str, Grammar] = {
    **dict.fromkeys(_TEXTS, _TEXT),
    "definitions": Grammar(
        {**_NAMED, "targetNamespace": ANY, "exporter": ANY, "exporterVersion": ANY, "typeLanguage": ANY,
         "expressionLanguage": ANY},
        _NOTES | {"process", "collaboration", "message", "signal", "error", "escalation", "category",
                  "resource", "itemDefinition"} | _DEFINITIONS,
    ),
    "collaboration": Grammar(
        {**_NAMED, "isClosed": ANY}, _NOTES | _ARTIFACTS | {"participant", "messageFlow"}
    ),
    "participant": Grammar({**_NAMED, "processRef": ANY}, _NOTES | {"participantMultiplicity"}),
    "participantMultiplicity": Grammar({"id": ANY, "minimum": ANY, "maximum": ANY}, _NOTES),
    "resource": Grammar({**_NAMED}, _NOTES),
    "itemDefinition": Grammar(
        {"id": ANY, "structureRef": ANY, "isCollection": ANY, "itemKind": ANY}, _NOTES
    ),
    "performer": _WHO,
    "humanPerformer": _WHO,
    "potentialOwner": _WHO,
    "resourceRef": Grammar(),
    "resourceAssignmentExpression": Grammar({"id": ANY}, _NOTES | {"formalExpression"}),
    "messageFlow": Grammar({**_NAMED, "sourceRef": ANY, "targetRef": ANY, "messageRef": ANY}, _NOTES),
    "message": Grammar({**_NAMED, "itemRef": ANY}, _NOTES),
    "signal": Grammar({**_NAMED}, _NOTES),
    "error": Grammar({**_NAMED, "errorCode": ANY}, _NOTES),
    "escalation": Grammar({**_NAMED, "escalationCode": ANY}, _NOTES),
    "process": Grammar(
        {**_NAMED, "isExecutable": ANY, "processType": ANY, "isClosed": ANY,
         "definitionalCollaborationRef": ANY},
        _CONTAINER | {"property"},
        own=None,
    ),
    # Declares the variable that a loopDataInputRef refers to.
    "property": Grammar({**_NAMED, "itemSubjectRef": ANY}, _NOTES),
    "laneSet": Grammar({**_NAMED}, _NOTES | {"lane"}),
    "childLaneSet": Grammar({**_NAMED}, _NOTES | {"lane"}),
    "lane": Grammar({**_NAMED}, _NOTES | {"flowNodeRef", "childLaneSet"}, own=None),
    "flowNodeRef": Grammar(),
    "extensionElements": Grammar(),
    "textAnnotation": Grammar({"id": ANY, "textFormat": ANY}, _NOTES | {"text"}),
    "text": Grammar(),
    "association": Grammar(
        {"id": ANY, "sourceRef": ANY, "targetRef": ANY, "associationDirection": ANY}, _NOTES
    ),
    "group": Grammar({"id": ANY, "categoryValueRef": ANY}, _NOTES),
    "category": Grammar({**_NAMED}, _NOTES | {"categoryValue"}),
    "categoryValue": Grammar({"id": ANY, "value": ANY}, _NOTES),
    "sequenceFlow": Grammar(
        {**_NAMED, "sourceRef": ANY, "targetRef": ANY, "isImmediate": only("true")},
        _NOTES | {"conditionExpression"},
    ),
    "incoming": Grammar(),
    "outgoing": Grammar(),
    START: _event(
        _WAITED | _RAISED | {"compensateEventDefinition"},
        {"isInterrupting": only("true", "false"), "parallelMultiple": only("true", "false")},
    ),
    END: _event(_THROWN | {"errorEventDefinition", "terminateEventDefinition", "cancelEventDefinition"}),
    THROW: _event(_THROWN | {"linkEventDefinition"}),
    CATCH: _event(_WAITED | {"linkEventDefinition"}, {"parallelMultiple": only("true", "false")}),
    BOUNDARY: _event(
        _WAITED | _RAISED | {"compensateEventDefinition", "cancelEventDefinition"},
        {"attachedToRef": ANY, "cancelActivity": only("true", "false"),
         "parallelMultiple": only("true", "false")},
    ),
    "messageEventDefinition": Grammar({"id": ANY, "messageRef": ANY}, _NOTES),
    "signalEventDefinition": Grammar({"id": ANY, "signalRef": ANY}, _NOTES),
    "errorEventDefinition": Grammar({"id": ANY, "errorRef": ANY}, _NOTES),
    "escalationEventDefinition": Grammar({"id": ANY, "escalationRef": ANY}, _NOTES),
    "terminateEventDefinition": Grammar({"id": ANY}, _NOTES),
    "cancelEventDefinition": Grammar({"id": ANY}, _NOTES),
    "compensateEventDefinition": Grammar(
        {"id": ANY, "activityRef": ANY, "waitForCompletion": only("true")}, _NOTES
    ),
    "timerEventDefinition": Grammar({"id": ANY}, _NOTES | {"timeDate", "timeDuration", "timeCycle"}),
    "conditionalEventDefinition": Grammar({"id": ANY, "name": ANY}, _NOTES | {"condition"}),
    "linkEventDefinition": Grammar({**_NAMED}, _NOTES),
    "eventBasedGateway": Grammar(
        {**_NAMED, **_DIRECTION, "instantiate": only("true", "false"),
         "eventGatewayType": only("Exclusive", "Parallel")},
        _WIRES, own=None,
    ),
    "exclusiveGateway": Grammar({**_NAMED, **_DIRECTION, "default": ANY}, _WIRES, own=None),
    "inclusiveGateway": Grammar({**_NAMED, **_DIRECTION, "default": ANY}, _WIRES, own=None),
    "parallelGateway": Grammar({**_NAMED, **_DIRECTION}, _WIRES, own=None),
    "complexGateway": Grammar(
        {**_NAMED, **_DIRECTION, "default": ANY}, _WIRES | {"activationCondition"}, own=None
    ),
    "activationCondition": _TEXT,
    "userTask": _activity({"implementation": only("##unspecified")}, _LOOPING | _PERFORMED),
    "manualTask": _activity({}, _LOOPING | _PERFORMED),
    "serviceTask": _activity({"implementation": only("##unspecified", "##WebService")}),
    "sendTask": _activity({"messageRef": ANY, "implementation": only("##unspecified", "##WebService")}),
    "receiveTask": _activity(
        {"messageRef": ANY, "instantiate": only("true", "false"),
         "implementation": only("##unspecified", "##WebService")}
    ),
    "subProcess": _activity({"triggeredByEvent": only("true", "false")}, _CONTAINER | _LOOPING),
    "transaction": _activity(
        {"triggeredByEvent": only("false"), "method": only("##Compensate")}, _CONTAINER | _LOOPING
    ),
    "callActivity": _activity({"calledElement": ANY}),
    "businessRuleTask": _activity({"implementation": ANY}),
    "standardLoopCharacteristics": Grammar(
        {"id": ANY, "testBefore": only("true", "false"), "loopMaximum": ANY}, _NOTES | {"loopCondition"}
    ),
    "dataObject": Grammar({**_NAMED, "isCollection": ANY}, _NOTES | {"dataState"}),
    "dataObjectReference": Grammar({**_NAMED, "dataObjectRef": ANY}, _NOTES | {"dataState"}),
    "dataState": Grammar({**_NAMED}, _NOTES),
    "dataInputAssociation": Grammar({"id": ANY}, _NOTES | {"sourceRef", "targetRef"}),
    "dataOutputAssociation": Grammar({"id": ANY}, _NOTES | {"sourceRef", "targetRef"}),
    "sourceRef": Grammar(),
    "targetRef": Grammar(),
    "multiInstanceLoopCharacteristics": Grammar(
        {"id": ANY, "isSequential": only("true", "false"), "behavior": BEHAVIOURS,
         "noneBehaviorEventRef": ANY, "oneBehaviorEventRef": ANY},
        _NOTES | {"loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem",
                  "outputDataItem", "completionCondition", "complexBehaviorDefinition"},
        own=frozenset({"collection", "item", "results", "result"}),
    ),
    "complexBehaviorDefinition": Grammar({"id": ANY}, _NOTES | {"condition", "event"}),
    "event": Grammar({**_NAMED}, _NOTES | _DEFINITIONS),  # thrown when an instance completes
    "loopDataInputRef": Grammar(),
    "loopDataOutputRef": Grammar(),
    "inputDataItem": Grammar({**_NAMED, "isCollection": only("false")}, _NOTES),
    "outputDataItem": Grammar({**_NAMED, "isCollection": only("false")}, _NOTES),
}  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """The elements of one standard by name, its namespace, and the namespaces that may be passed over."""

    grammar: Mapping[str, Grammar]
    space: str
    harmless: frozenset[str]
    reasons: Mapping[str, str] = field(default_factory=dict)  # element → rule that says why it is refused

    def check(self, root: etree._Element, findings: Findings) -> None:
        """Every element and attribute outside the allow-list becomes a problem; drawing is passed over."""
        waiting = [root]
        while waiting and not findings.is_full:
            element = waiting.pop()
            name = local_name(element)
            _check_attributes(element, self.grammar[name], self.harmless, findings)
            waiting.extend(self._known_children(element, name, findings))

    def _known_children(
        self, element: etree._Element, name: str, findings: Findings
    ) -> Iterator[etree._Element]:
        for child in element:
            line, place = line_of(child), nearest_id(child)
            if namespace(child) in self.harmless:
                continue
            if namespace(child) != self.space:
                if code := judge(child.tag) if name == "extensionElements" else "foreign-extension":
                    findings.add(code, line, place, name=spelled(child.tag))
            elif (kind := local_name(child)) not in self.grammar:
                findings.add(self.reasons.get(kind, "unsupported-element"), line, place, name=kind)
            elif kind not in self.grammar[name].children:
                findings.add("misplaced-element", line, place, name=kind, parent=name)
            else:
                yield child


def check_vocabulary(root: etree._Element, findings: Findings) -> None:
    Vocabulary(GRAMMAR, BPMN, HARMLESS, REASONS).check(root, findings)


def _check_attributes(
    element: etree._Element, grammar: Grammar, harmless: frozenset[str], findings: Findings
) -> None:
    for attribute, raw in element.attrib.items():
        name, value = str(attribute), str(raw)
        line, place = line_of(element), nearest_id(element)
        if name in grammar.attributes:
            allowed = grammar.attributes[name]
            if allowed is not None and value not in allowed:
                choice = "、".join(sorted(allowed))
                findings.add("unsupported-value", line, place, name=name, value=value, allowed=choice)
            continue
        space = str(etree.QName(name).namespace or "")
        if space in harmless:
            continue
        if space == DUBAN and (grammar.own is None or etree.QName(name).localname in grammar.own):
            continue
        if code := "unsupported-attribute" if space in ("", DUBAN) else judge(name):
            findings.add(code, line, place, name=spelled(name))


def nearest_id(element: etree._Element) -> str:
    """The id by which an author finds the place on the diagram."""
    node: etree._Element | None = element
    while node is not None:
        if node.get("id"):
            return str(node.get("id"))
        node = node.getparent()
    return ""
