"""Two versions of a process folder compared: what was added, removed, changed, and where in the diagram it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from engine.definitions.compared import (
    Facts,
    clocks,
    decisions,
    flows,
    forms,
    nodes,
    notices,
    steps,
    texts,
)
from engine.definitions.folder import Folder
from engine.definitions.plain import is_unsaid, plain
from engine.definitions.words import Words
from engine.flow.outline import outline

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
# What a change is about, in the order in which it is told: the tables that are compared, and what is told apart.
TABLES = ("node", "flow", "decision", "task", "action", "form", "clock", "notice", "text")
PARTS = (*TABLES, "place", "basis", "process")
SAME: Mapping[str, str] = {}
NO_WORDS = Words("", "")
# Whatever a part is of: who does it and where, and what it rests on, are told by themselves.
PLACES = frozenset({"role", "roles", "at", "of", "seen_by", "lane", "performers", "opened_by"})
BASES = frozenset({"basis"})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. `how` is added | removed | changed; `aspect` what of it has changed, as folders spell it.

    `subject` is its id in the newer version, in the older one where it is removed: a node, a flow, form.field, a
    clock, happening → text, the path of a text. `title` is what people call it. Of what is added or removed, `new` or
    `old` says the whole. `old_elements` and `new_elements` are the elements of the diagrams at which it shows.
    """

    part: str
    how: str
    subject: str
    title: Words
    aspect: str = ""
    old: Any = None
    new: Any = None
    old_elements: tuple[str, ...] = ()
    new_elements: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For JSON."""
        return {name: plain(getattr(self, name)) for name in (each.name for each in fields(self))}


@dataclass(frozen=True)
class Comparison:
    """All changes, by part; nothing is the same in two versions that only their layout tells apart."""

    changes: tuple[Change, ...]
    _marks: dict[str, dict[str, str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        marks: dict[str, dict[str, str]] = {"old": {}, "new": {}}
        for change in self.changes:
            drawn = change.part in ("node", "flow") and change.how != CHANGED
            for side, elements in (("old", change.old_elements), ("new", change.new_elements)):
                for element in elements:
                    marks[side].setdefault(element, change.how if drawn else CHANGED)
        object.__setattr__(self, "_marks", marks)

    def of(self, part: str) -> tuple[Change, ...]:
        """The changes of one part."""
        return tuple(change for change in self.changes if change.part == part)

    @property
    def old_marks(self) -> Mapping[str, str]:
        """Element of the older diagram → removed | changed."""
        return self._marks["old"]

    @property
    def new_marks(self) -> Mapping[str, str]:
        """Element of the newer diagram → added | changed."""
        return self._marks["new"]

    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each part that has any."""
        return {part: len(found) for part in PARTS if (found := self.of(part))}

    def as_json(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "same": not self.changes,
            "counts": self.counts,
            "old_marks": dict(self.old_marks),
            "new_marks": dict(self.new_marks),
            "changes": [change.as_json() for change in self.changes],
        }


def compare(
    old: Folder,
    new: Folder,
    *,
    renamed: Mapping[str, str] = SAME,
    renamed_clocks: Mapping[str, str] = SAME,
) -> Comparison:
    """What differs between two folders; `renamed` nodes and clocks (old → new) are the same under another name.

    Where things are drawn is not compared, nor are worked examples and explanations, which make no version.
    """
    found: list[Change] = []
    for part, was, is_now in zip(TABLES, _tables(old), _tables(new), strict=True):
        names = renamed if part in ("node", "task") else renamed_clocks if part == "clock" else SAME
        found += _differences(part, was.spelled(renamed, renamed_clocks), is_now, names)
    found += _of_process(old, new)
    return Comparison(tuple(sorted(found, key=lambda change: PARTS.index(change.part))))


def _tables(folder: Folder) -> tuple[Facts, ...]:
    """In the order of TABLES."""
    drawn = outline(folder.flow)
    return (
        nodes(drawn),
        flows(drawn),
        decisions(folder),
        steps(folder.tasks),
        steps(folder.actions),
        forms(folder),
        clocks(folder),
        notices(folder),
        texts(folder),
    )


def _differences(part: str, old: Facts, new: Facts, renamed: Mapping[str, str]) -> Iterator[Change]:
    met = set()
    for key in old.facts:
        to = renamed.get(key, key)
        if to in new.facts:
            met.add(to)
            yield from _changed(part, (old, key), (new, to))
        else:
            whole = old.summaries.get(key)
            yield Change(part, REMOVED, key, old.title(key), old=whole, old_elements=tuple(old.elements(key)))
    for key in new.facts:
        if key not in met:
            whole = new.summaries.get(key)
            yield Change(part, ADDED, key, new.title(key), new=whole, new_elements=tuple(new.elements(key)))


def _changed(part: str, old: tuple[Facts, str], new: tuple[Facts, str]) -> Iterator[Change]:
    (before, key), (after, to) = old, new
    was, is_now = before.facts[key], after.facts[to]
    elements = tuple(before.elements(key)), tuple(after.elements(to))
    if key != to:
        yield Change(part, CHANGED, to, after.title(to), "id", key, to, *elements)
    for aspect in _in_order(was, is_now):
        if was.get(aspect) != is_now.get(aspect):
            told = _part_of(part, aspect), CHANGED, to, after.title(to), aspect
            yield Change(*told, was.get(aspect), is_now.get(aspect), *elements)


def _in_order(was: Mapping[str, Any], is_now: Mapping[str, Any]) -> Iterable[str]:
    return dict.fromkeys((*was, *is_now))


def _part_of(part: str, aspect: str) -> str:
    if aspect in PLACES:
        return "place"
    return "basis" if aspect in BASES else part


# What is told by itself, or is no matter of the process: its number as a version, the file as it is spelled.
_TOLD = {"key", "version", "tasks", "actions", "clocks", "forms", "flow", "bpmn", "notices", "texts"}


def _of_process(old: Folder, new: Folder) -> Iterator[Change]:
    """Everything else that process.toml says; of a table only the entries that differ."""
    for each in fields(Folder):
        if each.name in _TOLD:
            continue
        was, is_now = plain(getattr(old, each.name)), plain(getattr(new, each.name))
        if was != is_now:
            was, is_now = _only_different(was, is_now)
            how = ADDED if is_unsaid(was) else REMOVED if is_unsaid(is_now) else CHANGED
            yield Change(_part_of("process", each.name), how, each.name, NO_WORDS, each.name, was, is_now)


def _only_different(was: Any, is_now: Any) -> tuple[Any, Any]:
    """The entries of two tables that are not the same; of lists whose entries only stand elsewhere, their order."""
    before, after = _keyed(was), _keyed(is_now)
    if not isinstance(before, dict) or not isinstance(after, dict) or {"zh", "en"} & before.keys():
        return was, is_now
    if before == after:
        return list(before), list(after)
    return (
        {key: value for key, value in before.items() if after.get(key) != value},
        {key: value for key, value in after.items() if before.get(key) != value},
    )


def _keyed(value: Any) -> Any:
    """A list of tables that have a key, as one table by it."""
    for name in ("key", "name", "into"):
        if isinstance(value, list) and value and all(isinstance(row, dict) and name in row for row in value):
            return {row[name]: {key: said for key, said in row.items() if key != name} for row in value}
    return value
