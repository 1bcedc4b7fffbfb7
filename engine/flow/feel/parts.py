"""What parsed text is made of, and what it is run in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.foundation.language import SaidError, _

MAX_WORK = 200_000  # operations of one evaluation, all its decisions together
MAX_TEXT = 10_000  # characters of a text that is made
MAX_ITEMS = 1_000  # of a list


class FeelError(SaidError):
    """The text is outside the language, or cannot be computed within its bounds."""


@dataclass
class Effort:
    """The work still allowed; shared by all that one evaluation runs."""

    left: int = MAX_WORK

    def spend(self, amount: int = 1) -> None:
        self.left -= amount
        if self.left < 0:
            raise FeelError(_("计算量超过{most}步"), most=MAX_WORK)


@dataclass(frozen=True)
class Scope:
    """The names that can be read, and the input value that `?` stands for."""

    names: Mapping[str, Any]
    asked: Any = None
    effort: Effort = field(default_factory=Effort)

    def asking(self, value: Any) -> Scope:
        return Scope(self.names, value, self.effort)


Run = Callable[[Scope], Any]


@dataclass(frozen=True)
class Part:
    """A parsed expression. `kind` is that of its value where the text alone tells, else "Any".

    `form` is literal | name | list | range | claim (a comparison or a connective) | other.
    """

    run: Run
    kind: str = "Any"
    form: str = "other"
    value: Any = None  # of a literal
    parts: tuple[Part, ...] = ()  # of a list, or the ends of a range


@dataclass(frozen=True)
class Test:
    """One condition on an input value: true, false, or None where the two cannot be compared."""

    holds: Callable[[Scope, Any], bool | None]
    kinds: frozenset[str] = frozenset()  # that the value is compared with, where the text tells
    ambiguous: bool = False  # a claim without `?`: on a truth value it could be meant in two ways
