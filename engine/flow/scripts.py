"""What a headless run is told beforehand: answers to tasks, messages and signals, what functions give back.

    {"answers": {"decide": [{"variables": {"approved": true}, "after": "P1D"}, …]},
     "events": [{"message": "recalled", "task": "decide", "at": "2026-03-02T08:00:00+08:00"}, …],
     "functions": {"note": [{"left": 7}, …]}}

An entry with none of the words `variables`, `at`, `after`, `message`, `signal`, `error` is itself the variables. A file
with none of the three tables is itself the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.flow.errors import UnfitVariables
from engine.flow.timers import Timer, parse_duration, parse_moment
from engine.flow.variables import checked
from engine.foundation.errors import DomainError
from engine.foundation.language import _, said_of

TABLES = frozenset({"answers", "events", "functions"})
TIMES: Mapping[str, Callable[[str], Timer]] = {"at": parse_moment, "after": parse_duration}
SENT = ("message", "signal")
GIVEN = frozenset({"variables", *TIMES, *SENT})
ANSWER = GIVEN | {"error"}
EVENT = GIVEN | {"task"}


class ScriptUnfit(DomainError):
    """The answers of a run are not written as they should be; `place` says where."""

    text = _("答案文件中“{place}”有误：{reason}")

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        super().__init__(place=place, reason=reason)


@dataclass(frozen=True)
class Entry:
    """One thing to do: complete the task at hand or end it with an error, or send a message or a signal.

    `time` is a moment, or a duration since the task was opened (for an event: since the run began); without
    it an answer is given at once, and an event is sent as soon as it is awaited. `task` is the node a message
    is about.
    """

    variables: Mapping[str, Any]
    time: Timer | None = None
    message: str = ""
    signal: str = ""
    error: str = ""
    task: str = ""

    @property
    def is_sent(self) -> bool:
        return bool(self.message or self.signal)

    @property
    def what(self) -> tuple[str, str]:
        """The kind and name of what is sent."""
        return ("signal", self.signal) if self.signal else ("message", self.message)


@dataclass(frozen=True)
class Script:
    """All that a run is told; `functions` gives the results of each function's calls, in order.

    A function's last result is given again for every later call; one that is not named gives nothing.
    """

    answers: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    events: tuple[Entry, ...] = ()
    functions: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)


def read_script(document: Any) -> Script:
    """The script in a parsed JSON or TOML document; raises ScriptUnfit."""
    tables = _table(document, "")
    if tables and not TABLES & tables.keys():
        tables = {"answers": tables}
    if unknown := sorted(tables.keys() - TABLES):
        raise ScriptUnfit(unknown[0], "answers | events | functions")
    answers = {
        node: tuple(_entry(each, f"answers.{node}[{place}]", ANSWER) for place, each in _listed(entries))
        for node, entries in _table(tables.get("answers", {}), "answers").items()
    }
    events = tuple(_event(each, f"events[{place}]") for place, each in _listed(tables.get("events", [])))
    functions = {
        name: tuple(_variables(each, f"functions.{name}[{place}]") for place, each in _listed(results))
        for name, results in _table(tables.get("functions", {}), "functions").items()
    }
    return Script(answers, events, functions)


def _listed(value: Any) -> list[tuple[int, Any]]:
    """The entries of a list with their places; a single one needs no list."""
    return list(enumerate(value if isinstance(value, list) else [value]))


def _table(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ScriptUnfit(place, "{ … }")
    return value


def _event(value: Any, place: str) -> Entry:
    entry = _entry(value, place, EVENT)
    if not entry.is_sent:
        raise ScriptUnfit(place, "message | signal")
    return entry


def _entry(value: Any, place: str, words: frozenset[str]) -> Entry:
    table = _table(value, place)
    if not words & table.keys():
        return Entry(_variables(table, place))
    if unknown := sorted(table.keys() - words):
        raise ScriptUnfit(f"{place}.{unknown[0]}", " | ".join(sorted(words)))
    texts = {name: _text(table, name, place) for name in (*SENT, "error", "task")}
    if sum(bool(texts[name]) for name in (*SENT, "error")) > 1:
        raise ScriptUnfit(place, " | ".join(sorted(words & {*SENT, "error"})))
    variables = _variables(table.get("variables", {}), f"{place}.variables")
    return Entry(variables, _time(table, place), **texts)


def _variables(value: Any, place: str) -> dict[str, Any]:
    """What a process can keep: no date of TOML, no number of JSON that is none."""
    try:
        return checked(_table(value, place))
    except UnfitVariables as unfit:
        raise ScriptUnfit(f"{place}.{unfit.path}", unfit.values["reason"]) from None


def _text(table: Mapping[str, Any], name: str, place: str) -> str:
    value = table.get(name, "")
    if not isinstance(value, str):
        raise ScriptUnfit(f"{place}.{name}", '"…"')
    return value


def _time(table: Mapping[str, Any], place: str) -> Timer | None:
    given = [name for name in TIMES if name in table]
    if len(given) > 1:
        raise ScriptUnfit(place, "at | after")
    for name in given:
        value = table[name]
        text = value.isoformat() if isinstance(value, datetime) else value  # TOML has moments of its own
        if not isinstance(text, str):
            raise ScriptUnfit(f"{place}.{name}", '"…"')
        try:
            return TIMES[name](text)
        except ValueError as error:
            raise ScriptUnfit(f"{place}.{name}", said_of(error)) from None
    return None
