"""Process definitions, running instances and the tasks they open."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Record, Word, reference


class ProcessDefinition(Base):
    """A process folder as deployed, kept once by content; running cases pin the row they began with."""

    __tablename__ = "process_definition"

    id: Mapped[Key]
    key: Mapped[Word]
    version: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    files: Mapped[
        Record
    ]  # relative path → text: the whole folder, so that the pinned version can be run again
    active: Mapped[bool]
    deployed_at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("key", "version"), UniqueConstraint("key", "content_hash"))


class ProcessInstance(Base):
    """The live tokens of one case: a private compact state beside its compare-and-swap counter."""

    __tablename__ = "process_instance"

    case_id: Mapped[int] = reference("cases.id", index=False, primary_key=True)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    wakes_at: Mapped[
        Instant | None
    ]  # when its next technical timer is due, or is tried again after a failure

    __table_args__ = (
        Index(
            "ix_process_instance_waking",
            "wakes_at",
            "case_id",
            sqlite_where=text("wakes_at IS NOT NULL"),
            postgresql_where=text("wakes_at IS NOT NULL"),
        ),
    )


class AwaitedSignal(Base):
    """That a case waits for a signal: who hears it is found here, without opening anybody's state."""

    __tablename__ = "awaited_signal"

    case_id: Mapped[int] = reference("cases.id", index=False, primary_key=True)
    name: Mapped[str] = mapped_column(String(500), primary_key=True)
    congress_id: Mapped[int] = reference("congress.id", index=False)

    __table_args__ = (Index("ix_awaited_signal_name", "congress_id", "name", "case_id"),)


class ThrownEvent(Base):
    """A signal or message on its way from one case to another: written by the step that threw it, heard in its own."""

    __tablename__ = "thrown_event"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    kind: Mapped[Word]  # signal | message
    name: Mapped[Line]
    from_case_id: Mapped[int] = reference("cases.id")
    to_case_id: Mapped[int | None] = reference("cases.id")  # of one that begins a case: what it has begun
    to_process: Mapped[str | None] = mapped_column(String(64))  # the kind of work that it begins a case of
    thrown_at: Mapped[Instant]
    tried_at: Mapped[Instant | None]  # when it last could not be heard; it is tried again an hour later
    settled_at: Mapped[Instant | None]
    outcome: Mapped[str | None] = mapped_column(
        String(64)
    )  # heard | begun | unheard: the receiver had gone on

    __table_args__ = (
        Index(
            "ix_thrown_event_waiting",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )


class Task(Base):
    """A work item for a person (BPMN user task)."""

    __tablename__ = "task"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    case_id: Mapped[int] = reference("cases.id", index=False)
    token: Mapped[str] = mapped_column(String(36))  # the engine's key of the open task in the instance
    node: Mapped[Word]  # BPMN element id: which task of the definition this is
    name: Mapped[Line]
    role: Mapped[Word]
    organization_id: Mapped[int | None] = reference("organization.id", index=False)
    user_id: Mapped[int | None] = reference("user_account.id", index=False)  # set when one person is meant
    assignee_id: Mapped[int | None] = reference("user_account.id", index=False)
    assignment_id: Mapped[int | None] = reference("assignment.id", index=False)
    priority: Mapped[int]
    clock: Mapped[Word | None]  # the key of the clock whose due date the task shows
    due_on: Mapped[dt.date]  # far future (9999-12-31) where no clock runs, so that one index sorts all
    round: Mapped[int]
    open: Mapped[bool] = mapped_column(Boolean)
    opened_at: Mapped[Instant]
    sent_by: Mapped[Line]  # who or which unit brought the work here
    closed_at: Mapped[Instant | None]
    closed_by: Mapped[int | None] = reference("user_account.id", index=False)
    outcome: Mapped[str | None] = mapped_column(String(64))  # completed | withdrawn
    revision: Mapped[int]

    __table_args__ = (
        Index(
            "ix_task_inbox",
            "organization_id",
            "role",
            "due_on",
            "id",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index(
            "ix_task_personal",
            "user_id",
            "due_on",
            "id",
            sqlite_where=text("open = 1 AND user_id IS NOT NULL"),
            postgresql_where=text("open AND user_id IS NOT NULL"),
        ),
        Index(
            "ix_task_assignee",
            "assignee_id",
            "due_on",
            "id",
            sqlite_where=text("open = 1 AND assignee_id IS NOT NULL"),
            postgresql_where=text("open AND assignee_id IS NOT NULL"),
        ),
        Index(
            "ix_task_done",
            "closed_by",
            "closed_at",
            "id",
            sqlite_where=text("open = 0 AND closed_by IS NOT NULL"),
            postgresql_where=text("NOT open AND closed_by IS NOT NULL"),
        ),
        Index("ix_task_case_id", "case_id", "open"),
    )


class TaskDraft(Base):
    """What someone typed into a task's form and has not sent yet."""

    __tablename__ = "task_draft"

    task_id: Mapped[int] = reference("task.id", index=False, primary_key=True)
    user_id: Mapped[int] = reference("user_account.id", index=False, primary_key=True)
    answers: Mapped[Record]
    saved_at: Mapped[Instant]
    revision: Mapped[int] = mapped_column(default=1)  # one more with every change of `answers`
    window: Mapped[Word] = mapped_column(default="")  # which of his windows made it
    # window → {answers, saved_at}: what others wrote on top of an older revision, until he has chosen
    aside: Mapped[Record] = mapped_column(default=dict)
