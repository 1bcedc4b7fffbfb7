"""notices.toml and its texts read into the notices of a kind of work; what is wrong is told notice by notice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from engine.definitions.problems import Faults, rule
from engine.definitions.reading import NOT_AMONG, Table, toml_table
from engine.foundation.language import _
from notifications.messages import (
    CHANNELS,
    LANGUAGES,
    SUBJECTS,
    WARNING,
    Notices,
    TextRefused,
    load_notices,
    parse,
)
from notifications.recipients import problem_with
from notifications.wishes import IMPORTANCES

if TYPE_CHECKING:
    from engine.definitions.folder import Folder
    from engine.definitions.folder_reading import Known

NOTICES = "notices.toml"
CLOCK_SAYS = frozenset({"warned", "overdue", "recomputed", "lapsed"})

NO_TEXT = rule("no-text-file", _("没有文件{name}。"))
BAD_TEXT = rule("bad-text", _("{name}不能使用：应有标题行和正文，大括号只用来写规定的占位符。"))
BAD_RECIPIENT = rule("bad-recipient", _("“{name}”不是可以通知的人。"))
NO_TRIGGER = rule("no-such-happening", _("没有“{name}”这种事件。"))
NOT_WARNING = rule("not-a-warning", _("“within”只用于期限的提醒（clock.期限:warned）。"))


def read_notices(files: Mapping[str, str], roles: Collection[str] | None, faults: Faults) -> Notices | None:
    """Every notice with its texts; None with the faults told. Work that tells nobody anything has no such file."""
    if NOTICES not in files:
        return load_notices({})
    before = len(faults.problems)
    table = toml_table(files, NOTICES, faults)
    if table is None:
        return None
    for entry in table.tables("notice"):
        _check(entry, files, roles)
    table.done()
    if len(faults.problems) > before:
        return None
    try:
        return load_notices(files, roles)
    except TextRefused as refused:  # what is not told above, in the words of the reader of messages
        file, _colon, message = str(refused).partition(": ")
        faults.within(file).add("", "{message}", message=message)
        return None


def _check(entry: Table, files: Mapping[str, str], roles: Collection[str] | None) -> None:
    on, text = entry.text("on"), entry.key("text")
    for word in entry.strings("to"):
        if problem_with(word, roles):
            entry.fault(BAD_RECIPIENT, name=word)
    _check_manner(entry)
    if entry.has("within"):
        entry.whole("within")
        if not WARNING.fullmatch(on):
            entry.fault(NOT_WARNING)
    entry.done()
    for language in LANGUAGES if text else ():
        _check_text(f"texts/{language}/{text}.txt", files, entry)


def _check_manner(entry: Table) -> None:
    among = "、".join(CHANNELS)
    for channel in entry.strings("channels", ()):
        if channel not in CHANNELS:
            entry.fault(NOT_AMONG, name="channels", value=channel, among=among)
    for name, known in (("per", SUBJECTS), ("importance", IMPORTANCES)):
        if entry.has(name):
            entry.key(name, among=known)
    entry.flag("once")


def _check_text(path: str, files: Mapping[str, str], entry: Table) -> None:
    if path not in files:
        entry.fault(NO_TEXT, name=path)
    elif not _is_text(files[path], path):
        entry.fault(BAD_TEXT, name=path)


def _is_text(source: str, path: str) -> bool:
    try:
        parse(source, path)
    except TextRefused:
        return False
    return True


def check_notices(folder: Folder, known: Known, files: Mapping[str, str], faults: Faults) -> None:
    """A notice that waits for what never happens would never be sent."""
    if known.happenings is None or folder.notices is None:
        return
    clocks, happenings = {clock.key for clock in folder.clocks}, {*known.happenings, *folder.happenings}
    ons = [notice.on for notices in folder.notices.by_happening.values() for notice in notices]
    for on in dict.fromkeys(ons):
        subject, _colon, action = on.partition(":")
        sort, _dot, name = subject.partition(".")
        of_clock = sort == "clock" and name in clocks and action in CLOCK_SAYS
        of_task = sort == "task" and name in folder.tasks and action == "opened"
        if on not in happenings and not of_clock and not of_task:
            faults.within(NOTICES).add(f"notice {_place(on, files)}", NO_TRIGGER, name=on)


def _place(on: str, files: Mapping[str, str]) -> int:
    table = toml_table(files, NOTICES, Faults())
    entries = [] if table is None else [entry.raw("on") for entry in table.tables("notice")]
    return entries.index(on) + 1
