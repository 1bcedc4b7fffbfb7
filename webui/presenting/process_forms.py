"""The form builder as its page shows it, and what was posted as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from engine.definitions.catalogue import definition
from engine.definitions.folder import load
from engine.definitions.form_files import LISTED
from engine.definitions.forms import KINDS, Form
from engine.definitions.problems import FolderRefused
from engine.designing.checking import problems_of
from engine.designing.form_rows import (
    MOST_CHOICES,
    MOST_ROWS,
    NUMBERS,
    TEXTS,
    TICKS,
    Row,
    changed,
    form_in,
    path_of,
    problems_at,
    settings_of,
)
from engine.designing.reading import DraftLine
from engine.designing.sections import named_tables_of
from webui.forms import shown
from webui.language import language
from webui.presenting.process_drafts import draft_line, problem_shown
from webui.presenting.process_tryout import LEFT_OUT, offers_of
from webui.presenting.words import said
from webui.words.process_parts import ASPECTS, FIELD_TYPES

Shown = dict[str, Any]
Posted = MultiDict[str, Any]


def builder_shown(
    line: DraftLine, files: Mapping[str, str], name: str, rows: list[Row], at: int | None
) -> Shown:
    """Everything the page shows; the row `at` has just been touched and is open."""
    path = path_of(name) or ""
    faults = problems_at(problems_of(files), path, rows)
    form = form_in(files, path, _lists(line, files))
    fields = tuple(each for each in form.fields if each.type not in LEFT_OUT)
    return {
        **draft_line(line),
        "is_open": line.state == "open",
        "form": name,
        "path": path,
        "text_href": url_for("process_draft_files.page", draft_id=line.id, path=path),
        "used_by": _used_by(files, name),
        "rows": [_row(place, row, faults.get(place, []), at) for place, row in enumerate(rows)],
        "whole": [problem_shown(each) for each in faults.get(None, [])],
        "wrong": sum(each.severity == "error" for found in faults.values() for each in found),
        "types": [{"value": key, "label": said(FIELD_TYPES, key)} for key in KINDS],
        "preview": shown(Form(fields), {}, {}, offers_of(form)),
        "left_out": [each.label.in_(language()) for each in form.fields if each.type in LEFT_OUT],
        "full": len(rows) >= MOST_ROWS,
    }


def _lists(line: DraftLine, files: Mapping[str, str]) -> Mapping[str, Any]:
    """The lists that fields take up: the draft's own, or where it cannot be read those of its version."""
    try:
        folder = load(files)
    except FolderRefused:
        folder = definition(line.base_id)
    return {name: getattr(folder, name) for name in set(LISTED.values())}


def _used_by(files: Mapping[str, str], name: str) -> list[str]:
    """The titles of the tasks and actions that ask this form."""
    titles = []
    for kind in ("task", "action"):
        for table in named_tables_of(files.get("process.toml", ""), kind).values():
            if table.get("form") == name:
                title = table.get("title")
                titles.append(str(title.get(language(), "")) if isinstance(title, dict) else "")
    return [title for title in titles if title]


def _row(place: int, row: Row, problems: list[Any], at: int | None) -> Shown:
    settings = settings_of(str(row.get("type", "")))
    found = row.get("required_when")
    when = found if isinstance(found, dict) else {}
    choices = [_choice(each) for each in row.get("choices") or () if isinstance(each, dict)]
    return {
        "place": place,
        "name": _text(row.get("name")),
        "type": _text(row.get("type")),
        "type_title": said(FIELD_TYPES, _text(row.get("type"))),
        "title": _words(row.get("label"))["en" if language() == "en" else "zh"] or _text(row.get("name")),
        "label": _words(row.get("label")),
        "help": _words(row.get("help")),
        "required": row.get("required") is True,
        "when_fields": " ".join(_names(when.get("field") or when.get("any_of"))),
        "when_values": " ".join(_names(when.get("is"))),
        "choices": [*choices, {"value": "", "zh": "", "en": ""}] if "choices" in settings else [],
        "numbers": [_setting(row, name) for name in NUMBERS if name in settings],
        "texts": [_setting(row, name) for name in TEXTS if name in settings],
        "ticks": [_setting(row, name) for name in TICKS if name in settings],
        "was": json.dumps(row, ensure_ascii=False),
        "problems": [problem_shown(each) for each in problems],
        "open": place == at or bool(problems),
        "touched": place == at,
    }


def _setting(row: Row, name: str) -> Shown:
    return {"name": name, "label": said(ASPECTS, name), "value": row.get(name, "")}


def _choice(each: Mapping[str, Any]) -> dict[str, str]:
    return {"value": _text(each.get("value")), **_words(each.get("label"))}


def _words(value: Any) -> dict[str, str]:
    found = value if isinstance(value, Mapping) else {}
    return {key: _text(found.get(key)) for key in ("zh", "en")}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _names(value: Any) -> list[str]:
    found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [each for each in found if isinstance(each, str)]


# What was posted -----------------------------------------------------------------------------------


def rows_from(posted: Posted) -> list[Row]:
    """The rows that the page sent, in its order; of a row that was not sent nothing is known."""
    rows = []
    for place in range(MOST_ROWS + 1):
        if f"{place}.name" not in posted:
            break
        rows.append(_row_from(posted, f"{place}."))
    return rows


def _row_from(posted: Posted, at: str) -> Row:
    said_of: dict[str, Any] = {
        "name": posted[f"{at}name"].strip(),
        "type": posted.get(f"{at}type", ""),
        "label": _words_from(posted, f"{at}label"),
        "help": _words_from(posted, f"{at}help") if _any_words(posted, f"{at}help") else None,
        "required": True if f"{at}required" in posted else None,
        "required_when": _when_from(posted, at),
    }
    if f"{at}choice.0.value" in posted:
        said_of["choices"] = _choices_from(posted, at)
    for name in NUMBERS:
        if (number := posted.get(f"{at}{name}")) is not None:
            said_of[name] = int(number) if number.isdecimal() and len(number) < 7 else None
    for name in TEXTS:
        if (text := posted.get(f"{at}{name}")) is not None:
            said_of[name] = text.strip() or None
    for name in TICKS:
        if f"{at}{name}.asked" in posted:
            said_of[name] = True if f"{at}{name}" in posted else None
    return changed(_was(posted.get(f"{at}was", "")), said_of)


def _was(sent: str) -> Row:
    """The row as it stood, for what the page does not show."""
    try:
        row = json.loads(sent)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def _words_from(posted: Posted, at: str) -> dict[str, str]:
    return {key: posted.get(f"{at}.{key}", "").strip() for key in ("zh", "en")}


def _any_words(posted: Posted, at: str) -> bool:
    return any(_words_from(posted, at).values())


def _when_from(posted: Posted, at: str) -> Row | None:
    fields, values = (
        posted.get(f"{at}when.{name}", "").replace("、", " ").replace(",", " ").split()
        for name in ("fields", "values")
    )
    if not fields:
        return None
    which = {"field": fields[0]} if len(fields) == 1 else {"any_of": fields}
    return {**which, "is": values}


def _choices_from(posted: Posted, at: str) -> list[Row]:
    """The choices with a value or words, in their order; an empty line is none."""
    found = []
    for place in range(MOST_CHOICES + 1):
        value = posted.get(f"{at}choice.{place}.value")
        if value is None:
            break
        words = _words_from(posted, f"{at}choice.{place}")
        if value.strip() or any(words.values()):
            found.append({"value": value.strip(), "label": words})
    return found
