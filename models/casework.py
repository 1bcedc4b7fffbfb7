"""Cases and what every kind of oversight case shares: texts, asks, units, replies by round, evaluations."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigKey, Instant, Key, Line, Prose, Record, Word, reference


class Case(Base):
    """One matter under oversight, from receipt to archive."""

    __tablename__ = "cases"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    process_key: Mapped[Word]
    definition_id: Mapped[int] = reference("process_definition.id", index=False)
    rule_pack_id: Mapped[int] = reference("rule_pack_version.id", index=False)
    meeting_id: Mapped[int | None] = reference("meeting.id", index=False)
    number: Mapped[str | None] = mapped_column(String(100))  # the official number, issued once, never changed
    title: Mapped[Line]
    stage: Mapped[Word]  # a stage key of process.toml
    status: Mapped[Word]  # draft | open | closed | declined | withdrawn
    outcome: Mapped[str | None] = mapped_column(String(64))
    confidentiality: Mapped[Word]  # public | internal | restricted
    category: Mapped[str | None] = mapped_column(String(64))
    lead_deputy_id: Mapped[int | None] = reference("deputy.id")
    delegation_id: Mapped[int | None] = reference(
        "organization.id"
    )  # put forward in a whole delegation's name
    organ_id: Mapped[int | None] = reference("organization.id")  # the committee or office in charge
    origin: Mapped[Word] = mapped_column(
        server_default="platform"
    )  # | paper | delegation | motion | resubmission | organ | public | event
    origin_id: Mapped[int | None] = reference("cases.id")  # the case that this one goes back to
    merged_into_id: Mapped[int | None] = reference("cases.id")  # the case it is handled together with (并案)
    opened_by: Mapped[int | None] = reference("user_account.id")
    key_status: Mapped[str | None] = mapped_column(
        String(64)
    )  # of key supervision: proposed | designated | …
    round: Mapped[int]  # 1 for the first handling, +1 for each redo order
    fields: Mapped[Record]  # register fields that process.toml declares
    text_version: Mapped[int]
    created_at: Mapped[Instant]
    submitted_at: Mapped[Instant | None]
    assigned_at: Mapped[Instant | None]  # T0 of the first assignment (代表法 art. 51)
    closed_at: Mapped[Instant | None]
    archived_at: Mapped[Instant | None]  # from then on nothing of the case changes any more

    __table_args__ = (
        UniqueConstraint("congress_id", "process_key", "number"),
        Index("ix_cases_register", "congress_id", "process_key", "status", "id"),
    )


class CaseText(Base):
    """One version of a case's text; a version is frozen when it is submitted."""

    __tablename__ = "case_text"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id", index=False)
    version: Mapped[int]
    title: Mapped[Line]
    body: Mapped[Record]  # field of the text form → what was written
    written_by: Mapped[int | None] = reference("user_account.id", index=False)
    written_at: Mapped[Instant]
    frozen_at: Mapped[Instant | None]

    __table_args__ = (UniqueConstraint("case_id", "version"),)


class Ask(Base):
    """One numbered request of a case (具体建议): every one gets its own answer."""

    __tablename__ = "ask"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id", index=False)
    text_version: Mapped[int]
    number: Mapped[int]
    text: Mapped[Prose]

    __table_args__ = (UniqueConstraint("case_id", "text_version", "number"),)


class Attachment(Base):
    """A file that belongs to a case; its bytes lie in the file store under their SHA-256."""

    __tablename__ = "attachment"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    filename: Mapped[Line]
    media_type: Mapped[Line]
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    subject: Mapped[Word]  # text | contact | reply | …: what it was attached to
    subject_id: Mapped[int | None]
    added_by: Mapped[int | None] = reference("user_account.id", index=False)
    added_at: Mapped[Instant]
    removed_at: Mapped[Instant | None]


class Cosignature(Base):
    """An invitation to co-sign one version of the text, and its answer; a changed text asks again."""

    __tablename__ = "cosignature"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id", index=False)
    deputy_id: Mapped[int] = reference("deputy.id")
    text_version: Mapped[int]
    status: Mapped[Word]  # invited | confirmed | declined | withdrawn | reset
    invited_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]

    __table_args__ = (UniqueConstraint("case_id", "deputy_id", "text_version"),)


class Decision(Base):
    """A decision on a case that one proposes and another confirms (four eyes)."""

    __tablename__ = "decision"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    assignment_id: Mapped[int | None] = reference("assignment.id", index=False)
    round: Mapped[int]
    kind: Mapped[Word]  # intake | redo | …
    result: Mapped[Word]
    reason_code: Mapped[str | None] = mapped_column(String(64))
    explanation: Mapped[Prose]
    proposed_by: Mapped[int | None] = reference("user_account.id", index=False)
    proposed_at: Mapped[Instant]
    confirmed_by: Mapped[int | None] = reference("user_account.id", index=False)
    confirmed_at: Mapped[Instant | None]
    refused_at: Mapped[Instant | None]


