"""The stage bar of a case: what is behind it, where it stands, what is ahead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.facts import TASKS, CaseFacts
from engine.definitions.folder import Folder
from engine.foundation.clock import day_of
from models import db


@dataclass(frozen=True, slots=True)
class StageView:
    """One step of the stage bar."""

    key: str
    title: Mapping[str, str]
    state: str  # done | now | ahead
    on: dt.date | None


def stages(case: CaseFacts, folder: Folder) -> list[StageView]:
    """Every stage of the process, with the day on which the case first reached it."""
    reached = _first_days(case)
    keys = [stage.key for stage in folder.stages]
    place = keys.index(case.stage) if case.stage in keys else 0
    over = case.status in ("closed", "declined", "withdrawn")
    views = []
    for index, stage in enumerate(folder.stages):
        passed = index < place or (over and index == place)
        state = "done" if passed else "now" if index == place else "ahead"
        titles = {"zh": stage.title.zh, "en": stage.title.en}
        # A stage that a redo has put ahead again has no day yet: the one of the last round would mislead.
        day = None if state == "ahead" else _day_of(stage.key, reached, folder)
        views.append(StageView(stage.key, titles, state, day))
    return views


def _first_days(case: CaseFacts) -> dict[str, dt.datetime]:
    statement = (
        sa.select(TASKS.c.node, sa.func.min(TASKS.c.opened_at))
        .where(TASKS.c.case_id == case.id)
        .group_by(TASKS.c.node)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _day_of(stage: str, reached: Mapping[str, dt.datetime], folder: Folder) -> dt.date | None:
    opened = [
        at for node, at in reached.items() if node in folder.tasks and folder.tasks[node].stage == stage
    ]
    return day_of(min(opened)) if opened else None
