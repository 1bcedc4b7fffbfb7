"""Thresholds (法定人数、法定多数) of a rule pack: how many names a paper needs, by which majority a body decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from engine.deadlines.keyed import keyed
from engine.deadlines.standing import Source, source_in_file
from engine.deadlines.words import Bilingual, RuleFault

WORD = re.compile(r"[a-z][a-z0-9_]*")
SHARE = re.compile(r"([1-9][0-9]?)/([1-9][0-9]?)")
OF = ("deputies", "standing_members", "members", "present")


@dataclass(frozen=True, slots=True)
class Threshold:
    """So many of `of`, or such a share of them; with `exceeds` more than that (过半数).

    `by_level` holds the numbers of levels of congress that differ. The share is written 1/2, that of the whole body
    (members) or of those who are there (present).
    """

    key: str
    title: Bilingual
    of: str
    text: str
    article: str
    source: Source
    number: int | None = None
    share: str = ""
    exceeds: bool = False
    by_level: Mapping[str, int] = field(default_factory=dict)
    comparators: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not WORD.fullmatch(self.key):
            raise RuleFault(f"key {self.key!r} is not a snake_case word")
        if self.of not in OF:
            raise RuleFault(f"of: {self.of!r} is none of {', '.join(OF)}")
        if (self.number is None) == (not self.share):
            raise RuleFault("give either number or share")
        if self.share and (not SHARE.fullmatch(self.share) or not 0 < Fraction(self.share) <= 1):
            raise RuleFault(f"share: {self.share!r} is no share such as 1/2")
        for count in (self.number, *self.by_level.values()):
            if count is not None and (type(count) is not int or not 0 < count <= 9999):
                raise RuleFault(f"number: {count!r} is no number from 1 to 9999")

    @property
    def basis(self) -> str:
        """The act and the article."""
        return self.text + self.article

    def needed(self, level: str, whole: int = 0) -> int:
        """The smallest number that reaches it in a congress of this level, of a body of `whole`."""
        if self.number is not None:
            return self.by_level.get(level, self.number) + self.exceeds
        exact = Fraction(self.share) * whole
        if self.exceeds:
            return int(exact) + 1
        return -int(-exact // 1)

    def reached(self, count: int, level: str, whole: int = 0) -> bool:
        """Whether so many reach it."""
        return count >= self.needed(level, whole)


def thresholds_from(records: Iterable[Mapping[str, Any]]) -> dict[str, Threshold]:
    """Thresholds by their keys; RuleFault names the one that cannot be read, and why."""
    return keyed("threshold", records, _threshold)


def _threshold(record: Mapping[str, Any]) -> Threshold:
    basis = record["legal_basis"]
    plain = {name: value for name, value in record.items() if name != "legal_basis"}
    return Threshold(
        **{
            **plain,
            "title": Bilingual(**record["title"]),
            "text": basis["text"],
            "article": basis.get("article", ""),
            "source": source_in_file(record["source"]),
            "by_level": dict(record.get("by_level", {})),
            "comparators": tuple(record.get("comparators", ())),
        }
    )


def threshold_records(thresholds: Mapping[str, Threshold]) -> list[dict[str, Any]]:
    """Thresholds in JSON's types, as `thresholds_from` reads them, in the order of their keys."""
    return [_record(thresholds[key]) for key in sorted(thresholds)]


def _record(one: Threshold) -> dict[str, Any]:
    row = asdict(one)
    basis = {"text": row.pop("text"), "article": row.pop("article")}
    return {**row, "legal_basis": basis, "source": one.source.value, "comparators": list(one.comparators)}
