"""Figures: two decimals rounded half up, and a dash where there is nothing to divide by."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.statistics.figures import NOTHING, Figure


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure(992), "992"),
        (Figure(0), "0"),
        (Figure(478, 992), "48.19%"),  # what Shanxi published of 2019: 478 of 992, 364 of 992
        (Figure(364, 992), "36.69%"),
        (Figure(0, 7), "0.00%"),
        (Figure(7, 7), "100.00%"),
        (Figure(0, 0), NOTHING),
        (Figure(1, 800), "0.13%"),  # 0.125 goes up, as one rounds on paper
        (Figure(1, 8, mean=True), "0.13"),
        (Figure(3, 2, mean=True), "1.50"),
        (Figure(0, 0, mean=True), NOTHING),
    ],
)
def test_a_figure_reads_as_it_is_published(figure: Figure, text: str) -> None:
    assert figure.text == text


@given(part=st.integers(0, 10**6), more=st.integers(0, 10**6))
def test_a_share_is_the_exact_fraction_within_half_a_hundredth(part: int, more: int) -> None:
    whole = part + more
    value = Figure(part, whole).value
    if whole == 0:
        assert value is None
        return
    assert value is not None
    exact = Fraction(part * 100, whole)
    assert abs(Fraction(value) - exact) <= Fraction(1, 200)
    assert Fraction(value) >= exact or Fraction(value) + Fraction(1, 200) > exact


def test_a_change_is_said_only_where_both_have_a_value() -> None:
    assert Figure(3, 4).change_from(Figure(1, 2)) == Decimal("25.00")
    assert Figure(10).change_from(Figure(12)) == Decimal(-2)
    assert Figure(3, 4).change_from(Figure(0, 0)) is None
