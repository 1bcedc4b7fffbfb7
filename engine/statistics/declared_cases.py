"""Indicators of cases: how many came in and what became of them before a unit took them up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from engine.definitions.folder import Folder
from engine.definitions.words import Words
from engine.statistics.indicators import Indicator, Term, acting, declares

SEVERAL = 2  # units from which a matter counts as one of several departments


def _accepted(case: Any) -> sa.ColumnElement[bool]:
    return sa.or_(case.number.is_not(None), case.assigned_at.is_not(None))


def _to_assign(case: Any) -> sa.ColumnElement[bool]:
    return sa.and_(_accepted(case), case.merged_into_id.is_(None), case.status != "withdrawn")


RECEIVED = Term("case", Words("已提交的件", "cases handed in"), lambda case: sa.true())
ACCEPTED = Term("case", Words("已受理（编号）的件", "cases accepted (numbered)"), _accepted)
DECLINED = Term("case", Words("不予受理的件", "cases not accepted"), lambda case: case.status == "declined")
ASSIGNED = Term(
    "case",
    Words("已交办的件", "cases that have been assigned"),
    lambda case: case.assigned_at.is_not(None),
)
MERGED = Term(
    "case",
    Words("并入他案办理的件", "cases merged into another"),
    lambda case: case.merged_into_id.is_not(None),
)
WITHDRAWN = Term("case", Words("提出人撤回的件", "cases withdrawn"), lambda case: case.status == "withdrawn")
TO_ASSIGN = Term(
    "case",
    Words("已受理的件（并入他案的、撤回的不计入）", "cases accepted, without those merged or withdrawn"),
    lambda case: _to_assign(case),
)
TO_ASSIGN_DONE = Term(
    "case",
    Words("其中已交办的件", "those of them that have been assigned"),
    lambda case: sa.and_(_to_assign(case), case.assigned_at.is_not(None)),
)
CLOSED = Term("case", Words("已办结的件", "cases closed"), lambda case: case.status == "closed")
SHARED = Term(
    "case",
    Words("交给两个以上单位的件", "cases in the hands of two or more units"),
    lambda case: sa.and_(case.assigned_at.is_not(None), case.units >= SEVERAL),
)


@declares
def of_cases(_folders: Sequence[Folder]) -> Iterable[Indicator]:
    """Counts of cases, and the shares of those assigned."""
    yield Indicator("received", "amount", Words("提出", "Received"), RECEIVED)
    yield Indicator("accepted", "amount", Words("受理", "Accepted"), ACCEPTED)
    yield Indicator(
        "declined",
        "amount",
        Words("不予受理", "Not accepted"),
        DECLINED,
        source="代表法第二十四条",
        needs=acting("confirm_intake"),
    )
    yield Indicator("merged", "amount", Words("并案", "Merged"), MERGED, needs=acting("merge"))
    yield Indicator(
        "withdrawn",
        "amount",
        Words("撤回", "Withdrawn"),
        WITHDRAWN,
        needs=acting("request_withdrawal"),
    )
    yield Indicator("closed", "amount", Words("办结", "Closed"), CLOSED)
    yield Indicator(
        "assigned_share",
        "assignment",
        Words("交办率", "Assigned"),
        TO_ASSIGN_DONE,
        TO_ASSIGN,
        source="代表法第五十一条",
        needs=acting("assign_units"),
    )
    yield Indicator(
        "shared_share",
        "assignment",
        Words("多部门承办占比", "Handled by several units"),
        SHARED,
        ASSIGNED,
        note=Words("主办、会办、分办单位都算。", "Lead, co-handling and separate units all count."),
        needs=acting("assign_units"),
    )
