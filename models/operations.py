"""Running processes looked after: incidents."""

from __future__ import annotations

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Record, Word, reference


class Incident(Base):
    """A step that the flow could not take: where, why, how often, and how to try it again."""

    __tablename__ = "incident"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    case_id: Mapped[int | None] = reference("cases.id")  # None: the case was only being opened
    definition_id: Mapped[int] = reference("process_definition.id", index=False)
    subject: Mapped[Line]  # task:5 | action:7.key.3 | clock:9 | timer:7 | event:3 | case:7 | definition:2
    element: Mapped[str] = mapped_column(String(100))  # BPMN element id; empty: the state as a whole
    cause: Mapped[Prose]
    use_case: Mapped[Word]
    arguments: Mapped[Record]  # what the use case was told, to do it again; emptied when it is resolved
    user_id: Mapped[int | None] = reference("user_account.id", index=False)  # who pressed; None: the system
    first_at: Mapped[Instant]
    last_at: Mapped[Instant]
    times: Mapped[int]
    resolved_at: Mapped[Instant | None]
    resolved_by: Mapped[int | None] = reference("user_account.id", index=False)
    resolution: Mapped[str | None] = mapped_column(String(64))  # retried | moot | by_hand

    __table_args__ = (
        Index(
            "uq_incident_open",
            "congress_id",
            "subject",
            "element",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )


class IncidentNote(Base):
    """What somebody wrote about an incident; notes are only added."""

    __tablename__ = "incident_note"

    id: Mapped[Key]
    incident_id: Mapped[int] = reference("incident.id")
    text: Mapped[Prose]
    written_by: Mapped[int | None] = reference("user_account.id", index=False)
    written_at: Mapped[Instant]


class Suspension(Base):
    """A case, or in one congress every case of a version, that may not move on for the time being."""

    __tablename__ = "suspension"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    case_id: Mapped[int | None] = reference("cases.id", index=False)
    definition_id: Mapped[int | None] = reference("process_definition.id", index=False)
    reason: Mapped[Prose]
    suspended_at: Mapped[Instant]
    suspended_by: Mapped[int | None] = reference("user_account.id", index=False)
    lifted_at: Mapped[Instant | None]
    lifted_by: Mapped[int | None] = reference("user_account.id", index=False)
    lift_reason: Mapped[Prose | None]

    __table_args__ = (
        Index(
            "uq_suspension_case",
            "case_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index(
            "uq_suspension_definition",
            "definition_id",
            "congress_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )


class VersionChoice(Base):
    """What one congress has chosen for a version: new cases take it, or none will ever again."""

    __tablename__ = "version_choice"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    process_key: Mapped[Word]
    definition_id: Mapped[int] = reference("process_definition.id", index=False)
    state: Mapped[Word]  # active | retired
    chosen_at: Mapped[Instant]
    chosen_by: Mapped[int | None] = reference("user_account.id", index=False)

    __table_args__ = (
        UniqueConstraint("congress_id", "definition_id"),
        Index(
            "uq_version_choice_active",
            "congress_id",
            "process_key",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )


class Migration(Base):
    """An order to take running cases over to another version: how, why, and how far it has come."""

    __tablename__ = "migration"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id")
    from_id: Mapped[int] = reference("process_definition.id", index=False)
    to_id: Mapped[int] = reference("process_definition.id", index=False)
    mapping: Mapped[Record]  # renamed nodes and clocks, where removed nodes go on
    reason: Mapped[Prose]
    state: Mapped[Word]  # planned | running | finished | cancelled
    planned_at: Mapped[Instant]
    planned_by: Mapped[int | None] = reference("user_account.id", index=False)
    started_at: Mapped[Instant | None]
    started_by: Mapped[int | None] = reference("user_account.id", index=False)
    finished_at: Mapped[Instant | None]


class MigrationCase(Base):
    """One case of a migration: waiting, or what became of it."""

    __tablename__ = "migration_case"

    migration_id: Mapped[int] = reference("migration.id", index=False, primary_key=True)
    case_id: Mapped[int] = reference("cases.id", primary_key=True)
    state: Mapped[Word]  # waiting | migrated | refused
    report: Mapped[Record]
    done_at: Mapped[Instant | None]

    __table_args__ = (Index("ix_migration_case_state", "migration_id", "state", "case_id"),)


class Modification(Base):
    """A plan to put a case on another way by hand: one makes it, another carries it out."""

    __tablename__ = "modification"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    case_id: Mapped[int] = reference("cases.id")
    changes: Mapped[Record]  # {"changes": what is taken out and let go, "clocks": ids of those that end}
    reason: Mapped[Prose]
    revision: Mapped[int]  # of the flow it was made for; a case that has moved on since needs another plan
    state: Mapped[Word]  # planned | applied | discarded
    planned_at: Mapped[Instant]
    planned_by: Mapped[int | None] = reference("user_account.id", index=False)
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[int | None] = reference("user_account.id", index=False)

    __table_args__ = (
        Index(
            "uq_modification_planned",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
    )
