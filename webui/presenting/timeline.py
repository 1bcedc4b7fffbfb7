"""The timeline in sentences: what happened, from what to what, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from engine.casework.readings.timeline import Entry
from engine.definitions.folder import Folder
from webui.language import day, language
from webui.presenting.words import FolderWords, listed

Line = dict[str, Any]
GOOD = {"case:accepted", "reply:signed", "case:closed", "cosigner:confirmed"}
BAD = {"case:declined", "evaluation:dissatisfied", "redo:ordered", "reply:returned", "intake:returned"}
CLOCKS = {"warned": "将到期", "overdue": "已超期", "recomputed": "期限重新计算", "lapsed": "已届满"}
CLOCKS_EN = {
    "warned": "due soon",
    "overdue": "overdue",
    "recomputed": "due date counted again",
    "lapsed": "over",
}
SHOWN = (
    *("number", "result", "reason_code", "grade", "category", "method", "position", "filename"),
    *("problem", "congress"),
)
QUOTED = ("reason", "instruction")


def timeline_lines(entries: list[Entry], folder: Folder) -> list[Line]:
    """Every entry as the `timeline` macro takes it."""
    words = FolderWords(folder)
    return [_line(entry, words) for entry in entries]


def _line(entry: Entry, words: FolderWords) -> Line:
    alone = entry.actor == entry.organization  # the system itself acts for no unit
    system = alone or not entry.organization
    kind = "good" if entry.action in GOOD else "bad" if _is_bad(entry.action) else "system" if system else ""
    return {
        "id": entry.id,
        "at": entry.at,
        "unit": "" if alone else entry.organization,
        "actor": _("系统") if alone else _actor(entry),
        "text": _title(entry, words),
        "detail": " · ".join(_details(entry, words)),
        "kind": kind,
    }


def _actor(entry: Entry) -> str:
    """Who did it, and for whom he stood in."""
    if not entry.on_behalf_of:
        return entry.actor
    return str(_("%(actor)s（代%(absent)s）", actor=entry.actor, absent=entry.on_behalf_of))


def _is_bad(action: str) -> bool:
    return action in BAD or action.endswith(":overdue")


def _title(entry: Entry, words: FolderWords) -> str:
    subject, __, what = entry.action.partition(":")
    if subject.startswith("clock."):
        key = subject.removeprefix("clock.")
        title = next((spec.title.in_(language()) for spec in words.folder.clocks if spec.key == key), key)
        told = CLOCKS_EN if language() == "en" else CLOCKS
        return f"{title} {told.get(what, what)}" if language() == "en" else f"{title}{told.get(what, what)}"
    said = entry.title(language(), words.folder.happenings)
    if entry.action.startswith("task:"):
        colon = ": " if language() == "en" else "："
        return said + colon + words.task(str(entry.detail.get("task", "")))
    return said


def _details(entry: Entry, words: FolderWords) -> list[str]:
    detail = entry.detail
    parts = [_change(detail, words), _units(detail, words), _verdict(detail, words)]
    shown = [
        words.of(name, detail[name]) for name in SHOWN if detail.get(name) and name not in _changed(detail)
    ]
    parts += dict.fromkeys(shown)
    parts += [_people(detail), _due(detail), _held(detail)]
    parts += [str(detail[name]) for name in QUOTED if detail.get(name)]
    return [part for part in parts if part]


def _changed(detail: Mapping[str, Any]) -> tuple[str, ...]:
    """What other words say already."""
    if "attitude" in detail:
        return ("result",)
    return ("grade", "category") if "old" in detail else ()


def _change(detail: Mapping[str, Any], words: FolderWords) -> str:
    """From what to what."""
    if "old" not in detail and "new" not in detail:
        return ""
    old, new = detail.get("old"), detail.get("new")
    if old == new:
        return ""
    before = _("无") if old in (None, "") else words.of("", old)
    after = _("无") if new in (None, "") else words.of("", new)
    if isinstance(old, int) and isinstance(new, int):
        before, after = _("第%(round)s轮", round=old), _("第%(round)s轮", round=new)
    return f"{before} → {after}"


def _verdict(detail: Mapping[str, Any], words: FolderWords) -> str:
    """An evaluation, axis by axis."""
    if "attitude" not in detail:
        return ""
    axes = {"attitude": _("办理态度"), "result": _("办理结果")}
    return listed(f"{title} {words.of(name, detail.get(name))}" for name, title in axes.items())


def _units(detail: Mapping[str, Any], words: FolderWords) -> str:
    units = detail.get("units")
    if not isinstance(units, list):
        return ""
    named = [
        f"{words.unit_role(str(unit.get('role')))} {unit.get('unit')}"
        for unit in units
        if isinstance(unit, dict)
    ]
    return listed(named)


def _people(detail: Mapping[str, Any]) -> str:
    names = detail.get("deputies")
    if isinstance(names, list):
        return listed(map(str, names))
    return str(detail.get("deputy") or "")


def _held(detail: Mapping[str, Any]) -> str:
    held = _day_of(detail.get("held_on"))
    return day(held) if held else ""


def _due(detail: Mapping[str, Any]) -> str:
    due = _day_of(detail.get("due_on"))
    return _("期限%(day)s", day=day(due)) if due else ""


def _day_of(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value or ""))
    except ValueError:
        return None
