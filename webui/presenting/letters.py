"""The text of a case and the replies to it as they are read: paragraphs, numbered asks, facts in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from engine.casework.choices import units
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.case_units import ReplyView, UnitView
from engine.casework.readings.co_positions import OVERDUE, CoPosition
from engine.definitions.folder import Folder
from engine.definitions.forms import Field, Form
from models import Evaluation
from webui.language import day, language
from webui.presenting.words import FolderWords, day_read, listed

PROSE = ("textarea",)
Letter = dict[str, Any]


def letter_of_case(page: CasePage) -> Letter:
    """The present text of a case, with its asks under the name that this kind of work has for them."""
    form = page.folder.forms[page.folder.text_form] if page.folder.text_form else None
    asks = [ask.text for ask in page.asks]
    shown = letter(form, {**page.body, "title": page.title}, units(page.facts.congress_id))
    title = FolderWords(page.folder).own("asks", "")
    return {**shown, "asks": numbered(asks), "asks_title": title}


def letter(form: Form | None, answers: Mapping[str, Any], names: Mapping[int, str]) -> Letter:
    """Title, prose by heading, asks, and the other fields as facts; `names` are those of the units."""
    fields = form.fields if form else ()
    prose = [field for field in fields if field.type in PROSE and answers.get(field.name)]
    plain = [field for field in fields if field.type not in (*PROSE, "rows") and field.name != "title"]
    asks = [text for field in fields if field.type == "rows" for text in answers.get(field.name) or ()]
    return {
        "title": answers.get("title") or "",
        "parts": [{"label": field.label.in_(language()), "text": answers[field.name]} for field in prose],
        "asks": numbered(asks),
        "facts": [
            {"label": field.label.in_(language()), "value": value_in_words(field, answers[field.name], names)}
            for field in plain
            if answers.get(field.name)
        ],
    }


def numbered(asks: Sequence[str]) -> list[dict[str, Any]]:
    """Asks with their numbers."""
    return [{"number": number, "text": text} for number, text in enumerate(asks, start=1)]


def value_in_words(field: Field, value: Any, names: Mapping[int, str]) -> str:
    """An answer as one reads it: labels instead of values, names instead of ids."""
    if field.type == "units_wish":
        by_words = {str(id_): name for id_, name in names.items()}  # of a draft anything may have been sent
        return listed(by_words.get(str(each), str(each)) for each in value)
    if field.type == "date":
        return day_read(value)
    labels = {choice.value: choice.label.in_(language()) for choice in field.choices}
    if isinstance(value, list):
        return listed(labels.get(each, str(each)) for each in value)
    return labels.get(value, str(value))


def reply_letter(unit: UnitView, view: ReplyView, page: CasePage) -> Letter:
    """A signed reply: the answer to each ask, then the whole."""
    reply, folder = view.reply, page.folder
    answers = [
        {
            "number": ask.number,
            "ask": ask.text,
            "text": view.answers[ask.id].text if ask.id in view.answers else "",
            "grade": _grade(folder, view.answers[ask.id].grade) if ask.id in view.answers else "",
            "reason": view.answers[ask.id].reason if ask.id in view.answers else "",
        }
        for ask in page.asks
    ]
    return {
        "unit": unit.name,
        "number": reply.number,
        "round": reply.round,
        "grade": _grade(folder, reply.grade),
        "body": reply.body,
        "body_title": FolderWords(folder).reply_body(),
        "answers": answers,
        "promises": _promises(view, {ask.id: ask.number for ask in page.asks}),
        "co_positions": [_co_position(each, FolderWords(folder)) for each in view.co_positions],
        "signed_on": reply.signed_at,
        "officer": reply.officer_name,
        "phone": reply.officer_phone,
    }


def _promises(view: ReplyView, numbers: Mapping[int, int]) -> list[Letter]:
    return [
        {
            "ask": numbers.get(promise.ask_id or 0),
            "what": promise.what,
            "due_on": promise.due_on,
            "milestones": [
                {"on": dt.date.fromisoformat(each["on"]), "what": each["what"]} for each in promise.milestones
            ],
        }
        for promise in view.promises
    ]


def _co_position(found: CoPosition, words: FolderWords) -> str:
    """How a co-handling unit stands to the reply, as its letter says it."""
    if found.given_at is not None:
        position = words.of("position", found.position)
        return _(
            "会办单位%(unit)s：%(position)s（%(day)s提出）",
            unit=found.unit,
            position=position,
            day=day(found.given_at),
        )
    if found.position == OVERDUE:
        return _("会办单位%(unit)s逾期未提出会办意见", unit=found.unit)
    return _("会办单位%(unit)s尚未提出会办意见", unit=found.unit)


def _grade(folder: Folder, key: str) -> str:
    return folder.grades[key].in_(language()) if key in folder.grades else key


def spoken(reply: Letter) -> str:
    """A reply as running text, for reading aloud."""
    lines: Sequence[str] = [each for answer in reply["answers"] for each in (answer["ask"], answer["text"])]
    return "\n".join([*lines, reply["body"]])


def evaluation_in_words(evaluation: Evaluation | None, folder: Folder) -> list[dict[str, str]]:
    """What was answered on a reply, question by question."""
    forms = [folder.forms[spec.form] for spec in folder.tasks.values() if spec.act == "evaluate"]
    return [
        {"label": field.label.in_(language()), "value": value_in_words(field, value, {})}
        for form in forms
        for field in form.fields
        if (value := getattr(evaluation, field.name, None))
    ]
