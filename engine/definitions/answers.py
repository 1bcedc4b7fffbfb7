"""The kinds of field: how what was typed into each becomes a value, or a sentence that says why not."""

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

if TYPE_CHECKING:
    from engine.definitions.forms import Field

REQUIRED = Sentence(_("请填写此项。"))
NOT_TEXT = Sentence(_("此项应为文字。"))
NOT_A_LIST = Sentence(_("此项应为列表。"))
NOT_OFFERED = Sentence(_("请从列出的选项中选择。"))
CONTROL = Sentence(_("含有无法显示的控制字符，请删除后重新输入。"))

# Tab and line feed are writing; the rest, and halves of surrogate pairs, no database and no page can keep.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LINE_ENDS = re.compile(r"\r\n?")
HALF_WIDTH = str.maketrans("０１２３４５６７８９－．＋／年月", "0123456789-.+/--", "日")
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")
DATE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
IDENTIFIER = re.compile(r"[0-9]{1,18}")
YEARS = range(1900, 2201)


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
    """Text as it is kept: trimmed, one kind of line end, no control characters; "" for None."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValidationError([NOT_TEXT])
    text = value.strip()
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


class Text(Answer):
    """One line."""

    blank = ""
    settings = frozenset({"max_length", "min_length", "pattern", "default"})
    longest = 500

    def __init__(self, spec: Field) -> None:
        super().__init__(spec)
        self.pattern = re.compile(spec.pattern) if spec.pattern else None

    def read(self, value: Any) -> str:
        text = measured(plain(value), self.spec)
        if text and self.pattern and not self.pattern.fullmatch(text):
            raise refuse(_("格式不对，请核对后重新填写。"))
        return text


class TextArea(Answer):
    """Several lines."""

    blank = ""
    settings = frozenset({"max_length", "min_length", "rows", "default"})
    longest = 20_000

    def read(self, value: Any) -> str:
        return measured(plain(value, lines=True), self.spec)


class Number(Answer):
    """A number of up to 15 digits, whole (int) or with up to six decimals (float)."""

    settings = frozenset({"default"})

    def read(self, value: Any) -> int | float | None:
        text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else plain(value)
        text = text.translate(HALF_WIDTH)
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            raise refuse(_("请填写数字，最多15位整数、6位小数。"))
        return float(text) if "." in text else int(text)


class Date(Answer):
    """A day (datetime.date), written 2026-03-02, 2026/3/2 or 2026年3月2日."""

    settings = frozenset({"not_future"})

    def read(self, value: Any) -> dt.date | None:
        day = value if type(value) is dt.date else self._day(plain(value).translate(HALF_WIDTH))
        if day is None:
            return None
        if day.year not in YEARS:
            raise refuse(_("请核对年份：{year}。"), year=day.year)
        if self.spec.not_future and day > CIRCUMSTANCES.get().today:
            raise refuse(_("不能晚于今天。"))
        return day

    def _day(self, text: str) -> dt.date | None:
        if not text:
            return None
        found = DATE.fullmatch(text)
        try:
            if found:
                return dt.date(*map(int, found.groups()))
        except ValueError:
            pass
        raise refuse(_("请填写正确的日期，如2026-03-02。"))


class OneChoice(Answer):
    """One of the listed values, or None."""

    settings = frozenset({"choices", "default"})

    def __init__(self, spec: Field) -> None:
        super().__init__(spec)
        self.values = frozenset(choice.value for choice in spec.choices)

    def read(self, value: Any) -> str | None:
        chosen = plain(value)
        if chosen and not (chosen in self.values and self.offers(chosen)):
            raise ValidationError([NOT_OFFERED])
        return chosen or None


class ListedChoice(OneChoice):
    """One of a list that the process folder gives: grades, categories, reasons for declining."""

    settings = frozenset({"default"})


class ManyChoices(OneChoice):
    """Any of the listed values, in the order chosen, each once."""

    blank = []
    settings = frozenset({"choices", "min_items", "max_items"})

    def read(self, value: Any) -> list[str]:  # type: ignore[override]
        sent = [value] if isinstance(value, str) else entries(value)
        chosen = dict.fromkeys(filter(None, map(super().read, sent)))
        return counted(list(chosen), self.spec)


class Checkbox(Answer):
    """Ticked or not."""

    blank = False
    settings = frozenset({"default"})
    marks: ClassVar[Mapping[str, bool]] = {
        **dict.fromkeys(("1", "on", "true", "yes", "y"), True),
        **dict.fromkeys(("", "0", "off", "false", "no", "n"), False),
    }

    def read(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        ticked = self.marks.get(plain(value).lower())
        if ticked is None:
            raise ValidationError([NOT_OFFERED])
        return ticked


class Colleague(Answer):
    """The id of a user who holds the field's role, or None; the caller's `options` say who does."""

    settings = frozenset({"role"})

    def read(self, value: Any) -> int | None:
        chosen = identifier(value)
        if chosen is not None and not self.offers(chosen):
            raise ValidationError([NOT_OFFERED])
        return chosen


class File(Colleague):
    """The id of a file that is stored already, or None."""

    settings = frozenset()


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


# By the word a form file uses.
SINGLE: dict[str, type[Answer]] = {
    "text": Text,
    "textarea": TextArea,
    "number": Number,
    "date": Date,
    "choice": OneChoice,
    "select": OneChoice,
    "rating": OneChoice,
    "choices": ManyChoices,
    "checkbox": Checkbox,
    "grade": ListedChoice,
    "category": ListedChoice,
    "decline_reason": ListedChoice,
    "colleague": Colleague,
    "file": File,
}
