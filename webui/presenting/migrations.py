"""Migrations between versions, as the pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casework.access import same_eyes
from engine.definitions.folder import Folder
from engine.definitions.further_steps import STEPS
from engine.definitions.words import Words
from engine.flow import Counterpart, Go, Misfit
from engine.flow.migration_plans import can_start
from engine.foundation.actor import Actor
from engine.operations.mapping import SENTENCES, VersionMap
from engine.operations.migration_list import CaseLine, ClockRow, MigrationLine, cases_of, side_by_side
from engine.operations.migrations import MIGRATED, REFUSED, WAITING
from engine.operations.versions import Version
from webui.language import day_short, language, translate_sentence
from webui.presenting.comparing import comparison_shown as differences_shown
from webui.presenting.comparing import version_side
from webui.presenting.operations import case_called
from webui.presenting.words import said

Shown = dict[str, Any]

HOWS = {
    "same": Words("不变", "Unchanged"),
    "renamed": Words("改名", "Renamed"),
    "moved": Words("去掉，待办移走", "Removed, its tasks go on elsewhere"),
    "missing": Words("新版本没有", "Not in the new version"),
    "added": Words("新增", "New"),
    "other_rule": Words("期限改变", "Another period"),
    "ends": Words("不再计算", "Ends"),
    "begins": Words("新增", "New"),
}
CLOCKS = {
    "moved": Words("改为", "now"),
    "ended": Words("不再计算", "ends"),
    "begun": Words("新增，到期", "begins, due"),
}
STATES = {
    "planned": Words("等待另一位流程管理员开始", "Waits for another process administrator"),
    "running": Words("正在进行", "Under way"),
    "finished": Words("已完成", "Finished"),
    "cancelled": Words("已取消", "Called off"),
}


def misfit_sentence(misfit: Misfit) -> str:
    """Why something has no place, in the reader's language."""
    return translate_sentence(SENTENCES[misfit.code]).format(node=misfit.node, to=misfit.to)


def _name(folder: Folder, node: str | None) -> str:
    if node is None:
        return ""
    found = folder.flow.nodes.get(node)
    return f"{found.name} ({node})" if found and found.name else node


def _clock_name(folder: Folder, key: str | None) -> str:
    return next((spec.title.in_(language()) for spec in folder.clocks if spec.key == key), key or "")


def comparison_shown(
    old: Version,
    new: Version,
    rows: Sequence[Counterpart],
    clocks: Sequence[ClockRow],
    mapping: VersionMap,
) -> Shown:
    """Two versions side by side: what has to be mapped, then all that differs."""
    changed = [row for row in rows if row.how != "same"]
    sides = version_side(old), version_side(new)
    return {
        **differences_shown(*sides, mapping.nodes, mapping.clocks),
        "from": old.id,
        "to": new.id,
        "running": old.running,
        "rows": [_row_shown(row, old.folder, new.folder, mapping) for row in changed],
        "same": sum(row.how == "same" for row in rows),
        "clocks": [_clock_shown(row, old.folder, new.folder) for row in clocks if row.how != "same"],
    }


def _row_shown(row: Counterpart, old: Folder, new: Folder, mapping: VersionMap) -> Shown:
    shown: Shown = {
        "old": row.old or "",
        "old_name": _name(old, row.old),
        "new_name": _name(new, row.new),
        "how": said(HOWS, row.how),
        "choices": [],
        "chosen": "",
    }
    if row.old is not None:
        shown["choices"] = _choices(row.old, old, new)
        go = mapping.moves.get(row.old)
        shown["chosen"] = (
            _move(go) if go else f"={mapping.nodes[row.old]}" if row.old in mapping.nodes else ""
        )
    return shown


def _move(go: Go) -> str:
    return f"{'after' if go.after else 'before'}:{go.node}"


def _choices(node: str, old: Folder, new: Folder) -> list[dict[str, str]]:
    """What may be said of a node: another name, or where its tokens go on."""
    was = old.flow.nodes[node]
    renamed = [
        {"value": f"={each.id}", "label": _("改名为 %(node)s", node=_name(new, each.id))}
        for each in new.flow.nodes.values()
        if each.kind == was.kind and each.id not in old.flow.nodes
    ]
    level = new.flow.key if was.parent == old.flow.key else was.parent
    moves = [
        {
            "value": _move(go),
            "label": _moved(_name(new, go.node), after=go.after),
        }
        for each in new.flow.nodes.values()
        if each.parent == level and each.kind != "boundaryEvent"
        for go in (Go(each.id), Go(each.id, after=True))
        if can_start(new.flow, go)
    ]
    return renamed + moves


def _moved(node: str, *, after: bool) -> str:
    return _("移到 %(node)s 之后", node=node) if after else _("移到 %(node)s 之前", node=node)


