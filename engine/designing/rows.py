"""What a draft leaves behind: its state, its revisions, its story; for use inside the use cases of this room."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from engine.designing.access import DRAFTS, ENTRIES, REVISIONS
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from models import User, db

NOTHING_CHANGED: Mapping[str, str] = MappingProxyType({})


def who_saved(draft_id: int, revision: int) -> str:
    """The name of whoever made a revision."""
    columns = ENTRIES.c
    statement = (
        sa.select(User.name)
        .join(ENTRIES, columns.made_by == User.id)
        .where(
            columns.draft_id == draft_id, columns.revision == revision, columns.kind.in_(("opened", "saved"))
        )
    )
    return db.session.scalar(statement) or ""


def decide(actor: Actor, row: sa.Row[Any], state: str, **values: Any) -> None:
    """End a draft."""
    move(row, state=state, decided_at=clock.now(), decided_by=actor.user_id, **values)


def move(row: sa.Row[Any], **values: Any) -> None:
    """Write what of a draft has changed; it is locked."""
    db.session.execute(DRAFTS.update().where(DRAFTS.c.id == row.id).values(values))


def append_revision(draft_id: int, revision: int, files: Mapping[str, str]) -> None:
    """Add a revision: path → hash of all files."""
    row = {"draft_id": draft_id, "revision": revision, "files": dict(files)}
    db.session.execute(REVISIONS.insert().values(row))


def note(
    actor: Actor,
    draft_id: int,
    kind: str,
    revision: int,
    said: str = "",
    changed: Mapping[str, str] = NOTHING_CHANGED,
) -> None:
    """Add to what happened to the draft."""
    row = {
        "draft_id": draft_id,
        "kind": kind,
        "revision": revision,
        "changed": dict(changed),
        "said": said,
        "made_at": clock.now(),
        "made_by": actor.user_id,
    }
    db.session.execute(ENTRIES.insert().values(row))


def record(actor: Actor, draft_id: int, action: str, **detail: Any) -> None:
    """Say it in the audit trail."""
    audit.record(
        f"process_draft:{action}",
        congress_id=actor.congress_id,
        subject=f"process_draft:{draft_id}",
        **detail,
    )
