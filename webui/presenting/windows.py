"""What two windows of one person wrote into the same form, side by side where it differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.casework.drafts import Draft
from engine.definitions.forms import Field, Form
from webui.forms import FILES, Offers
from webui.language import language
from webui.presenting.words import UNIT_ROLES, day_read, listed, said
from webui.windows import WINDOW, elsewhere_said, fresh_window, hour, news, seen_in

Shown = dict[str, Any]


def windows_shown(
    draft: Draft | None, form: Form, answers: Mapping[str, Any], offers: Offers, sent: Mapping[str, Any]
) -> Shown:
    """For components/windows.html: the window of this page, what it has seen, and what others wrote beside it.

    `answers` are what the form shows; `sent` is the form that this page answers, {} for a page that was asked for.
    """
    seen = seen_in(sent)
    later = news(draft, sent)
    aside = draft.aside if draft else ()
    return {
        "name": seen.window if seen else fresh_window(),
        "revision": seen.revision if seen and later else draft.revision if draft else 0,
        "told": later.revision if later else 0,
        "elsewhere": {
            "said": elsewhere_said(later.saved_at),
            "differs": differences(form, answers, later.answers, offers),
        }
        if later
        else None,
        "aside": [
            {
                "window": each.window,
                "at": hour(each.saved_at),
                "differs": differences(form, answers, each.answers, offers),
            }
            for each in aside
            if each.window != sent.get(WINDOW)
        ],
    }


def differences(
    form: Form, here: Mapping[str, Any], there: Mapping[str, Any], offers: Offers
) -> list[dict[str, str]]:
    """Label and both answers of every field that differs, as one reads them; "" for what was left empty."""
    found = []
    for field in form.fields:
        if field.type == FILES:
            continue
        names = offers.get(field.name, {})
        mine, other = (in_words(field, each.get(field.name), names) for each in (here, there))
        if mine != other:
            found.append({"label": field.label.in_(language()), "here": mine, "there": other})
    return found


def in_words(field: Field, value: Any, names: Mapping[int, str]) -> str:
    """An answer that is still being typed, as one reads it: labels for values, names for ids, a line for each row."""
    if isinstance(value, Mapping):
        return "，".join(filter(None, (in_words(field, each, names) for each in _of_row(value))))
    if isinstance(value, list | tuple):
        lines = [in_words(field, each, names) for each in value]
        long = field.type == "rows" or any(isinstance(each, Mapping) for each in value)
        return "\n".join(filter(None, lines)) if long else listed(filter(None, lines))
    if value is None or value is False:
        return ""
    return _one(field, str(value), names)


def _of_row(row: Mapping[str, Any]) -> Iterable[Any]:
    return (said(UNIT_ROLES, str(each)) if name == "role" else each for name, each in row.items())


def _one(field: Field, value: str, names: Mapping[int, str]) -> str:
    if field.type == "date":
        return day_read(value) if value else ""
    known = {str(key): name for key, name in names.items()}
    known |= {choice.value: choice.label.in_(language()) for choice in field.choices}
    return known.get(value, value)
