"""What a kind of work says of itself beyond its steps: its own happenings and words, what its meetings read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.definitions.reading import HAPPENING, Table
from engine.definitions.rule_packs import shipped_thresholds
from engine.definitions.words import Words
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.folder import ActionSpec, Folder, TaskSpec
    from engine.definitions.folder_reading import Known
    from engine.definitions.problems import Faults

# What a folder may call by its own name; where it does not, the words are those of deputies' suggestions.
WORDS = frozenset(
    {
        *("asks", "reply", "evaluation", "lead", "own", "unit_lead", "unit_co", "unit_separate"),
        *("group", "group_leader", "group_vice_leader", "group_member", "group_invited", "withdrawn"),
    }
)


@dataclass(frozen=True, slots=True)
class Material:
    """A paper that a meeting has before it: what a step puts on record, due by a clock where one is named."""

    key: str
    title: Words
    node: str
    clock: str = ""


def own_happenings(table: Table) -> dict[str, Words]:
    """The happenings that only this kind of work has, `"report:drafted" = { zh = …, en = … }`."""
    if not table.has("happenings"):
        return {}
    entries = table.table("happenings")
    return {name: entries.words(name) for name in entries.names(HAPPENING)}


def own_words(table: Table) -> dict[str, Words]:
    """What this kind of work calls a thing."""
    if not table.has("words"):
        return {}
    entries = table.table("words")
    return {name: entries.words(name) for name in entries.names() if name in WORDS or _unknown(entries, name)}


def _unknown(entries: Table, name: str) -> bool:
    entries.fault(_("不认识“{name}”。"), name=name)
    return True


def materials(table: Table) -> tuple[Material, ...]:
    """What a meeting on such a case needs to read, in order."""
    return tuple(_material(entry) for entry in table.tables("material"))


def _material(entry: Table) -> Material:
    clock = entry.key("clock") if entry.has("clock") else ""
    material = Material(entry.key("key"), entry.words("title"), entry.key("node"), clock)
    entry.done()
    return material


def check_particulars(folder: Folder, known: Known, faults: Faults) -> None:
    """What is said of steps, clocks, roles and thresholds must be there; a word of the program keeps its meaning."""
    for name in folder.happenings:
        if known.happenings is not None and name in known.happenings:
            faults.add("happenings", _("“{name}”已有通用的含义，不能另行定义。"), name=name)
    for role in folder.organ_roles:
        if role not in folder.opened_by:
            faults.add("organ_roles", _("“{name}”不在opened_by之中。"), name=role)
    _check_materials(folder, faults)
    if known.rules is not None:
        _check_thresholds(folder, faults)


def _check_materials(folder: Folder, faults: Faults) -> None:
    clocks = {clock.key for clock in folder.clocks}
    for material in folder.materials:
        place = f"material {material.key}"
        if material.node not in folder.tasks:
            faults.add(place, _("流程图中没有用户任务“{name}”。"), name=material.node)
        if material.clock and material.clock not in clocks:
            faults.add(place, _("deadlines.toml中没有期限“{name}”。"), name=material.clock)


def _check_thresholds(folder: Folder, faults: Faults) -> None:
    specs: list[TaskSpec | ActionSpec] = [*folder.tasks.values(), *folder.actions.values()]
    named = {name for spec in specs for name in thresholds_named(spec.requires)}
    for name in sorted(named - shipped_thresholds()):
        faults.add("threshold", _("规则包中没有法定人数“{name}”。"), name=name)


def thresholds_named(requires: object) -> Collection[str]:
    """Every threshold that a table of `requires` names, however deep."""
    found: list[str] = []
    if isinstance(requires, Mapping):
        for key, value in requires.items():
            if key == "threshold" and isinstance(value, str):
                found.append(value)
            else:
                found += thresholds_named(value)
    return found


def basis_where(entry: Table) -> Mapping[str, Mapping[str, str]]:
    """The articles of a step where a register field has a value: `basis_where.forum = { congress = "…" }`."""
    if not entry.has("basis_where"):
        return {}
    fields = entry.table("basis_where")
    found: dict[str, Mapping[str, str]] = {}
    for name in fields.names():
        values = fields.table(name)
        found[name] = MappingProxyType({value: values.text(value) for value in values.names()})
        values.done()
    fields.done()
    return MappingProxyType(found)


def columns_wanted(entry: Table) -> Mapping[str, tuple[str, ...]]:
    """The values that columns of the case must have, `where = { column = ["…"] }`."""
    if not entry.has("where"):
        return {}
    wanted = entry.table("where")
    found = {name: wanted.strings(name) for name in wanted.names()}
    wanted.done()
    return MappingProxyType(found)
