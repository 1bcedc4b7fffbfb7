"""The allow-list for DMN 1.1 to 1.3: the elements and attributes that are run as the standard means them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.flow.vocabulary import ANY, HARMLESS, Grammar, Vocabulary

VERSIONS = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
)
DRAWING = HARMLESS | {
    "http://www.omg.org/spec/DMN/20180521/DMNDI/",
    "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "http://www.omg.org/spec/DMN/20180521/DC/",
    "http://www.omg.org/spec/DMN/20180521/DI/",
    "http://bpmn.io/schema/dmn/biodi/1.0",
    "http://bpmn.io/schema/dmn/biodi/2.0",
    # A version tag, how long a history is kept, and a second name for `?`, which cells can then not read.
    "http://camunda.org/schema/1.0/dmn",
}
FEEL = frozenset(
    {
        "feel",
        "FEEL",
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20151101/FEEL",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
    }
)

_NOTES = frozenset({"description", "extensionElements"})
_NAMED: dict[str, frozenset[str] | None] = {"id": ANY, "name": ANY, "label": ANY}
_WRITTEN: dict[str, frozenset[str] | None] = {
    "id": ANY,
    "label": ANY,
    "typeRef": ANY,
    "expressionLanguage": FEEL,
}
_TEXT = Grammar(_WRITTEN, _NOTES | {"text"})
_LINK = Grammar({"href": ANY})

GRAMMAR: Mapping[str, Grammar] = {
    "definitions": Grammar(
        {**_NAMED, "namespace": ANY, "exporter": ANY, "exporterVersion": ANY, "typeLanguage": FEEL,
         "expressionLanguage": FEEL},
        _NOTES | {"itemDefinition", "inputData", "decision", "knowledgeSource", "textAnnotation", "association"},
    ),
    "description": Grammar(),
    "extensionElements": Grammar(),
    "itemDefinition": Grammar(
        {**_NAMED, "isCollection": frozenset({"true", "false"}), "typeLanguage": FEEL},
        _NOTES | {"typeRef", "allowedValues"},
    ),
    "typeRef": Grammar(),
    "allowedValues": _TEXT,
    "inputData": Grammar(_NAMED, _NOTES | {"variable"}),
    "variable": Grammar({**_NAMED, "typeRef": ANY}, _NOTES),
    "decision": Grammar(
        _NAMED,
        _NOTES | {"question", "allowedAnswers", "variable", "informationRequirement", "authorityRequirement",
                  "decisionTable", "literalExpression"},
    ),
    "question": Grammar(),
    "allowedAnswers": Grammar(),
    "informationRequirement": Grammar({"id": ANY, "label": ANY}, _NOTES | {"requiredDecision", "requiredInput"}),
    "requiredDecision": _LINK,
    "requiredInput": _LINK,
    # On whose authority something is decided is said and drawn; it does not enter into the result.
    "authorityRequirement": Grammar(
        {"id": ANY, "label": ANY}, _NOTES | {"requiredAuthority", "requiredDecision", "requiredInput"}
    ),
    "requiredAuthority": _LINK,
    "knowledgeSource": Grammar(
        {**_NAMED, "locationURI": ANY}, _NOTES | {"type", "owner", "authorityRequirement"}
    ),
    "type": Grammar(),
    "owner": _LINK,
    "decisionTable": Grammar(
        {"id": ANY, "label": ANY, "typeRef": ANY, "outputLabel": ANY, "preferredOrientation": ANY,
         "hitPolicy": frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST", "COLLECT", "RULE ORDER", "OUTPUT ORDER"}),
         "aggregation": frozenset({"SUM", "MIN", "MAX", "COUNT"})},
        _NOTES | {"input", "output", "rule", "annotation"},
    ),
    "input": Grammar({"id": ANY, "label": ANY}, _NOTES | {"inputExpression", "inputValues"}),
    "inputExpression": _TEXT,
    "inputValues": _TEXT,
    "output": Grammar(
        {**_NAMED, "typeRef": ANY}, _NOTES | {"outputValues", "defaultOutputEntry"}
    ),
    "outputValues": _TEXT,
    "defaultOutputEntry": _TEXT,
    "rule": Grammar({"id": ANY, "label": ANY}, _NOTES | {"inputEntry", "outputEntry", "annotationEntry"}),
    "inputEntry": _TEXT,
    "outputEntry": _TEXT,
    "annotation": Grammar({"name": ANY}),
    "annotationEntry": Grammar({}, frozenset({"text"})),
    "literalExpression": _TEXT,
    "text": Grammar(),
    "textAnnotation": Grammar({"id": ANY, "label": ANY, "textFormat": ANY}, _NOTES | {"text"}),
    "association": Grammar({"id": ANY, "label": ANY, "associationDirection": ANY}, _NOTES | {"sourceRef", "targetRef"}),
    "sourceRef": _LINK,
    "targetRef": _LINK,
}  # fmt: skip


def vocabulary_of(version: str) -> Vocabulary:
    """The allow-list in the namespace of one version of the standard."""
    return Vocabulary(GRAMMAR, version, DRAWING)
