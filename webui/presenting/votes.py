"""Votes on a case under the day on which they were held, which may be earlier than the day they were entered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from engine.casework.readings.case_page import CasePage
from engine.casework.readings.on_record import BallotView
from webui.presenting.on_record import ballot_lines
from webui.presenting.words import FolderWords


def vote_lines(page: CasePage, words: FolderWords) -> list[dict[str, Any]]:
    """The votes in sentences, each under its day."""
    days = _days(page)
    lines = ballot_lines(page.ballots, words, page.facts.rule_pack_id)
    return [{**line, "on": _day(view, days)} for view, line in zip(page.ballots, lines, strict=True)]


def evaluated_on(page: CasePage, evaluation_id: int) -> dt.date | dt.datetime | None:
    """The day of the vote that an evaluation stands for; None where it is no vote."""
    days = _days(page)
    return next((_day(each, days) for each in page.ballots if each.evaluation_id == evaluation_id), None)


def _days(page: CasePage) -> dict[tuple[str, dt.datetime], dt.date]:
    """Of each entry that the reader may see, the legal day that its step put on record."""
    return {(entry.node, entry.at): entry.on for entry in page.entries}


def _day(view: BallotView, days: dict[tuple[str, dt.datetime], dt.date]) -> dt.date | dt.datetime:
    return days.get((view.node, view.at), view.at)
