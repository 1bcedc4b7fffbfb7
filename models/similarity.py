"""The index of what cases are about: words in cases, and which words are common."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigKey, Instant, Prose, reference

# Signs in the order of their numbers, which is how SQLite orders them and what PostgreSQL compares fastest.
Term = Annotated[str, mapped_column(String(24).with_variant(String(24, collation="C"), "postgresql"))]


class SimilarDocument(Base):
    """A case that is in the index, with the version of its text that is there."""

    __tablename__ = "similar_document"

    case_id: Mapped[int] = reference("cases.id", index=False, primary_key=True)
    congress_id: Mapped[int] = reference("congress.id")
    text_version: Mapped[int]
    terms: Mapped[Prose]  # its words, a space between: what has to be taken out again
    indexed_at: Mapped[Instant]


class SimilarTerm(Base):
    """How much a word (two Chinese signs, or a Latin word) says in a case that is in the index; goes with it."""

    __tablename__ = "similar_term"

    congress_id: Mapped[int] = mapped_column(BigKey)
    term: Mapped[Term]
    case_id: Mapped[int] = mapped_column(BigKey)
    weight: Mapped[int]

    # The weight stands in the key so that the key alone answers which cases have a word, and how much it says there.
    __table_args__ = (
        PrimaryKeyConstraint("congress_id", "term", "case_id", "weight"),
        {"sqlite_with_rowid": False},
    )


class SimilarCommon(Base):
    """A word that stands in many cases, and in how many when that was last counted; no word: all cases."""

    __tablename__ = "similar_common"

    congress_id: Mapped[int] = reference("congress.id", index=False)
    term: Mapped[Term]
    cases: Mapped[int]

    __table_args__ = (PrimaryKeyConstraint("congress_id", "term"),)
