"""Forms of process folders on pages: their fields as controls, and what was posted as answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine.definitions.forms import Field, Form
from engine.definitions.sent_files import SentFile
from webui.errors import translate_sentence
from webui.language import language
from webui.reply_fields import READ, made_commitments, made_findings

# Field type → control of components/form.html; what is not listed has a control of its own name.
CONTROLS = {
    "rating": "choice",
    "choices": "multi_choice",
    "grade": "choice",
    "category": "select",
    "decline_reason": "select",
    "co_handler": "select",
    "colleague": "select",
    "committee": "select",
    "insider": "select",
    "meeting": "select",
    "unit": "select",
    "viewer": "select",
    "entry": "select",
    "problem": "select",
    "people": "units_wish",
    "congresses": "units_wish",
    "case_number": "text",
    "rows": "repeat",
    "ask_answers": "matrix",
}
FILES = "files"
LISTS = (
    "choices",
    "rows",
    "units_wish",
    "people",
    "congresses",
    FILES,
)  # files themselves come by files_from
# chosen from rows that the reading offers
PICKED = (
    *("co_handler", "committee", "colleague", "insider", "meeting", "unit", "viewer"),
    *("entry", "problem"),
)
ROLES = ("lead", "co", "separate")
# JSON can name them one by one; no form can, as browsers put this sign in their place.
HALVES, NO_LETTER = re.compile("[\ud800-\udfff]"), "\ufffd"

Posted = MultiDict[str, Any]
Errors = Mapping[str, Sequence[str]]  # field, or field-position, → sentences
Offers = Mapping[str, Mapping[int, str]]  # field → what it picks from: id → name


def answers_from(form: Form, posted: Posted) -> dict[str, Any]:
    """What was posted, as the form checks it; a field whose control sent nothing is left empty."""
    return {field.name: _read(field, posted) for field in form.fields}


def files_from(form: Form, sent: MultiDict[str, Any]) -> dict[str, list[SentFile]]:
    """The files that came along, by field; an input in which nothing was chosen sends one without a name."""
    return {
        field.name: [
            SentFile(each.filename, each.read()) for each in sent.getlist(field.name) if each.filename
        ]
        for field in form.fields
        if field.type == FILES
    }


def posted_from(sent: Mapping[str, Any]) -> Posted:
    """What the page saved by itself, {name: text or texts}, as if it had been posted.

    Halves of letters, which no page could show again, become the sign that a posted form would have in their place.
    """
    posted: Posted = MultiDict()
    for name, value in sent.items():
        values = value if isinstance(value, list) else [value]
        posted.setlist(name, [HALVES.sub(NO_LETTER, str(each)) for each in values])
    return posted


def picked_before(form: Form, named: Mapping[str, str]) -> dict[str, str]:
    """What the address of a page picks in its form beforehand, such as one problem of several, or another case."""
    picked = {*PICKED, "case_number"}
    return {
        field.name: named[field.name] for field in form.fields if field.type in picked and field.name in named
    }


def _read(field: Field, posted: Posted) -> Any:
    if field.type in LISTS:
        return posted.getlist(field.name)
    if field.type == "unit_plan":
        return _unit_plan(field.name, posted)
    if field.type == "ask_answers":
        return _ask_answers(field, posted)
    if field.type in READ:
        return READ[field.type](field.name, posted)
    return posted.get(field.name, "")


def _unit_plan(name: str, posted: Posted) -> list[dict[str, str]]:
    return [
        {"unit_id": unit, "role": role, "scope": posted.get(f"{name}.scope.{unit}", "")}
        for role in ROLES
        for unit in posted.getlist(f"{name}.{role}")
        if unit
    ]


def _ask_answers(field: Field, posted: Posted) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    names = ("grade", "text", "reason") if field.reasons else ("grade", "text")
    for key, value in posted.items():
        parts = key.split(".")
        if len(parts) == 3 and parts[0] == field.name and parts[2] in names:
            found.setdefault(parts[1], {"ask_id": parts[1]})[parts[2]] = value
    return list(found.values())


def shown(
    form: Form,
    answers: Mapping[str, Any],
    errors: Errors | None = None,
    offers: Offers | None = None,
) -> list[dict[str, Any]]:
    """The controls of a form with what was filled in and what is wrong with it, for `form_field`."""
    controls = [_control(each, answers, errors or {}, (offers or {}).get(each.name)) for each in form.fields]
    for field, control in zip(form.fields, controls, strict=True):
        control["spec"]["when"] = _when(field, form)
    return controls


def _when(field: Field, form: Form) -> str:
    """In words, which choice elsewhere makes a field obligatory."""
    condition = field.required_when
    if condition is None or field.required:
        return ""
    deciding = form.field(condition.fields[0])
    labels = [each.label.in_(language()) for each in deciding.choices if each.value in condition.values]
    return str(_("选“%(choice)s”时必填", choice=_("”或者“").join(labels)))


def _control(
    field: Field,
    answers: Mapping[str, Any],
    errors: Errors,
    offered: Mapping[int, str] | None,
) -> dict[str, Any]:
    value = answers.get(field.name, field.default)
    make = _MADE.get(field.type)
    special = make(field, value, errors, offered or {}) if make else {"value": value}
    return {"spec": _spec(field, offered), "error": _fault(field, errors), **special}


def _spec(field: Field, offered: Mapping[int, str] | None) -> dict[str, Any]:
    locale = language()
    choices = [{"value": each.value, "label": each.label.in_(locale)} for each in field.choices]
    if field.type in PICKED:
        choices = [{"value": str(key), "label": label} for key, label in (offered or {}).items()]
    return {
        "name": field.name,
        "type": CONTROLS.get(field.type, field.type),
        "label": field.label.in_(locale),
        "help": field.help.in_(locale) if field.help else "",
        "required": field.required,
        "choices": choices,
        "rows": field.rows,
        "max_length": field.max_length,
        "min_items": field.min_items,
    }


def _fault(field: Field, errors: Errors) -> str | None:
    """The faults of a field and of its entries as one text."""
    own = [translate_sentence(each) for each in errors.get(field.name, ())]
    for name, sentences in errors.items():
        base, _dash, place = name.rpartition("-")
        if base == field.name and place.isdigit():
            said = " ".join(translate_sentence(each) for each in sentences)
            own.append(_("第%(number)s项：%(fault)s", number=int(place) + 1, fault=said))
    return " ".join(own) or None


def _text(field: Field, value: Any, errors: Any, offered: Any) -> dict[str, Any]:
    return {"value": "" if value is None else str(value)}


def _plan(field: Field, value: Any, errors: Any, offered: Mapping[int, str]) -> dict[str, Any]:
    """Each unit that may handle the case with the role and scope it has so far."""
    chosen = {str(each.get("unit_id")): each for each in value or ()}
    units = []
    for key, label in offered.items():
        given = chosen.get(str(key), {})
        unit = {"value": str(key), "label": label, "role": given.get("role"), "scope": given.get("scope", "")}
        units.append(unit)
    return {"value": None, "units": units, "error": _plan_fault(field, value, errors, offered)}


def _plan_fault(field: Field, value: Any, errors: Errors, offered: Mapping[int, str]) -> str | None:
    """The faults of a plan, those of one unit under its name."""
    said = [translate_sentence(each) for each in errors.get(field.name, ())]
    names = {str(key): label for key, label in offered.items()}
    for place, planned in enumerate(value or ()):
        unit = names.get(str(planned.get("unit_id")), "")
        said += [
            f"{unit}{_('：')}{translate_sentence(each)}" for each in errors.get(f"{field.name}-{place}", ())
        ]
    return " ".join(said) or None


def _wish(field: Field, value: Any, errors: Any, offered: Mapping[int, str]) -> dict[str, Any]:
    chosen = {str(each) for each in value or ()}
    units = [
        {"value": str(key), "label": label, "chosen": str(key) in chosen} for key, label in offered.items()
    ]
    return {"value": None, "units": units, "units_named": field.type == "units_wish"}


def _answers(field: Field, value: Any, errors: Any, offered: Mapping[int, str]) -> dict[str, Any]:
    """A grade and a text for each ask; a fault of the n-th entry stands at the n-th ask that was sent."""
    locale = language()
    given = {str(each.get("ask_id")): each for each in value or ()}
    rows = [
        {"key": str(key), "number": number, "text": text}
        for number, (key, text) in enumerate(offered.items(), start=1)
    ]
    grades = [{"value": each.value, "label": each.label.in_(locale)} for each in field.choices]
    columns = [
        {"name": "text", "type": "textarea", "label": _("答复"), "required": True, "rows": 4},
    ]
    if grades:
        columns.append({"name": "grade", "type": "select", "label": _("这一条的类别"), "choices": grades})
    if field.reasons:
        when = _("定为暂时不能解决时必填")
        label = _("暂时不能解决的理由")
        columns.append({"name": "reason", "type": "textarea", "label": label, "when": when, "rows": 2})
    faults = _answer_faults(field, list(given), errors)
    return {"value": given, "rows": rows, "columns": columns, "faults": faults}


def _answer_faults(field: Field, sent: list[str], errors: Errors) -> dict[str, str]:
    faults = {}
    for place, key in enumerate(sent):
        sentences = errors.get(f"{field.name}-{place}", ())
        if sentences:
            faults[f"{key}.text"] = " ".join(translate_sentence(each) for each in sentences)
    return faults


def _files(field: Field, value: Any, errors: Any, offered: Any) -> dict[str, Any]:
    """The names of what was sent with a form that came back: a page cannot choose files for its reader."""
    return {"value": _("、").join(str(each) for each in value or ())}


_MADE: dict[str, Callable[[Field, Any, Any, Any], dict[str, Any]]] = {
    "unit_plan": _plan,
    "units_wish": _wish,
    "people": _wish,
    "congresses": _wish,
    "ask_answers": _answers,
    "commitments": made_commitments,
    "findings": made_findings,
    "co_handler": _text,
    "colleague": _text,
    "committee": _text,
    "insider": _text,
    "meeting": _text,
    "unit": _text,
    "viewer": _text,
    "entry": _text,
    "problem": _text,
    FILES: _files,
    "number": _text,
    "date": _text,
}
