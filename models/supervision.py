"""Seeing to it: warning cards, and cases under key supervision."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Word, reference


class WarningCard(Base):
    """A yellow or red card to a unit for one case; one that is lifted stays on record."""

    __tablename__ = "warning_card"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    case_id: Mapped[int] = reference("cases.id")
    assignment_id: Mapped[int] = reference("assignment.id", index=False)
    colour: Mapped[Word]  # yellow | red
    cause: Mapped[Word]  # the happening that brought it, or by_hand, or yellows
    round: Mapped[int]
    reason: Mapped[Prose]
    issued_by: Mapped[int | None] = reference("user_account.id", index=False)
    issued_at: Mapped[Instant]
    lifted_by: Mapped[int | None] = reference("user_account.id", index=False)
    lifted_at: Mapped[Instant | None]
    lifted_reason: Mapped[Prose]

    __table_args__ = (
        CheckConstraint("colour IN ('yellow', 'red')", name="ck_warning_card_colour"),
        Index("ix_warning_card_assignment", "assignment_id", "cause"),
    )


class KeySupervision(Base):
    """A case under key supervision (重点督办, 代表法 art. 52): proposal, decision of the council, plan and result."""

    __tablename__ = "key_supervision"

    case_id: Mapped[int] = reference("cases.id", index=False, primary_key=True)
    grounds: Mapped[Word]
    proposal: Mapped[Prose]
    proposed_by: Mapped[int | None] = reference("user_account.id", index=False)
    proposed_at: Mapped[Instant]
    meeting: Mapped[Line]  # the chairpersons' council that decided
    decided_on: Mapped[dt.date | None]
    leader: Mapped[Line]  # who takes charge (领办、领衔督办)
    committee_id: Mapped[int | None] = reference("organization.id")  # which supervises
    plan: Mapped[Prose]
    report_by: Mapped[dt.date | None]
    result: Mapped[Prose]
    effect: Mapped[str | None] = mapped_column(String(64))  # solved | progress | unsolved
    reported_at: Mapped[Instant | None]
