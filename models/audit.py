"""The audit trail: one hash chain per case (and one per congress for the rest), with checkpoints over all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigKey, Instant, Key, Line, Prose, Word, reference

# Sorted by bytes on both databases: a checkpoint hashes all chains in one order.
CHAIN = String(64).with_variant(String(64, collation="C"), "postgresql")


class AuditEvent(Base):
    """Who did what to which case, when and why; triggers refuse to change or delete a row."""

    __tablename__ = "audit_event"

    id: Mapped[Key]
    chain: Mapped[str] = mapped_column(CHAIN)  # case:<id> | congress:<id>
    position: Mapped[int]  # 1, 2, 3 … within the chain
    congress_id: Mapped[int | None] = mapped_column(BigKey)
    case_id: Mapped[int | None] = mapped_column(BigKey)
    at: Mapped[Instant]
    action: Mapped[Word]  # subject:action, from the vocabulary
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    actor_name: Mapped[Line]
    actor_organization: Mapped[Line]
    on_behalf_of: Mapped[Line]
    operation_id: Mapped[str] = mapped_column(String(36))
    subject: Mapped[Word]  # kind:id of the row that changed
    detail: Mapped[Prose]  # canonical JSON: {"old": …, "new": …, "reason": …, …}
    algorithm: Mapped[Word]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("chain", "position"),
        Index("ix_audit_event_case", "case_id", "id"),
        Index("ix_audit_event_congress", "congress_id", "at"),
        Index("ix_audit_event_operation", "operation_id"),
    )


class AuditHead(Base):
    """The last link of one chain; its row is the only thing two writers of a chain share."""

    __tablename__ = "audit_head"

    chain: Mapped[str] = mapped_column(CHAIN, primary_key=True)
    position: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class AuditCheckpoint(Base):
    """A hash over the heads of all chains and the checkpoint before, to be kept outside as well."""

    __tablename__ = "audit_checkpoint"

    id: Mapped[Key]
    at: Mapped[Instant]
    events: Mapped[int] = mapped_column(BigKey)
    chains: Mapped[int] = mapped_column(BigKey)
    last_event_id: Mapped[int] = mapped_column(BigKey)  # every event up to it, and no other, is covered
    algorithm: Mapped[Word]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    taken_by: Mapped[int | None] = reference("user_account.id", index=False)


class AuditVerification(Base):
    """One verification of the trail that an auditor has begun: how far it is, and what it found."""

    __tablename__ = "audit_verification"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id")
    chain: Mapped[str] = mapped_column(String(64))  # "" for the whole trail
    begun_by: Mapped[int] = reference("user_account.id", index=False)
    begun_at: Mapped[Instant]
    seen_at: Mapped[Instant]  # when it last said how far it is; long ago, it was broken off
    total: Mapped[int] = mapped_column(BigKey)  # events there were when it was begun
    done: Mapped[int] = mapped_column(BigKey)
    witness: Mapped[Word | None]  # hash of the checkpoint kept outside that the trail was held against
    finished_at: Mapped[Instant | None]
    chains: Mapped[int] = mapped_column(BigKey)
    checkpoints: Mapped[int]
    # What was found in the congress's own chains and in checkpoints: [{fault, chain, position, event_id, checkpoint}].
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    elsewhere: Mapped[int]  # how many findings are in chains of other congresses, whose auditors see them
