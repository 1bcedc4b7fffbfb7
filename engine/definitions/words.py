"""What is read on screens: words in both languages, and sentences that remember how they were made."""

from __future__ import annotations

from dataclasses import dataclass

from engine.foundation.language import Sentence

__all__ = ["Sentence", "Words"]


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
