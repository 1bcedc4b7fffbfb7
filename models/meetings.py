"""Meetings of a congress, of its standing committee and of its chairpersons' council: agenda, attendance, votes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Record, Word, reference


class Meeting(Base):
    """A meeting (会次); official numbers are counted within the sessions of the congress."""

    __tablename__ = "meeting"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    kind: Mapped[Word] = mapped_column(server_default="congress")  # | standing_committee | council
    term: Mapped[int]
    ordinal: Mapped[int]
    name: Mapped[Line]
    opens_on: Mapped[dt.date | None]  # unknown for an old session that only a ledger names
    closes_on: Mapped[dt.date | None]
    motions_until: Mapped[Instant | None]  # after it no motion is handed in for this session (议案截止时间)
    counters: Mapped[Record]  # series → last number issued

    __table_args__ = (UniqueConstraint("congress_id", "kind", "term", "ordinal"),)


class AgendaItem(Base):
    """A matter on a meeting's agenda: a case, or a title alone; a case stands once on the agenda of a meeting."""

    __tablename__ = "agenda_item"

    id: Mapped[Key]
    meeting_id: Mapped[int] = reference("meeting.id", index=False)
    case_id: Mapped[int | None] = reference("cases.id")
    position: Mapped[int]
    title: Mapped[Line]
    added_by: Mapped[int | None] = reference("user_account.id", index=False)
    added_at: Mapped[Instant]
    removed_at: Mapped[Instant | None]  # taken off, or moved to another meeting

    __table_args__ = (
        Index("ix_agenda_item_meeting", "meeting_id", "position"),
        Index(
            "uq_agenda_item_case",
            "meeting_id",
            "case_id",
            unique=True,
            sqlite_where=text("case_id IS NOT NULL AND removed_at IS NULL"),
            postgresql_where=text("case_id IS NOT NULL AND removed_at IS NULL"),
        ),
    )


class Attendance(Base):
    """Whether one who is called to a meeting was there; the last entry of a person is the one that stands."""

    __tablename__ = "attendance"

    meeting_id: Mapped[int] = reference("meeting.id", index=False, primary_key=True)
    user_id: Mapped[int] = reference("user_account.id", primary_key=True)
    status: Mapped[Word]  # present | leave | absent
    recorded_by: Mapped[int | None] = reference("user_account.id", index=False)
    recorded_at: Mapped[Instant]


class Ballot(Base):
    """A vote as it was counted: how many belong to the body, were there, and chose what; and what came of it."""

    __tablename__ = "ballot"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    meeting_id: Mapped[int | None] = reference("meeting.id")
    decision_id: Mapped[int | None] = reference("decision.id", index=False)
    evaluation_id: Mapped[int | None] = reference("evaluation.id", index=False)
    node: Mapped[Word]  # the task in which it was recorded
    threshold: Mapped[Word]  # the majority of the rule pack that was asked for
    members: Mapped[int]
    present: Mapped[int]
    counts: Mapped[Record]  # choice → votes
    result: Mapped[str] = mapped_column(String(64))
    recorded_by: Mapped[int | None] = reference("user_account.id", index=False)
    recorded_at: Mapped[Instant]
