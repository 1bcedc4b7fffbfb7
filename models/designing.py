"""Drafts of process folders: what is being changed, who changed what, and the way to a new version."""

from __future__ import annotations

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Record, Word, reference


class ProcessDraft(Base):
    """A process folder that is being changed in one congress, from a version on until it is one itself or given up."""

    __tablename__ = "process_draft"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    process_key: Mapped[Word]
    base_id: Mapped[int] = reference("process_definition.id", index=False)
    name: Mapped[Line]
    state: Mapped[Word]  # open | proposed | approved | discarded
    revision: Mapped[int]  # of the files; what a change was made from is compared with it
    opened_at: Mapped[Instant]
    opened_by: Mapped[int | None] = reference("user_account.id", index=False)
    proposed_at: Mapped[Instant | None]
    proposed_by: Mapped[int | None] = reference("user_account.id", index=False)
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[int | None] = reference("user_account.id", index=False)
    definition_id: Mapped[int | None] = reference("process_definition.id", index=False)  # what it became

    __table_args__ = (
        Index(
            "ix_process_draft_alive",
            "congress_id",
            "id",
            sqlite_where=text("state IN ('open', 'proposed')"),
            postgresql_where=text("state IN ('open', 'proposed')"),
        ),
    )


class ProcessDraftFile(Base):
    """The text of one file, kept once by content for all revisions of all drafts."""

    __tablename__ = "process_draft_file"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the text in UTF-8
    text: Mapped[Prose]


class ProcessDraftRevision(Base):
    """The folder after one change: all its files by hash. Only added to; who and when is in the draft's entries."""

    __tablename__ = "process_draft_revision"

    draft_id: Mapped[int] = reference("process_draft.id", index=False, primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    files: Mapped[Record]  # relative path → hash


class ProcessDraftEntry(Base):
    """What happened to a draft, by whom, when, and what was said of it. Only added to."""

    __tablename__ = "process_draft_entry"

    id: Mapped[Key]
    draft_id: Mapped[int] = reference("process_draft.id")
    kind: Mapped[Word]  # opened | saved | proposed | withdrawn | returned | approved | discarded
    revision: Mapped[int]
    changed: Mapped[Record]  # relative path → added | changed | removed, of what was saved
    said: Mapped[Prose]
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = reference("user_account.id", index=False)


class TrustedKey(Base):
    """A public key whose holder may sign process packages that one congress imports; withdrawn, never deleted."""

    __tablename__ = "trusted_key"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    public_key: Mapped[str] = mapped_column(String(64))  # Ed25519, in hexadecimal
    name: Mapped[Line]  # whose it is
    reason: Mapped[Prose]  # by what it was made sure of
    added_at: Mapped[Instant]
    added_by: Mapped[int | None] = reference("user_account.id", index=False)
    withdrawn_at: Mapped[Instant | None]
    withdrawn_by: Mapped[int | None] = reference("user_account.id", index=False)

    __table_args__ = (
        Index(
            "uq_trusted_key",
            "congress_id",
            "public_key",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )
