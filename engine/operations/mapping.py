"""How a version becomes another: what is renamed, where removed nodes go on, which clocks are which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.definitions.folder import Folder
from engine.flow import FlowPlan, Go, Misfit
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _

SENTENCES = {
    "no-place": _("新版本没有“{node}”，也没有写明它的待办去哪里。"),
    "kind": _("“{node}”和“{to}”不是同一种节点。"),
    "level": _("“{node}”和“{to}”不在同一层。"),
    "loop": _("“{node}”在新版本中的多实例方式不同。"),
    "join": _("“{node}”处有分支已经到达，新版本没有这条路。"),
    "bookkeeping": _("“{node}”处的运行记录无法带到新版本。"),
    "unknown-old": _("旧版本没有“{node}”。"),
    "unknown-new": _("新版本没有“{to}”。"),
    "no-start": _("不能从“{to}”开始：开始事件、边界事件和汇合网关不能作为去处。"),
    "clock-old": _("旧版本没有期限“{node}”。"),
    "clock-new": _("新版本没有期限“{to}”。"),
    "clock-per": _("期限“{node}”和“{to}”一个按案件、一个按单位。"),
    "rule": _("案件固定的期限规则中没有“{to}”，期限“{node}”无法计算。"),
    "basis": _("案件固定的规则包没有“{to}”，迁移后不能再办理“{node}”。"),
    "category": _("新版本没有案件的类别“{node}”。"),
    "action": _("还有待决定的申请“{node}”，新版本没有这个事项。"),
    "other-version": _("案件已不在原来的版本。"),
    "over": _("案件已经了结。"),
    "archived": _("案件已经归档。"),
    "failed": _("迁移时出错：{to}"),
}


class MappingUnfit(InvalidAnswers):
    """The mapping says what cannot be; nothing is planned."""

    text = _("版本之间的对应关系有{count}处不成立。")

    def __init__(self, misfits: list[Misfit]) -> None:
        self.misfits = misfits
        super().__init__({"mapping": [sentence(each) for each in misfits]})


def sentence(misfit: Misfit) -> str:
    """A misfit in Chinese; its template is what is translated."""
    return SENTENCES[misfit.code].format(node=misfit.node, to=misfit.to)


@dataclass(frozen=True)
class VersionMap:
    """`nodes` and `clocks` are renamed, old → new; `moves` say where what stands at a removed node goes on."""

    nodes: Mapping[str, str] = field(default_factory=dict)
    moves: Mapping[str, Go] = field(default_factory=dict)
    clocks: Mapping[str, str] = field(default_factory=dict)

    @property
    def flow(self) -> FlowPlan:
        """The part that the flow reads."""
        return FlowPlan(self.nodes, self.moves)

    def clock_of(self, key: str, new: Folder) -> str | None:
        """The clock's key in the new version; None where it has it no more."""
        to = self.clocks.get(key, key)
        return to if any(spec.key == to for spec in new.clocks) else None

    def as_json(self) -> dict[str, Any]:
        """As the table and the file have it."""
        moves = {node: {"after" if go.after else "before": go.node} for node, go in self.moves.items()}
        return {"nodes": dict(self.nodes), "moves": moves, "clocks": dict(self.clocks)}

    def require_fit(self, old: Folder, new: Folder) -> None:
        """Refuse with MappingUnfit what cannot be, all of it at once."""
        misfits = self.flow.problems(old.flow, new.flow) + list(self._clock_problems(old, new))
        if misfits:
            raise MappingUnfit(misfits)

    def _clock_problems(self, old: Folder, new: Folder) -> list[Misfit]:
        was, is_now = ({spec.key: spec for spec in folder.clocks} for folder in (old, new))
        found = []
        for key, to in self.clocks.items():
            if key not in was:
                found.append(Misfit("clock-old", key, to))
            elif to not in is_now:
                found.append(Misfit("clock-new", key, to))
            elif was[key].per != is_now[to].per:
                found.append(Misfit("clock-per", key, to))
        return found


def read_map(document: Any) -> VersionMap:
    """The mapping as a file or a form sends it. Raises InvalidAnswers for what is none.

    {"nodes": {old: new}, "moves": {old: {"before" | "after": node}}, "clocks": {old: new}}
    """
    if not isinstance(document, Mapping) or not document.keys() <= {"nodes", "moves", "clocks"}:
        raise _unreadable()
    renamed = {name: document.get(name, {}) for name in ("nodes", "clocks", "moves")}
    if not all(isinstance(part, Mapping) for part in renamed.values()):
        raise _unreadable()
    moves = {str(node): _go(go) for node, go in renamed["moves"].items()}
    for name in ("nodes", "clocks"):
        if not all(isinstance(text, str) for pair in renamed[name].items() for text in pair):
            raise _unreadable()
    return VersionMap(dict(renamed["nodes"]), moves, dict(renamed["clocks"]))


def _go(written: Any) -> Go:
    if isinstance(written, Mapping) and len(written) == 1:
        ((how, node),) = written.items()
        if how in ("before", "after") and isinstance(node, str):
            return Go(node, after=how == "after")
    raise _unreadable()


def _unreadable() -> InvalidAnswers:
    return InvalidAnswers({"mapping": [_("对应关系应写成 nodes、moves、clocks 三张表。")]})
