"""Trying out rules, and deciding on them: draft packs, and what a congress has made of its rule pack."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Record, Word, reference


class DraftPack(Base):
    """Changes to a congress's rule pack that are only tried out; `changes` are rule id → {length, warn, basis}."""

    __tablename__ = "draft_pack"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id")
    pack_key: Mapped[Word]
    name: Mapped[Line]
    changes: Mapped[Record]
    made_by: Mapped[int | None] = reference("user_account.id", index=False)
    made_at: Mapped[Instant]
    changed_at: Mapped[Instant]


class RuleDecision(Base):
    """A draft put forward to be the congress's rules from a day on; one person proposes, another decides."""

    __tablename__ = "rule_decision"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    draft_id: Mapped[int] = reference("draft_pack.id", index=False)
    pack_key: Mapped[Word]
    name: Mapped[Line]
    changes: Mapped[Record]  # rule id → {length, warn, basis}; as they were when proposed
    before: Mapped[Record]  # rule id → {title, length, warn, basis} of what they were to change
    base_hash: Mapped[str] = mapped_column(String(64))  # of the pack that they were to change
    effective_on: Mapped[dt.date]
    reason: Mapped[Prose]
    replayed: Mapped[Record]  # since, until, and what the replay found
    state: Mapped[Word]  # proposed | confirmed | refused | withdrawn
    proposed_by: Mapped[int | None] = reference("user_account.id", index=False)
    proposed_at: Mapped[Instant]
    decided_by: Mapped[int | None] = reference("user_account.id", index=False)
    decided_at: Mapped[Instant | None]
    answer: Mapped[Prose]  # why it was refused
    rule_pack_id: Mapped[int | None] = reference("rule_pack_version.id", index=False)

    __table_args__ = (
        Index("ix_rule_decision_congress", "congress_id", "effective_on"),
        Index(  # one proposal at a time: two would each be read against rules that the other changes
            "uq_rule_decision_proposed",
            "congress_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )
