"""Calendars, rule packs as pinned by cases, and running clocks."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Record, Word, reference


class CalendarYear(Base):
    """One year of a congress's calendar; a lower congress reads the nearest ancestor's."""

    __tablename__ = "calendar_year"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    year: Mapped[int]
    status: Mapped[Word]  # confirmed | estimated
    source: Mapped[Line]
    changed_at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("congress_id", "year"),)


class CalendarDay(Base):
    """A day that is not what its weekday says: a day off on a weekday, or a make-up working day (调休)."""

    __tablename__ = "calendar_day"

    id: Mapped[Key]
    calendar_year_id: Mapped[int] = reference("calendar_year.id", index=False)
    day: Mapped[dt.date]
    kind: Mapped[Word]  # workday | restday
    name: Mapped[Line]

    __table_args__ = (UniqueConstraint("calendar_year_id", "day"),)


class RulePackVersion(Base):
    """A rule pack as it stood when cases began: kept once by content, never changed."""

    __tablename__ = "rule_pack_version"

    id: Mapped[Key]
    key: Mapped[Word]
    version: Mapped[Word]
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    rules: Mapped[Record]
    stored_at: Mapped[Instant]


class Clock(Base):
    """A running legal period of a case or of one assignment."""

    __tablename__ = "clock"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    case_id: Mapped[int] = reference("cases.id", index=False)
    assignment_id: Mapped[int | None] = reference("assignment.id", index=False)
    meeting_id: Mapped[int | None] = reference("meeting.id")  # whose day it is counted from, and moves with
    key: Mapped[Word]  # the clock of deadlines.toml
    rule_id: Mapped[Word]
    round: Mapped[int]
    start_event: Mapped[Word]
    started_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    unrolled_on: Mapped[dt.date]
    provisional: Mapped[bool]
    state: Mapped[Word]  # running | warned | overdue | satisfied | extended | cancelled
    wakes_on: Mapped[dt.date | None]  # the next day on which the sweep has something to do
    notices_sent: Mapped[int]
    ended_at: Mapped[Instant | None]

    __table_args__ = (
        Index(
            "ix_clock_wakes",
            "wakes_on",
            "id",
            sqlite_where=text("wakes_on IS NOT NULL"),
            postgresql_where=text("wakes_on IS NOT NULL"),
        ),
        Index("ix_clock_case", "case_id", "key"),
        Index(  # a case of many rounds has hundreds of clocks that have ended
            "ix_clock_running",
            "case_id",
            "id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class ClockChange(Base):
    """One change of a clock's state or due date, with its reason; rows are only added."""

    __tablename__ = "clock_change"

    id: Mapped[Key]
    clock_id: Mapped[int] = reference("clock.id")
    at: Mapped[Instant]
    state: Mapped[Word]
    old_due_on: Mapped[dt.date | None]
    new_due_on: Mapped[dt.date]
    reason: Mapped[Prose]
