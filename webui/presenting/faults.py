"""The problems of a refused form, each with the place on the page to which its line leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from engine.definitions.forms import Form
from engine.foundation.errors import DomainError, InvalidAnswers
from webui.language import language, translate_refusal, translate_sentence

Errors = Mapping[str, Sequence[str]]


def fault_lines(form: Form, errors: Errors, answers: Mapping[str, Any]) -> list[dict[str, str]]:
    """One line per problem: the field's label, its entry, what is wrong."""
    return [
        _line(form, key, sentence, answers) for key, sentences in errors.items() for sentence in sentences
    ]


def refusal_lines(
    form: Form, refusal: DomainError | None, answers: Mapping[str, Any]
) -> list[dict[str, str]]:
    """The lines of any refusal: its problems field by field, or the one sentence that it is."""
    if isinstance(refusal, InvalidAnswers):
        return fault_lines(form, refusal.errors, answers)
    return [{"field": "", "message": translate_refusal(refusal)}] if refusal else []


def _line(form: Form, key: str, sentence: str, answers: Mapping[str, Any]) -> dict[str, str]:
    text = translate_sentence(sentence)
    if key in form:
        label = form.field(key).label.in_(language()).rstrip("？?")
        return {"field": key, "message": _("%(label)s：%(text)s", label=label, text=text)}
    name, __, position = key.rpartition("-")
    if name not in form or not position.isdigit():
        return {"field": "", "message": text}
    if form.field(name).type == "unit_plan":  # which unit it is, the field itself says
        return _line(form, name, sentence, answers)
    place = int(position)
    said = _("第%(number)s条：%(text)s", number=place + 1, text=text)
    return {"field": _anchor(form, name, place, answers), "message": said}


def _anchor(form: Form, name: str, place: int, answers: Mapping[str, Any]) -> str:
    kind = form.field(name).type
    if kind == "rows":
        return f"{name}-{place + 1}"
    rows = answers.get(name) or []
    if kind == "commitments":
        return f"{name}.{place}.what"
    if kind == "ask_answers" and place < len(rows):
        return f"{name}.{rows[place]['ask_id']}.text"
    return name
