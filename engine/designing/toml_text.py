"""A TOML file that can be read, cut into its statements: where its tables stand, their entries and the values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str, ...]
# The place of a table: its path and, for one of `[[path]]`, which of them.
Place = tuple[Path, int | None]

BARE = re.compile(r"[A-Za-z0-9_-]+")
BLANK = " \t"
QUOTES = ('"""', "'''", '"', "'")


@dataclass(frozen=True, slots=True)
class Statement:
    """A piece of a file: a header of a table, an entry, or what lies between (blank lines and comments)."""

    kind: str  # table | tables | entry | gap
    start: int
    end: int  # behind the line end
    path: Path = ()
    value: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Section:
    """A table as it stands in the file; the part before the first header is the table without a path."""

    place: Place
    header: Statement | None
    entries: list[Statement]

    @property
    def end(self) -> int:
        """Behind its last entry: what follows may be the comment of the next table."""
        last = self.entries[-1] if self.entries else self.header
        return last.end if last is not None else 0


def sections(text: str) -> list[Section]:
    """The tables of a file in order; the file must be one that can be read."""
    found = [Section(((), None), None, [])]
    counts: dict[Path, int] = {}
    for statement in _statements(text):
        if statement.kind == "entry":
            found[-1].entries.append(statement)
        elif statement.kind in ("table", "tables"):
            number = counts.get(statement.path, 0) if statement.kind == "tables" else None
            counts[statement.path] = counts.get(statement.path, 0) + 1
            found.append(Section((statement.path, number), statement, []))
    return found


def _statements(text: str) -> Iterator[Statement]:
    at = 0
    while at < len(text):
        first = _past(text, at, BLANK)
        if text[first : first + 1] in ("", "\n", "#"):
            yield Statement("gap", at, at := _line_end(text, first))
        elif text[first] == "[":
            kind, width = ("tables", 2) if text.startswith("[[", first) else ("table", 1)
            path, behind = _path(text, first + width)
            yield Statement(kind, at, at := _line_end(text, behind), path)
        else:
            path, behind = _path(text, first)
            start = _past(text, behind + 1, BLANK)  # behind the equals sign
            end = _value_end(text, start)
            yield Statement("entry", at, at := _line_end(text, end), path, (start, end))


def _past(text: str, at: int, characters: str) -> int:
    while at < len(text) and text[at] in characters:
        at += 1
    return at


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _path(text: str, at: int) -> tuple[Path, int]:
    """The dotted key at this place, and where what comes behind it stands."""
    parts: list[str] = []
    while True:
        at = _past(text, at, BLANK)
        if text[at] in "\"'":
            end = _string_end(text, at)
            parts.append(str(tomllib.loads(f"x = {text[at:end]}")["x"]))
        else:
            found = BARE.match(text, at)
            end = found.end() if found else at + 1
            parts.append(text[at:end])
        at = _past(text, end, BLANK)
        if text[at : at + 1] != ".":
            return tuple(parts), at
        at += 1


def _string_end(text: str, at: int) -> int:
    quote = next(each for each in QUOTES if text.startswith(each, at))
    end = at + len(quote)
    while not text.startswith(quote, end):
        end += 2 if text[end] == "\\" and quote[0] == '"' else 1
    end += len(quote)
    while len(quote) == 3 and text[end : end + 1] == quote[0]:  # quotes at the very end belong to the text
        end += 1
    return end


def _value_end(text: str, at: int) -> int:
    """Behind the last character of the value that begins here."""
    depth, end = 0, at
    while at < len(text) and (depth or text[at] not in "\n#"):
        if text[at] in "\"'":
            at = end = _string_end(text, at)
            continue
        if text[at] == "#":
            at = _line_end(text, at)
            continue
        depth += (text[at] in "[{") - (text[at] in "]}")
        at += 1
        end = at if not text[at - 1].isspace() else end
    return end
