"""What is on record in a case as pages show it: entries with every answer under its label, votes, meetings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casework.choices import unit_names
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.on_record import BallotView, EntryView
from engine.casework.sittings import Placed
from engine.definitions import rule_packs
from engine.definitions.forms import Field
from engine.definitions.words import Words
from engine.foundation.actor import Actor
from engine.foundation.clock import day_of
from engine.meetings.readings import may_read
from webui.language import day, language
from webui.presenting.picked import names_in
from webui.presenting.problems import files_apart
from webui.presenting.words import SATISFACTION, FolderWords, day_read, listed, said
from webui.words.citing import cited

Shown = dict[str, Any]
ORGANS = ("unit", "committee")
LONG = ("textarea", "rows")
LISTING = "list_problem"  # the act; what its form has beside these is told nowhere else
ON_THE_LIST = frozenset({"text", "unit", "amount", "law", "demand", "due_on"})
FILES = "files"  # shown as what they are, not by their names
CHOICES = {
    "for": Words("赞成", "For"),
    "against": Words("反对", "Against"),
    "abstain": Words("弃权", "Abstained"),
    "spoilt": Words("废票", "Spoilt"),
    **SATISFACTION,
}


def entry_parts(page: CasePage, nodes: Collection[str] | None = None) -> list[Shown]:
    """The entries of a case, or of these steps of it, the latest first; the latest one stands open."""
    parts = [
        _entry(each, page)
        for each in reversed(page.entries)
        if (nodes is None or each.node in nodes) and not _of_a_problem(each, page)
    ]
    for part in parts[:1]:
        part["open"] = True
    return parts


def _of_a_problem(view: EntryView, page: CasePage) -> bool:
    """Whether it is told in the list of problems, step by step."""
    if view.spec is None or not page.problems:
        return False
    if view.spec.act == LISTING:
        return not any(value for name, value in view.answers.items() if name not in ON_THE_LIST)
    return any(each.type == "problem" for each in page.folder.forms[view.spec.form].fields)


def _entry(view: EntryView, page: CasePage) -> Shown:
    """One entry: the day it was recorded, and apart from it the legal day that it is about, where that is another."""
    form = page.folder.forms[view.spec.form] if view.spec else None
    names = names_in(page)
    filled = [
        (field, text)
        for field in (form.fields if form else ())
        if field.type != FILES and (text := answer_read(field, view.answers.get(field.name), names))
    ]
    return {
        "id": view.id,
        "title": view.spec.title.in_(language()) if view.spec else view.node,
        "unit": view.unit or "",
        "round": view.round,
        "recorded_on": day_of(view.at),
        "counts_from": "" if view.on == day_of(view.at) else day(view.on),
        "by": view.by or "",
        "facts": [
            {"label": field.label.in_(language()), "value": text}
            for field, text in filled
            if field.type not in LONG
        ],
        "prose": [
            {"label": field.label.in_(language()), "lines": text.split("\n")}
            for field, text in filled
            if field.type in LONG
        ],
        "open": False,
        **files_apart(page.entry_files.get(view.id, ())),
    }


def answer_read(field: Field, value: Any, picked: Mapping[str, Mapping[int, str]]) -> str:
    """An answer as one reads it; "" for what was left empty."""
    if value in (None, "", [], False):
        return ""
    if field.type == "meeting":
        return picked["meeting"].get(value, "") or str(_("（已改列）"))
    if field.type in picked:
        ids = value if isinstance(value, list) else [value]
        return listed(name for each in ids if (name := picked[field.type].get(each)))
    if field.type in (*ORGANS, "units_wish"):
        return listed(unit_names(value if isinstance(value, list) else [value]))
    if field.type == "rows":
        return "\n".join(f"{number}. {text}" for number, text in enumerate(value, start=1))
    if field.type == "date":
        return day_read(value)
    return _chosen(field, value)


def _chosen(field: Field, value: Any) -> str:
    labels = {choice.value: choice.label.in_(language()) for choice in field.choices}
    if isinstance(value, list):
        return listed(labels.get(str(each), str(each)) for each in value)
    if value is True:
        return str(_("是"))
    return labels.get(str(value), str(value))


def ballot_lines(ballots: list[BallotView], words: FolderWords, rule_pack_id: int) -> list[Shown]:
    """Votes in sentences, with the majority that was asked for and where it stands."""
    return [_ballot(each, words, rule_pack_id) for each in ballots]


def _ballot(view: BallotView, words: FolderWords, rule_pack_id: int) -> Shown:
    threshold = rule_packs.pack(rule_pack_id).threshold(view.threshold)
    title = threshold.title.en if language() == "en" else threshold.title.zh
    counts = [f"{said(CHOICES, key)} {count}" for key, count in view.counts.items()]
    result = said(SATISFACTION, view.result) if view.result in SATISFACTION else ""
    return {
        "title": words.task(view.node),
        "meeting": view.meeting or "",
        "result": result or words.of("decision", view.result),
        "text": _(
            "应到%(members)s，实到%(present)s；%(counts)s",
            members=view.members,
            present=view.present,
            counts=listed(counts),
        ),
        "rule": f"{title} · {cited(threshold.basis, language())}",
        "on": view.at,
    }


def meeting_lines(agenda: list[Placed], actor: Actor) -> list[Shown]:
    """The meetings a case is or was before, the latest first."""
    return [
        {
            "name": each.name,
            "on": day(each.opens_on) if each.opens_on else "",
            "href": url_for("meetings.page", meeting_id=each.meeting_id) if may_read(actor) else "",
        }
        for each in reversed(agenda)
    ]
