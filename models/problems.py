"""Who is at work on a case as a group, and the problems found: handed to units, put right, struck off."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Key, Line, Prose, Word, reference

STILL = text("ended_at IS NULL")


class CaseMember(Base):
    """One of the working group of a case (检查组成员); who leaves it stays on record with the day he left."""

    __tablename__ = "case_member"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id")
    user_id: Mapped[int] = reference("user_account.id")
    role: Mapped[Word]  # leader | vice_leader | member | invited
    added_by: Mapped[int | None] = reference("user_account.id", index=False)
    added_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]

    __table_args__ = (
        Index(
            "uq_case_member_user",
            "case_id",
            "user_id",
            unique=True,
            sqlite_where=STILL,
            postgresql_where=STILL,
        ),
    )


class Problem(Base):
    """One problem of a case's list (问题清单) as it now stands; how it came to that is in its steps."""

    __tablename__ = "problem"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id", index=False)
    ordinal: Mapped[int]  # within the case, from 1
    text: Mapped[Prose]
    law: Mapped[Line]  # the article that it falls short of
    demand: Mapped[Prose]  # what is to be done about it
    # 涉及金额 in 万元, exact, in its own digits (1260.50); "" where none is stated
    amount: Mapped[Word] = mapped_column(default="", server_default="")
    entry_id: Mapped[int | None] = reference("case_entry.id", index=False)  # where it was found
    unit_id: Mapped[int] = reference("organization.id")  # that is to put it right
    assignment_id: Mapped[int | None] = reference("assignment.id", index=False)  # None: not handed over
    due_on: Mapped[dt.date | None]
    status: Mapped[Word]  # listed | open | reported | verified | closed | carried | withdrawn
    returned: Mapped[int]  # how often what was reported was not accepted
    listed_by: Mapped[int | None] = reference("user_account.id", index=False)
    listed_at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("case_id", "ordinal"),)


class ProblemStep(Base):
    """What was done about a problem, by whom; only added, never changed. Words and files are those of the entry."""

    __tablename__ = "problem_step"

    id: Mapped[Key]
    case_id: Mapped[int] = reference("cases.id", index=False)
    problem_id: Mapped[int] = reference("problem.id")
    status: Mapped[Word]  # the one that the problem had from then on
    returned: Mapped[bool]  # it was not accepted
    entry_id: Mapped[int | None] = reference("case_entry.id", index=False)
    done_by: Mapped[int | None] = reference("user_account.id", index=False)
    done_at: Mapped[Instant]
