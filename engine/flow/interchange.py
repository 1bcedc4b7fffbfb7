"""What other products write into their files: kept as notes, respelled as ours, or refused with the true reason.

A note says who does a task, which form he sees, how it is drawn: nothing by which the flow would go another way.
What would run a program, change variables or choose a path there and not here is refused, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.flow.behaviours import respell
from engine.flow.problems import Findings
from engine.flow.referred import REFERRING, place_definitions
from engine.flow.source import BPMN, bpmn_child, bpmn_children, duban, line_of, local_name, text_of

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
# Three products with one ancestor; their attributes have one meaning.
SEVENS = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
}
PREFIXES: Mapping[str, str] = {
    **SEVENS,
    ZEEBE: "zeebe",
    "http://flowable.org/design": "design",
    "http://flowable.com/modeler": "modeler",
    "http://flowable.org/modeler": "modeler",
    "http://activiti.com/modeler": "modeler",
    "http://www.signavio.com": "signavio",
}
DRAWN = frozenset({"design", "modeler", "signavio"})  # what a drawing tool notes for itself


def _words(text: str) -> list[str]:
    return text.split()


_WHO = frozenset({"assignee", "candidateUsers", "candidateGroups"})
_NOTED = _WHO | frozenset(
    _words(
        "formKey formRef formRefBinding formRefVersion formFieldValidation dueDate followUpDate "
        "businessCalendarName priority category historyTimeToLive versionTag candidateStarterUsers "
        "candidateStarterGroups taskPriority jobPriority isStartableInTasklist asyncBefore asyncAfter async "
        "exclusive initiator owner modelerTemplate modelerTemplateVersion modelerTemplateIcon "
        "properties formData formProperty failedJobRetryTimeCycle potentialStarter"
    )
)
_NOTED_8 = frozenset(
    _words(
        "taskDefinition taskHeaders formDefinition userTaskForm assignmentDefinition taskSchedule "
        "priorityDefinition properties userTask versionTag modelerTemplate modelerTemplateVersion "
        "modelerTemplateIcon"
    )
)
_REASONS: Mapping[str, str] = {
    **dict.fromkeys(
        _words(
            "class expression delegateExpression type topic script scriptTask connector executionListener "
            "taskListener eventListener executionListeners taskListeners formHandlerClass operationId "
            "decisionRef calledDecision calledElement"
        ),
        "foreign-code",
    ),
    **dict.fromkeys(
        _words(
            "inputOutput ioMapping in out field resultVariable resultVariableName mapDecisionResult "
            "taskIdVariableName useLocalScopeForResultVariable"
        ),
        "foreign-data",
    ),
    **dict.fromkeys(
        _words(
            "subscription skipExpression conditionalFilter adHoc errorEventDefinition collection "
            "elementVariable loopCharacteristics"
        ),
        "foreign-routing",
    ),
}

LANGUAGE = "http://duban/expression"
EXPRESSIONS = ("conditionExpression", "completionCondition", "loopCardinality", "condition", "loopCondition")
PERFORMERS = ("performer", "humanPerformer", "potentialOwner")


@dataclass(frozen=True)
class Performer:
    """Who is to do a task, as the file has it: in which role (`kind`), and the words that name him.

    `kind` is the element or attribute: potentialOwner, humanPerformer, performer, assignee, candidateUsers,
    candidateGroups. The engine does not resolve the words; the case layer decides whose inbox a task is in.
    """

    kind: str
    words: str


# Judging ----------------------------------------------------------------------------------------


def judge(name: str) -> str | None:
    """None if the foreign element or attribute `{namespace}name` may stay as a note, else why not."""
    parts = etree.QName(name)
    prefix, own = PREFIXES.get(str(parts.namespace or "")), str(parts.localname)
    if prefix is None:
        return "foreign-extension"
    noted = _NOTED_8 if prefix == "zeebe" else _NOTED
    if prefix in DRAWN or own in noted:
        return None
    return _REASONS.get(own, "foreign-extension")


def spelled(name: str) -> str:
    """`{namespace}name` as people write it, `camunda:class`; as it is where the namespace is not known."""
    parts = etree.QName(name)
    prefix = PREFIXES.get(str(parts.namespace or ""))
    return f"{prefix}:{parts.localname}" if prefix else name


# Respelling -------------------------------------------------------------------------------------


def adapt(root: etree._Element, findings: Findings) -> None:
    """Respell in place what has a spelling of our own; doing it twice changes nothing."""
    _strip_prefixes(root)
    place_definitions(root, findings)
    for loop in root.iter(f"{{{BPMN}}}multiInstanceLoopCharacteristics"):
        respell(loop)
        _adapt_loop(loop, findings)
    _check_language(root, findings)


def _strip_prefixes(root: etree._Element) -> None:
    """References are qualified names in the standard's schema; within a file the bare id says the same."""
    for element in root.iter(f"{{{BPMN}}}*"):
        for name, value in element.attrib.items():
            if str(name).endswith("Ref") or name == "calledElement":
                element.set(name, _bare(element, str(value)))
        if local_name(element) in ("incoming", "outgoing", "flowNodeRef", "resourceRef", REFERRING):
            element.text = _bare(element, text_of(element))


