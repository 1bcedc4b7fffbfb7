"""What all kinds of field share: how what was typed becomes a value, or a sentence that says why not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from marshmallow import ValidationError, fields
from marshmallow import missing as not_sent

from engine.definitions.words import Sentence
from engine.foundation.language import _
from engine.foundation.lines import CONTROL, CONTROL_CHARACTERS, visible

if TYPE_CHECKING:
    from engine.definitions.forms import Field

REQUIRED = Sentence(_("请填写此项。"))
NOT_TEXT = Sentence(_("此项应为文字。"))
NOT_A_LIST = Sentence(_("此项应为列表。"))
NOT_OFFERED = Sentence(_("请从列出的选项中选择。"))

LINE_ENDS = re.compile(r"\r\n?")
HALF_WIDTH = str.maketrans("０１２３４５６７８９－．＋／年月", "0123456789-.+/--", "日")
IDENTIFIER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a check depends on besides the form: the day, and what may be chosen by field."""

    today: dt.date
    options: Mapping[str, frozenset[Any]]


CIRCUMSTANCES: ContextVar[Circumstances] = ContextVar("circumstances")


def refuse(template: str, **values: Any) -> ValidationError:
    """The refusal of one answer."""
    return ValidationError([Sentence(template, **values)])


def is_blank(value: Any) -> bool:
    """Nothing was filled in, nothing chosen, no box ticked."""
    return value is None or value is False or value == "" or value == []


def plain(value: Any, *, lines: bool = False) -> str:
    """Text as it is kept: trimmed, one kind of line end, nothing that does not show; "" for None."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValidationError([NOT_TEXT])
    text = visible(value)
    if "\r" in text:
        text = LINE_ENDS.sub("\n", text)
    if CONTROL_CHARACTERS.search(text) or (not lines and "\n" in text):
        raise ValidationError([CONTROL])
    return text


def measured(text: str, spec: Field) -> str:
    """The text, if its length is within the field's bounds."""
    if not text:
        return text
    if spec.max_length is not None and len(text) > spec.max_length:
        raise refuse(_("不能超过{limit}字，现有{count}字。"), limit=spec.max_length, count=len(text))
    if len(text) < spec.min_length:
        raise refuse(_("至少要写{limit}字，现有{count}字。"), limit=spec.min_length, count=len(text))
    return text


def identifier(value: Any) -> int | None:
    """The id of a row; None where nothing was chosen."""
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        text = plain(value).translate(HALF_WIDTH)
        if not text:
            return None
        number = int(text) if IDENTIFIER.fullmatch(text) else 0
    if not 0 < number < 10**18:
        raise ValidationError([NOT_OFFERED])
    return number


class Answer(fields.Field[Any]):
    """The base of all kinds: `read` makes the value, `blank` stands where nothing was filled in."""

    blank: ClassVar[Any] = None
    settings: ClassVar[frozenset[str]] = frozenset()  # what a form file may say beyond what every field has
    longest: ClassVar[int | None] = None  # characters, where the form file does not say

    def __init__(self, spec: Field) -> None:
        self.spec = spec
        super().__init__(allow_none=True)

    def deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> Any:
        """The value; raises ValidationError with sentences, by position for the entries of a list."""
        spec = self.spec
        cleaned = self.read(spec.default if value is not_sent else value)
        if is_blank(cleaned):
            if spec.required:
                raise ValidationError([REQUIRED])
            return [] if cleaned == [] else self.blank
        return cleaned

    def read(self, value: Any) -> Any:
        """The value of what was sent; None was not sent."""
        raise NotImplementedError

    def offers(self, value: Any) -> bool:
        """Whether the caller lets this be chosen here."""
        allowed = CIRCUMSTANCES.get().options.get(self.spec.name)
        return allowed is None or value in allowed


def entries(value: Any) -> list[Any]:
    """The entries of a list; None is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise ValidationError([NOT_A_LIST])
    return list(value)


def counted(found: list[Any], spec: Field) -> list[Any]:
    """The list, if it has neither too few nor too many entries."""
    if spec.max_items is not None and len(found) > spec.max_items:
        raise refuse(_("最多{limit}项，现有{count}项。"), limit=spec.max_items, count=len(found))
    if found and len(found) < spec.min_items:
        raise refuse(_("至少{limit}项，现有{count}项。"), limit=spec.min_items, count=len(found))
    return found
