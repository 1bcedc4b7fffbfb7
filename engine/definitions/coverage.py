"""What the worked examples of a folder go through: flows, tasks, boundary events, ends, and answers given.

A folder's `scenarios/_passages.json` says for each example which elements of the diagram it passes; the test that plays
the example holds it to that. `scenarios/_uncovered.toml` names what no example passes, each with the reason.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.definitions.folder import Folder
from engine.definitions.forms import Form
from engine.definitions.words import Words
from engine.flow.outline import Outline, outline
from engine.flow.vocabulary import BOUNDARY, END, MANUAL

SHARED, PASSAGES, UNCOVERED = "_answers.toml", "_passages.json", "_uncovered.toml"
KINDS = ("flow", "task", "boundary", "end", "answer")
# Of these fields every value is another way for the matter to go; a category or a date is not.
DECISIVE = ("choice", "select", "rating", "grade")


@dataclass(frozen=True)
class Examples:
    """The worked examples of a folder by name: title, elements passed, answers given (node.field.value)."""

    titles: Mapping[str, str] = field(default_factory=dict)
    passed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)  # why no example covers an item, by its id

    def covering(self, item: str) -> tuple[str, ...]:
        """The names of the examples that go through it."""
        return tuple(name for name, passed in self.passed.items() if item in passed)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that examples can go through. `kind` is flow | task | boundary | end | answer.

    `id` is that of the element, or node.field.value; `by` the examples that go through it; `reason` why none does.
    """

    kind: str
    id: str
    title: Words
    element: str
    by: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class Coverage:
    """Every item in the order of the diagram, and reasons that are given for what is covered or is not there."""

    items: tuple[Item, ...]
    idle_reasons: tuple[str, ...]

    @property
    def figures(self) -> dict[str, tuple[int, int]]:
        """Of each kind: covered, and all there are."""
        kinds = {kind: [item for item in self.items if item.kind == kind] for kind in KINDS}
        return {kind: (sum(bool(item.by) for item in found), len(found)) for kind, found in kinds.items()}

    @property
    def uncovered(self) -> tuple[Item, ...]:
        """What no example goes through."""
        return tuple(item for item in self.items if not item.by)

    @property
    def unexplained(self) -> tuple[Item, ...]:
        """What no example goes through, and nobody says why."""
        return tuple(item for item in self.uncovered if not item.reason)

    def as_json(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "figures": {kind: {"covered": n, "total": of} for kind, (n, of) in self.figures.items()},
            "uncovered": [asdict(item) for item in self.uncovered],
            "idle_reasons": list(self.idle_reasons),
            "items": [asdict(item) for item in self.items],
        }


def coverage(folder: Folder, examples: Examples) -> Coverage:
    """What of a folder its examples go through."""
    found = tuple(
        Item(
            kind, id, title, element, by := examples.covering(id), "" if by else examples.reasons.get(id, "")
        )
        for kind, id, title, element in _items(folder)
    )
    open_ones = {item.id for item in found if not item.by}
    return Coverage(found, tuple(sorted(examples.reasons.keys() - open_ones)))


def _items(folder: Folder) -> Iterator[tuple[str, str, Words, str]]:
    drawn = outline(folder.flow)
    for id, flow in drawn.flows.items():
        ends = " → ".join(drawn.nodes[flow[end]].get("name") or flow[end] for end in ("source", "target"))
        yield "flow", id, Words(ends, ends), id
    kinds = {BOUNDARY: "boundary", END: "end", **dict.fromkeys(MANUAL, "task")}
    for id, node in drawn.nodes.items():
        if node["kind"] in kinds:
            task = folder.tasks.get(id)
            name = str(node.get("name") or id)
            yield kinds[node["kind"]], id, task.title if task else Words(name, name), id
    for spec in folder.tasks.values():
        for name, value, label in _decisive(folder.forms[spec.form]):
            title = Words(f"{spec.title.zh}：{label.zh}", f"{spec.title.en}: {label.en}")
            yield "answer", f"{spec.node}.{name}.{value}", title, spec.node


def _decisive(form: Form) -> Iterator[tuple[str, str, Words]]:
    for each in form.fields:
        for choice in each.choices if each.type in DECISIVE else ():
            yield each.name, choice.value, choice.label


# Reading examples --------------------------------------------------------------------------------


def read_examples(path: Path, folder: Folder) -> Examples:
    """The examples in a folder on disk; `folder` says which answers its forms ask for."""
    place = path / "scenarios"
    shared = _toml(place / SHARED)
    recorded: Mapping[str, list[str]] = _json(place / PASSAGES)
    titles: dict[str, str] = {}
    passed: dict[str, frozenset[str]] = {}
    drawn = outline(folder.flow)
    for file in sorted(place.glob("[!_]*.toml")):
        content = _toml(file)
        titles[file.stem] = str(content.get("title", file.stem))
        answers = {
            given for step in content.get("steps", []) for given in _given(step, shared, folder.tasks, folder)
        }
        elements = frozenset(recorded.get(file.stem, ()))
        passed[file.stem] = elements | _beside_gateways(elements, drawn) | answers
    return Examples(titles, passed, _toml(place / UNCOVERED).get("why", {}))


def _beside_gateways(elements: frozenset[str], drawn: Outline) -> frozenset[str]:
    """The flows from event-based gateways to the events that happened: no token stands at the others."""
    return frozenset(
        id
        for id, flow in drawn.flows.items()
        if flow["target"] in elements and drawn.nodes[flow["source"]]["kind"] == "eventBasedGateway"
    )


def _given(
    step: Mapping[str, Any], shared: Mapping[str, Any], tasks: Mapping[str, Any], folder: Folder
) -> Iterator[str]:
    """The decisive answers with which a step of an example completes a task."""
    task = tasks.get(step.get("task", ""))
    if task is None or "refused" in step:
        return
    given = step.get("with", {})
    named = step.get("like") or (given if isinstance(given, str) else "")
    answers = dict(shared.get(named, {})) | (given if isinstance(given, dict) else {})
    for name, value, _label in _decisive(folder.forms[task.form]):
        if str(answers.get(name)) == value:
            yield f"{task.node}.{name}.{value}"


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found
