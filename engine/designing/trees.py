"""Tables within a table, such as what an act requires: as rows that can be typed, and written back where they stand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.designing.sections import change, key_written, remove, table_at, written
from engine.designing.toml_text import Path, sections
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import Sentence, _

SEPARATORS = ",，、"
LONGEST = 500  # characters of a value
MOST = 60  # rows
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A value of a tree: its path, dotted as TOML dots it, what it is, and how it is typed.

    `kind` is text | number | truth | list | numbers | table (one without entries), or `other`: what cannot be typed in
    a line, which stays as it stands and is only shown.
    """

    path: str
    kind: str
    value: str


KINDS = ("text", "truth", "number", "list", "numbers", "table")


def rows_of(tree: Mapping[str, Any]) -> list[Row]:
    """The rows of a tree, in the order of the file."""
    return list(_rows(tree, ()))


def _rows(tree: Mapping[str, Any], above: Path) -> Iterator[Row]:
    for name, value in tree.items():
        path = (*above, name)
        if isinstance(value, Mapping) and value:
            yield from _rows(value, path)
        else:
            yield Row(".".join(map(key_written, path)), *_typed(value))


def _typed(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "truth", "true" if value else "false"
    if isinstance(value, int):
        return "number", str(value)
    if isinstance(value, str) and "\n" not in value and value == value.strip():
        return "text", value
    if isinstance(value, Mapping):
        return "table", ""
    if isinstance(value, list) and value and all(map(_is_listable, value)) and len({*map(type, value)}) == 1:
        return "list" if isinstance(value[0], str) else "numbers", "、".join(map(str, value))
    return "other", _shown(value)


def _is_listable(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value) and value == value.strip() and not set(value) & {*SEPARATORS, "\n"}
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    try:
        return written(value)
    except TypeError:  # a date, a fraction
        return str(value)


def tree_of(rows: Iterable[Row], before: Mapping[str, Any]) -> dict[str, Any] | None:
    """The tree that the rows say, with what of `before` cannot be typed; None without rows.

    Raises InvalidAnswers by the number of the row from 0, and `path` or `value`: which of the two is wrong.
    """
    tree: dict[str, Any] = {}
    faults: dict[str, list[str]] = {}
    for number, row in enumerate(rows):
        if fault := _fault(tree, row, number, before):
            where, sentence = fault
            faults[f"{number}.{where}"] = [sentence]
    if faults:
        raise InvalidAnswers(faults)
    return tree or None


def _fault(tree: dict[str, Any], row: Row, number: int, before: Mapping[str, Any]) -> tuple[str, str] | None:
    """Put what a row says into the tree; gives what is in the way, and whether it is its path or its value."""
    if number >= MOST or len(row.value) > LONGEST:
        return "value", _("内容过多或过长。")
    path = _path(row.path)
    if path is None:
        return "path", Sentence(_("“{name}”不能作项目的名称。"), name=row.path[:80]) if row.path else NO_PATH
    value = _value(row, path, before)
    if value is _NOT_THERE:
        return "value", Sentence(NOT_OF_KIND[row.kind], value=row.value[:80])
    if not _put(tree, path, value):
        return "path", Sentence(_("“{name}”写了两次，或者与另一项冲突。"), name=row.path[:80])
    return None


NO_PATH = _("请填写项目的名称。")
NOT_OF_KIND: Mapping[str, str] = {
    "truth": _("“{value}”应为true或者false。"),
    "number": _("“{value}”应为整数。"),
    "numbers": _("“{value}”应为用顿号分开的整数。"),
    "table": _("没有内容的一组不能填“{value}”。"),
}


def _path(text: str) -> Path | None:
    try:
        found: Any = tomllib.loads(f"{text.strip()} = 1")
    except ValueError:
        return None
    path: list[str] = []
    while isinstance(found, dict):
        if len(found) != 1:
            return None
        ((name, found),) = found.items()
        path.append(name)
    return tuple(path) if path and len(path) <= DEEPEST else None


_NOT_THERE = object()


def _value(row: Row, path: Path, before: Mapping[str, Any]) -> Any:
    """What the row says; _NOT_THERE where it says nothing that its kind could hold."""
    text = row.value.strip()
    if row.kind == "other":
        return table_at(before, path)
    if row.kind == "table":
        return {} if not text else _NOT_THERE
    if row.kind == "truth":
        return {"true": True, "false": False}.get(text, _NOT_THERE)
    if row.kind == "number":
        return _whole(text)
    if row.kind in ("list", "numbers"):
        for separator in SEPARATORS[1:]:
            text = text.replace(separator, SEPARATORS[0])
        parts = [part.strip() for part in text.split(SEPARATORS[0]) if part.strip()]
        values = [_whole(part) for part in parts] if row.kind == "numbers" else parts
        return _NOT_THERE if _NOT_THERE in values else values
    return text


def _whole(text: str) -> Any:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else _NOT_THERE


def _put(tree: dict[str, Any], path: Path, value: Any) -> bool:
    """Put a value into the tree; gives whether there was room for it."""
    if value is _NOT_THERE or value is None:
        return False
    holder: Any = tree
    for name in path[:-1]:
        holder = holder.setdefault(name, {})
        if not isinstance(holder, dict):
            return False
    if path[-1] in holder:
        return False
    holder[path[-1]] = value
    return True


def write_tree(file: str, text: str, path: Path, tree: Mapping[str, Any]) -> str:
    """The file with these entries of the table at `path` otherwise: tables within are changed where they stand.

    An entry that is None goes. Raises Unwritable.
    """
    before = table_at(tomllib.loads(text), path) or {}
    entries: dict[str, Any] = {}
    for name, value in tree.items():
        inner = (*path, name)
        if before.get(name) == value:
            continue
        stands_apart = any(each.header and each.place[0][: len(inner)] == inner for each in sections(text))
        if stands_apart and isinstance(value, Mapping) and value and isinstance(before.get(name), Mapping):
            text = write_tree(file, text, inner, {**dict.fromkeys(before[name]), **value})
            continue
        if stands_apart:
            text = remove(file, text, (inner, None))
        entries[name] = value
    return change(file, text, (path, None), entries) if entries else text
