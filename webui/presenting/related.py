"""Cases that go together, and the reply that came for another, as the templates take them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import url_for

from engine.casework.readings.case_page import CasePage
from engine.definitions.words import Words
from webui.language import language
from webui.presenting.handling import unit_part
from webui.presenting.rows import status_title
from webui.presenting.words import FolderWords

Shown = dict[str, Any]
KINDS = {
    "merged_into": Words("并入", "Merged into"),
    "merged": Words("并入本件的", "Merged into this one"),
    "origin": Words("原提出的", "Put forward before as"),
    "successor": Words("修改后重提为", "Put forward again as"),
    "followed": Words("跟踪的是", "Follows up"),
    "follow_up": Words("后续跟踪", "Followed up by"),
    "turned_from": Words("由此转来", "Made from"),
    "turned_into": Words("转为", "Turned into"),
}


def related_lines(page: CasePage) -> list[Shown]:
    """Links to the cases that go together with this one."""
    return [
        {
            "kind": KINDS[each.kind].in_(language()),
            "number": each.number or "",
            "title": each.title if each.open else "",
            "status": status_title(each.status),
            "href": url_for("cases.page", case_id=each.case_id) if each.open else "",
            "due_on": each.due_on,
        }
        for each in page.related
    ]


def joint_reply_part(page: CasePage, words: FolderWords) -> Shown | None:
    """The replies to the case that this one is handled with, under the asks they answer."""
    joint = page.joint_reply
    if joint is None:
        return None
    outer = replace(page, asks=joint.asks)
    return {"number": joint.number, "units": [unit_part(unit, outer, words) for unit in joint.units]}
