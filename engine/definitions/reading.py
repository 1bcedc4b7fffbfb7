"""Reading tables that somebody wrote by hand: each entry once, by kind; what is left over is a fault."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.definitions.problems import Faults, rule
from engine.definitions.words import Words
from engine.foundation.language import _
from engine.foundation.unreadable import text_flaw

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
HAPPENING = re.compile(r"[a-z][A-Za-z0-9_.]{0,47}:[a-z_]{1,15}")
MAX_LENGTH = 1_000_000  # characters of one file

MISSING = rule("missing-entry", _("缺少“{name}”。"))
NO_KEY = rule("bad-key", _("“{name}”应是字母开头的字母、数字、下划线，不超过64个字符：{value}"))
UNKNOWN = rule("unknown-entry", _("不认识“{name}”。"))
NOT_AMONG = rule("wrong-value", _("“{name}”的取值“{value}”不可用，应为：{among}。"))
WRONG_KIND = rule("wrong-kind", _("“{name}”应为{kind}。"))
UNREADABLE = rule("unreadable", _("无法读取：{reason}"))
TWICE = rule("twice", _("“{name}”出现了两次。"))


class Table:
    """One table of a file; every reader takes its entry out, `done` reports the entries nobody asked for."""

    def __init__(self, entries: Any, place: str, faults: Faults) -> None:
        self.place = place
        self.faults = faults
        self._left = dict(entries) if isinstance(entries, Mapping) else {}
        if not isinstance(entries, Mapping):
            faults.add(place, WRONG_KIND, name=place, kind=_("一张表"))

    def has(self, name: str) -> bool:
        """Whether the entry is there and not yet read."""
        return name in self._left

    def fault(self, template: str, **values: Any) -> None:
        """Note a fault of this table."""
        self.faults.add(self.place, template, **values)

    def raw(self, name: str, default: Any = None) -> Any:
        """The entry whatever it is."""
        return self._left.pop(name, default)

    def text(self, name: str, default: str | None = None) -> str:
        """A text; obligatory unless there is a default."""
        value = self._required(name, default)
        if isinstance(value, str) and (value.strip() or default is not None):
            return value
        return self._wrong(name, value, _("文字"))

    def key(self, name: str, among: Collection[str] | None = None) -> str:
        """A word of the program: letters, digits, underscores, up to 64; one of `among` where given."""
        value = self.text(name)
        if value and not KEY.fullmatch(value):
            self.fault(NO_KEY, name=name, value=value)
            return ""
        if value and among is not None and value not in among:
            self.fault(NOT_AMONG, name=name, value=value, among="、".join(among))
        return value

    def words(self, name: str, default: Words | None = None) -> Words:
        """Words in both languages."""
        value = self._required(name, default)
        if isinstance(value, Words):
            return value
        both = isinstance(value, Mapping) and value.keys() == {"zh", "en"}
        if both and all(isinstance(text, str) and text.strip() for text in value.values()):
            return Words(value["zh"], value["en"])
        self._wrong(name, value, _('中英文两种文字，如 { zh = "…", en = "…" }'))
        return Words("", "")

    def strings(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts; a single text stands for a list of one."""
        value = self._required(name, default)
        items = [value] if isinstance(value, str) else value
        if isinstance(items, list | tuple) and all(isinstance(item, str) and item for item in items):
            return tuple(items)
        self._wrong(name, value, _("文字的列表"))
        return ()

    def flag(self, name: str) -> bool:
        """Yes or no; no when it is not there."""
        value = self.raw(name, False)
        return value if isinstance(value, bool) else bool(self._wrong(name, value, _("true 或 false")))

    def whole(self, name: str, default: int | None = None) -> int | None:
        """A whole number from 0 to a million."""
        value = self.raw(name, default)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**6):
            return value
        self._wrong(name, value, _("不小于0的整数"))
        return default

    def table(self, name: str) -> Table:
        """A table within; an empty one when it is missing, with a fault."""
        return Table(self._required(name, None) or {}, self._within(name), self.faults)

    def named_tables(self, name: str) -> Iterator[tuple[str, Table]]:
        """The tables `[name.X]`, by X."""
        entries = self.raw(name, {})
        if not isinstance(entries, Mapping):
            self._wrong(name, entries, _("一张表"))
            return
        for key, entry in entries.items():
            if not KEY.fullmatch(key):
                self.fault(NO_KEY, name=name, value=key)
            yield key, Table(entry, f"{self._within(name)}.{key}", self.faults)

    def tables(self, name: str) -> Iterator[Table]:
        """The tables `[[name]]`, in order."""
        entries = self.raw(name, [])
        if not isinstance(entries, list):
            self._wrong(name, entries, _("表的列表"))
            return
        for position, entry in enumerate(entries, start=1):
            yield Table(entry, f"{self._within(name)} {position}", self.faults)

    def names(self, shape: re.Pattern[str] = KEY) -> list[str]:
        """The entries not yet read; a name that is no word of the program (or not of that shape) is a fault."""
        for name in self._left:
            if not shape.fullmatch(name):
                self.fault(NO_KEY, name=name, value=name)
        return list(self._left)

    def done(self) -> None:
        """Every entry that nobody read is unknown."""
        for name in self._left:
            self.fault(UNKNOWN, name=name)

    def _within(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def _required(self, name: str, default: Any) -> Any:
        if name not in self._left and default is None:
            self.fault(MISSING, name=name)
        return self._left.pop(name, default)

    def _wrong(self, name: str, value: Any, kind: str) -> str:
        if value is not None:  # what is missing has been told already
            self.fault(WRONG_KIND, name=name, kind=kind)
        return ""


def toml_table(files: Mapping[str, str], file: str, faults: Faults) -> Table | None:
    """The whole of a TOML file; None with a fault when it cannot be read."""
    return _whole_file(files, file, faults, tomllib.loads)


def json_table(files: Mapping[str, str], file: str, faults: Faults) -> Table | None:
    """The whole of a JSON file; None with a fault when it cannot be read."""
    return _whole_file(files, file, faults, json.loads)


def _whole_file(files: Mapping[str, str], file: str, faults: Faults, parse: Any) -> Table | None:
    own = faults.within(file)
    text = files.get(file)
    if text is None:
        own.add("", _("没有这个文件。"))
    elif len(text) > MAX_LENGTH:
        own.add("", _("文件超过{limit}个字符。"), limit=MAX_LENGTH)
    else:
        try:
            return Table(parse(text), "", own)
        except (ValueError, RecursionError) as error:
            line, flaw = text_flaw(error)
            own.add_line(line, UNREADABLE, reason=flaw)
    return None


def unique(names: Collection[str], place: str, faults: Faults) -> None:
    """A name that stands twice in the list is a fault."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            faults.add(place, TWICE, name=name)
        seen.add(name)
