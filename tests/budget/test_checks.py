"""Every check at its edge: what lies within is not named, what lies a fen beyond is."""

from __future__ import annotations

import functools
from decimal import Decimal

import pytest

from engine.budget.amounts import UNITS
from engine.budget.checks import findings, reserve_share
from engine.budget.figures import Figures, Line, tree
from engine.budget.findings import BASES, Bands
from engine.budget.reading import read_figures
from tests.budget.sheets import csv_file, rows

FEN = UNITS["wan"].fen


def figures(*lines: Line, year: int = 2026, month: int = 6) -> Figures:
    return Figures(year, month, lines)


def line(side: str = "expenditure", code: str = "205", budget: str = "funds", **more: object) -> Line:
    return Line(place=int(more.pop("place", 1)), budget=budget, side=side, code=code, name="某", **more)


general = functools.partial(line, budget="general")


def kinds(given: Figures, before: Figures | None = None) -> list[str]:
    return [each.kind for each in findings(given, before)]


def test_a_sound_month_has_nothing_to_be_noticed() -> None:
    read, unit = read_figures("数据.csv", csv_file(rows()), year=2026, month=8, unit=None)
    assert unit is UNITS["wan"]
    assert kinds(read) == []
    assert reserve_share(read) == Decimal("2.00")


@pytest.mark.parametrize(
    ("reserve", "kind"),
    [(99, "reserve_below"), (100, None), (300, None), (301, "reserve_above"), (0, "reserve_missing")],
)
def test_the_reserve_lies_between_one_and_three_percent_of_own_spending(
    reserve: int, kind: str | None
) -> None:
    given = figures(
        general(approved=10_000),
        general(code="227", approved=reserve, place=2),
        general(code="230", approved=90_000, place=3),  # what goes to other levels is not own spending
        general(code="231", approved=5_000, place=4),
    )
    assert kinds(given) == ([kind] if kind else [])


def test_a_share_that_looks_like_the_limit_may_still_be_beyond_it() -> None:
    given = figures(general(approved=10_000_000), general(code="227", approved=300_001, place=2))
    [found] = findings(given)
    assert (found.kind, found.share, found.limit) == ("reserve_above", Decimal("3.00"), Decimal(3))


@pytest.mark.parametrize(
    ("year", "spent", "noticed"), [(2024, 49, True), (2024, 50, False), (2025, 0, False), (2023, 0, True)]
)
def test_what_is_carried_over_for_two_years_is_named_while_some_is_left(
    year: int, spent: int, noticed: bool
) -> None:
    given = figures(line("carry_over", approved=50, cumulative=spent, carried_from=year))
    assert kinds(given) == (["carried_too_long"] if noticed else [])


@pytest.mark.parametrize(
    ("amounts", "kind"),
    [
        ({"approved": 100, "cumulative": 100}, None),
        ({"approved": 100, "cumulative": 101}, "spent_over"),
        ({"approved": 100, "adjusted": 101, "cumulative": 101}, None),
        ({"approved": 0, "cumulative": 1}, "not_in_budget"),
        ({"cumulative": 1}, None),  # without a plan there is nothing to compare with
    ],
)
def test_spending_stays_within_the_budget_as_it_stands(amounts: dict[str, int], kind: str | None) -> None:
    found = kinds(figures(line(**amounts), month=12))
    assert [each for each in found if each in ("spent_over", "not_in_budget")] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("came", "month", "expected"),
    [
        (101, 6, ["revenue_over"]),
        (100, 12, []),
        (99, 12, ["revenue_short"]),
        (50, 6, []),
    ],
)
def test_revenue_is_over_at_once_and_short_only_when_the_year_is_out(
    came: int, month: int, expected: list[str]
) -> None:
    given = figures(
        line("revenue", "101", approved=100, cumulative=came),
        line("revenue", "110", approved=500, cumulative=0, place=2),  # transfers are not earned
        month=month,
    )
    assert [kind for kind in kinds(given) if kind.startswith("revenue")] == expected


