"""Drafts as their pages show them: the list, one with its files, and all that happened to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.casework.access import same_eyes
from engine.definitions.catalogue import DEFINITIONS, current_all
from engine.definitions.folder import Folder
from engine.designing.access import DRAFTS, ENTRIES, MAY_DESIGN, draft_row, manifest, texts_of
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from models import User, db

ALIVE = ("open", "proposed")


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft as lists show it; `state` is open | proposed | approved | discarded.

    `newest` is the newest version of its kind of work: one that is newer than `base_version` is not in the draft.
    """

    id: int
    key: str
    name: str
    state: str
    revision: int
    base_id: int
    base_version: int
    newest: int
    opened_at: dt.datetime
    opened_by: str
    proposed_at: dt.datetime | None
    proposed_by: str
    definition_id: int | None
    is_own_proposal: bool  # the reader, or one whom he stands in for, has proposed it


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened to a draft.

    `kind` is saved, opened, proposed, withdrawn, returned, approved or discarded; `changed` says of a saved revision
    which files were added, changed or removed.
    """

    kind: str
    revision: int
    said: str
    changed: Mapping[str, str]
    at: dt.datetime
    by: str


def drafts(actor: Actor) -> list[DraftLine]:
    """The drafts of the actor's congress that are not over, the latest first. Raises NotAllowed."""
    actor.require(*MAY_DESIGN)
    return _lines(actor, DRAFTS.c.state.in_(ALIVE))


def draft(actor: Actor, *, draft_id: int) -> DraftLine:
    """One draft. Raises NotAllowed, NotFound."""
    actor.require(*MAY_DESIGN)
    found = _lines(actor, DRAFTS.c.id == draft_id)
    if not found:
        raise NotFound
    return found[0]


def _lines(actor: Actor, wanted: sa.ColumnElement[bool]) -> list[DraftLine]:
    opener, proposer = aliased(User), aliased(User)
    newest = (
        sa.select(sa.func.max(DEFINITIONS.c.version))
        .where(DEFINITIONS.c.key == DRAFTS.c.process_key)
        .correlate(DRAFTS)
    )
    base = DEFINITIONS.alias("base")
    statement = (
        sa.select(
            DRAFTS,
            base.c.version.label("base_version"),
            newest.scalar_subquery().label("newest"),
            opener.name.label("opener"),
            proposer.name.label("proposer"),
        )
        .join(base, base.c.id == DRAFTS.c.base_id)
        .outerjoin(opener, opener.id == DRAFTS.c.opened_by)
        .outerjoin(proposer, proposer.id == DRAFTS.c.proposed_by)
        .where(DRAFTS.c.congress_id == actor.congress_id, wanted)
        .order_by(DRAFTS.c.id.desc())
    )
    return [_line(actor, row) for row in db.session.execute(statement)]


def _line(actor: Actor, row: sa.Row[Any]) -> DraftLine:
    return DraftLine(
        id=row.id,
        key=row.process_key,
        name=row.name,
        state=row.state,
        revision=row.revision,
        base_id=row.base_id,
        base_version=row.base_version,
        newest=row.newest,
        opened_at=row.opened_at,
        opened_by=row.opener or "",
        proposed_at=row.proposed_at,
        proposed_by=row.proposer or "",
        definition_id=row.definition_id,
        is_own_proposal=row.state == "proposed" and same_eyes(actor, row.proposed_by),
    )


def others(actor: Actor) -> Iterator[Folder]:
    """The kinds of work that the actor's congress works with, read when they are asked for."""
    yield from (each.folder for each in current_all(actor.congress_id))


def draft_files(actor: Actor, *, draft_id: int, revision: int | None = None) -> dict[str, str]:
    """All files of a draft as they are, or as they were at a revision: path → text. Raises NotAllowed, NotFound."""
    row = draft_row(actor, draft_id)
    return texts_of(manifest(draft_id, row.revision if revision is None else revision))


def history(actor: Actor, *, draft_id: int) -> list[Entry]:
    """All that happened to a draft, the latest first. Raises NotAllowed, NotFound."""
    draft_row(actor, draft_id)
    statement = (
        sa.select(ENTRIES, User.name)
        .outerjoin(User, User.id == ENTRIES.c.made_by)
        .where(ENTRIES.c.draft_id == draft_id)
        .order_by(ENTRIES.c.id.desc())
    )
    return [
        Entry(row.kind, row.revision, row.said, row.changed, row.made_at, row.name or "")
        for row in db.session.execute(statement)
    ]
