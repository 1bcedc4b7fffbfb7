"""Replies of units to the asks of a case, the reviews they went through, and the deputies' evaluations."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Word, reference


class Reply(Base):
    """A unit's reply of one round; drafts follow one another as versions until one is signed."""

    __tablename__ = "reply"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    assignment_id: Mapped[int] = reference("assignment.id", index=False)
    round: Mapped[int]
    version: Mapped[int]
    number: Mapped[str | None] = mapped_column(String(100))  # 文号
    grade: Mapped[Word]
    body: Mapped[Prose]
    publicity: Mapped[Word]  # full | summary | withheld
    publicity_reason: Mapped[Prose]
    officer_name: Mapped[Line]
    officer_phone: Mapped[Word]
    drafted_by: Mapped[int | None] = reference("user_account.id", index=False)
    drafted_at: Mapped[Instant]
    signed_by: Mapped[int | None] = reference("user_account.id", index=False)
    signed_at: Mapped[Instant | None]

    __table_args__ = (UniqueConstraint("assignment_id", "round", "version"),)


class ReplyAnswer(Base):
    """The answer of one reply to one ask."""

    __tablename__ = "reply_answer"

    id: Mapped[Key]
    reply_id: Mapped[int] = reference("reply.id", index=False)
    ask_id: Mapped[int] = reference("ask.id", index=False)
    grade: Mapped[Word]
    text: Mapped[Prose]
    reason: Mapped[Prose] = mapped_column(server_default="")  # why it cannot be done, if so

    __table_args__ = (UniqueConstraint("reply_id", "ask_id"),)


class ReplyReview(Base):
    """One look at a reply in the unit's own review chain."""

    __tablename__ = "reply_review"

    id: Mapped[Key]
    reply_id: Mapped[int] = reference("reply.id")
    step: Mapped[Word]  # the task it was done in
    decision: Mapped[Word]  # passed | returned | signed
    opinion: Mapped[Prose]
    reviewed_by: Mapped[int | None] = reference("user_account.id", index=False)
    reviewed_at: Mapped[Instant]


class Evaluation(Base):
    """The lead deputy's evaluation (测评) of one reply on two axes."""

    __tablename__ = "evaluation"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    assignment_id: Mapped[int] = reference("assignment.id", index=False)
    reply_id: Mapped[int] = reference("reply.id", index=False)
    round: Mapped[int]
    deputy_id: Mapped[int | None] = reference("deputy.id", index=False)
    attitude: Mapped[Word]  # satisfied | basically_satisfied | dissatisfied
    result: Mapped[Word]
    reasons: Mapped[Prose]
    channel: Mapped[Word]  # platform | paper
    given_by: Mapped[int | None] = reference("user_account.id", index=False)
    given_at: Mapped[Instant]

    # A reply to several cases handled together is evaluated in each of them.
    __table_args__ = (UniqueConstraint("reply_id", "case_id"),)
