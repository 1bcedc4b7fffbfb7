"""Marking words for translation without translating them here: the way in knows the reader's language."""

from __future__ import annotations

from typing import Any


def _(text: str) -> str:
    """Mark a Chinese text so that the extraction finds it; the text itself comes back."""
    return text


class Sentence(str):
    """A filled-in Chinese sentence; by `template` and `values` it can be said in another language."""

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Sentence:
        """Fill the template; `values` must fit its {names}."""
        sentence = super().__new__(cls, template.format(**values))
        sentence.template = template
        sentence.values = values
        return sentence

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.template,), self.values


class Cited(str):
    """Articles as a rule pack cites them, in Chinese; who reads another language reads them in that."""

    __slots__ = ()


class SaidError(ValueError):
    """What is wrong with a text somebody has written, to be said in his language: `said` is its Chinese sentence."""

    def __init__(self, template: str, /, **values: Any) -> None:
        self.said = Sentence(template, **values)
        super().__init__(self.said)


def said_of(value: Any) -> Any:
    """What fills a sentence: of an error that can be said in other languages its sentence, all else as it is."""
    return value.said if isinstance(value, SaidError) else value