@pytest.mark.parametrize(
    ("spent", "kind"),
    [(6_500, None), (6_501, "ahead_of_time"), (3_500, None), (3_499, "behind_time")],
)
def test_progress_is_compared_with_the_share_of_the_year_gone_by(spent: int, kind: str | None) -> None:
    assert kinds(figures(line(approved=10_000, cumulative=spent))) == ([kind] if kind else [])
    bands = Bands(progress_points=50)
    assert [
        each.kind for each in findings(figures(line(approved=10_000, cumulative=spent)), None, bands)
    ] == []


def test_each_trigger_of_an_adjustment_is_named() -> None:
    given = figures(
        line(code="205", approved=100, adjusted=90, is_key=True),
        line("revenue", "11015", approved=0, adjusted=5, place=2),
        line("revenue", "105", approved=10, adjusted=11, place=3),
        month=1,
    )
    assert kinds(given) == ["total_adjusted", "key_spending_cut", "stabilisation_drawn", "debt_raised"]
    # The other way round none of the three is one.
    calm = figures(
        line(code="205", approved=100, adjusted=100, is_key=True),
        line("revenue", "11015", approved=5, adjusted=0, place=2),
        line("revenue", "105", approved=11, adjusted=10, place=3),
    )
    assert kinds(calm) == []


def test_months_follow_upon_one_another() -> None:
    june = figures(line(approved=100, in_month=10, cumulative=50))
    good = figures(line(approved=100, in_month=10, cumulative=60), month=7)
    assert kinds(good, june) == []
    bad = figures(line(approved=101, in_month=10, cumulative=61), month=7)
    found = findings(bad, june)
    assert [each.kind for each in found] == ["chain_broken", "approved_changed"]
    assert found[0].difference == 1
    assert kinds(bad) == []  # without the month before there is nothing to compare with
    january = figures(line(approved=1000, in_month=100, cumulative=101), month=1)
    assert kinds(january) == ["chain_broken"]


def test_sums_and_totals_are_compared_in_every_column() -> None:
    read, _unit = read_figures(
        "数据.csv",
        csv_file(rows((1, "累计数", "3,500.01"), (2, "年初预算数", "2,999"), (4, "本月数", "761"))),
        year=2026,
        month=8,
        unit=None,
    )
    found = {(each.kind, each.column): each.difference for each in findings(read)}
    assert found == {
        ("sum_exceeds", "cumulative"): -FEN // 100,
        ("sum_below", "approved"): FEN,
        ("total_differs", "in_month"): FEN,
    }


def test_what_was_not_adjusted_counts_as_approved_in_the_adjusted_sum() -> None:
    above = line(code="213", approved=30, adjusted=35)
    one, other = (
        line(code="21301", approved=10, adjusted=15, place=2),
        line(code="21303", approved=20, place=3),
    )
    assert "sum_below" not in kinds(figures(above, one, other))
    short = line(code="21303", approved=19, place=3)
    assert kinds(figures(above, one, short)).count("sum_below") == 2  # in the approved column too


def test_heads_stand_below_the_nearest_head_that_is_there() -> None:
    codes = ["2050101", "205", "20501", "2130102", "213", "20502"]
    made = tree([line(code=code, place=place) for place, code in enumerate(codes)])
    assert [(each.line.code, each.depth) for top in made for each in top.all()] == [
        ("205", 0),
        ("20501", 1),
        ("2050101", 2),
        ("20502", 1),
        ("213", 0),
        ("2130102", 1),
    ]


def test_a_balanced_budget_is_compared_only_with_its_transfers() -> None:
    sides = [general("revenue", "101", approved=90), general("expenditure", "205", approved=91, place=2)]
    assert kinds(figures(*sides, month=1)) == ["reserve_missing"]
    whole = figures(
        *sides,
        general("revenue", "110", approved=10, place=3),
        general("expenditure", "230", approved=10, place=4),
        general("expenditure", "227", approved=1, place=5),
        month=1,
    )
    assert kinds(whole) == ["unbalanced"]


def test_every_finding_has_its_article_or_is_arithmetic() -> None:
    arithmetic = {"sum_exceeds", "sum_below", "total_differs", "chain_broken"}
    assert {kind for kind, basis in BASES.items() if not basis} == arithmetic
