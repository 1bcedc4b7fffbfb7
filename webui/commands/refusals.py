"""What commands say when something is refused: in Chinese and, after a stroke, in English."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

import click
from flask_babel import force_locale

from engine.foundation.errors import DomainError, InvalidAnswers
from webui.sentences import translate_refusal, translate_sentence

P = ParamSpec("P")


def both(refusal: DomainError) -> str:
    """The sentence of a refusal in both languages, and those of its fields below it."""
    fields = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    with force_locale("en"):
        lines = [_pair(refusal.message, translate_refusal(refusal))]
        for field, sentences in fields.items():
            said = (_pair(each, translate_sentence(each)) for each in sentences)
            lines += [f"{field}: {each}" if field else each for each in said]
    return "\n".join(lines)


def _pair(zh: str, en: str) -> str:
    return zh if zh == en else f"{zh} / {en}"


def in_words(command: Callable[P, None]) -> Callable[P, None]:
    """Print a refusal as a sentence and leave with status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except DomainError as refusal:
            raise click.ClickException(both(refusal)) from refusal

    return run
