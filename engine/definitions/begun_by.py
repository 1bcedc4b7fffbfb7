"""What begins a case of a kind by itself: a signal or message that a case of another kind throws, `[[begun_by]]`.

| entry | meaning |
|---|---|
| `signal` or `message` | its name, at a start event of the flow |
| `from` | the kinds of work whose cases may begin one with it |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from engine.definitions.problems import Faults, Problem, rule
from engine.definitions.reading import Table, unique
from engine.flow.beginnings import ON_DEMAND
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.folder import Folder

TABLE = "begun_by"
NO_START = rule("no-such-start", _("流程图中没有由“{name}”触发的开始事件。"))
NEVER_BEGUN = rule("never-begun", _("流程图可以由“{name}”开始，begun_by中没有写明由哪些流程的案件引发。"))
BY_ITSELF = rule("begun-by-itself", _("一类案件不能引发同一类的案件：{name}"))
SHARED = rule(
    "message-shared", _("消息“{name}”也能引发“{other}”：一条消息只引发一件，引发的是place小的“{first}”。")
)
TIED = rule("message-tied", _("消息“{name}”也能引发“{other}”，两类的place都是{rank}，分不出先后。"))
APART = _("请改用信号（每一类各引发一件），或者只留一类；确要分先后的，写明不同的place。")
NOT_ON_DEMAND = rule("not-on-demand", _("流程图没有无类型的开始事件，不能由人新建，opened_by应为空。"))
TOGETHER = rule(
    "together-beginning",
    _("并行事件网关要等齐“{name}”等事件：案件之间的信号、消息不带关联信息，后到的会另引发一件，等不到一处。"),
)


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
    for each in [way for way in flow.beginnings if way.together][:1]:
        faults.add(TABLE, TOGETHER, name=each.name)
    for each in folder.begun_by:
        if folder.key in each.sources:
            faults.add(TABLE, BY_ITSELF, name=each.name)
    if folder.opened_by and all(each.kind != ON_DEMAND for each in flow.beginnings):
        faults.add("opened_by", NOT_ON_DEMAND)


def shared_messages(folder: Folder, others: Iterable[Folder]) -> list[Problem]:
    """Where a message begins a case of this kind or of another: it begins one alone, of the kind of the smaller place.

    A warning where it is plain which; an error where both have the same place.
    """
    faults = Faults("process.toml")
    for other in sorted((each for each in others if each.key != folder.key), key=lambda each: each.key):
        for number, mine in enumerate(folder.begun_by, start=1):
            if any(_is_shared(mine, theirs) for theirs in other.begun_by):
                template = TIED if folder.place == other.place else SHARED
                first = min(folder, other, key=lambda each: each.place).key
                said = {"name": mine.name, "other": other.key, "first": first, "rank": folder.place}
                faults.add(f"{TABLE} {number}", template, **said)
    return [
        replace(each, advice=APART, severity="error" if each.code == "message-tied" else "warning")
        for each in faults.problems
    ]


def _is_shared(mine: BegunBy, theirs: BegunBy) -> bool:
    return (
        mine.on == theirs.on == "message"
        and mine.name == theirs.name
        and bool({*mine.sources} & {*theirs.sources})
    )
