"""Rule packs as files: reading, inheritance, and faults named by file and rule."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.deadlines.articles import Article, article_from_record, by_key
from engine.deadlines.practices import practices_from
from engine.deadlines.retention import retentions_from
from engine.deadlines.rules import Rule, RulePack, grouped, rule_from_record
from engine.deadlines.standards import standards_in_file
from engine.deadlines.standing import Source, check_standing, places_from, source_in_file
from engine.deadlines.thresholds import thresholds_from
from engine.deadlines.words import Bilingual, RuleFault

RULES = Path(__file__).resolve().parents[2] / "processes" / "rules"


class RulePackInvalid(ValueError):
    """A rule pack file that cannot be used: file, rule, reason."""


def load_packs(folder: Path = RULES) -> dict[str, RulePack]:
    """Every pack of the folder by its key, each with its parent's rules merged in."""
    packs: dict[str, RulePack] = {}
    for path in sorted(folder.glob("*.toml")):
        packs[path.stem] = load_pack(path.stem, folder)
    return packs


def load_pack(key: str, folder: Path = RULES, *, below: tuple[str, ...] = ()) -> RulePack:
    """The pack in `<key>.toml`; a rule id written there replaces all versions of its parent's."""
    path = folder / f"{key}.toml"
    if key in below:
        raise RulePackInvalid(f"{path.name}: inherits from itself by way of {' → '.join(below)}")
    table = _table(path)
    try:
        parent = table.get("parent", "")
        above = load_pack(parent, folder, below=(*below, key)) if parent else None
        rules = {**(above.rules if above else {}), **grouped(_own_rules(table, path.name))}
        _check_extensions(rules.values())
        if table["key"] != key:
            raise RuleFault(f"key is {table['key']!r}, the file's name says {key!r}")
        title = Bilingual(**table["title"])
        head = (key, table["version"], table["jurisdiction"], title, parent, rules)
        pack = RulePack(*head, **_other_parts(table, above))
        _check_sources(pack)
        return pack
    except KeyError as fault:
        raise RulePackInvalid(f"{path.name}: {fault.args[0]} is missing") from fault
    except (RuleFault, TypeError) as fault:
        raise RulePackInvalid(f"{path.name}: {fault}") from fault


def _other_parts(table: dict[str, Any], above: RulePack | None) -> dict[str, Any]:
    """What a pack has beside its rules; one that is written in it stands in the place of its parent's."""
    own: dict[str, Any] = {
        "bases": _own_bases(table),
        "retentions": retentions_from(table.get("retention", ())),
        "practices": practices_from(table.get("practice", ())),
        "places": places_from(table.get("comparator", ())),
        "performance": standards_in_file(table),
        "thresholds": thresholds_from(table.get("threshold", ())),
    }
    return {name: {**(getattr(above, name) if above else {}), **part} for name, part in own.items()}


def _check_sources(pack: RulePack) -> None:
    for versions in pack.rules.values():
        for rule in versions:
            _named(f"rule {rule.id}", rule.source, rule.comparators, pack)
    for article in pack.bases.values():
        _named(f"basis {article.key}", article.source, article.comparators, pack)
    for practice in pack.practices.values():
        _named(f"practice {practice.key}", practice.source, practice.comparators, pack)
    for standard in pack.performance.values():
        _named(f"performance {standard.key}", standard.source, standard.comparators, pack)
    for threshold in pack.thresholds.values():
        _named(f"threshold {threshold.key}", threshold.source, threshold.comparators, pack)


def _named(name: str, source: Source, cited: Iterable[str], pack: RulePack) -> None:
    try:
        check_standing(source, cited, pack.places)
    except RuleFault as fault:
        raise RuleFault(f"{name}: {fault}") from fault


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        raise RulePackInvalid(f"{path.name}: there is no such rule pack") from fault
    except tomllib.TOMLDecodeError as fault:
        raise RulePackInvalid(f"{path.name}: {fault}") from fault


def _own_rules(table: dict[str, Any], file: str) -> list[Rule]:
    origin = {"jurisdiction": table["jurisdiction"], "version": f"{table['key']} {table['version']}"}
    rules = []
    for position, record in enumerate(table.get("rule", []), start=1):
        try:
            if "source" in record:
                source_in_file(record["source"])
            rules.append(rule_from_record(record | origin))
        except RuleFault as fault:
            name = record.get("id", f"number {position}")
            raise RulePackInvalid(f"{file}: rule {name}: {fault}") from fault
    return rules


def _own_bases(table: dict[str, Any]) -> dict[str, Article]:
    """The articles that steps may rest on; one cited as a parent's stands in its place."""
    here = {"jurisdiction": table["jurisdiction"]}
    return by_key(article_from_record(here | record) for record in table.get("basis", []))


def _check_extensions(groups: Iterable[tuple[Rule, ...]]) -> None:
    rules = [rule for versions in groups for rule in versions]
    known = {rule.id for rule in rules}
    for rule in rules:
        if rule.extendable_to and rule.extendable_to not in known:
            raise RuleFault(f"rule {rule.id}: extendable_to names {rule.extendable_to!r}, which no rule has")
