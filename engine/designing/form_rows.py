"""A form of a draft as rows that can be changed, moved and written back; what else a row says stays as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.definitions.form_files import FORM_PATH, LISTED, read_forms
from engine.definitions.forms import KINDS, Form
from engine.definitions.problems import Faults, Problem
from engine.foundation.errors import DomainError, InvalidAnswers
from engine.foundation.language import _

Row = dict[str, Any]  # one entry of `fields`, as the file has it
MOST_ROWS = 60
MOST_CHOICES = 60
# What rows may say beyond what every field has: `KINDS[type].settings` says which of them a type understands.
NUMBERS = ("min_length", "max_length", "rows", "min_items", "max_items")
TEXTS = ("pattern", "role")
TICKS = ("not_future", "reasons")
SETTINGS = frozenset((*NUMBERS, *TEXTS, *TICKS, "choices", "default"))
_PLACE = re.compile(r"fields (\d+)\b|fields ([a-z][a-z0-9_]*)")


class FormUnreadable(DomainError):
    """The file is no list of fields; it can be put right as a text."""

    text = _("这个文件不是表单的写法，请先作为文本改正。")


def path_of(name: str) -> str | None:
    """The file of a form of that name; None where no form can be called so."""
    path = f"forms/{name}.json"
    return path if FORM_PATH.fullmatch(path) else None


def rows_in(text: str) -> list[Row]:
    """The rows of a form file; of an empty one none. Raises FormUnreadable."""
    if not text.strip():
        return []
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormUnreadable from error
    fields = document.get("fields") if isinstance(document, dict) else None
    if not isinstance(fields, list) or not all(isinstance(each, dict) for each in fields):
        raise FormUnreadable
    return fields


def written(rows: Iterable[Row]) -> str:
    """The form file with these rows, spelled as those that are shipped."""
    return json.dumps({"fields": list(rows)}, ensure_ascii=False, indent=2) + "\n"


def require_few(rows: list[Row]) -> None:
    """Refuse a form that nobody would fill in. Raises InvalidAnswers."""
    if len(rows) > MOST_ROWS or any(len(row.get("choices") or ()) > MOST_CHOICES for row in rows):
        raise InvalidAnswers({"rows": [_("栏目或者选项过多。")]})


def changed(was: Row, said: Mapping[str, Any]) -> Row:
    """A row with what was said of it; None takes an entry out, and so does a type that does not understand it."""
    row = {**was, **{name: value for name, value in said.items() if value is not None}}
    gone = {name for name, value in said.items() if value is None and was.get(name) is not False}
    kind = KINDS.get(row.get("type", ""))
    if kind is not None:
        gone |= SETTINGS - kind.settings
    return {name: value for name, value in row.items() if name not in gone}


def settings_of(type: str) -> frozenset[str]:
    """What a type understands beyond what every field has."""
    kind = KINDS.get(type)
    return frozenset() if kind is None else kind.settings & SETTINGS


def moved(rows: list[Any], place: int, by: int) -> int:
    """Move a row, a choice or a line of a list as far as there is room; gives where it then stands."""
    to = min(max(place + by, 0), len(rows) - 1)
    if 0 <= place < len(rows):
        rows.insert(to, rows.pop(place))
    return to


def new_row(rows: list[Row]) -> Row:
    """One more row, with a name that is free."""
    taken = {row.get("name") for row in rows}
    number = next(n for n in range(len(rows) + 1, len(rows) + MOST_ROWS + 2) if f"field_{n}" not in taken)
    return {"name": f"field_{number}", "type": "text", "label": {"zh": "", "en": ""}}


def form_in(files: Mapping[str, str], path: str, lists: Mapping[str, Any]) -> Form:
    """The form as far as it can be shown: rows that are wrong are left out; `lists` are those of the process."""
    found = FORM_PATH.fullmatch(path)
    named = {name: lists.get(name) or {} for name in set(LISTED.values())}
    forms = read_forms({path: files[path]}, named, Faults())
    return forms[found[1]] if found else Form(())


def problems_at(problems: Iterable[Problem], path: str, rows: list[Row]) -> dict[int | None, list[Problem]]:
    """What is wrong with a form file, by the place of its row; None for the form as a whole."""
    names = [row.get("name") for row in rows]
    found: dict[int | None, list[Problem]] = {}
    for problem in problems:
        if problem.file == path:
            found.setdefault(_row_at(problem.place, names), []).append(problem)
    return found


def _row_at(place: str, names: list[Any]) -> int | None:
    at = _PLACE.match(place)
    if at is None:
        return None
    if at[1]:
        return int(at[1]) - 1 if int(at[1]) <= len(names) else None
    return names.index(at[2]) if at[2] in names else None
