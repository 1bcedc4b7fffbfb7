"""Entries and tables of a TOML file brought into an order: each keeps its spelling and what is remarked beside it.

Comments on lines of their own stay where they are. As in `sections`, what comes out is read again and compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

from engine.designing.sections import Unwritable, change, key_written, parsed, table_at, written
from engine.designing.toml_text import Path, Statement, sections

Slot = tuple[int, int]
# An entry: what it was called ("" for a new one), what it is called now, and its value.
Entry = tuple[str, str, Any]


def arrange_entries(file: str, text: str, path: Path, entries: Sequence[Entry]) -> str:
    """The file with exactly these entries in a table, in this order. Raises Unwritable, also if it cannot be read."""
    wanted = {key: value for _was, key, value in entries}
    before = _read(file, text)
    if table_at(before, path) is None:
        return change(file, text, (path, None), wanted) if entries else text
    section = next((each for each in sections(text) if each.place == (path, None)), None)
    if section is None:
        raise Unwritable(file=file)
    table = table_at(before, path)
    standing = {each.path[0]: each for each in section.entries if len(each.path) == 1}
    pieces = [
        (each[0] in standing, _lines(text, standing.get(each[0]), table.get(each[0]), each))
        for each in entries
    ]
    slots = [(each.start, each.end) for each in standing.values()]
    after = _filled(text, slots or [(section.end, section.end)], pieces)
    return _proven(file, before, after, path, wanted)


def _lines(text: str, standing: Statement | None, before: Any, entry: Entry) -> str:
    was, key, value = entry
    if standing is None:
        return f"{key_written(key)} = {written(value)}\n"
    start, end = standing.value
    name = text[standing.start : start] if was == key else f"{key_written(key)} = "
    return name + (text[start:end] if before == value else written(value)) + text[end : standing.end]


def arrange_tables(file: str, text: str, path: Path, order: Sequence[str | int]) -> str:
    """The file with its tables `[path.X]` (by X) or `[[path]]` (by number from 0) in this order. Raises Unwritable."""
    before = _read(file, text)
    held: Any = table_at(before, path)
    is_list = isinstance(held, list)
    wanted: Any = [held[each] for each in order] if is_list else {each: held[each] for each in order}
    places: list[Any] = [(path, each) if is_list else ((*path, each), None) for each in order]
    standing = {each.place: each for each in sections(text) if each.header}
    if any(place not in standing for place in places):
        raise Unwritable(file=file)
    found = [standing[place] for place in places]
    slots = sorted((each.header.start, each.end) for each in found if each.header)
    pieces = [(True, text[each.header.start : each.end]) for each in found if each.header]
    return _proven(file, before, _filled(text, slots, pieces), path, wanted)


def _filled(text: str, slots: Sequence[Slot], pieces: Iterable[tuple[bool, str]]) -> str:
    """The text with these pieces in its slots; one that does not stand in any comes behind the one before it."""
    filling, at = [""] * len(slots), -1
    for stands, lines in pieces:
        at += stands
        filling[max(at, 0)] += lines if lines.endswith("\n") else lines + "\n"
    for (start, end), lines in reversed([*zip(slots, filling, strict=True)]):
        head = text[:start]
        text = head + ("\n" if head and not head.endswith("\n") else "") + lines + text[end:]
    return text


def _read(file: str, text: str) -> dict[str, Any]:
    found = parsed(text)
    if found is None:
        raise Unwritable(file=file)
    return found


def _proven(file: str, before: dict[str, Any], after: str, path: Path, wanted: Any) -> str:
    """What came out, if it says what was meant, in that order, and everything else as before."""
    meant = deepcopy(before)
    table_at(meant, path[:-1])[path[-1]] = wanted
    found = _read(file, after)
    if found != meant or list(table_at(found, path)) != list(wanted):
        raise Unwritable(file=file)
    return after
