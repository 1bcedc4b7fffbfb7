"""How long archived files are kept (保管期限): classes of a rule pack, by the day on which they are in force."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.deadlines.standing import Source, source_in_file
from engine.deadlines.words import Bilingual, RuleFault

WORD = re.compile(r"[a-z][a-z0-9_]*")
LONGEST = 200  # years


@dataclass(frozen=True, slots=True)
class Retention:
    """A class of files: kept for so many years, or for good where `years` is None; dates are both inclusive."""

    key: str
    title: Bilingual
    years: int | None
    text: str
    article: str
    source: Source
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None

    def __post_init__(self) -> None:
        if not WORD.fullmatch(self.key):
            raise RuleFault(f"key {self.key!r} is not a snake_case word")
        if self.years is not None and (type(self.years) is not int or not 0 < self.years <= LONGEST):
            raise RuleFault(f"years: {self.years!r} is no number from 1 to {LONGEST}")
        if not self.text.strip():
            raise RuleFault("legal_basis: no act is named")
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise RuleFault("effective_to is before effective_from")

    @property
    def basis(self) -> str:
        """The act and the article."""
        return self.text + self.article

    def in_force(self, on: dt.date) -> bool:
        """The day lies within the effective dates."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_to is None or on <= self.effective_to)


def retentions_from(records: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Retention, ...]]:
    """Classes by key, each with its versions; RuleFault names the class and what is wrong with it."""
    found: dict[str, list[Retention]] = {}
    for record in records:
        try:
            one = _retention(record)
        except KeyError as fault:
            raise RuleFault(f"retention {record.get('key', '')}: {fault.args[0]} is missing") from fault
        except (RuleFault, TypeError, ValueError) as fault:
            raise RuleFault(f"retention {record.get('key', '')}: {fault}") from fault
        found.setdefault(one.key, []).append(one)
    for key, versions in found.items():
        versions.sort(key=lambda one: one.effective_from or dt.date.min)
        for earlier, later in zip(versions, versions[1:], strict=False):
            if (earlier.effective_to or dt.date.max) >= (later.effective_from or dt.date.min):
                raise RuleFault(f"retention {key}: two versions are in force on {later.effective_from}")
    return {key: tuple(versions) for key, versions in found.items()}


def _retention(record: Mapping[str, Any]) -> Retention:
    known = {
        "key",
        "title",
        "years",
        "permanent",
        "legal_basis",
        "source",
        "effective_from",
        "effective_to",
    }
    if unknown := record.keys() - known:
        raise RuleFault(f"unknown field {', '.join(sorted(unknown))}")
    if ("years" in record) == (record.get("permanent") is True):
        raise RuleFault("give either years, or permanent = true")
    basis = record["legal_basis"]
    return Retention(
        key=record["key"],
        title=Bilingual(**record["title"]),
        years=record.get("years"),
        text=basis["text"],
        article=basis.get("article", ""),
        source=source_in_file(record["source"]),
        effective_from=_date(record.get("effective_from")),
        effective_to=_date(record.get("effective_to")),
    )


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def retention_records(classes: Mapping[str, tuple[Retention, ...]]) -> list[dict[str, Any]]:
    """Classes in JSON's types, as `retentions_from` reads them."""
    return [_record(one) for key in sorted(classes) for one in classes[key]]


def _record(one: Retention) -> dict[str, Any]:
    length: dict[str, Any] = {"permanent": True} if one.years is None else {"years": one.years}
    return {
        "key": one.key,
        "title": asdict(one.title),
        **length,
        "legal_basis": {"text": one.text, "article": one.article},
        "source": one.source.value,
        **{
            name: day.isoformat()
            for name in ("effective_from", "effective_to")
            if (day := getattr(one, name)) is not None
        },
    }
