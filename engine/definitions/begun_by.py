"""What begins a case of a kind by itself: a signal or message that a case of another kind throws, `[[begun_by]]`.

| entry | meaning |
|---|---|
| `signal` or `message` | its name, at a start event of the flow |
| `from` | the kinds of work whose cases may begin one with it |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.definitions.problems import rule
from engine.definitions.reading import Table, unique
from engine.flow.beginnings import ON_DEMAND
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.folder import Folder
    from engine.definitions.problems import Faults

TABLE = "begun_by"
NO_START = rule("no-such-start", _("流程图中没有由“{name}”触发的开始事件。"))
NEVER_BEGUN = rule("never-begun", _("流程图可以由“{name}”开始，begun_by中没有写明由哪些流程的案件引发。"))
BY_ITSELF = rule("begun-by-itself", _("一类案件不能引发同一类的案件：{name}"))
NOT_ON_DEMAND = rule("not-on-demand", _("流程图没有无类型的开始事件，不能由人新建，opened_by应为空。"))


@dataclass(frozen=True, slots=True)
class BegunBy:
    """One such beginning: `on` signal | message, its name, and the keys of the kinds that may bring it about."""

    on: str
    name: str
    sources: tuple[str, ...]


def begun_by(table: Table) -> tuple[BegunBy, ...]:
    """The entries of process.toml."""
    return tuple(_read(entry) for entry in table.tables(TABLE))


def _read(entry: Table) -> BegunBy:
    on = "message" if entry.has("message") else "signal"
    found = BegunBy(on, entry.text(on), entry.strings("from"))
    entry.done()
    return found


def check_begun_by(folder: Folder, faults: Faults) -> None:
    """What is said to begin a case has its start event, and every such start event is begun by something."""
    flow: Any = folder.flow
    if flow is None:  # refused, and told so
        return
    said = {(each.on, each.name) for each in folder.begun_by}
    drawn = {(each.kind, each.name) for each in flow.beginnings if each.kind != ON_DEMAND}
    unique([f"{each.on} {each.name}" for each in folder.begun_by], TABLE, faults)
    for _kind, name in sorted(said - drawn):
        faults.add(TABLE, NO_START, name=name)
    for _kind, name in sorted(drawn - said):
        faults.add(TABLE, NEVER_BEGUN, name=name)
    for each in folder.begun_by:
        if folder.key in each.sources:
            faults.add(TABLE, BY_ITSELF, name=each.name)
    if folder.opened_by and all(each.kind != ON_DEMAND for each in flow.beginnings):
        faults.add("opened_by", NOT_ON_DEMAND)
