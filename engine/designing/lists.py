"""What a folder lists in process.toml, line by line: its stages, happenings and effects, and what forms choose from.

A line is a name with words and what else it says. It is changed where it stands, as in `settings`: a list that is
opened and kept without a change leaves its file byte for byte as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.definitions.problems import Problem, values_of
from engine.definitions.promises import DEMANDS
from engine.designing.arranging import Entry, arrange_entries, arrange_tables
from engine.designing.properties import DEADLINES, PROCESS
from engine.designing.sections import change, named_tables_of, parsed, remove, tables_of, value_of
from engine.designing.settings import NOTICES, alike
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _

MOST_LINES = 200
Files = Mapping[str, str]
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its table in process.toml, and what a line says beside its name, `words` | `list` | `choice`.

    Its lines are `entries` of the table, whose whole value is the one field, `tables` `[[table]]` named by their
    `key`, or `named` tables `[table.X]`. Only where people see the order is it to be chosen (`ordered`).
    """

    table: str
    form: str
    fields: Mapping[str, str]
    ordered: bool = True

    @property
    def is_of_happenings(self) -> bool:
        """Whether its lines are named as happenings are, `subject:action`."""
        return self.table in ("happenings", "effects")


def _fields(**fields: str) -> Mapping[str, str]:
    return MappingProxyType(fields)


