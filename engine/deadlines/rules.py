"""Deadline rules and the packs that hold them: values, checked when made, that a case can pin as JSON."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.deadlines.articles import Article, article_from_record, by_key, records
from engine.deadlines.lengths import Direction, Length, LengthNotUnderstood, Roll, Unit, parse_length
from engine.deadlines.practices import Practice, practice_records, practices_from
from engine.deadlines.refusals import CountingRefused
from engine.deadlines.retention import Retention, retention_records, retentions_from
from engine.deadlines.standards import Standard, standard_records, standards_from
from engine.deadlines.standing import Place, Source, place_records, places_from
from engine.deadlines.thresholds import Threshold, threshold_records, thresholds_from
from engine.deadlines.words import Bilingual, RuleFault
from engine.foundation.language import _

WORD = re.compile(r"[a-z][a-z0-9_]*")


class UnknownThreshold(CountingRefused):
    """The pack was pinned before it had this threshold."""

    text = _("规则包“{pack}”中没有法定人数“{threshold}”。")


class UnknownRule(CountingRefused):
    """No rule of this id is in force on that day."""

    text = _("规则包“{pack}”中没有在{on}有效的期限规则“{rule}”。")


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """What a rule rests on: the act and the article."""

    text: str
    article: str = ""

    def __str__(self) -> str:
        return self.text + self.article


@dataclass(frozen=True, slots=True)
class Rule:
    """One legal period during the time it was in force; effective dates are both inclusive."""

    id: str
    title: Bilingual
    quantity: int
    unit: Unit
    start_event: str
    legal_basis: LegalBasis
    source: Source
    number: str = ""
    direction: Direction = Direction.FORWARD
    roll: Roll = Roll.NEXT_WORKDAY
    count_first_day: bool = False
    extendable_to: str = ""
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    warn: tuple[str, ...] = ("30d", "15d", "7d", "3d", "1d")
    overdue: tuple[str, ...] = ("1d",)
    overdue_every: str = "7d"
    lapses: bool = False  # a right, not a duty: when it is over it ends, and nobody is late
    jurisdiction: str = ""
    version: str = ""
    comparators: tuple[str, ...] = ()  # 渝16 10wd: what other places have, the one that was followed first

    def __post_init__(self) -> None:
        for name in ("id", "start_event"):
            if not WORD.fullmatch(getattr(self, name)):
                raise RuleFault(f"{name}: {getattr(self, name)!r} is not a snake_case word")
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise RuleFault("effective_to is before effective_from")
        try:
            self.length.check()
            _check_thresholds((*self.warn, *self.overdue, self.overdue_every or "1d"))
        except LengthNotUnderstood as fault:
            raise RuleFault(str(fault)) from fault

    @property
    def length(self) -> Length:
        """The period itself, for counting."""
        return Length(self.quantity, self.unit, self.direction, self.roll, self.count_first_day)

    @property
    def to_be_confirmed(self) -> bool:
        """No law that binds here sets the quantity: it is ours until the congress has decided."""
        return self.source.to_be_confirmed

    def in_force(self, on: dt.date) -> bool:
        """The day lies within the rule's effective dates."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True)
