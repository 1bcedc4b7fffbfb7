"""Budget figures (预算执行数据) as the finance department hands them over each month, and approved adjustments."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Word, reference


class BudgetSheet(Base):
    """The figures of one month of a congress's budgets; a correction is a further version, nothing is written over."""

    __tablename__ = "budget_sheet"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    year: Mapped[int]
    month: Mapped[int]
    version: Mapped[int]  # 1 for the first
    unit: Mapped[Word]  # of money, in which the file was written: yuan | thousand | wan | million | yi
    filename: Mapped[Line]
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the file
    reason: Mapped[Prose]  # why it was corrected; empty for the first version
    kept_by: Mapped[int | None] = reference("user_account.id", index=False)
    kept_at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("congress_id", "year", "month", "version"),)


class BudgetLine(Base):
    """One head of one budget in a sheet. Amounts are whole fen (分), so that both databases keep them exactly."""

    __tablename__ = "budget_line"

    id: Mapped[Key]
    sheet_id: Mapped[int] = reference("budget_sheet.id", index=False)
    place: Mapped[int]  # row of the file
    budget: Mapped[Word]  # general | funds | capital | insurance
    side: Mapped[Word]  # revenue | expenditure | carry_over
    code: Mapped[str] = mapped_column(
        String(16)
    )  # of the head (科目编码); empty for a total that the file states
    name: Mapped[Line]
    is_key: Mapped[bool]  # spending on what is of the first importance (重点支出)
    carried_from: Mapped[int | None]  # of what is carried over: the year whose budget gave it
    approved: Mapped[int | None] = mapped_column(BigInteger)
    adjusted: Mapped[int | None] = mapped_column(BigInteger)
    in_month: Mapped[int | None] = mapped_column(BigInteger)
    cumulative: Mapped[int | None] = mapped_column(BigInteger)
    last_year: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (UniqueConstraint("sheet_id", "place"),)


class BudgetAdjusted(Base):
    """A head of a budget as an approved adjustment (预算调整) has it, in whole fen; only added, never changed."""

    __tablename__ = "budget_adjusted"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id", index=False)
    congress_id: Mapped[int] = reference("congress.id", index=False)
    year: Mapped[int]
    budget: Mapped[Word]
    side: Mapped[Word]  # revenue | expenditure
    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[Line]
    before: Mapped[int] = mapped_column(BigInteger)
    after: Mapped[int] = mapped_column(BigInteger)
    approved_on: Mapped[dt.date]

    __table_args__ = (
        UniqueConstraint("case_id", "budget", "side", "code"),
        Index("ix_budget_adjusted_year", "congress_id", "year"),
    )
