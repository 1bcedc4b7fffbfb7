"""The door of this room: the process administrator, and a draft of his own congress with its files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.definitions.reading import MAX_LENGTH
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotFound
from engine.foundation.language import _
from models import ProcessDraft, ProcessDraftEntry, ProcessDraftFile, ProcessDraftRevision, db
from models.base import insert_unless

MAY_DESIGN = ("process_admin",)
DRAFTS: sa.Table = ProcessDraft.__table__  # type: ignore[assignment]
REVISIONS: sa.Table = ProcessDraftRevision.__table__  # type: ignore[assignment]
ENTRIES: sa.Table = ProcessDraftEntry.__table__  # type: ignore[assignment]
TEXTS: sa.Table = ProcessDraftFile.__table__  # type: ignore[assignment]

# The files that a case reads (catalogue.RUNNING), and names that are the same on every machine.
NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}"
PATH = re.compile(rf"{NAME}\.(toml|bpmn|dmn)|forms/{NAME}\.json|texts/(zh|en)/{NAME}\.txt")
MOST_FILES = 400
MOST_TEXT = 4_000_000  # characters of all files together
UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class DraftClosed(GuardRefused):
    """It has become a version or was given up: nothing more is changed in it."""

    text = _("这份草稿已经结束，不能再修改。")


class DraftProposed(GuardRefused):
    """What lies before a second pair of eyes stays as it was proposed."""

    text = _("这份草稿正在等待复核，请先撤回再修改。")


class DraftMovedOn(GuardRefused):
    """Somebody else has changed the draft since it was read; what was typed is not lost, and not put over his."""

    text = _("草稿已由{who}保存为第{revision}稿，您看到的是较早的一稿。您填写的内容已保留，请对照后再保存。")


def draft_row(actor: Actor, draft_id: int, *, lock: bool = False) -> sa.Row[Any]:
    """A draft of the actor's congress. Raises NotAllowed, NotFound."""
    actor.require(*MAY_DESIGN)
    statement = sa.select(DRAFTS).where(DRAFTS.c.id == draft_id, DRAFTS.c.congress_id == actor.congress_id)
    row = db.session.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def draft_to_change(actor: Actor, draft_id: int) -> sa.Row[Any]:
    """The same, locked until the commit. Raises NotAllowed, NotFound, DraftClosed, DraftProposed."""
    row = draft_row(actor, draft_id, lock=True)
    if row.state == "proposed":
        raise DraftProposed
    if row.state != "open":
        raise DraftClosed
    return row


def manifest(draft_id: int, revision: int) -> dict[str, str]:
    """The files of one revision: path → hash. Raises NotFound."""
    statement = sa.select(REVISIONS.c.files).where(
        REVISIONS.c.draft_id == draft_id, REVISIONS.c.revision == revision
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return dict(found)


def texts_of(hashes: Mapping[str, str]) -> dict[str, str]:
    """The files of a manifest: path → text."""
    statement = sa.select(TEXTS.c.hash, TEXTS.c.text).where(TEXTS.c.hash.in_(set(hashes.values())))
    found = {row.hash: row.text for row in db.session.execute(statement)}
    return {path: found[hash_] for path, hash_ in sorted(hashes.items())}


def keep_texts(texts: Sequence[str]) -> None:
    """Keep each text once; for use inside a use case."""
    if texts:
        rows = [{"hash": hash_of(text), "text": text} for text in dict.fromkeys(texts)]
        db.session.execute(insert_unless(TEXTS).on_conflict_do_nothing(), rows)


def hash_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def clean(path: str, text: str) -> str:
    """The text as it is kept, with one kind of line end. Raises InvalidAnswers by the path."""
    if not PATH.fullmatch(path):
        raise InvalidAnswers({path: [_("流程文件夹里没有这样命名的文件。")]})
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    if UNKEEPABLE.search(kept):
        raise InvalidAnswers({path: [_("含有无法保存的控制字符。")]})
    if len(kept) > MAX_LENGTH:
        raise InvalidAnswers({path: [_("文件过大。")]})
    return kept


def require_bearable(files: Mapping[str, str]) -> None:
    """Refuse a folder of too many or too long files. Raises InvalidAnswers."""
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_TEXT:
        raise InvalidAnswers({"files": [_("文件过多或过大。")]})
