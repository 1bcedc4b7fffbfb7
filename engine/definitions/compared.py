"""What of a folder is compared: each of its parts as a table of facts, with its title and its places in the diagram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from engine.definitions.folder import ActionSpec, ClockSpec, Folder, TaskSpec
from engine.definitions.form_files import LISTED
from engine.definitions.plain import is_unsaid, plain
from engine.definitions.words import Words
from engine.flow.outline import Outline
from notifications.messages import Notice

Table = Mapping[str, Mapping[str, Any]]
# What names a thing is its key, and told as such; texts are compared by themselves.
_KEYS = {"node", "key", "name", "texts"}
# Of a node or flow these are ids of nodes, of a step these are keys of clocks: another name is no other thing.
_NODES = ("source", "target", "level", "host", "nodes")
_CLOCKS = ("clocks", "within")


def _nowhere(_key: str) -> list[str]:
    return []


def _unnamed(_key: str) -> Words:
    return Words("", "")


@dataclass(frozen=True)
class Facts:
    """Key → what is said of it; `summaries` say the whole in one value, `elements` where it shows in the diagram."""

    facts: Table
    title: Callable[[str], Words] = _unnamed
    elements: Callable[[str], list[str]] = _nowhere
    summaries: Mapping[str, Any] = field(default_factory=dict)

    def spelled(self, nodes: Mapping[str, str], clocks: Mapping[str, str]) -> Facts:
        """The same with the names that nodes and clocks have in the newer version."""
        if not nodes and not clocks:
            return self
        facts = {}
        for key, said in self.facts.items():
            facts[key] = {
                name: _spelled(value, nodes if name in _NODES else clocks if name in _CLOCKS else {})
                for name, value in said.items()
            }
        return Facts(facts, self.title, self.elements, self.summaries)


def _spelled(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_spelled(each, names) for each in value]
    return names.get(value, value) if names and isinstance(value, str) else value


def _facts(thing: Any) -> dict[str, Any]:
    """What is said in a dataclass, without what names it."""
    said = {each.name: getattr(thing, each.name) for each in fields(thing) if each.name not in _KEYS}
    return {name: plain(value) for name, value in said.items() if not is_unsaid(value)}


def nodes(drawn: Outline) -> Facts:
    """The nodes of the diagram. What a task is called is told here, and its title on screens with the task."""
    named = {key: str(said.get("name") or key) for key, said in drawn.nodes.items()}
    kinds = {key: said["kind"] for key, said in drawn.nodes.items()}
    return Facts(drawn.nodes, lambda key: Words(named[key], named[key]), lambda key: [key], kinds)


def flows(drawn: Outline) -> Facts:
    """The sequence flows, called after the nodes they join."""

    def title(key: str) -> Words:
        flow = drawn.flows[key]
        ends = [drawn.nodes[flow[end]].get("name") or flow[end] for end in ("source", "target")]
        return Words(" → ".join(ends), " → ".join(ends))

    ways = {key: said.get("condition") for key, said in drawn.flows.items()}
    return Facts(drawn.flows, title, lambda key: [key], ways)


def decisions(folder: Folder) -> Facts:
    """The decisions that the flow asks for, their rules as they are read; they show at the tasks that ask."""
    found = folder.flow.decisions.decisions
    facts = {
        key: {name: said for name, said in plain(each).items() if name != "id"} for key, each in found.items()
    }

    def elements(key: str) -> list[str]:
        return [node.id for node in folder.flow.nodes.values() if node.extensions.get("decision") == key]

    return Facts(facts, lambda key: Words(found[key].title, found[key].title), elements)


def steps(specs: Mapping[str, TaskSpec] | Mapping[str, ActionSpec]) -> Facts:
    """Tasks by their node, actions by their key."""

    def elements(key: str) -> list[str]:
        return [key] if isinstance(specs[key], TaskSpec) else []

    verbs = {key: plain(spec.verb) for key, spec in specs.items()}
    return Facts(
        {key: _facts(spec) for key, spec in specs.items()}, lambda key: specs[key].title, elements, verbs
    )


def forms(folder: Folder) -> Facts:
    """Every form as `name`, with the order of its fields, and every field as `name.field`."""
    facts: dict[str, dict[str, Any]] = {}
    titles: dict[str, Words] = {}
    wholes: dict[str, Any] = {}
    for name, form in folder.forms.items():
        facts[name] = {"fields": [each.name for each in form.fields]}
        titles[name], wholes[name] = _steps_title(folder, name), facts[name]["fields"]
        for each in form.fields:
            said = _facts(each)
            if each.type in LISTED:  # told with the list in process.toml
                said.pop("choices", None)
            key = f"{name}.{each.name}"
            facts[key], titles[key], wholes[key] = said, each.label, each.type

    def elements(key: str) -> list[str]:
        return [node for node, task in folder.tasks.items() if task.form == key.partition(".")[0]]

    return Facts(facts, titles.__getitem__, elements, wholes)


def _steps_title(folder: Folder, form: str) -> Words:
    """A form is called after the first step that shows it."""
    steps: list[TaskSpec | ActionSpec] = [*folder.tasks.values(), *folder.actions.values()]
    return next((step.title for step in steps if step.form == form), Words(form, form))


def clocks(folder: Folder) -> Facts:
    """The legal periods; they show at the tasks whose due date they give."""
    by_key: dict[str, ClockSpec] = {spec.key: spec for spec in folder.clocks}

    def elements(key: str) -> list[str]:
        return [node for node, task in folder.tasks.items() if key in task.clocks]

    facts = {key: _facts(spec) for key, spec in by_key.items()}
    rules = {key: spec.rule for key, spec in by_key.items()}
    return Facts(facts, lambda key: by_key[key].title, elements, rules)


def texts(folder: Folder) -> Facts:
    """The texts of messages by their path."""
    facts = {path: {"text": text.strip()} for path, text in folder.texts.items()}
    return Facts(facts, summaries={path: said["text"] for path, said in facts.items()})


def notices(folder: Folder) -> Facts:
    """Who is told of what, called `happening → text`."""
    named = dict(_named(folder))

    def elements(key: str) -> list[str]:
        node = named[key].on.removeprefix("task.").partition(":")[0]
        return [node] if node in folder.tasks else []

    told = {key: list(each.to) for key, each in named.items()}
    return Facts({key: _facts(notice) for key, notice in named.items()}, elements=elements, summaries=told)


def _named(folder: Folder) -> Iterator[tuple[str, Notice]]:
    met: Counter[str] = Counter()
    for notice in (each for on in folder.notices.by_happening.values() for each in on):
        name = f"{notice.on} → {notice.name}"
        met[name] += 1
        yield (name if met[name] == 1 else f"{name} #{met[name]}"), notice
