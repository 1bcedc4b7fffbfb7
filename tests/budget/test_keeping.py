"""Figures are kept once for each month, corrected by further versions, and read by those whose business they are."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.budget.keeping import keep_figures
from engine.budget.reading import FiguresRefused
from engine.budget.readings import budget_page, months_kept
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from models import AuditEvent, BudgetLine, BudgetSheet, db
from tests.budget.sheets import csv_file, rows
from tests.support.cast import Cast, assemble, join

JULY = {"year": 2026, "month": 7, "filename": "七月.csv"}
AUGUST = {"year": 2026, "month": 8, "filename": "八月.csv"}


def count(
    table: type[BudgetSheet] | type[BudgetLine] | type[AuditEvent], *where: sa.ColumnElement[bool]
) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def test_a_month_is_kept_once_and_corrected_by_a_version_with_its_reason(reviewer: Actor) -> None:
    first = keep_figures(reviewer, **AUGUST, content=csv_file(rows()))
    again = keep_figures(reviewer, **AUGUST, content=csv_file(rows()))
    assert (first.version, first.lines, first.repeated) == (1, 9, False)
    assert (again.sheet_id, again.repeated) == (first.sheet_id, True)
    corrected = csv_file(rows((0, "累计数", "5,601"), (1, "累计数", "3,501"), (4, "累计数", "6,251")))
    with pytest.raises(InvalidAnswers):
        keep_figures(reviewer, **AUGUST, content=corrected)
    second = keep_figures(reviewer, **AUGUST, content=corrected, reason="财政厅更正增值税。")
    assert second.version == 2

    page = budget_page(reviewer, year=2026, month=8)
    assert [(each.version, each.reason) for each in page.versions] == [(2, "财政厅更正增值税。"), (1, "")]
    assert page.figures.part("general", "revenue").total("cumulative") == 6_251_000_000
    before = budget_page(reviewer, year=2026, month=8, version=1)
    assert before.figures.part("general", "revenue").total("cumulative") == 6_250_000_000
    assert count(BudgetLine) == 18
    assert count(AuditEvent, AuditEvent.action == "budget:kept") == 1
    assert count(AuditEvent, AuditEvent.action == "budget:corrected") == 1


def test_a_file_with_problems_leaves_nothing(reviewer: Actor) -> None:
    with pytest.raises(FiguresRefused):
        keep_figures(reviewer, **AUGUST, content=csv_file(rows((2, "累计数", "二千"))))
    assert count(BudgetSheet) == count(BudgetLine) == 0
    assert count(AuditEvent, AuditEvent.action.like("budget:%")) == 0


def test_months_are_read_together(reviewer: Actor) -> None:
    july = rows(
        (0, "累计数", "4,900"), (1, "累计数", "3,100"), (2, "累计数", "1,800"), (3, "累计数", "590"),
        (4, "累计数", "5,490"), (5, "累计数", "2,450"), (6, "累计数", "1,700"),
    )  # fmt: skip
    keep_figures(reviewer, **JULY, content=csv_file(july))
    keep_figures(reviewer, **AUGUST, content=csv_file(rows()))
    page = budget_page(reviewer, year=2026, month=8)
    assert [(each.kind, each.line.name if each.line else "", each.difference) for each in page.findings] == [
        ("chain_broken", "农林水支出", 50_000_000)
    ]
    course = [(each.month, each.revenue, each.expenditure) for each in page.course["general"]]
    assert course == [(7, 5_490_000_000, 4_150_000_000), (8, 6_250_000_000, 4_800_000_000)]
    assert months_kept(reviewer) == {2026: [8, 7]}
    assert [each.month for each in budget_page(reviewer, year=2026, month=7).course["general"]] == [7]


@pytest.mark.parametrize(("year", "month"), [(2026, 10), (2027, 1), (2026, 13), (1999, 1), (2026, 0)])
def test_no_month_that_is_still_to_come_or_is_none(reviewer: Actor, year: int, month: int) -> None:
    with pytest.raises(InvalidAnswers):
        keep_figures(reviewer, year=year, month=month, filename="数据.csv", content=csv_file(rows()))


def test_figures_are_the_business_of_few_and_of_their_own_congress(cast: Cast, reviewer: Actor) -> None:
    keep_figures(reviewer, **AUGUST, content=csv_file(rows()))
    member = join(cast, "member", "dgw", "standing_member")
    assert budget_page(member, year=2026, month=8).shown.version == 1
    for refused in (member, cast.actor("slt_clerk"), cast.actor("intake")):
        with pytest.raises(NotAllowed):
            keep_figures(refused, **AUGUST, content=csv_file(rows()))
    for stranger in (cast.actor("slt_clerk"), cast.actor("deputy1")):
        with pytest.raises(NotAllowed):
            budget_page(stranger, year=2026, month=8)
    elsewhere = join(assemble("15", "另一省人民代表大会"), "budget15", "dgw", "budget_reviewer")
    assert months_kept(elsewhere) == {}
    with pytest.raises(NotFound):
        budget_page(elsewhere, year=2026, month=8)
