"""Form files: forms/<name>.json read into a Form, every entry checked against what its type understands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from engine.definitions.answers import CIRCUMSTANCES, Circumstances
from engine.definitions.forms import KINDS, Choice, Condition, Field, Form
from engine.definitions.lists import Entries
from engine.definitions.problems import Faults
from engine.definitions.reading import Table, json_table, unique
from engine.definitions.sent_files import Files
from engine.definitions.words import Words
from engine.foundation import clock
from engine.foundation.language import _
from engine.foundation.unreadable import pattern_flaw

FORM_PATH = re.compile(r"forms/([a-z][a-z0-9_]{0,63})\.json")
# What the process folder lists itself: field type → which list.
LISTED = {
    "grade": "grades",
    "ask_answers": "grades",
    "category": "categories",
    "decline_reason": "decline_reasons",
}
Lists = Mapping[str, Mapping[str, Words]]


def read_forms(files: Mapping[str, str], lists: Lists, faults: Faults) -> dict[str, Form]:
    """Every form by its name; `lists` are the folder's grades, categories and decline reasons."""
    forms: dict[str, Form] = {}
    for path in sorted(files):
        found = FORM_PATH.fullmatch(path)
        if found:
            forms[found[1]] = _form(files, path, lists, faults.within(path))
        elif path.startswith("forms/"):
            faults.within(path).add("", _("表单文件名应为forms/名称.json，名称用小写字母、数字、下划线。"))
    return forms


def _form(files: Mapping[str, str], path: str, lists: Lists, faults: Faults) -> Form:
    table = json_table(files, path, faults)
    if table is None:
        return Form(())
    fields = [_field(entry, lists) for entry in table.tables("fields")]
    table.done()
    unique([each.name for each in fields], "fields", faults)
    _check_conditions(fields, faults)
    usable = {each.name: each for each in fields if each.type and each.name}
    return Form(tuple(usable.values()))


def _field(entry: Table, lists: Lists) -> Field:
    name = entry.key("name")
    entry.place = f"{entry.place} {name}".strip()
    type = entry.key("type", among=KINDS)
    kind = KINDS.get(type)
    if kind is None:
        return Field(name, "", Words("", ""))
    settings = kind.settings
    most = kind.most if issubclass(kind, Entries | Files) else None
    field = Field(
        name=name,
        type=type,
        label=entry.words("label"),
        help=entry.words("help") if entry.has("help") else None,
        required=entry.flag("required"),
        choices=_choices(entry) if "choices" in settings else _listed(lists, type, entry),
        max_length=entry.whole("max_length", kind.longest) if "max_length" in settings else None,
        min_length=(entry.whole("min_length") or 0) if "min_length" in settings else 0,
        min_items=(entry.whole("min_items") or 0) if "min_items" in settings else 0,
        max_items=entry.whole("max_items", most) if "max_items" in settings else None,
        rows=(entry.whole("rows", 4) or 4) if "rows" in settings else 4,
        pattern=_pattern(entry) if "pattern" in settings else "",
        default=entry.raw("default") if "default" in settings else None,
        required_when=condition(entry, "required_when"),
        role=entry.text("role", "") if "role" in settings else "",
        not_future=entry.flag("not_future") if "not_future" in settings else False,
        reasons=entry.flag("reasons") if "reasons" in settings else False,
    )
    entry.done()
    _check_bounds(field, entry)
    return field


def _choices(entry: Table) -> tuple[Choice, ...]:
    choices = []
    for each in entry.tables("choices"):
        choices.append(Choice(each.key("value"), each.words("label")))
        each.done()
    if not choices:
        entry.fault(_("没有列出可选的值。"))
    unique([choice.value for choice in choices], entry.place, entry.faults)
    return tuple(choices)


def _listed(lists: Lists, type: str, entry: Table) -> tuple[Choice, ...]:
    if type not in LISTED:
        return ()
    choices = tuple(Choice(value, label) for value, label in lists[LISTED[type]].items())
    if not choices and type != "ask_answers":
        entry.fault(_("process.toml中没有“{name}”。"), name=LISTED[type])
    return choices


def _pattern(entry: Table) -> str:
    pattern = entry.text("pattern", "")
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        entry.fault(_("“pattern”不是正确的正则表达式：{reason}"), reason=pattern_flaw(error))
        return ""
    return pattern


def condition(entry: Table, name: str) -> Condition | None:
    """The condition of that name: { field = … or any_of = […], is = […] }."""
    if not entry.has(name):
        return None
    table = entry.table(name)
    one = table.has("field")
    fields = (table.text("field"),) if one else table.strings("any_of")
    found = Condition(fields, table.strings("is"))
    table.done()
    return found


def _check_bounds(field: Field, entry: Table) -> None:
    if field.max_length is not None and field.min_length > field.max_length:
        entry.fault(_("“min_length”大于“max_length”。"))
    if field.max_items is not None and field.min_items > field.max_items:
        entry.fault(_("“min_items”大于“max_items”。"))
    if field.default is not None and field.name:
        token = CIRCUMSTANCES.set(Circumstances(clock.today(), {}))
        try:
            KINDS[field.type](field).read(field.default)
        except ValidationError as refused:
            entry.fault(_("“default”的取值不可用：{reason}"), reason=_sentences(refused))
        finally:
            CIRCUMSTANCES.reset(token)


def _sentences(refused: ValidationError) -> str:
    found: Any = refused.messages
    return "".join(map(str, found)) if isinstance(found, list) else str(found)


def _check_conditions(fields: list[Field], faults: Faults) -> None:
    """What is required when another field says so must name a field and values which that field can have."""
    by_name = {each.name: each for each in fields}
    for each in fields:
        for name in each.required_when.fields if each.required_when else ():
            place = f"fields {each.name}.required_when"
            other = by_name.get(name)
            if other is None or other is each:
                faults.add(place, _("没有另一栏“{name}”。"), name=name)
            elif other.choices:
                values = {choice.value for choice in other.choices}
                for value in each.required_when.values if each.required_when else ():
                    if value not in values:
                        faults.add(place, _("“{name}”没有取值“{value}”。"), name=name, value=value)
