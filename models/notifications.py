"""Messages to people, written with the change that caused them and delivered afterwards."""

from __future__ import annotations

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigKey, Instant, Key, Line, Prose, Word, reference


class Notification(Base):
    """One message to one person over one channel."""

    __tablename__ = "notification"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    user_id: Mapped[int] = reference("user_account.id", index=False)
    case_id: Mapped[int | None] = reference("cases.id", index=False)
    channel: Mapped[Word]  # in_app | email | sms | chat
    event: Mapped[Word]
    key: Mapped[str] = mapped_column(String(120), unique=True)  # the same happening tells a person once
    subject: Mapped[Line]
    body: Mapped[Prose]
    created_at: Mapped[Instant]
    state: Mapped[Word]  # collected (for a digest) | waiting | sent | dead | given_up
    attempts: Mapped[int]
    next_attempt_at: Mapped[Instant | None]
    sent_at: Mapped[Instant | None]
    read_at: Mapped[Instant | None]
    last_error: Mapped[str | None] = mapped_column(String(500))
    chat_group_id: Mapped[int | None] = mapped_column(BigKey)  # of a message to a group

    __table_args__ = (
        Index(
            "ix_notification_waiting",
            "next_attempt_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_notification_user", "user_id", "channel", "id"),
        Index(
            "ix_notification_unread",
            "user_id",
            sqlite_where=text("read_at IS NULL AND channel = 'in_app'"),
            postgresql_where=text("read_at IS NULL AND channel = 'in_app'"),
        ),
        Index(
            "ix_notification_collected",
            "user_id",
            "id",
            sqlite_where=text("state = 'collected'"),
            postgresql_where=text("state = 'collected'"),
        ),
        Index(
            "ix_notification_dead",
            "congress_id",
            "id",
            sqlite_where=text("state = 'dead'"),
            postgresql_where=text("state = 'dead'"),
        ),
    )