LISTS: Mapping[str, Listing] = MappingProxyType(
    {
        "stage": Listing("stage", "tables", _fields(title="words")),
        "happenings": Listing("happenings", "entries", _fields(title="words"), ordered=False),
        "effects": Listing("effects", "entries", _fields(effects="list"), ordered=False),
        "grades": Listing("grades", "named", _fields(title="words", requires="choice")),
        "categories": Listing("categories", "entries", _fields(title="words")),
        "decline_reasons": Listing("decline_reasons", "entries", _fields(title="words")),
    }
)
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType({"requires": DEMANDS})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list; `was` is the name that it has in the file, "" for one that is not there yet."""

    was: str
    key: str
    values: Values


def lines_of(files: Files, listing: Listing) -> list[Line]:
    """The lines in the order of the file; none where it cannot be read."""
    return [Line(key, key, _values(listing, said)) for key, said in _said(files, listing)]


def _said(files: Files, listing: Listing) -> list[tuple[str, Any]]:
    text = files.get(PROCESS, "")
    if listing.form == "tables":
        return [(str(entry.get("key", "")), entry) for entry in tables_of(text, listing.table)]
    if listing.form == "named":
        return list(named_tables_of(text, listing.table).items())
    found = value_of(text, listing.table)
    return list(found.items()) if isinstance(found, dict) else []


def _values(listing: Listing, said: Any) -> Values:
    if listing.form == "entries":
        return dict.fromkeys(listing.fields, said)
    return {name: said.get(name) for name in listing.fields}


def change_lines(files: Files, listing: Listing, lines: Sequence[Line]) -> dict[str, str]:
    """The files with a list as these lines say it; a stage that is called otherwise takes its tasks along.

    Raises InvalidAnswers (by `number.key`), Unwritable.
    """
    _require_names(lines)
    text = files.get(PROCESS, "")
    if listing.form == "entries":
        said = dict(_said(files, listing))
        entries = [_entry(line, said, *listing.fields) for line in lines]
        return {**files, PROCESS: arrange_entries(PROCESS, text, (listing.table,), entries)}
    write = _numbered if listing.form == "tables" else _named
    text = write(files, listing, lines)
    return {**files, PROCESS: _renamed(text, lines) if listing.table == "stage" else text}


def _renamed(text: str, lines: Sequence[Line]) -> str:
    """The file with every task in the stage that its stage has become."""
    became = {line.was: line.key for line in lines if line.was and line.was != line.key}
    for name, task in named_tables_of(text, "task").items():
        if task.get("stage") in became:
            text = change(PROCESS, text, (("task", name), None), {"stage": became[task["stage"]]})
    return text


def moved_along(before: Files, after: Files) -> int:
    """How many tasks a change of the stages has put into another one."""
    was, now = (named_tables_of(files.get(PROCESS, ""), "task") for files in (before, after))
    return sum(now[name].get("stage") != task.get("stage") for name, task in was.items() if name in now)


def _require_names(lines: Sequence[Line]) -> None:
    if len(lines) > MOST_LINES:
        raise InvalidAnswers({"lines": [_("内容过多或过长。")]})
    faults: dict[str, list[str]] = {}
    for number, line in enumerate(lines):
        if not line.key:
            faults[f"{number}.key"] = [_("请填写代号。")]
        elif line.key in {each.key for each in lines[:number]}:
            faults[f"{number}.key"] = [_("与前面的重复。")]
    if faults:
        raise InvalidAnswers(faults)


def _entry(line: Line, said: Mapping[str, Any], name: str) -> Entry:
    before, value = said.get(line.was), line.values.get(name)
    if line.was in said and alike(before, value):
        return line.was, line.key, before
    return (line.was if line.was in said else ""), line.key, _plain(value)


def _plain(value: Any) -> Any:
    """A list is written as one; words that are missing as such, for the check to tell."""
    return {"zh": "", "en": ""} if value is None else list(value) if isinstance(value, tuple) else value


def _numbered(files: Files, listing: Listing, lines: Sequence[Line]) -> str:
    """Tables `[[table]]`: changed by their numbers, new ones behind them, put in order, and the last taken out."""
    text, path = files.get(PROCESS, ""), (listing.table,)
    said = _said(files, listing)
    left = dict(reversed([(key, number) for number, (key, _entry) in enumerate(said)]))
    order: list[int] = []
    for line in lines:
        number = left.pop(line.was, None)
        there = said[number][1] if number is not None else {}
        number = len(said) + sum(each >= len(said) for each in order) if number is None else number
        order.append(number)
        text = change(PROCESS, text, (path, number), {"key": line.key} | _changed(there, line.values))
    gone = [number for number in range(len(said)) if number not in order]
    if order or gone:
        text = arrange_tables(PROCESS, text, path, [*order, *gone])
    for number in reversed(range(len(order), len(order) + len(gone))):
        text = remove(PROCESS, text, (path, number))
    return text


def _named(files: Files, listing: Listing, lines: Sequence[Line]) -> str:
    """Tables `[table.X]`: one that is called otherwise is another one, with all that it said."""
    text, said = files.get(PROCESS, ""), dict(_said(files, listing))
    kept = {line.key for line in lines if line.was == line.key}
    for key in reversed([each for each in said if each not in kept]):
        text = remove(PROCESS, text, ((listing.table, key), None))
    for line in lines:
        there = said.get(line.was, {})
        values = (there if line.key not in kept else {}) | _changed(there, line.values)
        if values or line.key not in kept:
            text = change(PROCESS, text, ((listing.table, line.key), None), values)
    order = [line.key for line in lines]
    return arrange_tables(PROCESS, text, (listing.table,), order) if order else text


def _changed(there: Values, values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not alike(there.get(name), value)}


# What is said of a line elsewhere ---------------------------------------------------------------


def uses_of(files: Files, listing: Listing) -> dict[str, int]:
    """How often each name of stages or happenings is spoken of elsewhere in the folder; of other lists nothing."""
    if listing.table == "stage":
        named = [task.get("stage") for task in named_tables_of(files.get(PROCESS, ""), "task").values()]
        return {key: named.count(key) for key, _entry in _said(files, listing)}
    if listing.table != "happenings":
        return {}
    spoken = list(_texts({**(parsed(files.get(PROCESS, "")) or {}), "happenings": {}}))
    for file in (DEADLINES, NOTICES, "statistics.toml"):
        spoken += _texts(parsed(files.get(file, "")) or {})
    return {key: spoken.count(key) for key, _entry in _said(files, listing)}


def _texts(value: Any) -> Iterator[str]:
    """Every text in a document, the names of its entries as well."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def line_at(problem: Problem, listing: Listing, keys: Sequence[str]) -> tuple[str, str] | None:
    """The name of the line and the field (`key` is its name) that a problem is about; None if about something else.

    The line is "" where it is about the list itself, the field where it is about the whole line.
    """
    if problem.file != PROCESS:
        return None
    values, table, place = values_of(problem), listing.table, problem.place
    if place == "" and values.get("name") == table:  # of the names of tables the file itself tells
        return (str(values["value"]), "key") if values.get("value") in keys else ("", "")
    if place == table:
        name = next((str(each) for each in values.values() if each in keys), "")
        return name, next(iter(listing.fields)) if problem.code == "wrong-kind" else "key"
    line = next((key for number, key in enumerate(keys, 1) if place in _places(table, number, key)), None)
    if line is None:
        return None
    named = values.get("name")
    return line, named if named in ("key", *listing.fields) else list(listing.fields)[-1]


def _places(table: str, number: int, key: str) -> tuple[str, ...]:
    """How a line of a list is spoken of."""
    return f"{table}.{key}", f"{table} {number}", f"{table} {number}.title", f"{table}.{key}.title"
