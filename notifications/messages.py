"""What a message says: texts with placeholders from a fixed list, and the notices that use them.

`texts/<lang>/<name>.txt` holds the subject on its first line and the body below it. `notices.toml` holds

    [[notice]]
    on = "assignment:assigned"               # the happening
    to = ["lead_deputy", "units.registrar"]  # words of notifications/recipients.py
    channels = ["in_app", "email"]           # left out: in_app only
    text = "assigned"                        # the text's name
    per = "assignment"                       # what one message is about: case (left out) | assignment | task
    importance = "urgent"                    # normal where left out; what it means is in notifications/wishes.py
    within = 7                               # only of a clock that has at most so many calendar days left
    once = true                              # of a happening that repeats itself, such as a weekly one, only the first

In a text `[Reasons: {reason}]` is left out where the fact within is missing; what stands in no brackets never is.

`channels` says whether a message may leave the screen at all: with `email` it goes out over whatever channels the
reader has chosen for its importance.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from notifications.recipients import problem_with
from notifications.wishes import IMPORTANCES

PLACEHOLDERS = frozenset(
    {
        "actor",  # who did it
        "case_number",
        "case_title",
        "commitment",  # what was promised, in one line
        "congress",
        "contact_phone",  # the congress's own
        "days",  # how many are left, or how many have passed
        "deputy",  # the lead deputy
        "due_on",
        "link",  # the address of the case
        "problem",  # of a case's list, with its number
        "reason",
        "recipient",  # whom the message is to
        "result",
        "round",
        "task",
        "unit",  # of the assignment at hand
    }
)
LANGUAGES = ("zh", "en")  # the first is what a reader of any other language gets
CHANNELS = ("in_app", "email")
SUBJECTS = ("case", "assignment", "task")
UNKNOWN = "—"  # a message is no reason to refuse an act in law, even if a fact is missing for it
SUBJECT_LENGTH = 200  # characters

NOTICE_FIELDS = frozenset({"on", "to", "channels", "text", "per", "importance", "within", "once"})
WARNING = re.compile(r"clock\.[a-z0-9_]+:warned")
HAPPENING = re.compile(r"[a-z][a-z0-9_.]*:[a-z][a-z0-9_]*")
PIECES = re.compile(r"(\{[^{}]*\})")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


class TextRefused(ValueError):
    """A text or notice that cannot be used as written; says where and why."""


Parts = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One text in one language, taken apart: every odd part is optional, every odd piece of a part a placeholder."""

    subject: Parts
    body: Parts


@dataclass(frozen=True, slots=True)
class Notice:
    """Who is told over which channels when something has happened, by which text in each language."""

    on: str
    to: tuple[str, ...]
    channels: tuple[str, ...]
    per: str
    name: str
    texts: Mapping[str, Text]
    importance: str = "normal"
    within: int | None = None
    once: bool = False

    def applies(self, days: object) -> bool:
        """Whether it is said when so many days are left; what does not know its days is never kept silent."""
        return self.within is None or not isinstance(days, int) or days <= self.within


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices of one process folder, by happening."""

    by_happening: Mapping[str, tuple[Notice, ...]]

    def on(self, happening: str) -> tuple[Notice, ...]:
        """The notices of one happening in the file's order; where two meet a person, the first is sent."""
        return self.by_happening.get(happening, ())


def load_notices(files: Mapping[str, str], roles: Collection[str] | None = None) -> Notices:
    """Read `notices.toml` and its texts from a folder's files (relative path → text), or raise TextRefused.

    With `roles`, a recipient word that names any other role is refused as well.
    """
    try:
        document = tomllib.loads(files.get("notices.toml", ""))
    except tomllib.TOMLDecodeError as error:
        raise TextRefused(f"notices.toml: {error}") from error
    if unknown := document.keys() - {"notice"}:
        raise TextRefused(f"notices.toml: unknown entries {', '.join(sorted(unknown))}")
    found: dict[str, tuple[Notice, ...]] = {}
    for number, entry in enumerate(document.get("notice", []), start=1):
        where = f"notices.toml: notice {number} ({entry.get('on', '?')})"
        notice = _notice(entry, files, roles, where)
        found[notice.on] = (*found.get(notice.on, ()), notice)
    return Notices(MappingProxyType(found))


