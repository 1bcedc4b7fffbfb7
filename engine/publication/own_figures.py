"""The figures of a kind of work's own: cases to which something happened in a year, counted from the trail."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.definitions.folder import Folder
from engine.foundation import clock
from models import AuditEvent, db


def own_figures(congress_id: int, folder: Folder, year: int) -> list[dict[str, Any]]:
    """Each figure with its words, its count, and as `share` [part, whole] where it is a share; one query for all."""
    if not folder.figures:
        return []
    cases = _cases_by_happening(congress_id, folder, year)
    counted = {
        figure.key: len(set().union(*(cases.get(name, set()) for name in figure.counts)))
        for figure in folder.figures
    }
    return [
        {
            "key": figure.key,
            "title": {"zh": figure.title.zh, "en": figure.title.en},
            "count": counted[figure.key],
            "share": [counted[figure.key], counted[figure.of]] if figure.of else None,
        }
        for figure in folder.figures
    ]


def _cases_by_happening(congress_id: int, folder: Folder, year: int) -> dict[str, set[int]]:
    """Happening → the cases to which it happened in the year."""
    names = {name for figure in folder.figures for name in figure.counts}
    statement = (
        sa.select(AuditEvent.action, AuditEvent.case_id)
        .join(CASES, CASES.c.id == AuditEvent.case_id)
        .where(
            CASES.c.congress_id == congress_id,
            CASES.c.process_key == folder.key,
            AuditEvent.action.in_(names),
            AuditEvent.at >= dt.datetime(year, 1, 1, tzinfo=clock.ZONE),
            AuditEvent.at < dt.datetime(year + 1, 1, 1, tzinfo=clock.ZONE),
        )
        .distinct()
    )
    found: dict[str, set[int]] = {}
    for action, case_id in db.session.execute(statement):
        found.setdefault(action, set()).add(int(case_id or 0))
    return found