def _bare(element: etree._Element, reference: str) -> str:
    prefix, colon, own = reference.strip().partition(":")
    target = element.getroottree().getroot().get("targetNamespace")
    return own if colon and target and element.nsmap.get(prefix) == target else reference.strip()


def _adapt_loop(loop: etree._Element, findings: Findings) -> None:
    for space in SEVENS:
        _respell(loop, f"{{{space}}}collection", loop, "collection", findings)
        _respell(loop, f"{{{space}}}elementVariable", loop, "item", findings)
    extensions = bpmn_child(loop, "extensionElements")
    settings = None if extensions is None else extensions.find(f"{{{ZEEBE}}}loopCharacteristics")
    if extensions is None or settings is None:
        return
    names = {"inputCollection": "collection", "inputElement": "item", "outputCollection": "results"}
    for theirs, ours in {**names, "outputElement": "result"}.items():
        _respell(settings, theirs, loop, ours, findings)
    if not settings.attrib:
        extensions.remove(settings)


def _respell(source: etree._Element, name: str, loop: etree._Element, ours: str, findings: Findings) -> None:
    """Move a setting that is a variable's plain name; anything more would have to be understood."""
    words = source.get(name)
    if words is None:
        return
    plain = words.strip()
    if plain.startswith("${") and plain.endswith("}"):
        plain = plain[2:-1].strip()
    plain = plain.removeprefix("=").strip()
    if plain.isidentifier():
        del source.attrib[name]
        if loop.get(duban(ours)) is None:
            loop.set(duban(ours), plain)


def _check_language(root: etree._Element, findings: Findings) -> None:
    """A condition is read in the language it is written in, or not at all."""
    usual = root.get("expressionLanguage", LANGUAGE)
    for kind in EXPRESSIONS:
        for element in root.iter(f"{{{BPMN}}}{kind}"):
            language = element.get("language", usual)
            if language != LANGUAGE:
                place = element.getparent().get("id", "")
                findings.add("foreign-language", line_of(element), place, name=language)


# Reading ----------------------------------------------------------------------------------------


def performers_of(element: etree._Element) -> tuple[Performer, ...]:
    """Who is to do the task: the standard's own words, then those of products; the normal form keeps both."""
    return (*_named_by_standard(element), *_named_by_products(element))


def _named_by_standard(element: etree._Element) -> Iterator[Performer]:
    for kind in PERFORMERS:
        for child in bpmn_children(element, kind):
            words = text_of(bpmn_child(child, "resourceAssignmentExpression"))
            yield Performer(kind, words or _resource(element, text_of(bpmn_child(child, "resourceRef"))))


def _resource(element: etree._Element, reference: str) -> str:
    """The name of a resource of the file; its id where it has none or is described elsewhere."""
    for child in bpmn_children(_root(element), "resource"):
        if child.get("id") == reference:
            return str(child.get("name") or reference)
    return reference


def _named_by_products(element: etree._Element) -> Iterator[Performer]:
    places = [element, *element.iterfind(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}assignmentDefinition")]
    for place in places:
        for name, value in sorted(place.attrib.items()):
            parts = etree.QName(str(name))
            own = (parts.namespace or "") in SEVENS or place is not element
            if own and parts.localname in _WHO:
                yield Performer(str(parts.localname), str(value))


def notes_of(element: etree._Element) -> dict[str, str]:
    """The notes of other products on an element, by their usual names (`camunda:formKey`)."""
    notes = {
        spelled(str(name)): str(value)
        for name, value in element.attrib.items()
        if etree.QName(str(name)).namespace in PREFIXES
    }
    for extensions in bpmn_children(element, "extensionElements"):
        for child in extensions:
            name = spelled(str(child.tag))
            notes[name] = "\n".join(filter(None, (notes.get(name), _told(child))))
    return notes


def _told(element: etree._Element) -> str:
    """An element in one line: its attributes by name, its text, what is in it."""
    words = [f"{etree.QName(str(name)).localname}={value}" for name, value in sorted(element.attrib.items())]
    words += [text] if (text := (element.text or "").strip()) else []
    inside = [f"{local_name(child)}({_told(child)})" for child in element]
    return " ".join(words + inside)


def _root(element: etree._Element) -> etree._Element:
    return element.getroottree().getroot()


# Choosing ---------------------------------------------------------------------------------------


def choose_process(root: etree._Element, key: str | None) -> None:
    """Leave the process of the given id, else those that can be executed, and all they call; in place.

    By the standard, all others are descriptions.
    """
    processes = {child.get("id", ""): child for child in bpmn_children(root, "process")}
    if len(processes) < 2:
        return
    executable = [name for name, child in processes.items() if child.get("isExecutable") == "true"]
    chosen = executable if key is None else [key]
    kept = _called(processes, chosen)
    for name, child in processes.items() if kept else ():
        if name not in kept:
            root.remove(child)


def _called(processes: Mapping[str, etree._Element], first: list[str]) -> set[str]:
    kept, waiting = set[str](), list(first)
    while waiting:
        name = waiting.pop()
        if name in kept or name not in processes:
            continue
        kept.add(name)
        calls = processes[name].iter(f"{{{BPMN}}}callActivity")
        waiting += [call.get("calledElement", "").rpartition(":")[2].strip() for call in calls]
    return kept