class RulePack:
    """The rules of a jurisdiction at a version, those inherited from its parent included."""

    key: str
    version: str
    jurisdiction: str
    title: Bilingual
    parent: str
    rules: Mapping[str, tuple[Rule, ...]]
    bases: Mapping[str, Article] = field(default_factory=dict)  # citation → article that steps may rest on
    retentions: Mapping[str, tuple[Retention, ...]] = field(default_factory=dict)
    practices: Mapping[str, Practice] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)  # those that comparators name
    performance: Mapping[str, Standard] = field(default_factory=dict)
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)

    def rule(self, id: str, on: dt.date) -> Rule:
        """The rule of this id in force on that day."""
        for rule in self.rules.get(id, ()):
            if rule.in_force(on):
                return rule
        raise UnknownRule(pack=self.key, rule=id, on=on.isoformat())

    def rules_in_force(self, on: dt.date) -> list[Rule]:
        """The rules of that day, by number, then id."""
        found = [rule for versions in self.rules.values() for rule in versions if rule.in_force(on)]
        return sorted(found, key=lambda rule: (not rule.number, len(rule.number), rule.number, rule.id))

    def retention_classes(self, on: dt.date) -> dict[str, Retention]:
        """The classes of archived files in force on that day, in the pack's order of length: the longest first."""
        found = [one for versions in self.retentions.values() for one in versions if one.in_force(on)]
        longest_first = sorted(found, key=lambda one: (one.years is not None, -(one.years or 0), one.key))
        return {one.key: one for one in longest_first}

    def practised(self, key: str, usual: int) -> int:
        """The number by which a way of working goes here; `usual` in a pack that was pinned without it."""
        practice = self.practices.get(key)
        return usual if practice is None or practice.value is None else practice.value

    def threshold(self, key: str) -> Threshold:
        """The threshold of this key. Raises UnknownThreshold."""
        if key not in self.thresholds:
            raise UnknownThreshold(pack=self.key, threshold=key)
        return self.thresholds[key]

    def as_record(self) -> dict[str, Any]:
        """The whole pack in JSON's types; `pack_from_record` reads it back equal."""
        rules = [_rule_record(rule) for id in sorted(self.rules) for rule in self.rules[id]]
        head = {name: getattr(self, name) for name in ("key", "version", "jurisdiction", "parent")}
        record = {**head, "title": asdict(self.title), "rules": rules}
        more = {
            "bases": records(self.bases),
            "retentions": retention_records(self.retentions),
            "practices": practice_records(self.practices),
            "places": place_records(self.places),
            "performance": standard_records(self.performance),
            "thresholds": threshold_records(self.thresholds),
        }
        # Packs pinned before there were such parts keep their hash.
        return record | {name: rows for name, rows in more.items() if rows}

    def as_json(self) -> str:
        """The record as canonical text: same rules, same text."""
        return json.dumps(self.as_record(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def content_hash(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()


def grouped(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    """Rules by id, each id's versions by effective date; two versions in force on one day are refused."""
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(rule.id, []).append(rule)
    for versions in groups.values():
        versions.sort(key=lambda rule: rule.effective_from or dt.date.min)
        for earlier, later in zip(versions, versions[1:], strict=False):
            if (earlier.effective_to or dt.date.max) >= (later.effective_from or dt.date.min):
                raise RuleFault(f"{earlier.id}: two versions are in force on {later.effective_from}")
    return {id: tuple(versions) for id, versions in groups.items()}


def rule_from_record(record: Mapping[str, Any]) -> Rule:
    """A rule from TOML or JSON; RuleFault names the field that cannot be read."""
    fields = dict(record)
    unknown = fields.keys() - Rule.__slots__
    if unknown:
        raise RuleFault(f"unknown field {', '.join(sorted(unknown))}")
    try:
        for name, read in _READERS.items():
            if name in fields:
                fields[name] = _read(name, read, fields[name])
        return Rule(**fields)
    except TypeError as fault:  # a required field is missing
        raise RuleFault(str(fault).replace("Rule.__init__() ", "")) from fault


def pack_from_record(record: Mapping[str, Any]) -> RulePack:
    """A pack as a case pinned it."""
    head = {name: record[name] for name in ("key", "version", "jurisdiction", "parent")}
    rules = grouped(rule_from_record(rule) for rule in record["rules"])
    return RulePack(
        **head,
        title=Bilingual(**record["title"]),
        rules=rules,
        bases=by_key(article_from_record(each) for each in record.get("bases", ())),
        retentions=retentions_from(record.get("retentions", ())),
        practices=practices_from(record.get("practices", ())),
        places=places_from(record.get("places", ())),
        performance=standards_from(record.get("performance", ())),
        thresholds=thresholds_from(record.get("thresholds", ())),
    )


def _read(name: str, read: Any, value: Any) -> Any:
    try:
        return read(value)
    except (TypeError, ValueError) as fault:
        raise RuleFault(f"{name}: {fault}") from fault


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else _typed(dt.date | None)(value)


def _words(value: Any) -> tuple[str, ...]:
    return tuple(_typed(str)(word) for word in _typed(list)(value))


def _typed(kind: Any) -> Any:
    def read(value: Any) -> Any:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise TypeError(f"{value!r} has the wrong type")
        return value

    return read


_READERS: dict[str, Any] = {
    **dict.fromkeys(("id", "number", "start_event", "extendable_to", "overdue_every"), _typed(str)),
    "title": lambda words: Bilingual(**words),
    "legal_basis": lambda words: LegalBasis(**words),
    "quantity": _typed(int),
    "unit": Unit,
    "direction": Direction,
    "roll": Roll,
    "source": Source,
    "count_first_day": _typed(bool),
    "lapses": _typed(bool),
    "effective_from": _date,
    "effective_to": _date,
    **dict.fromkeys(("warn", "overdue", "comparators"), _words),
}


def _check_thresholds(thresholds: Iterable[str]) -> None:
    for threshold in thresholds:
        length = parse_length(threshold)
        if length.backward or length.unit is Unit.MONTH:
            raise RuleFault(f"threshold {threshold!r} must be in days (d) or working days (wd)")


def _rule_record(rule: Rule) -> dict[str, Any]:
    record = asdict(rule)
    for name in ("effective_from", "effective_to"):
        record[name] = record[name].isoformat() if record[name] else None
    for name in ("lapses", "comparators"):  # packs pinned before there were such rules keep their hash
        if not record[name]:
            del record[name]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in record.items()}
