"""The kind of field that takes files along: photographs of what was found, papers that prove what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from engine.definitions.answers import Answer, counted, entries
from engine.definitions.lists import UNREADABLE


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came in; whether it may be taken in is decided where it is kept."""

    name: str
    content: bytes

    def __str__(self) -> str:
        return self.name


class Files(Answer):
    """[SentFile]: up to ten files, each with something in it. A draft does not keep them."""

    blank = []
    settings = frozenset({"min_items", "max_items"})
    most = 10

    def read(self, value: Any) -> list[SentFile]:
        sent = entries(value)
        if not all(isinstance(each, SentFile) for each in sent):
            raise ValidationError([UNREADABLE])
        return counted([each for each in sent if each.name and each.content], self.spec)


# By the word a form file uses.
SENT: dict[str, type[Answer]] = {"files": Files}
