"""What was approved covers what the figures show, to the fen; what was not, or not so, stays a warning."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.budget.adjustments import Adjusted, adjustments, read_head
from engine.budget.amounts import UNITS
from engine.budget.checks import findings
from engine.budget.covered import allowed, held_against
from engine.budget.figures import Figures, Line
from engine.budget.findings import Finding
from engine.budget.keeping import keep_figures
from engine.budget.readings import budget_page
from engine.budget.workbook import workbook_of
from models import BudgetAdjusted, Case, db
from tests.support.cast import Cast, join
from tests.support.performance import performed
from tests.support.scenarios import scenarios

WAN = UNITS["wan"]
MAY = dt.date(2026, 5, 20)
FORM = Path("processes/budget_adjustment/forms/submit_draft.json")


def head(code: str, before: int, after: int, case_id: int = 1, side: str = "expenditure") -> Adjusted:
    return Adjusted(case_id, f"调整第{case_id}号", "general", side, code, "某", before, after, MAY)


def line(code: str, side: str = "expenditure", place: int = 1, **amounts: object) -> Line:
    return Line(place, "general", side, code, "某", **amounts)  # type: ignore[arg-type]


def held(*lines: Line, approved: tuple[Adjusted, ...]) -> list[Finding]:
    return held_against(findings(Figures(2026, 12, lines)), approved)


def test_what_exceeds_its_budget_but_not_what_was_approved_is_no_warning() -> None:
    over = line("204", approved=100, cumulative=130)
    (found,) = [each for each in held(over, approved=(head("204", 100, 130),)) if each.kind == "spent_over"]
    assert (found.severity, found.covered, found.allowed) == ("note", True, 130)
    assert [each.number for each in found.adjustments] == ["调整第1号"]
    (a_fen_more,) = [
        each for each in held(over, approved=(head("204", 100, 129),)) if each.kind == "spent_over"
    ]
    assert (a_fen_more.severity, a_fen_more.allowed) == ("warning", 129)
    assert [each.number for each in a_fen_more.adjustments] == ["调整第1号"]
    for other in (head("205", 100, 130), head("204", 100, 130, side="revenue")):
        (uncovered,) = [each for each in held(over, approved=(other,)) if each.kind == "spent_over"]
        assert (uncovered.severity, uncovered.adjustments, uncovered.allowed) == ("warning", (), None)


def test_of_two_adjustments_of_a_head_the_later_counts() -> None:
    found, limit = allowed(
        line("213", approved=100), [head("213", 100, 130, case_id=1), head("213", 130, 120, case_id=2)]
    )
    assert (limit, [each.case_id for each in found]) == (120, [2])


def test_a_class_is_covered_by_what_was_approved_below_it_once() -> None:
    approved = [head("21303", 60, 90), head("2130301", 20, 45), head("21301", 40, 45)]
    found, limit = allowed(line("213", approved=100), approved)
    assert limit == 135  # the item is within its section
    assert [each.code for each in found] == ["21303", "21301"]
    assert allowed(line("21305", approved=100), approved) == ((), None)


@pytest.mark.parametrize(
    ("changed", "approved", "kind"),
    [
        (
            line("105", "revenue", approved=50, adjusted=80),
            head("105", 50, 80, side="revenue"),
            "debt_raised",
        ),
        (
            line("11015", "revenue", adjusted=30, approved=10),
            head("11015", 10, 30, side="revenue"),
            "stabilisation_drawn",
        ),
        (line("205", approved=50, adjusted=40, is_key=True), head("205", 50, 40), "key_spending_cut"),
        (line("214", approved=50, adjusted=70), head("214", 50, 70), "total_adjusted"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_four_cases_of_adjustment_need_exactly_what_was_approved(
    changed: Line, approved: Adjusted, kind: str
) -> None:
    (bare,) = [each for each in held(changed, approved=()) if each.kind == kind]
    assert (bare.severity, bare.allowed) == ("warning", None)
    (found,) = [each for each in held(changed, approved=(approved,)) if each.kind == kind]
    assert (found.severity, found.covered) == ("note", True)
    less = head(approved.code, approved.before, approved.after - 1, side=approved.side)
    (found,) = [each for each in held(changed, approved=(less,)) if each.kind == kind]
    assert (found.severity, abs((found.stated or 0) - (found.allowed or 0))) == ("warning", 1)


@pytest.mark.parametrize(
    "row",
    [
        "一般公共预算 支出 21303 水利 396,000 486,000",
        "政府性基金预算  收入 10301政府性基金收入 0 1.000001",
        "社会保险基金预算 支出 209 社会保险基金支出 12 12.5",
    ],
)
def test_what_the_form_takes_can_be_read(row: str) -> None:
    fields = {each["name"]: each for each in json.loads(FORM.read_text(encoding="utf-8"))["fields"]}
    pattern = fields["heads"]["pattern"]
    assert re.fullmatch(pattern, row)
    assert read_head(row)["after"]
    for wrong in (
        "21303 水利 396,000 486,000",
        f"{row} 3",
        row.replace("支出", "结转").replace("收入", "结转"),
    ):
        assert not re.fullmatch(pattern, wrong)
        with pytest.raises(ValueError, match=re.escape(wrong)):
            read_head(wrong)


def test_the_standing_committee_s_approval_answers_the_warnings_of_the_months_after_it(cast: Cast) -> None:
    """From the plan in the case to the page of the figures, with the case's number."""
    (example,) = [each for each in scenarios() if each.name == "budget_adjustment/approved"]
    with performed(example, cast) as performance:
        rows = db.session.execute(sa.select(BudgetAdjusted.code, BudgetAdjusted.before, BudgetAdjusted.after))
        assert sorted(tuple(row) for row in rows) == [
            ("105", 1_400_000 * WAN.fen, 1_700_000 * WAN.fen),
            ("21301", 428_000 * WAN.fen, 452_000 * WAN.fen),
            ("21303", 396_000 * WAN.fen, 486_000 * WAN.fen),
            ("214", 864_000 * WAN.fen, 1_050_000 * WAN.fen),
        ]
        number = db.session.get_one(Case, performance.case_id).number
        reviewer = join(performance.cast, "reviewer2", "ysw", "budget_reviewer")
        elsewhere = join(performance.cast, "looks_on", "bgt", "standing_member")
        approved_on = dt.date(2026, 7, 30)
        assert adjustments(reviewer, 2026, approved_on - dt.timedelta(days=1)) == []
        assert {each.number for each in adjustments(reviewer, 2026, approved_on)} == {number}
        assert adjustments(reviewer, 2025, approved_on) == []
        for month in (6, 8):
            shown = (
                line("105", "revenue", 1, approved=1_400_000 * WAN.fen, adjusted=1_700_000 * WAN.fen),
                line("214", place=2, approved=864_000 * WAN.fen, cumulative=900_000 * WAN.fen),
            )
            content = workbook_of(Figures(2026, month, shown), WAN)
            keep_figures(reviewer, year=2026, month=month, filename="数据.xlsx", content=content)
        kinds = ("debt_raised", "spent_over")
        june, august = (
            {
                each.kind: each
                for each in budget_page(who, year=2026, month=month).findings
                if each.kind in kinds
            }
            for who, month in ((reviewer, 6), (elsewhere, 8))
        )
        assert {each.severity for each in june.values()} == {"warning"}  # nothing was approved by then
        assert {each.severity for each in august.values()} == {"note"}
        assert {one.number for each in august.values() for one in each.adjustments} == {number}
        assert set(june) == set(august) == set(kinds)
