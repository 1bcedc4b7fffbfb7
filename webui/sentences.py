"""Sentences of the engine in the reader's language: marked ones, and refusals. Knows no person and no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale, gettext

from engine.definitions.words import Sentence, Words
from engine.foundation.errors import DomainError

LANGUAGES = {"zh": "中文", "en": "English"}


def translate_refusal(error: DomainError) -> str:
    """A refusal's sentence in the reader's language."""
    return str(gettext(error.template)).format(**_told(error.values))


def translate_sentence(sentence: str) -> str:
    """A marked sentence in the reader's language; one already filled in says how it was made, or stays as it is."""
    if isinstance(sentence, Sentence):
        return str(gettext(sentence.template)).format(**_told(sentence.values))
    return str(gettext(sentence)) if sentence else ""


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What fills a sentence, in the same language: refusals and sentences that are the cause of another, titles."""
    return {name: _said(value) for name, value in values.items()}


def _said(value: Any) -> Any:
    if isinstance(value, DomainError):
        return translate_refusal(value)
    if isinstance(value, Words):
        return value.in_(str(get_locale()))
    return translate_sentence(value) if isinstance(value, Sentence) else value
