"""What is wrong with an entry of a draft by its fields, and what was typed into its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.definitions.problems import Problem
from engine.designing.fields import about_of, fields_of
from engine.designing.settings import KINDS, Kind
from engine.designing.trees import KINDS as ROW_KINDS
from engine.designing.trees import Row, tree_of
from notifications.messages import LANGUAGES
from webui.presenting.process_drafts import problem_shown

Shown = dict[str, Any]
Posted = MultiDict[str, Any]
Values = Mapping[str, Any]


# What is wrong with it ----------------------------------------------------------------------------


def faults_by_field(
    problems: Iterable[Problem], kind: str, key: str, keys: list[str], entry: Values
) -> dict[str, list[Shown]]:
    """What is wrong with an entry by its fields; "" for the whole of it."""
    found: dict[str, list[Shown]] = {}
    for problem in problems:
        rest = rest_of_place(problem, kind, key, keys)
        if rest is None:
            continue
        names = [rest.partition(".")[0]] if rest else [each.partition(".")[0] for each in fields_of(problem)]
        ours = [each for each in names if each in KINDS[kind].fields]
        about = about_of(problem)
        said = [each for each in ours if about and about in _texts_of(entry.get(each))]
        name = next(iter([*said, *ours]), "")
        found.setdefault(name, []).append(problem_shown(problem))
    return found


def _texts_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def rest_of_place(problem: Problem, kind: str, key: str, keys: list[str]) -> str | None:
    """Behind the place of the entry in a problem's place; None where it is about something else."""
    if problem.file != KINDS[kind].file:
        return None
    number = keys.index(key) + 1 if key in keys else 0
    named_ = KINDS[kind].named
    places = (
        ["basis_of"]
        if kind == "basis"
        else [f"{kind}.{key}"]
        if named_
        else [f"{kind} {key}", f"{kind} {number}"]
    )
    for place in places:
        if problem.place == place:
            return ""
        if problem.place.startswith(f"{place}."):
            return problem.place[len(place) + 1 :]
    return None


# What was typed -----------------------------------------------------------------------------------


def values_from(posted: Posted, kind: Kind, before: Values) -> dict[str, Any]:
    """The values of the fields that the page asked for. Raises InvalidAnswers (of a tree, by its paths)."""
    asked = [name for name in posted.getlist("asked") if name in kind.fields]
    return {name: _value_from(posted, name, kind.fields[name], before.get(name)) for name in asked}


def _value_from(posted: Posted, name: str, shape: str, before: Any) -> Any:
    if shape == "words":
        both = {each: posted.get(f"{name}.{each}", "").strip() for each in LANGUAGES}
        return both if any(both.values()) else None
    if shape == "list":
        return [each.strip() for each in posted.getlist(name) if each.strip()] or None
    if shape == "flag":
        return True if name in posted else None
    if shape == "tree":
        return tree_of(typed_rows(posted, name), before if isinstance(before, Mapping) else {})
    text = posted.get(name, "").strip()
    if shape == "number":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
    return text or None


def typed_rows(posted: Posted, name: str) -> list[Row]:
    """The rows of a tree that have a path, in their order."""
    rows = []
    for path, kind, value in zip(
        posted.getlist(f"{name}.path"),
        posted.getlist(f"{name}.kind"),
        posted.getlist(f"{name}.value"),
        strict=False,
    ):
        if path.strip():
            rows.append(
                Row(path.strip(), kind if kind in ROW_KINDS or kind == "other" else "text", value.strip())
            )
    return rows


def typed_anyway(posted: Posted, kind: Kind, before: Values) -> dict[str, Any]:
    """What was typed, to be shown again although it cannot be kept: of a tree its rows."""
    trees = {name: typed_rows(posted, name) for name, shape in kind.fields.items() if shape == "tree"}
    plain = [each for each in posted.getlist("asked") if kind.fields.get(each, "tree") != "tree"]
    return {name: _value_from(posted, name, kind.fields[name], before.get(name)) for name in plain} | trees


def texts_from(posted: Posted, files: Mapping[str, str]) -> dict[str, str]:
    """The texts of a notice: path → text. Where another text was chosen that is there already, it is left alone."""
    name, shown = posted.get("text", "").strip(), posted.get("text.was", "")
    found: dict[str, str] = {}
    for each in LANGUAGES if name else ():
        path, text = f"texts/{each}/{name}.txt", posted.get(f"text.{each}", "")
        if text.strip() and (name == shown or path not in files):
            found[path] = text.replace("\r\n", "\n")
    return found
