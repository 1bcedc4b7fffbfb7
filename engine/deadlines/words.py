"""Words in both languages, and the fault of a rule pack that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass


class RuleFault(ValueError):
    """A rule that cannot be read; the loader adds which file and which rule."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same words in both languages of the screens."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh
