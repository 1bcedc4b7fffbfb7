"""Attachments: bytes in a content-addressed store, rows that say which case they belong to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.casework.access import case_to_view, case_to_write
from engine.casework.entries import Reader
from engine.casework.facts import CaseFacts
from engine.casework.files.kinds import check_content, extension_of
from engine.casework.files.names import LONGEST, sound_name
from engine.casework.files.refusing import Unsound
from engine.casework.moving.happenings import Happening, happen
from engine.casework.texts import require_draft
from engine.definitions.catalogue import definition
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.arriving import arriving
from engine.foundation.errors import DomainError, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import operation, use_case
from models import Attachment, db

ATTACHMENTS: sa.Table = Attachment.__table__  # type: ignore[assignment]
OF_ENTRY = "entry"  # the subject of what came with an entry
MOST = 20  # attachments of one case's text, or of one other part of it

File = tuple[str, bytes]  # its name and its bytes


class AttachmentRefused(DomainError):
    """A file that may not be taken in."""

    text = _("附件“{name}”不能上传：{why}")


@dataclass(frozen=True, slots=True)
class FileStore:
    """Files under their SHA-256 in one folder; the same bytes are kept once."""

    folder: Path

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash lie."""
        return self.folder / sha256[:2] / sha256

    def keep(self, content: bytes) -> str:
        """Write bytes durably before any row speaks of them; gives their hash. Raises OSError, leaving nothing."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with arriving(path) as file:
                file.write(content)
        return sha256


@use_case
def add_attachment(actor: Actor, *, case_id: int, filename: str, content: bytes, store: FileStore) -> int:
    """Attach a file to a draft's text; gives its id. The same file twice is kept once. Raises AttachmentRefused."""
    case = case_to_write(actor, case_id)
    require_draft(case)
    return attach(case, (filename, content), store, subject="text", subject_id=case.text_version)


def attach(case: CaseFacts, file: File, store: FileStore, *, subject: str, subject_id: int) -> int:
    """Attach a file to a part of a case whose door the caller has passed; gives its id."""
    filename, content = file
    name, media_type = _checked(filename, content)
    sha256 = store.keep(content)
    known = _known(case, sha256, name, (subject, subject_id))
    if known is not None:
        return known
    insert = ATTACHMENTS.insert().returning(ATTACHMENTS.c.id)
    attachment_id = db.session.scalar(
        insert.values(
            case_id=case.id,
            filename=name,
            media_type=media_type,
            size=len(content),
            sha256=sha256,
            subject=subject,
            subject_id=subject_id,
            added_by=operation().actor.user_id,
            added_at=clock.now(),
        )
    )
    detail = {"filename": name, "sha256": sha256, "size": len(content)}
    folder = definition(case.definition_id)
    happen(
        case, folder, [Happening("attachment:added", subject=f"attachment:{attachment_id}", detail=detail)]
    )
    return int(attachment_id or 0)


def _checked(filename: str, content: bytes) -> tuple[str, str]:
    """The name to keep and the media type of a file that may be taken in. Raises AttachmentRefused."""
    try:
        name = sound_name(filename)
        return name, check_content(extension_of(name), content)
    except Unsound as found:
        shown = "".join(sign if sign.isprintable() else "�" for sign in filename)[:LONGEST]
        raise AttachmentRefused(name=shown, why=found.why) from found


def _known(case: CaseFacts, sha256: str, name: str, of: tuple[str, int]) -> int | None:
    subject, subject_id = of
    present = [
        ATTACHMENTS.c.case_id == case.id,
        ATTACHMENTS.c.subject == subject,
        ATTACHMENTS.c.removed_at.is_(None),
    ]
    if subject != "text":  # of a text's files, those of all its versions count
        present.append(ATTACHMENTS.c.subject_id == subject_id)
    statement = sa.select(ATTACHMENTS.c.id).where(
        *present, ATTACHMENTS.c.sha256 == sha256, ATTACHMENTS.c.filename == name
    )
    known = db.session.scalar(statement)
    count = db.session.scalar(sa.select(sa.func.count()).where(*present)) or 0
    if known is None and count >= MOST:
        raise AttachmentRefused(name=name, why=_("一件案件最多 20 个附件。"))
    return known


@use_case
def remove_attachment(actor: Actor, *, attachment_id: int) -> None:
    """Take an attachment off a draft; the row and the bytes stay for the audit."""
    row = _row(attachment_id)
    case = case_to_write(actor, row.case_id)
    require_draft(case)
    if row.removed_at is not None:
        return
    db.session.execute(
        ATTACHMENTS.update().where(ATTACHMENTS.c.id == attachment_id).values(removed_at=clock.now())
    )
    happening = Happening(
        "attachment:removed", subject=f"attachment:{attachment_id}", detail={"filename": row.filename}
    )
    happen(case, definition(case.definition_id), [happening])


def _row(attachment_id: int) -> sa.Row[Any]:
    row = db.session.execute(sa.select(ATTACHMENTS).where(ATTACHMENTS.c.id == attachment_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def attachment_to_read(actor: Actor, attachment_id: int) -> sa.Row[Any]:
    """The row of an attachment whose case the actor may see, and which its step does not keep from him."""
    row = _row(attachment_id)
    case = case_to_view(actor, row.case_id)
    reader = Reader(actor, case, definition(case.definition_id))
    if row.subject == OF_ENTRY and not reader.opens_files_of_id(row.subject_id):
        raise NotFound
    return row
