"""What a case is about where another room keeps it, as case and task pages lead there."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.casework.matters import matters_of
from engine.definitions.words import Words
from engine.foundation.actor import Actor
from webui.language import language

# Kind of matter → what it is called, the page, and what that is addressed by.
PAGES = {
    "self_evaluation": (Words("绩效自评报告", "Self-evaluation"), "performance.page", "project_id"),
    "self_evaluation_to_fill": (
        Words("填写绩效自评", "Fill in the self-evaluation"),
        "performance_form.begin",
        "project",
    ),
}


def matters_shown(actor: Actor, case_id: int) -> list[dict[str, Any]]:
    """The matters of a case as links."""
    shown = []
    for each in matters_of(actor, case_id):
        words, endpoint, by = PAGES[each.kind]
        where: dict[str, Any] = {by: each.id}
        note = each.note.in_(language()) if each.note else ""
        href = url_for(endpoint, **where)
        shown.append({"kind": words.in_(language()), "href": href, "title": each.title, "note": note})
    return shown
