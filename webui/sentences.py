"""Sentences of the engine in the reader's language: marked ones, and refusals. Knows no person and no database."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale, gettext

from engine.deadlines.words import Bilingual
from engine.definitions.words import Sentence, Words
from engine.foundation.errors import DomainError
from engine.foundation.language import Cited
from webui.days import day

LANGUAGES = {"zh": "中文", "en": "English"}
WHY = "why"  # what fills a refusal by this name is a marked sentence itself
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def translate_refusal(error: DomainError) -> str:
    """A refusal's sentence in the reader's language."""
    return str(gettext(error.template)).format(**_told(error.values))


def translate_sentence(sentence: str) -> str:
    """A marked sentence in the reader's language; one already filled in says how it was made, or stays as it is."""
    if isinstance(sentence, Sentence):
        return str(gettext(sentence.template)).format(**_told(sentence.values))
    return str(gettext(sentence)) if sentence else ""


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What fills a sentence, as its reader writes it: the cause of another sentence, titles, articles, dates."""
    return {
        name: translate_sentence(value) if name == WHY and isinstance(value, str) else _said(value)
        for name, value in values.items()
    }


def _said(value: Any) -> Any:
    if isinstance(value, DomainError):
        return translate_refusal(value)
    if isinstance(value, Words | Bilingual):
        return value.en if str(get_locale()) == "en" else value.zh
    if isinstance(value, Cited):
        # With the packs, and so with the database: `duban run` says what is wrong with a file without either.
        from webui.words.citing import cited

        return cited(value, str(get_locale()))
    if isinstance(value, Sentence):
        return translate_sentence(value)
    return day(value) if isinstance(value, dt.date) else _dated(value)


def _dated(value: Any) -> Any:
    """A date written by the engine's way (2026-05-06) in the reader's; what is none stays as it was typed."""
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return value
    try:
        return day(dt.date.fromisoformat(value))
    except ValueError:
        return value