class CaseAction(Base):
    """What somebody did to a case of his own accord (a request, an urging): his answers, and how it was settled."""

    __tablename__ = "case_action"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id", index=False)
    assignment_id: Mapped[int | None] = reference("assignment.id", index=False)
    round: Mapped[int]
    key: Mapped[Word]  # the action of process.toml
    answers: Mapped[Record]  # field of its form → what was written
    done_by: Mapped[int | None] = reference("user_account.id", index=False)
    done_at: Mapped[Instant]
    sending: Mapped[str | None] = mapped_column(String(64), unique=True)  # the same click sent twice is one
    outcome: Mapped[str | None] = mapped_column(String(64))  # None while nobody has decided
    settled_at: Mapped[Instant | None]

    __table_args__ = (Index("ix_case_action_case", "case_id", "key"),)


class CaseEntry(Base):
    """What a step has put on record: every answer of its form, with the day it is about; only added, never changed."""

    __tablename__ = "case_entry"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    assignment_id: Mapped[int | None] = reference("assignment.id", index=False)
    round: Mapped[int]
    node: Mapped[Word]  # the task or action of process.toml
    answers: Mapped[Record]  # field of its form → what was written
    entry_on: Mapped[dt.date]
    entered_by: Mapped[int | None] = reference("user_account.id", index=False)
    entered_at: Mapped[Instant]


class Assignment(Base):
    """A case handed to a unit (交办) in one role; a unit is given at most one, and may inherit others."""

    __tablename__ = "assignment"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    unit_id: Mapped[int] = reference("organization.id")
    role: Mapped[Word]  # lead | co | separate
    scope: Mapped[Prose]  # what this unit answers; obligatory where units answer separately
    instruction: Mapped[Prose]
    assigned_at: Mapped[Instant]
    assigned_by: Mapped[int | None] = reference("user_account.id", index=False)
    signed_for_at: Mapped[Instant | None]
    signed_for_by: Mapped[int | None] = reference("user_account.id", index=False)
    officer_id: Mapped[int | None] = reference("user_account.id", index=False)
    round: Mapped[int]
    status: Mapped[Word]  # assigned | signed_for | replied | returned | closed
    closed_at: Mapped[Instant | None]
    formerly_id: Mapped[int | None] = mapped_column(
        BigKey
    )  # whose part it was, before that was merged into the unit

    __table_args__ = (
        CheckConstraint("role IN ('lead', 'co', 'separate')", name="ck_assignment_role"),
        Index(
            "uq_assignment_unit",
            "case_id",
            "unit_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL AND formerly_id IS NULL"),
            postgresql_where=text("closed_at IS NULL AND formerly_id IS NULL"),
        ),
    )


class Reassignment(Base):
    """One unit's part handed on to another (改办): by which request and which decision."""

    __tablename__ = "reassignment"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    from_id: Mapped[int] = reference("assignment.id", index=False, unique=True)
    to_id: Mapped[int] = reference("assignment.id", index=False)
    action_id: Mapped[int | None] = reference("case_action.id", index=False)
    decision_id: Mapped[int | None] = reference("decision.id", index=False)
    made_by: Mapped[int | None] = reference("user_account.id", index=False)
    made_at: Mapped[Instant]


class ContactRecord(Base):
    """One contact between a unit and the deputies (沟通记录); a reply needs at least one (代表法 art. 51)."""

    __tablename__ = "contact_record"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    assignment_id: Mapped[int] = reference("assignment.id", index=False)
    round: Mapped[int]
    held_on: Mapped[dt.date]
    method: Mapped[Word]  # visit | meeting | telephone | video | message | letter | survey
    persons: Mapped[Line]
    place: Mapped[Line]
    summary: Mapped[Prose]
    recorded_by: Mapped[int | None] = reference("user_account.id", index=False)
    recorded_at: Mapped[Instant]


class CoOpinion(Base):
    """A co-handling unit's written opinion to the lead unit."""

    __tablename__ = "co_opinion"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    assignment_id: Mapped[int] = reference("assignment.id", index=False)
    round: Mapped[int]
    position: Mapped[Word]  # agree | partly | disagree
    text: Mapped[Prose]
    given_by: Mapped[int | None] = reference("user_account.id", index=False)
    given_at: Mapped[Instant]


class CaseViewer(Base):
    """Somebody who may know of a restricted case although no work of his brings it to him (知悉范围)."""

    __tablename__ = "case_viewer"

    case_id: Mapped[int] = reference("cases.id", index=False, primary_key=True)
    user_id: Mapped[int] = reference("user_account.id", primary_key=True)
    added_by: Mapped[int | None] = reference("user_account.id", index=False)
    added_at: Mapped[Instant]


class Watch(Base):
    """A user who wants to follow a case."""

    __tablename__ = "watch"

    case_id: Mapped[int] = reference("cases.id", index=False, primary_key=True)
    user_id: Mapped[int] = reference("user_account.id", primary_key=True)
    since: Mapped[Instant]