def _notice(
    entry: dict[str, Any], files: Mapping[str, str], roles: Collection[str] | None, where: str
) -> Notice:
    """Check one entry word by word."""
    channels = entry.get("channels", ["in_app"])
    per = entry.get("per", "case")
    _refuse_strangers(where, "field", entry, NOTICE_FIELDS)
    _refuse_strangers(where, "channel", channels, CHANNELS)
    _refuse_strangers(where, "per", [per], SUBJECTS)
    _check_conditions(entry, where)
    for name in ("on", "to", "text"):
        if not entry.get(name):
            raise TextRefused(f"{where}: {name} is missing")
    if not HAPPENING.fullmatch(entry["on"]) or len(entry["on"]) > 50:
        raise TextRefused(f"{where}: on must read subject:action, at most 50 letters")
    for word in entry["to"]:
        if problem := problem_with(word, roles):
            raise TextRefused(f"{where}: {problem}")
    texts = {language: _text_of(files, language, entry["text"], where) for language in LANGUAGES}
    to, told_by = tuple(entry["to"]), MappingProxyType(texts)
    when = entry.get("importance", "normal"), entry.get("within"), entry.get("once", False)
    return Notice(entry["on"], to, tuple(channels), per, entry["text"], told_by, *when)


def _check_conditions(entry: Mapping[str, Any], where: str) -> None:
    _refuse_strangers(where, "importance", [entry.get("importance", "normal")], IMPORTANCES)
    within = entry.get("within")
    if within is not None and (type(within) is not int or within < 0):
        raise TextRefused(f"{where}: within must be a number of days")
    if within is not None and not WARNING.fullmatch(entry.get("on", "")):
        raise TextRefused(f"{where}: within is said of a clock that warns, clock.<key>:warned")
    if not isinstance(entry.get("once", False), bool):
        raise TextRefused(f"{where}: once must be true or false")


def _refuse_strangers(where: str, what: str, given: Collection[str], known: Collection[str]) -> None:
    for word in given:
        if word not in known:
            raise TextRefused(f"{where}: unknown {what} {word!r}, expected one of {', '.join(sorted(known))}")


def _text_of(files: Mapping[str, str], language: str, name: str, where: str) -> Text:
    path = f"texts/{language}/{name}.txt"
    if path not in files:
        raise TextRefused(f"{where}: {path} is missing")
    return parse(files[path], path)


def parse(source: str, path: str) -> Text:
    """Take a text apart; an unknown placeholder, a stray brace or bracket, an empty part is refused with its line."""
    lines = source.strip().splitlines()
    for number, line in enumerate(lines, start=1):
        _check(line, f"{path}:{number}")
    if len(lines) < 2:
        raise TextRefused(f"{path}:1: a text needs a subject on its first line and a body below it")
    return Text(_parts(lines[0].strip()), _parts("\n".join(lines[1:]).strip()))


def _check(line: str, where: str) -> None:
    for position, piece in enumerate(PIECES.split(line)):
        if position % 2 and piece[1:-1] not in PLACEHOLDERS:
            raise TextRefused(f"{where}: unknown placeholder {piece}")
        if not position % 2 and ("{" in piece or "}" in piece):
            raise TextRefused(f"{where}: a brace that belongs to no placeholder")
    for position, part in enumerate(OPTIONAL.split(line)):
        if "[" in part or "]" in part:
            raise TextRefused(f"{where}: a bracket without its other half on the line, or within another")
        if position % 2 and len(_pieces(part)) == 1:
            raise TextRefused(f"{where}: [{part}] has no placeholder that could be missing")


def _parts(source: str) -> Parts:
    return tuple(_pieces(part) for part in OPTIONAL.split(source))


def _pieces(source: str) -> tuple[str, ...]:
    parts = PIECES.split(source)
    return tuple(part[1:-1] if position % 2 else part for position, part in enumerate(parts))


def render(texts: Mapping[str, Text], language: str, values: Mapping[str, object]) -> tuple[str, str]:
    """(subject, body) in the reader's language, else in Chinese; the subject is always one line."""
    language = language if language in texts else LANGUAGES[0]
    text = texts[language]
    subject = " ".join(_filled(text.subject, language, values).split())
    if len(subject) > SUBJECT_LENGTH:
        subject = subject[: SUBJECT_LENGTH - 1] + "…"
    return subject, _filled(text.body, language, values)


def _filled(parts: Parts, language: str, values: Mapping[str, object]) -> str:
    """Put the values in once: what a value contains is never read as a placeholder again."""
    return "".join(
        _written(values.get(piece), language) if position % 2 else piece
        for place, pieces in enumerate(parts)
        if not place % 2 or all(_known(values.get(name)) for name in pieces[1::2])
        for position, piece in enumerate(pieces)
    )


def _known(value: object) -> bool:
    return value is not None and value != ""


def _written(value: object, language: str) -> str:
    if isinstance(value, Mapping):  # said in every language
        value = value.get(language)
    if not _known(value):
        return UNKNOWN
    if isinstance(value, dt.date):
        return _day(value, language)
    return str(value)


def _day(day: dt.date, language: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
