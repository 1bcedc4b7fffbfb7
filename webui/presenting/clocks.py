"""Clocks as cards: name, due date, and how it was counted, sentence by sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from engine.casework.moving.happenings import MEETING
from engine.casework.vocabulary import happening_title
from engine.deadlines.calendars import calendar_of
from engine.deadlines.clocks import ClockView, explain_clock
from engine.deadlines.counting import Deadline
from engine.deadlines.extending import extensions
from engine.definitions import rule_packs
from engine.definitions.folder import Folder
from webui.language import day, language
from webui.presenting.dues import due_of_clock
from webui.words.citing import cited
from webui.words.counting import counted_in_words, day_name, length_in_words
from webui.words.standing import rule_standing

Card = dict[str, Any]


def clock_cards(
    views: list[ClockView], folder: Folder, rule_pack_id: int, units: Mapping[int, str]
) -> tuple[list[Card], list[Card]]:
    """The cards of the clocks that run, the next due first, and of those that have ended."""
    running = sorted((view for view in views if view.running), key=lambda view: (view.due_on, view.id))
    ended = [view for view in reversed(views) if not view.running]
    return (
        [clock_card(view, folder, rule_pack_id, units) for view in running],
        [clock_card(view, folder, rule_pack_id, units) for view in ended],
    )


def clock_card(view: ClockView, folder: Folder, rule_pack_id: int, units: Mapping[int, str]) -> Card:
    """One clock; `units` names the unit of each assignment."""
    pack = rule_packs.pack(rule_pack_id)
    rule = pack.rule(view.rule_id, on=view.started_on)
    deadline = explain_clock(view, rule, calendar_of(view.congress_id))
    title = rule.title.en if language() == "en" else rule.title.zh
    card = {
        "name": _name(view, folder, units),
        "due": due_of_clock(view),
        "starts_on": view.started_on,
        "start_text": _began(view, folder),
        "due_on": view.due_on,
        "provisional": view.provisional and view.running,
        "standing": rule_standing(rule, pack),
        "rule": f"{title} · {pack.key} {pack.version} · {rule.id}",
        "ended_on": view.ended_on,
        **_extended(view, folder),
    }
    # A clock that ended before its calendar changed keeps its date; a recount that differs would not explain it.
    if deadline.due == view.due_on:
        return card | explained(deadline)
    return card | {"article": cited(str(rule.legal_basis), language())}


def _began(view: ClockView, folder: Folder) -> str:
    """What the period is counted from: the day of a meeting, or what happened."""
    if any(spec.key == view.key and spec.base == MEETING for spec in folder.clocks):
        return str(_("会议开始"))
    return happening_title(view.start_event, language(), folder.happenings)


def explained(deadline: Deadline) -> Card:
    """What «how it was counted» shows of a deadline."""
    locale = language()
    return {
        "article": cited(deadline.legal_basis, locale),
        "length_text": length_in_words(deadline.length, locale),
        "sentences": counted_in_words(deadline, locale),
        "skipped": [{"date": day.date, "name": day_name(day.name, locale)} for day in deadline.skipped],
    }


def _extended(view: ClockView, folder: Folder) -> Card:
    """That and why the period was lengthened, where it runs on another rule than it began with."""
    usual = next((spec.rule for spec in folder.clocks if spec.key == view.key), view.rule_id)
    kept = extensions(view.case_id).get(view.id) if view.rule_id != usual else None
    if kept is None:
        return {}
    said = _("由%(old)s延至%(new)s", old=day(kept.old_due_on), new=day(kept.due_on))
    text = _("%(said)s。%(reason)s", said=said, reason=kept.reason)
    return {"extension_text": _("已延期"), "events": [{"date": kept.at, "text": text}]}


def _name(view: ClockView, folder: Folder, units: Mapping[int, str]) -> str:
    title = next((spec.title.in_(language()) for spec in folder.clocks if spec.key == view.key), view.key)
    unit = units.get(view.assignment_id or 0, "")
    return f"{title} · {unit}" if unit else title
