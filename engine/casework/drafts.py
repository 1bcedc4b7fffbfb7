"""What somebody types into a task's form before he sends it: kept for him alone, from whichever window he writes.

Two windows of one person write into one draft. Each says which window it is, and from which revision of the draft its
words were made; whoever comes with an older one overwrites nothing: his words are laid aside under his window, and both
are there until he has chosen or the task is done. Of more than MOST_ASIDE windows the oldest words go.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import require_candidate, task_to_read
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import ConcurrentChange
from engine.foundation.transaction import use_case
from models import TaskDraft, db
from models.base import insert_unless

DRAFTS: sa.Table = TaskDraft.__table__  # type: ignore[assignment]
COLUMNS = [DRAFTS.c[name] for name in ("answers", "saved_at", "revision", "window", "aside")]

MOST_ASIDE = 10  # windows whose words lie beside the draft; of more than that nobody compares anything

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """Who writes: the window, and the revision of the draft that it was made from; 0 where there was none."""

    window: str
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Aside:
    """What one window wrote and the draft does not hold."""

    window: str
    answers: Answers
    saved_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What is kept of somebody's form; `revision` counts its changes, `window` made the latest of them."""

    answers: Answers
    saved_at: dt.datetime
    revision: int
    window: str
    aside: tuple[Aside, ...] = ()

    def is_news_to(self, seen: Seen) -> bool:
        """Whether another window has changed it since `seen` was made."""
        return self.window != seen.window and self.revision > seen.revision


@dataclass(frozen=True, slots=True)
class Kept:
    """How keeping went; `elsewhere` is when another window wrote what was not overwritten, None where none had."""

    saved_at: dt.datetime
    revision: int
    elsewhere: dt.datetime | None = None


@use_case
def save_draft(actor: Actor, *, task_id: int, answers: Answers, seen: Seen | None = None) -> Kept:
    """Keep what was typed into a task's form, whatever its state; without `seen` it becomes the draft in any case.

    A draft is nobody's act in law, so it leaves no audit event; it is kept even when the task has gone, so that
    nothing typed is lost.
    """
    require_candidate(actor, task_to_read(actor, task_id).task)
    typed, now = dict(answers), clock.now()
    draft = _locked(actor, task_id)
    if draft is None:
        return _begin(actor, task_id, typed, seen, now)
    window = seen.window if seen else ""
    rest = [each for each in draft.aside if each.window != window]
    if draft.answers == typed:
        if len(rest) < len(draft.aside):  # what this window says now is no longer what was laid aside of it
            _write(actor, task_id, aside=_kept(rest))
        return Kept(draft.saved_at, draft.revision)
    if seen is not None and draft.is_news_to(seen):
        _write(actor, task_id, aside=_kept([Aside(window, typed, now), *rest]))
        return Kept(now, draft.revision, elsewhere=draft.saved_at)
    revision = draft.revision + 1
    latest = {"answers": typed, "saved_at": now, "revision": revision, "window": window}
    _write(actor, task_id, **latest, aside=_kept(rest))
    return Kept(now, revision)


@use_case
def take_up_aside(actor: Actor, *, task_id: int, window: str) -> None:
    """Let what was laid aside of a window be the draft, which is laid aside in its place; nothing where none is."""
    require_candidate(actor, task_to_read(actor, task_id).task)
    draft = _locked(actor, task_id)
    chosen = next((each for each in draft.aside if each.window == window), None) if draft else None
    if draft is None or chosen is None:
        return
    rest = [each for each in draft.aside if each.window not in (window, draft.window)]
    former = [Aside(draft.window, draft.answers, draft.saved_at)] if draft.answers else []
    latest = {"answers": dict(chosen.answers), "saved_at": chosen.saved_at, "window": window}
    _write(actor, task_id, **latest, revision=draft.revision + 1, aside=_kept([*former, *rest]))


@use_case
def drop_aside(actor: Actor, *, task_id: int, window: str) -> None:
    """Let go what was laid aside of a window, as its writer says himself."""
    require_candidate(actor, task_to_read(actor, task_id).task)
    draft = _locked(actor, task_id)
    if draft is not None and any(each.window == window for each in draft.aside):
        _write(actor, task_id, aside=_kept([each for each in draft.aside if each.window != window]))


def draft_of(actor: Actor, task_id: int) -> Draft | None:
    """What the actor typed into the task's form before; None where nothing was kept."""
    row = db.session.execute(sa.select(*COLUMNS).where(_own(actor, task_id))).one_or_none()
    return _draft(row) if row else None


def _own(actor: Actor, task_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(DRAFTS.c.task_id == task_id, DRAFTS.c.user_id == actor.user_id)


def _locked(actor: Actor, task_id: int) -> Draft | None:
    row = db.session.execute(sa.select(*COLUMNS).where(_own(actor, task_id)).with_for_update()).one_or_none()
    return _draft(row) if row else None


def _draft(row: sa.Row[Any]) -> Draft:
    aside = [
        Aside(window, kept["answers"], dt.datetime.fromisoformat(kept["saved_at"]))
        for window, kept in row.aside.items()
    ]
    aside.sort(key=lambda each: each.saved_at, reverse=True)
    return Draft(row.answers, row.saved_at, row.revision, row.window, tuple(aside))


def _kept(aside: list[Aside]) -> dict[str, Any]:
    """As the column keeps it; what stands behind MOST_ASIDE is let go."""
    return {
        each.window: {"answers": dict(each.answers), "saved_at": each.saved_at.isoformat()}
        for each in aside[:MOST_ASIDE]
    }


def _begin(actor: Actor, task_id: int, typed: dict[str, Any], seen: Seen | None, now: dt.datetime) -> Kept:
    """The first words; where another window was quicker this one is heard again."""
    revision = (seen.revision if seen else 0) + 1
    row = {"answers": typed, "saved_at": now, "revision": revision, "window": seen.window if seen else ""}
    begun = insert_unless(DRAFTS).values(task_id=task_id, user_id=actor.user_id, aside={}, **row)
    if db.session.scalar(begun.on_conflict_do_nothing().returning(DRAFTS.c.task_id)) is None:
        raise ConcurrentChange
    return Kept(now, revision)


def _write(actor: Actor, task_id: int, **values: Any) -> None:
    db.session.execute(DRAFTS.update().where(_own(actor, task_id)).values(**values))
