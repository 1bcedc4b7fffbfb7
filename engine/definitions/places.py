"""Where in a file of a folder a place is: its line, as an editor counts them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*(#.*)?")


def line_of(text: str, place: str) -> int:
    """The line of a table or an entry of a TOML file, or of a field of a form; 0 where it cannot be said.

    Places are spoken of as the reader does: `task.write`, `stage 2`, `clock answer`, `fields decision`, `key`.
    """
    if text.lstrip().startswith("{"):
        return _of_field(text, place)
    lines = text.split("\n")
    return _of_header(lines, place) or _of_numbered(lines, place) or _of_entry(lines, place)


def _of_field(text: str, place: str) -> int:
    """The line of a form's field by its name: `fields 2 decision`, `fields decision.required_when`."""
    words = place.split()
    if len(words) < 2 or words[0] != "fields":
        return 0
    name = words[-1].partition(".")[0]
    found = re.search(rf'"name"\s*:\s*"{re.escape(name)}"', text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _headers(lines: Sequence[str]) -> list[tuple[int, str]]:
    found = ((number, _HEADER.fullmatch(line)) for number, line in enumerate(lines, start=1))
    return [(number, match[1].replace('"', "")) for number, match in found if match]


def _of_header(lines: Sequence[str], place: str) -> int:
    return next((number for number, name in _headers(lines) if name == place), 0)


def _of_numbered(lines: Sequence[str], place: str) -> int:
    """A table of a list: by its number, or by its key."""
    name, _blank, which = place.partition(" ")
    those = [number for number, header in _headers(lines) if header == name]
    if which.isdigit():
        return those[int(which) - 1] if 0 < int(which) <= len(those) else 0
    key = re.compile(rf'\s*key\s*=\s*"{re.escape(which)}"')
    return next((number for number in those if any(map(key.match, _table(lines, number)))), 0)


def _of_entry(lines: Sequence[str], place: str) -> int:
    """An entry of a table, or of the file itself, where its tables have not begun; else the table it is in."""
    around, _dot, name = place.rpartition(".")
    begin = _of_header(lines, around) if around else 0
    entry = re.compile(rf'\s*"?{re.escape(name)}"?\s*=')
    for number, line in enumerate(_table(lines, begin), start=begin + 1):
        if entry.match(line):
            return number
    return begin


def _table(lines: Sequence[str], header: int) -> list[str]:
    """The lines of the table under a header, up to the next one; header 0 is the beginning of the file."""
    end = next((number for number, _name in _headers(lines) if number > header), len(lines) + 1)
    return list(lines[header : end - 1])
