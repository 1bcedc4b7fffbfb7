"""A draft of a process folder: opened from a version, changed file by file, given up."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from engine.definitions import catalogue
from engine.designing.access import (
    DRAFTS,
    MAY_DESIGN,
    DraftClosed,
    DraftMovedOn,
    clean,
    draft_row,
    draft_to_change,
    hash_of,
    keep_texts,
    manifest,
    require_bearable,
    texts_of,
)
from engine.designing.rows import append_revision, decide, move, note, record, who_saved
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.operations.access import reason_given
from models import db

LONGEST_NAME = 100  # characters
Files = Mapping[str, str | None]


@use_case
def open_draft(actor: Actor, *, definition_id: int, name: str) -> int:
    """Begin a draft with the files of a version; gives its id. One of that name and version that is open is the same.

    Raises NotAllowed, NotFound, InvalidAnswers.
    """
    actor.require(*MAY_DESIGN)
    said = name.strip()
    if not 0 < len(said) <= LONGEST_NAME:
        raise InvalidAnswers({"name": [_("请填写名称，不超过 100 字。")]})
    files = catalogue.files_of(definition_id)
    key = catalogue.definition(definition_id).key
    if (there := _open_already(actor, definition_id, said)) is not None:
        return there
    now = clock.now()
    row = {
        "congress_id": actor.congress_id,
        "process_key": key,
        "base_id": definition_id,
        "name": said,
        "state": "open",
        "revision": 1,
        "opened_at": now,
        "opened_by": actor.user_id,
    }
    id_ = int(db.session.execute(DRAFTS.insert().values(row).returning(DRAFTS.c.id)).scalar_one())
    keep_texts(list(files.values()))
    append_revision(id_, 1, {path: hash_of(text) for path, text in files.items()})
    note(actor, id_, "opened", 1)
    record(actor, id_, "opened", key=key, base=definition_id, name=said)
    return id_


def _open_already(actor: Actor, definition_id: int, name: str) -> int | None:
    mine = sa.select(DRAFTS.c.id).where(
        DRAFTS.c.congress_id == actor.congress_id,
        DRAFTS.c.base_id == definition_id,
        DRAFTS.c.name == name,
        DRAFTS.c.state == "open",
    )
    return db.session.scalar(mine.limit(1))


@use_case
def save_draft_files(actor: Actor, *, draft_id: int, files: Files, revision: int) -> int:
    """Write some files of a draft, each whole (None takes one out); gives the revision that it then has.

    `revision` is the one that the files were made from. What is there already makes no revision, so that sending
    twice does it once. Nothing is checked here: a draft may be wrong on the way. Raises NotAllowed, NotFound,
    DraftClosed, DraftProposed, DraftMovedOn, InvalidAnswers (by path).
    """
    row = draft_to_change(actor, draft_id)
    before = manifest(draft_id, row.revision)
    wanted = {path: clean(path, text or "") for path, text in files.items()}
    gone = {path for path, text in files.items() if text is None}
    after = {path: hash_ for path, hash_ in before.items() if path not in gone}
    after |= {path: hash_of(text) for path, text in wanted.items() if path not in gone}
    if after == before:
        return int(row.revision)
    if revision != row.revision:
        raise DraftMovedOn(who=who_saved(draft_id, row.revision), revision=row.revision)
    keep_texts([text for path, text in wanted.items() if path not in gone])
    require_bearable(texts_of(after))
    changed = _differences(before, after)
    move(row, revision=row.revision + 1)
    append_revision(draft_id, row.revision + 1, after)
    note(actor, draft_id, "saved", row.revision + 1, changed=changed)
    record(actor, draft_id, "saved", revision=row.revision + 1, changed=changed)
    return int(row.revision) + 1


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Path → added | changed | removed."""
    return {
        path: "removed" if path not in after else "added" if path not in before else "changed"
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    }


@use_case
def discard_draft(actor: Actor, *, draft_id: int, reason: str) -> bool:
    """Give a draft up, one's own or another's; gives whether it was still alive. It stays to be read.

    Raises NotAllowed, NotFound, InvalidAnswers, DraftClosed (it has become a version).
    """
    row = draft_row(actor, draft_id, lock=True)
    said = reason_given(reason)
    if row.state == "discarded":
        return False
    if row.state == "approved":
        raise DraftClosed
    decide(actor, row, "discarded")
    note(actor, draft_id, "discarded", row.revision, said)
    record(actor, draft_id, "discarded", reason=said)
    return True
