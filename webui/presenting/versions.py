"""Versions of the kinds of work, as the pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.operations.versions import NodeCount, Version
from webui.language import language, number

Shown = dict[str, Any]


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


def version_shown(each: Version, counts: Sequence[NodeCount]) -> Shown:
    """One version as a page, with where its cases lie."""
    return {
        **version_line(each),
        "key": each.folder.key,
        "active": each.state == "active",
        "retired": each.state == "retired",
        "standstill": each.standstill,
        "counts": [
            {
                "name": count.name,
                "open": count.open,
                "overdue": count.overdue,
                "days": number(round(count.days, 1)),
            }
            for count in counts
        ],
        "flow": {
            "source_href": url_for("operations.diagram", definition_id=each.id),
            "live": [count.node for count in counts],
            "done": [],
            "live_names": [f"{count.name} {count.open}" for count in counts],
            "counts": {count.node: [count.open, count.overdue] for count in counts},
        },
    }
