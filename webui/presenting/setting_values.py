"""What is wrong with an entry of a draft by its fields, and what was typed into its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.definitions.problems import Problem
from engine.designing.fields import about_of, fields_of
from engine.designing.settings import KINDS, Kind
from engine.designing.trees import KINDS as ROW_KINDS
from engine.designing.trees import Row, rows_of, tree_of
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from notifications.messages import LANGUAGES
from webui.language import translate_sentence
from webui.presenting.process_drafts import problem_shown

Shown = dict[str, Any]
Posted = MultiDict[str, Any]
Values = Mapping[str, Any]
Errors = Mapping[str, Sequence[str]]


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
        found.setdefault(name, []).append(told_at(problem, KINDS[kind].fields.get(name, "")))
    return found


def told_at(problem: Problem, shape: str, *, happening: bool = False) -> Shown:
    """A problem as it is told at a field of that shape: where the field is plain, without the spelling of the file."""
    shown = problem_shown(problem)
    if problem.code in ("wrong-kind", "missing-entry") and shape == "words":
        shown["message"] = translate_sentence(_("请用中文和英文填写。"))
    elif problem.code == "missing-entry" and shape:
        shown["message"] = translate_sentence(_("请填写这一栏。"))
    elif problem.code == "bad-key" and shape in ("key", "text"):
        said = (
            _("请写成“对象:动作”，如report:revised。")
            if happening
            else _("请用字母开头的字母、数字、下划线，不超过64个字符。")
        )
        shown["message"] = translate_sentence(said)
    return shown


def _texts_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def rest_of_place(problem: Problem, kind: str, key: str, keys: list[str]) -> str | None:
    """Behind the place of the entry in a problem's place; None where it is about something else."""
    if problem.file != KINDS[kind].file:
        return None
    number = keys.index(key) + 1 if key in keys else 0
    named_ = KINDS[kind].named
    places = (
        [KINDS[kind].table]
        if KINDS[kind].single
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


def rows_shown(name: str, value: Any, problems: Sequence[Shown], refused: Errors) -> list[Shown]:
    """The rows of a tree, each with what is wrong with it: refused as it was typed, or told of by the check."""
    rows = value if isinstance(value, list) else rows_of(value) if isinstance(value, Mapping) else []
    shown = []
    for number, row in enumerate(rows):
        said = {at: [*refused.get(f"{name}.{number}.{at}", ())] for at in ("path", "value")}
        for problem in problems:
            if at := _spoken_of(row, problem["named"]):
                said[at].append(f"{problem['message']} {problem['advice']}".strip())
        shown.append({"path": row.path, "kind": row.kind, "value": row.value, "wrong": said})
    return shown


def _spoken_of(row: Row, named: str) -> str:
    """Which part of a row the check names, `path` or `value`; "" for neither."""
    if named and named in row.value.split("、"):
        return "value"
    return "path" if named and named in row.path.split(".") else ""


def refusals(refused: InvalidAnswers | None) -> Errors:
    """What was refused, in the reader's language."""
    if refused is None:
        return {}
    return {at: [translate_sentence(each) for each in said] for at, said in refused.errors.items()}


# What was typed -----------------------------------------------------------------------------------


def values_from(posted: Posted, kind: Kind, before: Values) -> dict[str, Any]:
    """The values of the fields that the page asked for. Raises InvalidAnswers (by field; of a tree by its rows)."""
    values: dict[str, Any] = {}
    faults: dict[str, list[str]] = {}
    for name in posted.getlist("asked"):
        if name not in kind.fields:
            continue
        try:
            values[name] = _value_from(posted, name, kind.fields[name], before.get(name))
        except InvalidAnswers as refused:
            faults |= {f"{name}.{at}" if at else name: said for at, said in refused.errors.items()}
    if faults:
        raise InvalidAnswers(faults)
    return values


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
    return _whole(text) if shape == "number" else text or None


def _whole(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 7):
        raise InvalidAnswers({"": [_("请填写整数。")]})
    return int(text) if text else None


def typed_rows(posted: Posted, name: str) -> list[Row]:
    """The rows of a tree that say anything, in their order."""
    rows = []
    for path, kind, value in zip(
        posted.getlist(f"{name}.path"),
        posted.getlist(f"{name}.kind"),
        posted.getlist(f"{name}.value"),
        strict=False,
    ):
        if path.strip() or value.strip():
            rows.append(
                Row(path.strip(), kind if kind in ROW_KINDS or kind == "other" else "text", value.strip())
            )
    return rows


def typed_anyway(posted: Posted, kind: Kind) -> dict[str, Any]:
    """What was typed, to be shown again although it cannot be kept: of a tree its rows, of a number its text."""
    typed: dict[str, Any] = {}
    for name in posted.getlist("asked"):
        shape = kind.fields.get(name)
        if shape == "tree":
            typed[name] = typed_rows(posted, name)
        elif shape is not None:
            typed[name] = _value_from(posted, name, "text" if shape == "number" else shape, None)
    return typed


def texts_from(posted: Posted, files: Mapping[str, str]) -> dict[str, str]:
    """The texts of a notice: path → text. Where another text was chosen that is there already, it is left alone."""
    name, shown = posted.get("text", "").strip(), posted.get("text.was", "")
    found: dict[str, str] = {}
    for each in LANGUAGES if name else ():
        path, text = f"texts/{each}/{name}.txt", posted.get(f"text.{each}", "")
        if text.strip() and (name == shown or path not in files):
            found[path] = text.replace("\r\n", "\n")
    return found
