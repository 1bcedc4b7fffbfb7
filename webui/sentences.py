"""Sentences of the engine in the reader's language: marked ones, and refusals. Knows no person and no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from engine.definitions.words import Sentence
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
    """What fills a sentence; a refusal that is the cause of another is said in the same language."""
    return {
        name: translate_refusal(value) if isinstance(value, DomainError) else value
        for name, value in values.items()
    }
