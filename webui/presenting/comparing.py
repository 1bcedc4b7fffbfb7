"""What differs between two versions, as the pages show it: a list in words, and marks on both diagrams."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from flask import url_for

from engine.definitions.comparing import SAME, Change, Comparison, compare
from engine.definitions.folder import Folder
from engine.operations.versions import Version
from engine.people.roles import ROLES
from webui.language import language
from webui.presenting.words import listed, said
from webui.words.process_parts import ASPECTS, HOWS, KINDS, PARTS, SIGNS

Shown = dict[str, Any]
Pieces = list[tuple[str, bool]]  # a text in pieces, each with whether the other version lacks it
WORD = re.compile(r"[A-Za-z0-9_]+|.", re.DOTALL)
ALIKE = 0.5  # of two texts less alike than this nothing is told to be the same
LONGEST_MARKED = 6_000  # characters of both texts together; longer ones are marked line by line


def changes_shown(found: Comparison) -> list[Shown]:
    """The changes part by part, for components/comparison.html."""
    return [
        {"title": said(PARTS, part), "count": count, "changes": [_change(each) for each in found.of(part)]}
        for part, count in found.counts.items()
    ]


def _change(change: Change) -> Shown:
    title = change.title.in_(language())
    old, new = (_value(change, value) for value in (change.old, change.new))
    return {
        "how": change.how,
        "sign": SIGNS[change.how],
        "said": said(HOWS, change.how),
        "title": title or (said(ASPECTS, change.subject) if change.part == "process" else change.subject),
        "subject": change.subject if title and title != change.subject else "",
        "aspect": said(ASPECTS, change.aspect) if change.aspect else "",
        **dict(zip(("old", "new"), _marked(old, new), strict=True)),
    }


def _marked(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces; where one is empty the other is told whole."""
    if not old or not new:
        return ([(old, False)] if old else []), ([(new, False)] if new else [])
    before, after = _units(old, new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < ALIKE:
        return [(old, True)], [(new, True)]
    left: Pieces = []
    right: Pieces = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for pieces, units in ((left, before[i1:i2]), (right, after[j1:j2])):
            if units:
                pieces.append(("".join(units), tag != "equal"))
    return left, right


def _units(old: str, new: str) -> tuple[list[str], list[str]]:
    """What is compared: words and single characters of short texts, lines of long ones."""
    if len(old) + len(new) <= LONGEST_MARKED:
        return WORD.findall(old), WORD.findall(new)
    return old.splitlines(keepends=True), new.splitlines(keepends=True)


def _value(change: Change, value: Any) -> str:
    """A value in words; a list is told as one, a table line by line."""
    aspect = change.aspect
    if aspect == "kind" or (change.part == "node" and not aspect):
        return said(KINDS, value) if isinstance(value, str) else ""
    if aspect in ("role", "roles", "seen_by", "opened_by"):
        names = [value] if isinstance(value, str) else value or []
        return listed(ROLES[name].title(language()) if name in ROLES else name for name in names)
    if aspect == "choices":
        return "\n".join(f"{_words(row['label'])} ({row['value']})" for row in value or [])
    return _told(value)


def _words(value: Mapping[str, Any]) -> str:
    return f"{value.get('zh', '')} / {value.get('en', '')}"


def _told(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "是" if language() == "zh" else "yes"
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            return _words(value)
        return "\n".join(f"{said(ASPECTS, key)}: {_within(part)}" for key, part in value.items())
    if isinstance(value, list):
        plain = all(isinstance(part, str | int) for part in value)
        return listed(map(str, value)) if plain else "\n".join(map(_within, value))
    return str(value)


def _within(value: Any) -> str:
    """A value inside another, on one line."""
    if isinstance(value, dict) and set(value) != {"zh", "en"}:
        return json.dumps(value, ensure_ascii=False)
    return _told(value).replace("\n", " ")


def marks_shown(marks: Mapping[str, str]) -> Shown:
    """The marks of one diagram: a sign and a word beside the colour."""
    return {
        element: {"kind": how, "badge": f"{SIGNS[how]} {said(HOWS, how)}"} for element, how in marks.items()
    }


def diagram_shown(source: str, marks: Mapping[str, str], names: Mapping[str, str]) -> Shown:
    """A diagram with its marks and, in words, the elements that have one."""
    return {
        "source_href": source,
        "live": [],
        "done": [],
        "live_names": [
            f"{SIGNS[how]}{names.get(element) or element}"
            for element, how in marks.items()
            if element in names
        ],
        "layers": [{"key": "changes", "label": "", "marks": marks_shown(marks)}],
    }


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that are compared: what it is called, its folder, and where its diagram is fetched from."""

    title: str
    folder: Folder
    source: str


def version_side(each: Version) -> Side:
    """A deployed version as one side."""
    source = url_for("operations.diagram", definition_id=each.id)
    return Side(f"v{each.folder.version}", each.folder, source)


def comparison_shown(
    old: Side, new: Side, renamed: Mapping[str, str] = SAME, renamed_clocks: Mapping[str, str] = SAME
) -> Shown:
    """Two sides with all that differs: `parts` in words, `flows` with marks."""
    found = compare(old.folder, new.folder, renamed=renamed, renamed_clocks=renamed_clocks)
    return {
        "title": new.folder.title.in_(language()),
        "old": old.title,
        "new": new.title,
        "total": len(found.changes),
        "parts": changes_shown(found),
        "flows": [_flow(old, found.old_marks), _flow(new, found.new_marks)],
    }


def _flow(side: Side, marks: Mapping[str, str]) -> Shown:
    names = {node.id: node.name or node.id for node in side.folder.flow.nodes.values()}
    return {"title": side.title, **diagram_shown(side.source, marks, names)}
