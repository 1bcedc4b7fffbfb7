"""The publication desk and its editor as the templates take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.definitions.words import Words
from engine.foundation.actor import Actor
from engine.people import personal_data
from engine.people.personal_data import Mark
from engine.publication.copying import Content
from engine.publication.desk import CopyPage, DeskLine, PassageView
from webui.presenting.dues import due_of
from webui.presenting.legal import step_bases
from webui.presenting.words import listed, said

Shown = dict[str, Any]

STATES = {
    "due": Words("待准备", "To be prepared"),
    "prepared": Words("待审核发布", "Waiting for release"),
    "published": Words("已公开", "Published"),
    "withheld": Words("不予公开", "Withheld"),
    "withdrawn": Words("已停止公开", "Withdrawn"),
}
STATE_KINDS = {"due": "warn", "prepared": "info", "published": "good"}
EXTENTS = {
    "full": Words("全文公开", "Full text"),
    "summary": Words("摘要公开", "Summary"),
    "withheld": Words("不公开", "Withheld"),
}
KINDS = {kind: Words(*titles) for kind, titles in personal_data.KINDS.items()}


def desk_line(line: DeskLine, actor: Actor) -> Shown:
    """A line of the desk."""
    own = line.prepared_by_id == actor.user_id and line.state == "prepared"
    return {
        "href": url_for("publication.page", publication_id=line.id),
        "number": line.number or "",
        "title": line.title,
        "units": listed(line.units),
        "due": due_of(line.due_on, actor.congress_id) if line.state in ("due", "prepared") else None,
        "prepared_by": line.prepared_by if line.state == "prepared" else "",
        "own": own,
        "at": line.at,
        "reason": line.reason,
        "corrects": line.corrects and line.state in ("due", "prepared"),
    }


def late_figures(count: int) -> list[Shown]:
    """Replies that should be public by now, among the figures of one's work: no task stands for them."""
    if not count:
        return []
    return [
        {
            "label": _("逾期未公开"),
            "value": count,
            "href": url_for("publication.listing"),
            "kind": "overdue",
        }
    ]


def copy_shown(
    page: CopyPage, actor: Actor, typed: Mapping[str, str], errors: Mapping[str, Sequence[str]]
) -> Shown:
    """The editor: each passage with its original and marks, and the text of the copy as typed or written."""
    item = page.item
    return {
        "id": item.id,
        "case_href": url_for("cases.page", case_id=item.case.id),
        "number": item.case.number or "",
        "title": item.case.title,
        "state": {"text": said(STATES, item.state), "kind": STATE_KINDS.get(item.state, "")},
        "reason": item.reason,
        "revision": item.revision,
        "bases": step_bases("publication", page.folder, item.case.rule_pack_id),
        "due": due_of(page.due_on, actor.congress_id),
        "passages": [_passage(view, page.original, typed, errors) for view in page.passages],
        "replies": [
            {
                "unit": reply.unit,
                "extent": said(EXTENTS, reply.extent),
                "state": said(STATES, reply.state),
                "reason": reply.reason,
            }
            for reply in page.replies
        ],
        "versions": page.versions,
        "may_prepare": page.may_prepare and any(reply.state != "withheld" for reply in page.replies),
        "may_release": page.may_release and item.state == "prepared" and not page.own_copy,
        "names_left": listed(page.names_left),
        "may_send_back": page.may_release and item.state == "prepared",
        "own_copy": page.own_copy and item.state == "prepared",
        "may_withhold": page.may_release and item.state in ("due", "prepared"),
        "may_withdraw": item.released is not None,
        "corrects": item.released is not None,
        "note": typed.get(
            "note", page.versions[0].note if page.versions and item.state == "prepared" else ""
        ),
        "public_href": url_for("public_site.case", public_id=item.public_id) if item.released else "",
    }


def _passage(
    view: PassageView, content: Content, typed: Mapping[str, str], errors: Mapping[str, Sequence[str]]
) -> Shown:
    text = typed.get(f"text:{view.key}", view.text)
    return {
        "key": view.key,
        "label": passage_label(view.key, content),
        "segments": _segments(view.original, view.marks),
        "marks": len(view.marks),
        "text": text,
        "changed": text.strip() != view.original.strip(),
        "rows": max(2, min(16, len(text) // 32 + text.count("\n") + 1)),
        "error": " ".join(errors.get(view.key, ())),
    }


def _segments(text: str, marks: Sequence[Mark]) -> list[Shown]:
    """The text in pieces: plain, or marked with what it looks like."""
    found, place = [], 0
    for mark in marks:
        found.append({"text": text[place : mark.start], "kind": ""})
        found.append({"text": text[mark.start : mark.end], "kind": said(KINDS, mark.kind)})
        place = mark.end
    return [piece for piece in [*found, {"text": text[place:], "kind": ""}] if piece["text"]]


def passage_label(key: str, content: Content) -> str:
    """What a passage is called."""
    first, *rest = key.split(".")
    if first == "reply":
        return _reply_label(rest, content)
    if first == "part":
        return str(content["parts"][int(rest[0])]["label"]["zh"])
    if first == "joined":
        number = next((each["number"] for each in content["joined"] if str(each["case"]) == rest[0]), "")
        return _("并案办理的%(number)s的标题", number=number)
    names = {"title": _("标题"), "summary": _("建议摘要"), "note": _("更改说明")}
    return names[first] if first in names else _("具体建议 %(number)s", number=rest[0])


def _reply_label(rest: list[str], content: Content) -> str:
    id_, part, *number = rest
    unit = next((reply["unit"] for reply in content["replies"] if str(reply["id"]) == id_), "")
    if part == "answer":
        return _("%(unit)s：对第 %(number)s 条的答复", unit=unit, number=number[0])
    if part == "reason":
        return _("%(unit)s：第 %(number)s 条暂时不能解决的理由", unit=unit, number=number[0])
    if part in ("promise", "step"):
        return _("%(unit)s：承诺 %(number)s", unit=unit, number="-".join(number))
    words = {"body": _("总的答复"), "summary": _("答复摘要")}
    return _("%(unit)s：%(part)s", unit=unit, part=words[part])
