"""The indicators that offices publish: each with its denominator said in words and as a query, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.definitions.folder import ActionSpec, Folder, TaskSpec
from engine.definitions.kind_statistics import Span
from engine.definitions.words import Words

Condition = sa.ColumnElement[bool]
NO_NOTE = Words("", "")
# Populations of what lies in no single unit's hands.
OF_CASES = frozenset({"case", "case_period", "entry", "ask"})


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
    """One figure: a count (no `whole`), a share of the whole, a mean per thing of the whole, or a median of `days`.

    `needs` says whether a kind of work can bring its data about at all; without them it is not shown.
    """

    key: str
    group: str
    title: Words
    part: Term
    whole: Term | None = None
    mean: bool = False
    days: Span | None = None
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
        return all(term.of not in OF_CASES for term in self.terms)


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


def general(folders: Sequence[Folder]) -> list[Indicator]:
    """The indicators that every kind of work can have, with the words of this one."""
    return [each for declare in DECLARED for each in declare(folders)]


@dataclass(frozen=True, slots=True)
class Acting:
    """Whether the flow has a task that does one of these acts."""

    acts: tuple[str, ...]

    def __call__(self, folders: Sequence[Folder]) -> bool:
        """Whether one of the folders has such a step."""
        return any(self._steps(folder) for folder in folders)

    def basis(self, folder: Folder) -> str:
        """The articles that such steps of the folder rest on."""
        return "、".join(dict.fromkeys(step.basis for step in self._steps(folder) if step.basis))

    def _steps(self, folder: Folder) -> list[TaskSpec | ActionSpec]:
        steps: list[TaskSpec | ActionSpec] = [*folder.tasks.values(), *folder.actions.values()]
        return [step for step in steps if step.act in self.acts]


def acting(*acts: str) -> Acting:
    """That the flow has a task that does one of these acts."""
    return Acting(acts)


def filling(form: str) -> Callable[[Sequence[Folder]], bool]:
    """Whether the kind of work has this form at all."""
    return lambda folders: any(form in folder.forms for folder in folders)


@dataclass(frozen=True, slots=True)
class Causing:
    """Whether something that happens brings about this effect, one of a part that `[basis_of]` knows."""

    effect: str
    part: str

    def __call__(self, folders: Sequence[Folder]) -> bool:
        """Whether it does in one of the folders."""
        return any(self.effect in names for folder in folders for names in folder.effects.values())

    def basis(self, folder: Folder) -> str:
        """The article that the part rests on in the folder."""
        return folder.basis_of.get(self.part, "")
