"""The entries of a draft as their pages show them: the list of all, one as a form, and what was typed into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine.definitions.problems import Problem
from engine.designing.checking import drawn_tasks, problems_of
from engine.designing.reading import DraftLine
from engine.designing.sections import written
from engine.designing.settings import KINDS, Kind, entries_of
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from notifications.messages import LANGUAGES, PLACEHOLDERS
from webui.presenting.process_drafts import draft_line
from webui.presenting.process_lists import lists_shown
from webui.presenting.setting_choices import Choices, choices, named
from webui.presenting.setting_fields import field_shown, listed
from webui.presenting.setting_values import Errors, faults_by_field, refusals, rest_of_place
from webui.words import settings as words

Shown = dict[str, Any]
Posted = MultiDict[str, Any]
Values = Mapping[str, Any]
TEXT_PATH = re.compile(r"texts/([a-z]+)/.*\.txt")
REMOVABLE = frozenset({"action", "clock", "notice"})


# The list -----------------------------------------------------------------------------------------


def settings_shown(line: DraftLine, files: Mapping[str, str]) -> Shown:
    """Every entry by its kind, with how many things are wrong with it."""
    problems = problems_of(files)
    groups = []
    for name, kind in KINDS.items():
        entries = entries_of(files, kind)
        items = [_item(line, name, key, entry, problems, entries) for key, entry in entries.items()]
        groups.append({"kind": name, "title": str(words.KINDS[name]), "items": items})
    drawn = drawn_tasks(files)
    described = entries_of(files, KINDS["task"])
    return {
        **draft_line(line),
        "is_open": line.state == "open",
        "groups": groups,
        "lists": lists_shown(line, files, problems),
        "undescribed": [
            {"title": title or node, "href": _href(line, "task", node)}
            for node, title in drawn.items()
            if node not in described
        ],
    }


def _item(
    line: DraftLine,
    kind: str,
    key: str,
    entry: Values,
    problems: Iterable[Problem],
    entries: Mapping[str, Values],
) -> Shown:
    wrong = [each for each in problems if rest_of_place(each, kind, key, list(entries)) is not None]
    return {
        "key": key,
        "title": _title(kind, key, entry),
        "about": _about(kind, entry),
        "href": _href(line, kind, key),
        "problems": len(wrong),
    }


def _href(line: DraftLine, kind: str, key: str) -> str:
    return url_for("process_settings.entry", draft_id=line.id, kind=kind, key=key)


def _title(kind: str, key: str, entry: Values) -> str:
    if kind in words.TITLES:
        return str(words.TITLES[kind])
    return str(entry.get("on") or _("新通知")) if kind == "notice" else named(key, entry)["label"]


def _about(kind: str, entry: Values) -> str:
    if kind == "notice":
        to = entry.get("to")
        return "、".join(to) if isinstance(to, list) else ""
    return str(entry.get("rule") if kind == "clock" else entry.get("basis") or "")


# One entry ----------------------------------------------------------------------------------------


def entry_shown(
    line: DraftLine,
    actor: Actor,
    files: Mapping[str, str],
    kind_name: str,
    key: str,
    typed: Values | None = None,
    refused: InvalidAnswers | None = None,
) -> Shown:
    """An entry as a form; `typed` are values that could not be kept as they were typed, and `refused` says why."""
    kind = KINDS[kind_name]
    entries = entries_of(files, kind)
    entry = {**entries.get(key, {}), **(typed or {})}
    wrong = faults_by_field(problems_of(files), kind_name, key, list(entries), entry)
    known, told = Choices(actor, files), refusals(refused)
    fields = [
        field_shown(known, kind_name, name, shape, entry, wrong, told) for name, shape in kind.fields.items()
    ]
    return {
        **draft_line(line),
        "is_open": line.state == "open",
        "kind": kind_name,
        "kind_title": str(words.KINDS[kind_name]),
        "key": key,
        "title": _title(kind_name, key, entry),
        "file": kind.file,
        "is_new": key not in entries,
        "can_go": kind_name in REMOVABLE and key in entries,
        "fields": [each for each in fields if not each["further"]],
        "further": [each for each in fields if each["further"]],
        "whole": wrong.get("", []),
        "rest": _rest_written(entry, kind),
        "texts": _texts(files, str(entry.get("text") or "")) if kind_name == "notice" else [],
        "placeholders": sorted(PLACEHOLDERS),
        "row_kinds": choices(words.ROW_KINDS),
        "beside": _beside(line, files, key) if kind_name == "task" else {},
        "form_href": _form_href(line, entry),
        "errors": _error_lines(told, fields),
    }


def _error_lines(told: Errors, fields: Iterable[Shown]) -> list[Shown]:
    """What was refused, each led to where it was typed."""
    labels = {each["name"]: each["label"] for each in fields}
    return [_error_line(at, message, labels) for at, messages in told.items() for message in messages]


def _error_line(at: str, message: str, labels: Mapping[str, str]) -> Shown:
    name, _dot, rest = at.partition(".")
    if name not in labels:
        found = TEXT_PATH.fullmatch(at)
        return {"field": f"text-{found[1]}" if found else "", "message": message}
    number = rest.partition(".")[0]
    label = labels[name] + (" " + _("第%(number)s行", number=int(number) + 1) if number else "")
    return {"field": at.replace(".", "-"), "message": _("%(label)s：%(text)s", label=label, text=message)}


def _form_href(line: DraftLine, entry: Values) -> str:
    form = entry.get("form")
    return (
        url_for("process_forms.page", draft_id=line.id, name=form) if isinstance(form, str) and form else ""
    )


def _rest_written(entry: Values, kind: Kind) -> list[str]:
    """What the file says of the entry and no field can hold."""
    strange = [name for name in entry if name not in kind.fields and name != kind.key]
    return [f"{name} = {_shown(entry[name])}" for name in strange]


def _shown(value: Any) -> str:
    try:
        return written(value)
    except TypeError:
        return str(value)


def _texts(files: Mapping[str, str], name: str) -> list[Shown]:
    return [
        {
            "language": each,
            "label": str(words.TEXTS[each]),
            "value": files.get(f"texts/{each}/{name}.txt", "") if name else "",
        }
        for each in LANGUAGES
    ]


def _beside(line: DraftLine, files: Mapping[str, str], node: str) -> Shown:
    """What else concerns a task: the actions that may be done meanwhile, the messages of its arrival."""
    actions = entries_of(files, KINDS["action"])
    notices = entries_of(files, KINDS["notice"])
    on = f"task.{node}:opened"
    return {
        "here": [
            _link(line, "action", key, each)
            for key, each in actions.items()
            if node in listed(each.get("nodes"))
        ],
        "anywhere": [
            _link(line, "action", key, each) for key, each in actions.items() if not each.get("nodes")
        ],
        "notices": [
            _link(line, "notice", key, each) for key, each in notices.items() if each.get("on") == on
        ],
        "new_notice": url_for("process_settings.new", draft_id=line.id, kind="notice", on=on),
    }


def _link(line: DraftLine, kind: str, key: str, entry: Values) -> Shown:
    return {"href": _href(line, kind, key), "title": _title(kind, key, entry), "about": _about(kind, entry)}
