"""The kinds of field that hold several entries; a fault names its entry, counted from 0."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from engine.definitions.answers import (
    NOT_OFFERED,
    Answer,
    counted,
    entries,
    identifier,
    measured,
    plain,
    refuse,
)
from engine.definitions.words import Sentence
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.forms import Field

UNREADABLE = Sentence(_("此项无法读取。"))
TWICE = Sentence(_("与前面的重复。"))
ROLES = ("lead", "co", "separate")


class Entries(Answer):
    """The base: `entry` reads one of them, `whole` judges them together."""

    blank = []
    settings = frozenset({"max_length", "min_items", "max_items"})
    longest = 2_000
    most = 50  # entries, where the form file does not say

    def read(self, value: Any) -> list[Any]:
        sent = entries(value)
        if len(sent) > 10 * self.most:  # blank rows are no fault, a flood is
            counted(sent, self.spec)
        found: list[Any] = []
        faults: dict[str | int, Any] = {}
        for position, raw in enumerate(sent):
            try:
                entry = self.entry(raw, found)
            except ValidationError as refused:
                faults[position] = refused.messages
            else:
                if entry is not None:
                    found.append(entry)
        if faults:
            raise ValidationError(faults)
        self.whole(counted(found, self.spec))
        return found

    def entry(self, raw: Any, before: list[Any]) -> Any:
        """One entry, None for a blank one; `before` are those above it."""
        raise NotImplementedError

    def whole(self, found: list[Any]) -> None:
        """Refuse entries that do not go together."""


class Rows(Entries):
    """Numbered texts, one matter each, all of one `pattern` where the form file has one; blank rows are left out."""

    settings = Entries.settings | {"pattern"}

    def __init__(self, spec: Field) -> None:
        super().__init__(spec)
        self.pattern = re.compile(spec.pattern) if spec.pattern else None

    def entry(self, raw: Any, before: list[Any]) -> str | None:
        text = measured(plain(raw, lines=True), self.spec)
        if text and self.pattern and not self.pattern.fullmatch(text):
            raise refuse(_("格式不对，请按说明填写。"))
        return text or None


class UnitsWish(Entries):
    """Ids of units, each once."""

    settings = frozenset({"min_items", "max_items"})

    def read(self, value: Any) -> list[int]:
        return super().read([value] if isinstance(value, str | int) and value != "" else value or None)

    def entry(self, raw: Any, before: list[Any]) -> int | None:
        unit = identifier(raw)
        if unit is not None and not self.offers(unit):
            raise ValidationError([NOT_OFFERED])
        return None if unit in before else unit


class People(UnitsWish):
    """Ids of users, each once; `role` says which are offered: deputies, else members of the congress's organs."""

    settings = frozenset({"min_items", "max_items", "role"})


class Congresses(UnitsWish):
    """Ids of congresses below this one, each once."""


class UnitPlan(Entries):
    """[{unit_id, role, scope}]: one lead with any co-handling, or at least two separate with their scopes."""

    def entry(self, raw: Any, before: list[Any]) -> dict[str, Any] | None:
        sent = record(raw, ("unit_id", "role", "scope"))
        unit, role = identifier(sent.get("unit_id")), plain(sent.get("role"))
        scope = measured(plain(sent.get("scope"), lines=True), self.spec)
        if unit is None and not scope:
            return None
        if unit is None:
            raise refuse(_("请选择单位。"))
        if not self.offers(unit):
            raise ValidationError([NOT_OFFERED])
        if any(other["unit_id"] == unit for other in before):
            raise refuse(_("同一单位不能列两次。"))
        if role not in ROLES:
            raise refuse(_("请确定该单位是主办、会办还是分办。"))
        if role == "separate" and not scope:
            raise refuse(_("分办单位须写明承办内容。"))
        return {"unit_id": unit, "role": role, "scope": scope}

    def whole(self, found: list[Any]) -> None:
        roles = [plan["role"] for plan in found]
        leads, co, separate = (roles.count(role) for role in ROLES)
        if found and (leads, separate) != (1, 0) and not (leads == co == 0 and separate >= 2):
            raise refuse(_("须有一个主办单位，可以加若干会办单位；或者由两个以上单位分办。"))


class AskAnswers(Entries):
    """[{ask_id, grade, text}]: each ask once, with a text and, where it differs from the whole, a grade.

    Where the form file says `reasons`, also a `reason`: why it cannot be done.
    """

    settings = frozenset({"max_length", "min_items", "max_items", "reasons"})
    longest = 5_000

    def entry(self, raw: Any, before: list[Any]) -> dict[str, Any]:
        reasons = ("reason",) if self.spec.reasons else ()
        sent = record(raw, ("ask_id", "grade", "text", *reasons))
        ask, grade = identifier(sent.get("ask_id")), plain(sent.get("grade"))
        text = measured(plain(sent.get("text"), lines=True), self.spec)
        if ask is None or not self.offers(ask):
            raise ValidationError([UNREADABLE])
        if any(other["ask_id"] == ask for other in before):
            raise ValidationError([TWICE])
        if not text:
            raise refuse(_("请答复这一条。"))
        self._check_grade(grade)
        given = {name: measured(plain(sent.get(name), lines=True), self.spec) for name in reasons}
        return {"ask_id": ask, "grade": grade, "text": text, **given}

    def _check_grade(self, grade: str) -> None:
        grades = {choice.value for choice in self.spec.choices}
        if grade and grade not in grades:
            raise ValidationError([NOT_OFFERED])


def record(raw: Any, names: Collection[str]) -> Mapping[str, Any]:
    """An entry of several values; one of another shape or with a stranger among its names is refused."""
    if raw is None or raw == "":
        return {}
    if not isinstance(raw, Mapping) or not raw.keys() <= set(names):
        raise ValidationError([UNREADABLE])
    return raw


# By the word a form file uses.
SEVERAL: dict[str, type[Answer]] = {
    "rows": Rows,
    "units_wish": UnitsWish,
    "people": People,
    "congresses": Congresses,
    "unit_plan": UnitPlan,
    "ask_answers": AskAnswers,
}
