"""What worked examples go through, as the page shows it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.definitions.catalogue import shipped
from engine.definitions.coverage import Coverage, Examples, Item
from engine.operations.versions import Version
from webui.language import language
from webui.presenting.versions import version_line
from webui.presenting.words import said
from webui.words.process_parts import COVERED

Shown = dict[str, Any]


def coverage_shown(version: Version, found: Coverage, examples: Examples) -> Shown:
    """A version with what its examples pass, and what they do not."""
    own = shipped().get(version.folder.key)
    drawn = [item for item in found.items if item.kind != "answer"]
    return {
        **version_line(version),
        "version_href": url_for("versions.page", definition_id=version.id),
        # The examples are those of the program; what they go through of another diagram is only likely.
        "elsewhere": own is None or version.folder.bpmn not in own.values(),
        "figures": [
            {"title": said(COVERED, kind), "covered": covered, "total": total}
            for kind, (covered, total) in found.figures.items()
        ],
        "uncovered": [_item(item) for item in found.uncovered],
        "examples": [
            {"name": name, "title": title, "passes": len(examples.passed.get(name, ()))}
            for name, title in examples.titles.items()
        ],
        "flow": {
            "source_href": url_for("operations.diagram", definition_id=version.id),
            "live": [],
            "done": [],
            "live_names": [item.title.in_(language()) for item in drawn if not item.by],
            "layers": [
                {"key": "coverage", "label": "", "marks": {item.element: _mark(item) for item in drawn}}
            ],
        },
    }


def _item(item: Item) -> Shown:
    return {
        "kind": said(COVERED, item.kind),
        "title": item.title.in_(language()),
        "id": item.id,
        "reason": item.reason,
    }


def _mark(item: Item) -> Shown:
    if not item.by:
        return {"kind": "uncovered", "badge": _("没有走到")}
    badge = ngettext("%(num)s 例", "%(num)s 例", len(item.by)) if item.kind == "task" else ""
    return {"kind": "covered", "badge": badge}
