"""Which class of archived files (保管期限) a kind of work belongs to, and when another applies: `[archive]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.definitions.reading import Table
from engine.definitions.words import Words
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.folder import Folder
    from engine.definitions.folder_reading import Known
    from engine.definitions.problems import Faults

# The columns of a case that may decide it.
COLUMNS = ("status", "origin", "confidentiality", "key_status")


@dataclass(frozen=True, slots=True)
class OtherRetention:
    """A class that applies instead where every column has one of its values, and why."""

    retention: str
    where: Mapping[str, tuple[str, ...]]
    reason: Words


@dataclass(frozen=True, slots=True)
class ArchiveRules:
    """The usual class, and those that apply instead; of several the first."""

    retention: str
    others: tuple[OtherRetention, ...] = ()

    def of(self, case: Any) -> tuple[str, Words | None]:
        """The class for a case (its facts), with the reason where it is not the usual one."""
        for other in self.others:
            if all(getattr(case, name) in values for name, values in other.where.items()):
                return other.retention, other.reason
        return self.retention, None


def archive_rules(process: Table) -> ArchiveRules | None:
    """The table `[archive]`; None where this kind of work names no class."""
    if not process.has("archive"):
        return None
    table = process.table("archive")
    rules = ArchiveRules(table.key("retention"), tuple(_other(entry) for entry in table.tables("other")))
    table.done()
    return rules


def _other(entry: Table) -> OtherRetention:
    wanted = entry.table("where")
    where = {name: wanted.strings(name) for name in wanted.names()}
    for name in where:
        if name not in COLUMNS:
            entry.fault(_("“where”只能用：{among}。"), among="、".join(COLUMNS))
    wanted.done()
    other = OtherRetention(entry.key("retention"), MappingProxyType(where), entry.words("reason"))
    entry.done()
    return other


def check_archive(folder: Folder, known: Known, faults: Faults) -> None:
    """Every class that the folder names stands in a rule pack."""
    rules = folder.archive
    if rules is None or known.retentions is None:
        return
    for name in (rules.retention, *(other.retention for other in rules.others)):
        if name and name not in known.retentions:
            faults.add("archive", _("规则包中没有保管期限“{name}”。"), name=name)
