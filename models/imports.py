"""Ledgers taken in from files, row by row."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Record, Records, Word, reference


class ImportBatch(Base):
    """One file that was taken in, and how it went."""

    __tablename__ = "import_batch"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id")
    process_key: Mapped[Word]
    filename: Mapped[Line]
    started_by: Mapped[int | None] = reference("user_account.id", index=False)
    started_at: Mapped[Instant]
    finished_at: Mapped[Instant | None]
    total: Mapped[int]  # rows of the file
    accepted: Mapped[int]
    repeated: Mapped[int]
    refused: Mapped[int]
    unused: Mapped[Records] = mapped_column(default=list)  # columns of the file: place, title, near


class ImportRow(Base):
    """One row of a file: the case it became, or why it was refused."""

    __tablename__ = "import_row"

    id: Mapped[Key]
    batch_id: Mapped[int] = reference("import_batch.id")
    congress_id: Mapped[int] = reference("congress.id", index=False)
    process_key: Mapped[Word]
    row_number: Mapped[int]
    # SHA-256 of an accepted row (the same row is kept once); NULL, hence not unique, for a refused one.
    fingerprint: Mapped[Word | None]
    case_id: Mapped[int | None] = reference("cases.id")
    cells: Mapped[Record]
    refusal: Mapped[Prose] = mapped_column(default="")  # in Chinese; rows of long ago have nothing else
    faults: Mapped[Records] = mapped_column(default=list)  # code, values: what is wrong, for any language

    __table_args__ = (UniqueConstraint("congress_id", "process_key", "fingerprint"),)
