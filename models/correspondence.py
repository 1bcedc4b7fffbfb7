"""How people wish to be told, where a unit's chat group is, and who may subscribe to a calendar."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Word, reference


class CorrespondenceSetting(Base):
    """A person's wishes; who has no row is told as everybody is by default (notifications/wishes.py)."""

    __tablename__ = "correspondence_setting"

    user_id: Mapped[int] = reference("user_account.id", index=False, primary_key=True)
    urgent: Mapped[Word]  # channels beside the screen, by comma: email,sms,chat
    normal: Mapped[Word]
    minor: Mapped[Word]
    normal_in_digest: Mapped[bool]
    digest_hour: Mapped[int]  # of the congress's day, 0 … 23
    quiet_from: Mapped[int]  # minutes after midnight; equal to `quiet_to`: no quiet hours
    quiet_to: Mapped[int]
    phone: Mapped[Word]  # only what has been verified
    phone_asked: Mapped[Word]  # what waits for its code
    code_hash: Mapped[str | None] = mapped_column(String(64))
    code_sent_at: Mapped[Instant | None]
    code_tries: Mapped[int]


class ChatGroup(Base):
    """The robot of a unit's chat group (企业微信、钉钉、飞书); its address is kept sealed."""

    __tablename__ = "chat_group"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id")
    organization_id: Mapped[int] = reference("organization.id")
    kind: Mapped[Word]  # wecom | dingtalk | feishu
    title: Mapped[Line]
    sealed: Mapped[Prose]
    added_at: Mapped[Instant]
    added_by: Mapped[int | None] = reference("user_account.id", index=False)
    removed_at: Mapped[Instant | None]


class CalendarFeed(Base):
    """A person's calendar address; only the hash of its secret is kept."""

    __tablename__ = "calendar_feed"

    id: Mapped[Key]
    user_id: Mapped[int] = reference("user_account.id", index=False)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[Instant]
    fetched_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]

    __table_args__ = (Index("ix_calendar_feed_user_id", "user_id"),)
