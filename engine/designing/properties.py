"""What the property panel edits beside the diagram: tasks and clocks of a folder, read and written where they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from engine.casework.acts.step import FLAGS
from engine.definitions.reading import KEY
from engine.definitions.wiring import MESSAGES
from engine.designing.sections import change, named_tables_of, remove, tables_of
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.foundation.language import _

PROCESS, DEADLINES = "process.toml", "deadlines.toml"
Files = Mapping[str, str]
NOTHING: Mapping[str, Any] = MappingProxyType({})


def _words(value: Any) -> dict[str, str] | None:
    """Words in both languages; one that is empty is told by the check."""
    found = value if isinstance(value, Mapping) else {}
    return {language: _text(found.get(language)) or "" for language in ("zh", "en")}


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _flag(value: Any) -> bool | None:
    return True if value is True else None


def _several(value: Any) -> str | list[str] | None:
    """A list as the files have it: one by itself, several in brackets, none not at all."""
    listed = _list(value)
    return listed[0] if listed and len(listed) == 1 else listed


def _list(value: Any) -> list[str] | None:
    found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [each for each in found if isinstance(each, str) and each] or None


# What the panel may write, and how what it sends becomes what stands in the file (None: nothing).
TASK: Mapping[str, Callable[[Any], Any]] = {
    "title": _words,
    "verb": _words,
    "act": _text,
    "role": _text,
    "at": _text,
    "stage": _text,
    "form": _text,
    "clock": _several,
    "bulk": _flag,
    "basis": _text,
}
CLOCK: Mapping[str, Callable[[Any], Any]] = {
    "title": _words,
    "rule": _text,
    "per": _text,
    "roles": _list,
    "starts": _list,
    "ends": _list,
    "cancels": _list,
    "when": _text,
    "main": _flag,
    "until_all": _flag,
    "outlives": _flag,
}


def tasks_of(files: Files) -> dict[str, dict[str, Any]]:
    """The tables `[task.X]` by node, as far as the panel knows their entries; none where the file cannot be read."""
    named = named_tables_of(files.get(PROCESS, ""), "task")
    return {
        node: {name: entry[name] for name in TASK if name in entry}
        | {"clock": _list(entry.get("clock")) or []}
        for node, entry in named.items()
    }


def clocks_of(files: Files) -> list[dict[str, Any]]:
    """The tables `[[clock]]` in order, as far as the panel knows their entries."""
    return [
        {"key": str(entry.get("key", ""))}
        | {name: entry[name] for name in CLOCK if name in entry}
        | {name: _list(entry.get(name)) or [] for name in ("starts", "ends", "cancels", "roles")}
        for entry in tables_of(files.get(DEADLINES, ""), "clock")
    ]


def names_of(files: Files) -> dict[str, str | None]:
    """The names that a condition may ask, with their types: the flags that the acts of tasks and actions give."""
    found: dict[str, str | None] = {}
    for kind in ("task", "action"):
        for entry in named_tables_of(files.get(PROCESS, ""), kind).values():
            found |= given_by(entry)
    return dict(sorted(found.items()))


def given_by(entry: Mapping[str, Any]) -> dict[str, str | None]:
    """The flags that a task or an action gives, with their types."""
    given: dict[str, str | None] = dict(FLAGS.get(str(entry.get("act", "")), {}))
    requires = entry.get("requires")
    if isinstance(requires, Mapping) and "flag" in requires:  # a choice of its form, under the folder's name
        given[str(requires["flag"])] = "text"
    return given


def messages_of(files: Files) -> list[str]:
    """The messages that actions, clocks and acts of the folder send into its flow."""
    tables = [*tables_of(files.get(DEADLINES, ""), "clock")]
    for kind in ("task", "action"):
        for entry in named_tables_of(files.get(PROCESS, ""), kind).values():
            requires = entry.get("requires")
            tables += [entry, requires if isinstance(requires, dict) else {}]
    said = [table.get(name) for table in tables for name in MESSAGES]
    several = [[*each.values()] if isinstance(each, dict) else [each] for each in said]
    return sorted({each for names in several for each in names if isinstance(each, str) and each})


def listed_in(files: Files, name: str) -> list[dict[str, Any]]:
    """The tables `[[name]]` of process.toml, such as its stages."""
    return list(tables_of(files.get(PROCESS, ""), name))


def change_task(
    files: Files, node: str, values: Mapping[str, Any], first: Mapping[str, Any] = NOTHING
) -> dict[str, str]:
    """The files with these properties of a task changed; a task without a table gets one.

    A language of words may be changed by itself (`title.en`). `first` is what is said of a task beside that, where
    nothing is said yet. Raises InvalidAnswers, NotFound, Unwritable.
    """
    require_key(node)
    before = named_tables_of(files.get(PROCESS, ""), "task").get(node, {})
    begun = {name: value for name, value in _entries(TASK, first, {}).items() if name not in before}
    entries = begun | _entries(TASK, values, begun | before)
    return _with(files, PROCESS, change(PROCESS, files.get(PROCESS, ""), (("task", node), None), entries))


def remove_task(files: Files, node: str) -> dict[str, str]:
    """The files without what is said of a task that is drawn no more. Raises Unwritable."""
    return _with(files, PROCESS, remove(PROCESS, files.get(PROCESS, ""), (("task", node), None)))


def change_clock(files: Files, key: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The files with these properties of a clock changed; a key that is not there yet is a new clock.

    Raises InvalidAnswers, Unwritable.
    """
    require_key(key)
    keys = [clock["key"] for clock in clocks_of(files)]
    number = keys.index(key) if key in keys else len(keys)
    tables = tables_of(files.get(DEADLINES, ""), "clock")
    before = tables[number] if number < len(tables) else {}
    entries = _entries(CLOCK, values, before) | ({} if key in keys else {"key": key})
    text = change(DEADLINES, files.get(DEADLINES, ""), (("clock",), number), _key_first(entries))
    return _with(files, DEADLINES, text)


def _key_first(entries: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sorted(entries.items(), key=lambda entry: entry[0] != "key"))


def _entries(
    known: Mapping[str, Callable[[Any], Any]], values: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for name, value in values.items():
        whole, _dot, language = name.partition(".")
        if whole not in known or (language and (known[whole] is not _words or language not in ("zh", "en"))):
            raise NotFound
        if language:
            value = {**(_words(entries.get(whole, before.get(whole))) or {}), language: value}
        entries[whole] = known[whole](value)
    return entries


def require_key(name: str) -> None:
    """Refuse what no part of a folder can be called. Raises InvalidAnswers."""
    if not KEY.fullmatch(name):
        raise InvalidAnswers({"key": [_("请用字母开头的字母、数字、下划线，不超过64个字符。")]})


def _with(files: Files, path: str, text: str) -> dict[str, str]:
    return {**files, path: text}