def _clock_shown(row: ClockRow, old: Folder, new: Folder) -> Shown:
    known = {spec.key for spec in old.clocks}
    return {
        "old": row.old or "",
        "old_name": _clock_name(old, row.old),
        "new_name": _clock_name(new, row.new),
        "how": said(HOWS, row.how),
        "chosen": row.new if row.how == "renamed" else "",
        "choices": [
            {"value": spec.key, "label": spec.title.in_(language())}
            for spec in new.clocks
            if row.old and spec.key not in known
        ],
    }


def chosen_map(form: Mapping[str, str]) -> VersionMap:
    """What was said in the form: node.<old> is =<new>, before:<node> or after:<node>, clock.<old> the new key."""
    nodes, moves, clocks = {}, {}, {}
    for name, value in form.items():
        kind, _dot, key = name.partition(".")
        if kind == "clock" and value:
            clocks[key] = value
        elif kind == "node" and value.startswith("="):
            nodes[key] = value[1:]
        elif kind == "node" and value.startswith(("before:", "after:")):
            how, _colon, node = value.partition(":")
            moves[key] = Go(node, after=how == "after")
    return VersionMap(nodes, moves, clocks)


def migration_line(each: MigrationLine) -> Shown:
    """One migration in a list."""
    return {
        "href": url_for("migrations.page", migration_id=each.id),
        "title": f"{each.old.title.in_(language())} v{each.old.version} → v{each.new.version}",
        "state": said(STATES, each.state),
        "planned_at": each.planned_at,
        "waiting": each.waiting,
        "migrated": each.migrated,
        "refused": each.refused,
    }


def migration_shown(actor: Actor, each: MigrationLine) -> Shown:
    """A migration with what becomes of its cases."""
    rows, clocks = side_by_side(each.old, each.new, each.mapping)
    listed = {
        state: [
            _case_shown(line, each.old, each.new)
            for line in cases_of(actor, migration_id=each.id, state=state)
        ]
        for state in (WAITING, MIGRATED, REFUSED)
    }
    return {
        **migration_line(each),
        "id": each.id,
        "compare_href": url_for("comparisons.page") + f"?from={each.from_id}&to={each.to_id}",
        "code": each.state,
        "reason": each.reason,
        "own": same_eyes(actor, each.planned_by),
        "total": each.waiting + each.migrated + each.refused,
        "rows": [_row_shown(row, each.old, each.new, each.mapping) for row in rows if row.how != "same"],
        "clocks": [_clock_shown(row, each.old, each.new) for row in clocks if row.how != "same"],
        "cases": listed,
    }


def _case_shown(line: CaseLine, old: Folder, new: Folder) -> Shown:
    report = line.report
    misfits = [_named(Misfit(*each), old, new) for each in report.get("misfits", [])]
    return {
        "called": case_called(line.number, line.title, line.case_id, restricted=line.restricted),
        "href": url_for("operations.case", case_id=line.case_id),
        "misfits": [misfit_sentence(each) for each in misfits],
        "told": _told(report, old, new),
    }


def _named(misfit: Misfit, old: Folder, new: Folder) -> Misfit:
    """The same with the thing it is about as its reader calls it."""
    if misfit.code != "basis":
        return replace(misfit, node=_name(old, misfit.node) or misfit.node)
    step = new.tasks.get(misfit.node) or new.actions.get(misfit.node)
    title = step.title if step else STEPS[misfit.node]
    return replace(misfit, node=title.in_(language()))


def _told(report: Mapping[str, Any], old: Folder, new: Folder) -> list[str]:
    """What a report says, line by line."""
    if report.get("already"):
        return [_("先前已经迁移")]
    lines = [_task_told(each, old, new) for each in report.get("tasks", [])]
    lines += [_("收回：%(node)s", node=_name(old, node)) for node in report.get("withdrawn", [])]
    lines += [_("打开：%(node)s", node=_name(new, node)) for node in report.get("opened", [])]
    lines += [_clock_told(each, old, new) for each in report.get("clocks", []) if each["how"] in CLOCKS]
    return lines


def _task_told(each: Mapping[str, str], old: Folder, new: Folder) -> str:
    kept = _name(old, each["node"])
    if each["to"] != each["node"]:
        kept = f"{kept} → {_name(new, each['to'])}"
    unit = f" · {each['unit']}" if each["unit"] else ""
    return _("保留：%(task)s", task=kept + unit)


def _clock_told(each: Mapping[str, Any], old: Folder, new: Folder) -> str:
    folder = old if each["how"] == "ended" else new
    days = [day_short(dt.date.fromisoformat(each[name])) if each[name] else "" for name in ("old", "new")]
    unit = f" · {each['unit']}" if each["unit"] else ""
    words = " ".join(filter(None, (days[0], said(CLOCKS, each["how"]), days[1])))
    return _("期限：%(clock)s", clock=f"{_clock_name(folder, each['clock'])}{unit} {words}")
