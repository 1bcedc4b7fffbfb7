"""Commitments (承诺事项): what a reply promises, what became of each, what was noticed about a reply."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Record, Word, reference


class ReplyCommitment(Base):
    """A promise as one version of a reply words it; it binds once that version is signed."""

    __tablename__ = "reply_commitment"

    id: Mapped[Key]
    reply_id: Mapped[int] = reference("reply.id", index=False)
    position: Mapped[int]
    ask_id: Mapped[int | None] = reference("ask.id", index=False)  # None: for the suggestion as a whole
    what: Mapped[Prose]
    due_on: Mapped[dt.date]
    milestones: Mapped[list[dict[str, str]]] = mapped_column(JSON)  # [{on, what}]

    __table_args__ = (UniqueConstraint("reply_id", "position"),)


class ReplyFinding(Base):
    """What was noticed about a version of a reply, and the written reason for which it went on nevertheless."""

    __tablename__ = "reply_finding"

    id: Mapped[Key]
    reply_id: Mapped[int] = reference("reply.id", index=False)
    key: Mapped[str] = mapped_column(String(64))  # kind, or kind:place
    template: Mapped[Prose]  # the Chinese sentence with {names} for its values
    shown: Mapped[Record]  # the values
    reason: Mapped[Prose]
    answered_by: Mapped[int | None] = reference("user_account.id", index=False)
    answered_at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("reply_id", "key"),)


class Commitment(Base):
    """A promise of a signed reply, tracked until it is kept, across years, terms and reorganisations."""

    __tablename__ = "commitment"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    case_id: Mapped[int] = reference("cases.id", index=False)
    assignment_id: Mapped[int] = reference("assignment.id", index=False)
    reply_id: Mapped[int] = reference("reply.id")
    unit_id: Mapped[int] = reference("organization.id")  # who owes it now
    ordinal: Mapped[int]  # within the case, never used again
    ask_id: Mapped[int | None] = reference("ask.id", index=False)
    what: Mapped[Prose]
    milestones: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    made_on: Mapped[dt.date]
    first_due_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    term: Mapped[int | None]  # 届: of the congress that tracks it now
    status: Mapped[Word]  # open | changed | carried_over | lapsed | fulfilled | superseded | withdrawn
    fulfilled_on: Mapped[dt.date | None]  # as the unit reports it
    rating: Mapped[Word | None]  # fulfilled | not_fulfilled: the deputy's latest
    rating_due_on: Mapped[dt.date | None]  # while the deputy is asked
    wakes_on: Mapped[dt.date | None]  # the next day on which the sweep has something to say
    superseded_by: Mapped[int | None] = reference("reply.id", index=False)
    revision: Mapped[int]

    __table_args__ = (
        UniqueConstraint("case_id", "ordinal"),
        Index("ix_commitment_ledger", "congress_id", "status", "due_on"),
        Index(
            "ix_commitment_wakes",
            "wakes_on",
            "id",
            sqlite_where=text("wakes_on IS NOT NULL"),
            postgresql_where=text("wakes_on IS NOT NULL"),
        ),
    )


class CommitmentEntry(Base):
    """One entry in the history of a commitment: a report, a request to change it, a rating, a new owner."""

    __tablename__ = "commitment_entry"

    id: Mapped[Key]
    commitment_id: Mapped[int] = reference("commitment.id")
    kind: Mapped[
        Word
    ]  # report | fulfilment | change | rating | inherited | carried_over | lapsed | superseded
    text: Mapped[Prose]
    # change: {action, due_on, what}; rating: {rating}; inherited: {old, new}
    detail: Mapped[Record]
    state: Mapped[Word]  # done; of a change: requested | approved | granted | refused
    written_by: Mapped[int | None] = reference("user_account.id", index=False)
    written_for: Mapped[Line]  # the organization spoken for
    written_at: Mapped[Instant]
    approved_by: Mapped[int | None] = reference("user_account.id", index=False)  # the unit's head
    approved_at: Mapped[Instant | None]
    decided_by: Mapped[int | None] = reference("user_account.id", index=False)
    decided_at: Mapped[Instant | None]
    decision: Mapped[Prose]  # the reason of whoever refused or granted
