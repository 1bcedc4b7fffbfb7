"""Files that are closed for good: what was in them, and how long they are kept."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Word, reference


class ArchiveFile(Base):
    """An archived case (归档): the hashes of all it held, sealed by the event of its chain (档案法 art. 37)."""

    __tablename__ = "archive_file"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    case_id: Mapped[int] = reference("cases.id", index=False, unique=True)
    number: Mapped[Line]  # 档号
    retention: Mapped[Word]  # a class of the rule pack that the case pinned
    remarks: Mapped[Prose]
    manifest: Mapped[Prose]  # canonical JSON: the hash of every row and file
    sha256: Mapped[str] = mapped_column(String(64))  # of the manifest; the event of archiving has it too
    archived_by: Mapped[int | None] = reference("user_account.id", index=False)
    archived_at: Mapped[Instant]
