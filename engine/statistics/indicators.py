"""The indicators that offices publish: each with its denominator said in words and as a query, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.definitions.folder import Folder
from engine.definitions.words import Words

Condition = sa.ColumnElement[bool]
NO_NOTE = Words("", "")


def always(_folders: Sequence[Folder]) -> bool:
    """Of every kind of work."""
    return True


@dataclass(frozen=True, slots=True)
class Term:
    """The things that are counted: those of a population that fulfil a condition, and the same in words."""

    of: str  # a key of POPULATIONS
    words: Words
    where: Callable[[Any], Condition]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure: a count (no `whole`), a share of the whole, or a mean per thing of the whole.

    `needs` says whether a kind of work can bring its data about at all; without them it is not shown.
    """

    key: str
    group: str
    title: Words
    part: Term
    whole: Term | None = None
    mean: bool = False
    source: str = ""
    note: Words = NO_NOTE
    needs: Callable[[Sequence[Folder]], bool] = field(default=always)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Numerator and denominator."""
        return (self.part,) if self.whole is None else (self.part, self.whole)

    @property
    def of_units(self) -> bool:
        """Whether it can be said of one unit: everything it counts lies in a unit's hands."""
        return all(term.of != "case" for term in self.terms)


GROUPS = {
    "amount": Words("件数", "Numbers"),
    "assignment": Words("交办与签收", "Assignment"),
    "contact": Words("沟通", "Contact"),
    "reply": Words("办理与答复", "Handling and replies"),
    "grade": Words("办理结果", "Results"),
    "evaluation": Words("代表评价", "Evaluation"),
    "after": Words("承诺与公开", "Commitments and publication"),
}

DECLARED: list[Callable[[Sequence[Folder]], Iterable[Indicator]]] = []


def declares(
    function: Callable[[Sequence[Folder]], Iterable[Indicator]],
) -> Callable[[Sequence[Folder]], Iterable[Indicator]]:
    """Register a function that gives indicators for the versions of one kind of work."""
    DECLARED.append(function)
    return function


def indicators(folders: Sequence[Folder]) -> list[Indicator]:
    """The indicators that have a meaning for this kind of work, in order of their groups."""
    found = [each for declare in DECLARED for each in declare(folders) if each.needs(folders)]
    order = list(GROUPS)
    return sorted(found, key=lambda each: order.index(each.group))


def acting(*acts: str) -> Callable[[Sequence[Folder]], bool]:
    """Whether the flow has a task that does one of these acts."""
    return lambda folders: any(
        spec.act in acts for folder in folders for spec in (*folder.tasks.values(), *actions_of(folder))
    )


def filling(form: str) -> Callable[[Sequence[Folder]], bool]:
    """Whether the kind of work has this form at all."""
    return lambda folders: any(form in folder.forms for folder in folders)


def actions_of(folder: Folder) -> tuple[Any, ...]:
    """What may be done of one's own accord, where folders know of it."""
    return tuple(getattr(folder, "actions", {}).values())


def causing(effect: str) -> Callable[[Sequence[Folder]], bool]:
    """Whether something that happens brings about this effect."""
    return lambda folders: any(effect in names for folder in folders for names in folder.effects.values())
