"""The yearly plan of supervision of a congress: what is planned, what becomes of it, and each version as adopted."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Record, Word, reference


class SupervisionPlan(Base):
    """The plan of a year (年度监督工作计划)."""

    __tablename__ = "supervision_plan"

    id: Mapped[Key]
    congress_id: Mapped[int] = reference("congress.id", index=False)
    year: Mapped[int]
    created_by: Mapped[int | None] = reference("user_account.id", index=False)
    created_at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("congress_id", "year"),)


class PlanItem(Base):
    """A matter of a plan: from which channel it came, of which kind it is to be, whose it is, and its case."""

    __tablename__ = "plan_item"

    id: Mapped[Key]
    plan_id: Mapped[int] = reference("supervision_plan.id")
    title: Mapped[Line]
    channel: Mapped[Word]  # one of the six of 监督法 art. 12
    process_key: Mapped[Word]  # the kind of work that its case will be
    organ_id: Mapped[int] = reference("organization.id", index=False)
    month: Mapped[int]  # 1 to 12: when it is to be done
    grounds: Mapped[Prose]
    sources: Mapped[Record]  # {"cases": official numbers of the cases it goes back to}
    status: Mapped[Word]  # planned | dropped
    reason: Mapped[Prose]  # of the last change
    case_id: Mapped[int | None] = reference("cases.id", index=False, unique=True)
    opened_at: Mapped[Instant | None]
    told_begun: Mapped[int | None]  # the month of whose coming its people were told
    told_over: Mapped[int | None]  # the month that they were told was over without a case
    changed_by: Mapped[int | None] = reference("user_account.id", index=False)
    changed_at: Mapped[Instant]


class PlanVersion(Base):
    """A plan as the chairpersons' council has adopted it; only added, never changed. The last one is public."""

    __tablename__ = "plan_version"

    plan_id: Mapped[int] = reference("supervision_plan.id", index=False, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    council: Mapped[Line]  # which meeting of the council
    decided_on: Mapped[dt.date]
    reason: Mapped[Prose]  # of an adjustment
    content: Mapped[Record]  # {"items": each as it then stood}
    recorded_by: Mapped[int | None] = reference("user_account.id", index=False)
    recorded_at: Mapped[Instant]
