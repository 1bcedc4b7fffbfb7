"""Forms: what a task asks, and the one place where answers from outside become values one can trust."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, ValidationError

from engine.definitions.answers import CIRCUMSTANCES, REQUIRED, Answer, Circumstances, is_blank
from engine.definitions.lists import SEVERAL
from engine.definitions.promised import PROMISED
from engine.definitions.sent_files import SENT
from engine.definitions.single import SINGLE
from engine.definitions.words import Sentence, Words
from engine.foundation import clock
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _

KINDS: Mapping[str, type[Answer]] = {**SINGLE, **SEVERAL, **PROMISED, **SENT}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that may be chosen, and its label."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when any of the fields has any of the values."""

    fields: tuple[str, ...]
    values: tuple[str, ...]

    def holds(self, cleaned: Mapping[str, Any]) -> bool:
        """Whether it holds for checked answers."""
        return any(cleaned.get(name) in self.values for name in self.fields)


@dataclass(frozen=True, slots=True)
class Field:
    """One field as the form file describes it; lengths in characters, `rows` the height of a text area."""

    name: str
    type: str
    label: Words
    help: Words | None = None
    required: bool = False
    choices: tuple[Choice, ...] = ()
    max_length: int | None = None
    min_length: int = 0
    min_items: int = 0
    max_items: int | None = None
    rows: int = 4
    pattern: str = ""
    default: Any = None
    required_when: Condition | None = None
    role: str = ""
    not_future: bool = False
    reasons: bool = False  # of answers to asks: each may give a reason beside its text


class _Answers(Schema):
    error_messages = {
        "unknown": Sentence(_("表单中没有这一栏。")),
        "type": Sentence(_("填写的内容无法读取。")),
    }


@dataclass(frozen=True)
class Form:
    """The fields of one form, in order."""

    fields: tuple[Field, ...]
    _schema: Schema = field(init=False, repr=False, compare=False)
    _order: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        schema = _Answers.from_dict({each.name: KINDS[each.type](each) for each in self.fields})
        object.__setattr__(self, "_schema", schema())
        object.__setattr__(self, "_order", {each.name: place for place, each in enumerate(self.fields)})

    def field(self, name: str) -> Field:
        """The field of that name; KeyError when there is none."""
        return self.fields[self._order[name]]

    def __contains__(self, name: object) -> bool:
        return name in self._order

    def check(
        self,
        raw: Mapping[str, Any],
        options: Mapping[str, frozenset[Any]] | None = None,
        today: dt.date | None = None,
    ) -> dict[str, Any]:
        """A value for every field, or InvalidAnswers with every fault.

        `options` limits what may be chosen in a field (ids of units, colleagues, asks, files). Unfilled text
        is "", an unfilled list [], an unticked box False, anything else None. In `errors`, `asks-0` is the
        first entry of the list `asks` as it was sent.
        """
        token = CIRCUMSTANCES.set(Circumstances(today or clock.today(), options or {}))
        errors: dict[str, list[str]] = {}
        try:
            cleaned: dict[str, Any] = self._schema.load(raw)
        except ValidationError as refused:
            cleaned = refused.valid_data  # type: ignore[assignment]
            errors = _flat(refused.messages)
        finally:
            CIRCUMSTANCES.reset(token)
        for each in self.fields:
            unfilled = each.name in cleaned and is_blank(cleaned[each.name])
            if unfilled and each.required_when is not None and each.required_when.holds(cleaned):
                errors[each.name] = [REQUIRED]
        if errors:
            raise InvalidAnswers(dict(sorted(errors.items(), key=self._place)))
        return cleaned

    def _place(self, error: tuple[str, list[str]]) -> tuple[int, str]:
        name = error[0] if error[0] in self._order else error[0].rpartition("-")[0]
        return self._order.get(name, len(self._order)), ""


def _flat(messages: Any) -> dict[str, list[str]]:
    """marshmallow's {field: sentences or {position: sentences}} with one key per place."""
    flat: dict[str, list[str]] = {}
    for name, found in messages.items():
        if isinstance(found, dict):
            flat |= {f"{name}-{position}": sentences for position, sentences in found.items()}
        else:
            flat[str(name)] = found
    return flat
