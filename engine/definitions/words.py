"""What is read on screens: words in both languages, and sentences that remember how they were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """A title, label or hint in Chinese and English."""

    zh: str
    en: str

    def in_(self, locale: str) -> str:
        """In English for an English reader, in Chinese for everyone else."""
        return self.en if locale == "en" else self.zh

    def __str__(self) -> str:
        return self.zh


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
