"""Trying out rules: draft packs, which no case ever pins."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from models.base import Base, Instant, Key, Line, Record, Word, reference


class DraftPack(Base):
    """Changes to a congress's rule pack that are only tried out; `changes` are rule id → {length, warn}."""

    __tablename__ = "draft_pack"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id")
    pack_key: Mapped[Word]
    name: Mapped[Line]
    changes: Mapped[Record]
    made_by: Mapped[int | None] = reference("user_account.id", index=False)
    made_at: Mapped[Instant]
    changed_at: Mapped[Instant]
