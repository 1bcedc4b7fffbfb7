"""The kinds of field that hold one value, or several of a list of choices."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from marshmallow import ValidationError

from engine.definitions.answers import (
    CIRCUMSTANCES,
    HALF_WIDTH,
    NOT_OFFERED,
    Answer,
    counted,
    entries,
    identifier,
    measured,
    plain,
    refuse,
)
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.forms import Field

NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")
DATE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
YEARS = range(1900, 2201)


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


class Unit(Colleague):
    """The id of a unit that cases may be handed to, or None."""

    settings = frozenset()


class MeetingAhead(Colleague):
    """The id of a meeting that is not over, of the kind that `role` names, or None."""


class Entry(Colleague):
    """The id of what the step that `role` names has put on record in this case, or None."""


class Problem(Colleague):
    """The id of a problem of this case's list that stands as `role` names (several: open,reported), or None."""


class CaseNumber(Text):
    """The official number of another case, as one line."""

    settings = frozenset()


class File(Colleague):
    """The id of a file that is stored already, or None."""

    settings = frozenset()


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
    "committee": Colleague,
    "insider": Colleague,
    "viewer": Colleague,
    "co_handler": Colleague,
    "unit": Unit,
    "meeting": MeetingAhead,
    "case_number": CaseNumber,
    "entry": Entry,
    "problem": Problem,
    "file": File,
}
