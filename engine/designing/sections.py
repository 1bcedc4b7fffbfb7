"""Entries of a TOML file changed where they stand, so that comments, order and everything else stay as they are.

The file is cut into statements; only the text of a changed value is replaced. What comes out is read again and
compared with what was meant: a file that is written in a way in which this cannot be done is refused, never spoilt.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from engine.designing.toml_text import BARE, Path, Place, Section, sections
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _


class Unwritable(GuardRefused):
    """The file says it in a way that has to be changed by hand."""

    text = _("“{file}”的写法不能这样修改，请直接编辑文件。")


def change(file: str, text: str, place: Place, entries: Mapping[str, Any]) -> str:
    """The file with these entries of a table changed; None takes one out. A table that is missing is added.

    Raises Unwritable, also where the file cannot be read.
    """
    before = _read(file, text)
    wanted = _meant(before, place, entries)
    if wanted is None:
        raise Unwritable(file=file)
    section = next((each for each in sections(text) if each.place == place), None)
    after = _added(text, place, entries) if section is None else _changed(text, section, before, entries)
    if parsed(after) != wanted:
        raise Unwritable(file=file)
    return after


def remove(file: str, text: str, place: Place) -> str:
    """The file without a table and the tables in it; the comments around it stay. Raises Unwritable."""
    path, number = place
    wanted = deepcopy(_read(file, text))
    holder = table_at(wanted, path if number is not None else path[:-1])
    which: Any = path[-1] if number is None else number
    there = (
        number < len(holder)
        if number is not None and isinstance(holder, list)
        else path[-1] in (holder or ())
    )
    if not there:
        raise Unwritable(file=file)
    del holder[which]
    for section in reversed(sections(text)):
        if section.header and (
            section.place == place if number is not None else section.place[0][: len(path)] == path
        ):
            text = text[: section.header.start] + text[section.end :]
    if not _without_empty(parsed(text)) == _without_empty(wanted):
        raise Unwritable(file=file)
    return text


def _without_empty(document: Any) -> Any:
    """A table that has lost all its tables may be there or not, and so may a list of them."""
    if not isinstance(document, dict):
        return document
    inner = {key: _without_empty(value) for key, value in document.items()}
    return {key: value for key, value in inner.items() if value not in ({}, [])}


def _read(file: str, text: str) -> dict[str, Any]:
    found = parsed(text)
    if found is None:
        raise Unwritable(file=file)
    return found


def parsed(text: str) -> dict[str, Any] | None:
    """The whole document; None where it cannot be read."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def _meant(before: dict[str, Any], place: Place, entries: Mapping[str, Any]) -> dict[str, Any] | None:
    """The document as it is to be; None where something else stands in the way."""
    document = deepcopy(before)
    path, number = place
    holder: Any = document
    for name in path if number is None else path[:-1]:
        holder = holder.setdefault(name, {}) if isinstance(holder, dict) else None
    if number is not None and isinstance(holder, dict):
        listed = holder.setdefault(path[-1], [])
        if number == len(listed):
            listed.append({})
        holder = listed[number] if number < len(listed) else None
    if not isinstance(holder, dict):
        return None
    for name, value in entries.items():
        if value is None:
            holder.pop(name, None)
        else:
            holder[name] = _plain(value)
    return document


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value


def table_at(document: Any, path: Path) -> Any:
    """What stands at a path of a document; None where nothing does."""
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _changed(text: str, section: Section, before: dict[str, Any], entries: Mapping[str, Any]) -> str:
    path, number = section.place
    table = table_at(before, path) if number is None else table_at(before, path)[number]
    standing = {statement.path[0]: statement for statement in section.entries if len(statement.path) == 1}
    edits: list[tuple[int, int, str]] = []
    added = ""
    for name, value in entries.items():
        statement = standing.get(name)
        if statement is not None and value is None:
            edits.append((statement.start, statement.end, ""))
        elif statement is not None and table.get(name) != _plain(value):
            edits.append((*statement.value, written(value)))
        elif statement is None and value is not None and name not in table:
            added += f"{key_written(name)} = {written(value)}\n"
    if added:
        edits.append((section.end, section.end, _on_new_line(text, section.end) + added))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _added(text: str, place: Place, entries: Mapping[str, Any]) -> str:
    """The file with a new table behind the last one of its kind, or at the end."""
    path, number = place
    kin = _kin([each for each in sections(text) if each.header], path)
    at = kin[-1].end if kin else len(text.rstrip()) + 1
    name = ".".join(map(key_written, path))
    lines = [f"[{name}]" if number is None else f"[[{name}]]"]
    lines += [f"{key_written(key)} = {written(value)}" for key, value in entries.items() if value is not None]
    head, tail = text[:at], text[at:]
    return head + _on_new_line(head, len(head)) + "\n" + "\n".join(lines) + "\n" + tail


def _kin(found: list[Section], path: Path) -> list[Section]:
    """The tables that the new one belongs behind: those within the same table, else those beside it."""
    for length in range(len(path), 0, -1):
        if near := [each for each in found if each.place[0][:length] == path[:length]]:
            return near
    return []


def _on_new_line(text: str, at: int) -> str:
    return "" if not text[:at] or text[:at].endswith("\n") else "\n"


def key_written(name: str) -> str:
    """A key as it stands in a file."""
    return name if BARE.fullmatch(name) else _string(name)


def written(value: Any) -> str:
    """A value as it stands in a file: a text, yes or no, a whole number, a list, or words in several languages."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key_written(key)} = {written(each)}" for key, each in value.items()) + " }"
    return "[" + ", ".join(map(written, value)) + "]"


def _string(text: str) -> str:
    # JSON's spelling of a text is one of TOML's; what JSON leaves as it is and TOML does not is DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def tables_of(text: str, name: str) -> Sequence[dict[str, Any]]:
    """The tables `[[name]]` of a file; none where it cannot be read or says something else."""
    found = (parsed(text) or {}).get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def named_tables_of(text: str, name: str) -> dict[str, dict[str, Any]]:
    """The tables `[name.X]` of a file by X; none where it cannot be read or says something else."""
    found = (parsed(text) or {}).get(name)
    named = found.items() if isinstance(found, dict) else ()
    return {key: each for key, each in named if isinstance(each, dict)}


def value_of(text: str, name: str) -> Any:
    """An entry before the first table; None where there is none or the file cannot be read."""
    return (parsed(text) or {}).get(name)
