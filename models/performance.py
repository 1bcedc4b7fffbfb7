"""Performance of budget projects: projects, versions of their self-evaluations, figures, what is to be put right."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

from sqlalchemy import CheckConstraint, String, UniqueConstraint
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
    """A project of a year's budget and how far its self-evaluation is; `unit` where the unit is not registered."""

    __tablename__ = "performance_project"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    organization_id: Mapped[int | None] = reference("organization.id")
    name: Mapped[Line]
    year: Mapped[int]
    unit: Mapped[Line]
    budget_head: Mapped[Word]  # 201 一般公共服务 …
    stage: Mapped[Word]  # filling | reviewing | confirming | confirmed | published
    version: Mapped[int]  # of the latest report
    made_by: Mapped[int | None] = reference("user_account.id", index=False)
    made_at: Mapped[Instant]

    __table_args__ = (
        UniqueConstraint("congress_id", "year", "name"),
        CheckConstraint(
            "stage IN ('filling', 'reviewing', 'confirming', 'confirmed', 'published')",
            name="ck_performance_project_stage",
        ),
    )


class PerformanceMove(Base):
    """A step of a project from one stage to another: who, when, and why it was sent back."""

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
    """What is wrong with a report, what is to be done about it, and who has struck it off (问题—整改—销号)."""

    __tablename__ = "performance_problem"

    id: Mapped[Key]
    report_id: Mapped[int] = reference("performance_report.id", index=False)
    position: Mapped[int]
    code: Mapped[Word]
    place: Mapped[Prose]
    stated: Mapped[Prose]
    computed: Mapped[Prose]
    measure: Mapped[Prose]
    due_on: Mapped[dt.date | None]
    planned_by: Mapped[int | None] = reference("user_account.id", index=False)
    planned_at: Mapped[Instant | None]
    note: Mapped[Prose]
    closed_by: Mapped[int | None] = reference("user_account.id", index=False)
    closed_at: Mapped[Instant | None]

    __table_args__ = (UniqueConstraint("report_id", "position"),)
