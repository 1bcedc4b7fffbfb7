"""Versions of the kinds of work, as the pages show them."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.definitions.problems import Problem
from engine.operations.heat import NodeHeat
from engine.operations.versions import Version
from webui.language import language, number, translate_sentence
from webui.presenting.words import said
from webui.words.process_parts import KINDS

Shown = dict[str, Any]
# Five warmths: days at a node, and how many tasks are late there. Each begins at its figure.
WARM = (1, 3, 7, 30)
MANY = (2, 5, 10, 30)


def version_line(each: Version) -> Shown:
    """One version in a list."""
    return {
        "id": each.id,
        "title": each.folder.title.in_(language()),
        "version": f"v{each.folder.version}",
        "href": url_for("versions.page", definition_id=each.id),
        "state": _state(each),
        "deployed_at": each.deployed_at,
        "running": each.running,
        "total": each.total,
        "suspended": bool(each.standstill),
    }


def _state(each: Version) -> str:
    if each.state == "active":
        return _("启用，新案件使用")
    return _("停用，只办完在办的") if each.state == "retired" else _("未启用")


def version_shown(each: Version, nodes: Sequence[NodeHeat], shared: Sequence[Problem]) -> Shown:
    """One version as a page: where its cases stand, how long its tasks take, as a table and on the diagram.

    `shared` says which messages may begin a case of another kind instead.
    """
    return {
        **version_line(each),
        "key": each.folder.key,
        "active": each.state == "active",
        "retired": each.state == "retired",
        "standstill": each.standstill,
        "shared": [f"{translate_sentence(one.message)} {translate_sentence(one.advice)}" for one in shared],
        "uncounted": bool(nodes) and nodes[0].tokens is None,
        "nodes": [_node_shown(node) for node in nodes],
        "flow": {
            "source_href": url_for("operations.diagram", definition_id=each.id),
            "live": [],
            "done": [],
            "live_names": [f"{node.name} {_standing(node)}" for node in nodes if _standing(node)],
            "layers": _layers(nodes),
        },
    }


def _standing(node: NodeHeat) -> int:
    """How much stands at a node now: every token, or at least the open tasks."""
    return node.open if node.tokens is None else node.tokens


def _node_shown(node: NodeHeat) -> Shown:
    return {
        "name": node.name,
        "kind": said(KINDS, node.kind),
        "tokens": _standing(node),
        "open": node.open,
        "overdue": node.overdue,
        "longest": _days(node.longest),
        "done": node.done,
        "median": _days(node.median),
        "ninth": _days(node.ninth),
    }


def _days(days: float | None) -> str:
    return "" if days is None else number(round(days, 1))


def _layers(nodes: Sequence[NodeHeat]) -> list[Shown]:
    """What the diagram can show, one at a time; each mark says its figure."""
    standing = {
        node.node: {
            "kind": "late" if node.overdue else "standing",
            "badge": f"{_standing(node)} · {node.overdue}!" if node.overdue else str(_standing(node)),
        }
        for node in nodes
        if _standing(node)
    }
    return [
        {"key": "standing", "label": _("停在哪里"), "marks": standing},
        {"key": "median", "label": _("停留中位数"), "marks": _heated(nodes, "median")},
        {"key": "ninth", "label": _("停留九成以内"), "marks": _heated(nodes, "ninth")},
        {"key": "overdue", "label": _("超期"), "marks": _overdue(nodes)},
    ]


def _heated(nodes: Sequence[NodeHeat], figure: str) -> Shown:
    found = {node.node: getattr(node, figure) for node in nodes}
    return {
        node: {"kind": f"heat-{bisect(WARM, days)}", "badge": _("%(days)s 日", days=_days(days))}
        for node, days in found.items()
        if days is not None
    }


def _overdue(nodes: Sequence[NodeHeat]) -> Shown:
    return {
        node.node: {
            "kind": f"heat-{bisect(MANY, node.overdue)}",
            "badge": _("超期 %(count)s", count=node.overdue),
        }
        for node in nodes
        if node.overdue
    }
