"""Performance of budget projects: self-evaluations with figures and problems, public copies, links to cases."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from models.base import Base, Instant, Key, Line, Prose, Record, Word, reference


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal in its own digits: SQLite has none, and a binary fraction is no amount of money."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Without exponent, with the zeros it has."""
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """As it was kept."""
        return None if value is None else Decimal(value)


Exact = Annotated[Decimal, mapped_column(ExactDecimal)]


class PerformanceProject(Base):
    """A project of a year's budget; how far its self-evaluation is, its case says."""

    __tablename__ = "performance_project"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    organization_id: Mapped[int | None] = reference("organization.id")
    name: Mapped[Line]
    year: Mapped[int]
    unit: Mapped[Line]
    budget_head: Mapped[Word]  # 201 一般公共服务 …
    case_id: Mapped[int | None] = reference("cases.id")  # None where it has none since there are cases
    version: Mapped[int]  # of the latest report
    made_by: Mapped[int | None] = reference("user_account.id", index=False)
    made_at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("congress_id", "year", "name"),)


class PerformanceMove(Base):
    """A step that a project took before it had a case: who, when, and why it was sent back. None is added any more."""

    __tablename__ = "performance_move"

    id: Mapped[Key]
    project_id: Mapped[int] = reference("performance_project.id")
    move: Mapped[Word]
    version: Mapped[int]
    reason: Mapped[Prose]
    made_by: Mapped[int | None] = reference("user_account.id", index=False)
    made_at: Mapped[Instant]


class PerformanceReport(Base):
    """A version of a self-evaluation as it was stated, with what follows from it; never overwritten."""

    __tablename__ = "performance_report"

    id: Mapped[Key]
    project_id: Mapped[int] = reference("performance_project.id", index=False)
    version: Mapped[int]
    source: Mapped[Word]  # file | form
    filename: Mapped[Line]
    fingerprint: Mapped[Word]  # SHA-256 of what is stated
    stated: Mapped[Record]  # the whole report in words
    rules: Mapped[Line]  # the rule pack that it was computed by
    total_stated: Mapped[Exact | None]
    total_computed: Mapped[Exact | None]
    execution: Mapped[Exact | None]  # points
    grade: Mapped[Word]  # "" where there is no total
    problems: Mapped[int]
    made_by: Mapped[int | None] = reference("user_account.id", index=False)
    made_at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("project_id", "version"),)


class PerformanceFunding(Base):
    """A figure of a funding table: an amount in 万元 or a rate in percent."""

    __tablename__ = "performance_funding"

    report_id: Mapped[int] = reference("performance_report.id", index=False, primary_key=True)
    row_name: Mapped[Word] = mapped_column(primary_key=True)
    column_name: Mapped[Word] = mapped_column(primary_key=True)
    value: Mapped[Exact]


class PerformanceIndicator(Base):
    """An indicator of a report in three levels, as stated, with its score."""

    __tablename__ = "performance_indicator"

    report_id: Mapped[int] = reference("performance_report.id", index=False, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    level1: Mapped[Prose]
    level2: Mapped[Prose]
    name: Mapped[Prose]
    weight: Mapped[Exact | None]
    target: Mapped[Prose]
    actual: Mapped[Prose]
    reason: Mapped[Prose]
    score_stated: Mapped[Exact | None]
    score_computed: Mapped[Exact | None]


class PerformanceProblem(Base):
    """What is wrong with a report. What is done about it is on the list of its case (问题—整改—销号).

    The columns from `measure` on hold what was said and done before there were cases.
    """

    __tablename__ = "performance_problem"

    id: Mapped[Key]
    report_id: Mapped[int] = reference("performance_report.id", index=False)
    position: Mapped[int]
    code: Mapped[Word]
    place: Mapped[Prose]
    stated: Mapped[Prose]
    computed: Mapped[Prose]
    case_problem_id: Mapped[int | None] = reference("problem.id")
    measure: Mapped[Prose]
    due_on: Mapped[dt.date | None]
    planned_by: Mapped[int | None] = reference("user_account.id", index=False)
    planned_at: Mapped[Instant | None]
    note: Mapped[Prose]
    closed_by: Mapped[int | None] = reference("user_account.id", index=False)
    closed_at: Mapped[Instant | None]

    __table_args__ = (UniqueConstraint("report_id", "position"),)


class PerformancePublication(Base):
    """A project that the public reads or has read; its row and its public number stay for ever."""

    __tablename__ = "performance_publication"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    project_id: Mapped[int] = reference("performance_project.id", index=False, unique=True)
    public_id: Mapped[str] = mapped_column(
        String(16), unique=True
    )  # in addresses and open data, never reused
    released: Mapped[int | None]  # the number of the copy that the public reads; None once it is withdrawn
    released_at: Mapped[Instant | None]
    first_released_at: Mapped[Instant]
    # What lists and searches of the public ask for, taken from the released copy.
    year: Mapped[int]
    organization_id: Mapped[int | None] = reference("organization.id")
    words: Mapped[Prose]

    __table_args__ = (Index("ix_performance_publication_public", "first_released_at", "id"),)


class PerformanceCopy(Base):
    """What the public reads of one version, with personal data hidden; never changed, the next release is the next."""

    __tablename__ = "performance_copy"

    publication_id: Mapped[int] = reference("performance_publication.id", index=False, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]  # of the report
    content: Mapped[Record]
    docx: Mapped[bytes] = mapped_column(LargeBinary)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    released_by: Mapped[int | None] = reference("user_account.id", index=False)
    released_at: Mapped[Instant]


class PerformanceLink(Base):
    """That a project, or one of its indicators, concerns a case, and why; taken off with a reason, never erased."""

    __tablename__ = "performance_link"

    id: Mapped[Key]
    project_id: Mapped[int] = reference("performance_project.id")
    case_id: Mapped[int] = reference("cases.id")
    indicator: Mapped[Prose]  # the name of the indicator; "" for the project as a whole
    reason: Mapped[Prose]
    made_by: Mapped[int | None] = reference("user_account.id", index=False)
    made_at: Mapped[Instant]
    removed_reason: Mapped[Prose]
    removed_by: Mapped[int | None] = reference("user_account.id", index=False)
    removed_at: Mapped[Instant | None]
