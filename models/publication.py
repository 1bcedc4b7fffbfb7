"""What the public reads: redacted copies with all their versions, and the reports on a year's handling."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import Index, LargeBinary, PrimaryKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Record, Word, reference

# Signs in the order of their numbers, which is how SQLite orders them and what PostgreSQL compares fastest.
Pair = Annotated[str, mapped_column(String(2).with_variant(String(2, collation="C"), "postgresql"))]


class Publication(Base):
    """A case on its way to the public; its row and its public number stay for ever."""

    __tablename__ = "publication"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    case_id: Mapped[int] = reference("cases.id", index=False, unique=True)
    public_id: Mapped[str] = mapped_column(
        String(16), unique=True
    )  # in addresses and open data, never reused
    state: Mapped[Word]  # due | prepared | published | withheld | withdrawn
    reason: Mapped[Prose]  # why it is withheld or withdrawn
    revision: Mapped[int]
    released: Mapped[int | None]  # the version that the public reads
    released_at: Mapped[Instant | None]
    first_released_at: Mapped[Instant | None]
    # What lists and searches of the public ask for, taken from the released version.
    process_key: Mapped[Word]
    year: Mapped[int]
    category: Mapped[Word]
    number: Mapped[str] = mapped_column(String(100))
    title: Mapped[Line]
    words: Mapped[Prose]

    __table_args__ = (
        Index("ix_publication_desk", "congress_id", "state"),
        Index("ix_publication_public", "first_released_at", "id"),
        Index("ix_publication_kind", "process_key", "first_released_at", "id"),
        # What there is to choose from is asked for with every list, and answered from here alone.
        Index("ix_publication_choices", "released", "congress_id", "year", "category"),
    )


class PublicationPair(Base):
    """In which published copies a sign, or two neighbouring ones, stand; a row for each block of copies."""

    __tablename__ = "publication_pair"

    pair: Mapped[Pair]
    block: Mapped[int]
    copies: Mapped[bytes] = mapped_column(LargeBinary)  # engine/publication/search_index.py reads them

    __table_args__ = (PrimaryKeyConstraint("pair", "block"), {"sqlite_with_rowid": False})


class PublicationReply(Base):
    """A signed reply that is to be published, or is not, and the version in which the public first read it."""

    __tablename__ = "publication_reply"

    id: Mapped[Key]
    publication_id: Mapped[int] = reference("publication.id")
    reply_id: Mapped[int] = reference("reply.id", index=False, unique=True)
    assignment_id: Mapped[int] = reference("assignment.id", index=False)
    unit_id: Mapped[int] = reference("organization.id")
    extent: Mapped[Word]  # full | summary | withheld
    reason: Mapped[Prose]
    state: Mapped[Word]  # due | published | withheld
    published_in: Mapped[int | None]


class PublicationVersion(Base):
    """One redacted copy, whole; a released one is never changed, a correction is the next version."""

    __tablename__ = "publication_version"

    id: Mapped[Key]
    publication_id: Mapped[int] = reference("publication.id", index=False)
    version: Mapped[int]
    content: Mapped[Record]
    note: Mapped[Prose]  # what is different from the version before
    prepared_by: Mapped[int | None] = reference("user_account.id", index=False)
    prepared_at: Mapped[Instant]
    released_by: Mapped[int | None] = reference("user_account.id", index=False)
    released_at: Mapped[Instant | None]
    confirmed: Mapped[Prose]  # why what looks like personal data was let stand

    __table_args__ = (UniqueConstraint("publication_id", "version"),)


class AnnualReport(Base):
    """One version of the report on how a year's cases were handled (代表法 art. 51, 组织法 art. 42)."""

    __tablename__ = "annual_report"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    process_key: Mapped[Word]
    year: Mapped[int]
    version: Mapped[int]
    figures: Mapped[Record]
    text: Mapped[Prose]
    prepared_by: Mapped[int | None] = reference("user_account.id", index=False)
    prepared_at: Mapped[Instant]
    released_by: Mapped[int | None] = reference("user_account.id", index=False)
    released_at: Mapped[Instant | None]

    __table_args__ = (UniqueConstraint("congress_id", "process_key", "year", "version"),)
