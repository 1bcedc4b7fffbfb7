"""A congress's own templates of documents; without one, what the program ships is used."""

from __future__ import annotations

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Word, reference


class DocumentTemplate(Base):
    """One version of a congress's own template; the latest counts. No content: back to the shipped one."""

    __tablename__ = "document_template"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    process_key: Mapped[Word]
    document: Mapped[Word]  # the key of the declaration
    format: Mapped[Word]  # pdf (a Typst template) | docx
    version: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    note: Mapped[Line]  # what was changed, in the clerk's words
    written_by: Mapped[int | None] = reference("user_account.id", index=False)
    written_at: Mapped[Instant]

    __table_args__ = (
        # The name that convention would give is longer than PostgreSQL keeps.
        UniqueConstraint(
            "congress_id", "process_key", "document", "format", "version", name="uq_document_template_version"
        ),
    )
