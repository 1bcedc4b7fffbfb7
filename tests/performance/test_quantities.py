"""Numbers as they are written in reports."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.performance.quantities import Quantity, blank, in_wan, number, plain, quantity

D = Decimal


@pytest.mark.parametrize(
    ("written", "value", "unit", "operator"),
    [
        ("50", "50", "", ""),
        ("４９．９２", "49.92", "", ""),
        ("＞＝９５％", "95", "%", "≥"),
        (">=95%", "95", "%", "≥"),
        ("≥ 95 %", "95", "%", "≥"),
        ("不低于95%", "95", "%", "≥"),
        ("不超过4.0万元/公里", "4.0", "万元/公里", "≤"),
        ("1,234,567.80元", "1234567.80", "元", ""),
        ("1，234.5", "1234.5", "", ""),
        ("-3", "-3", "", ""),
        ("−３", "-3", "", ""),
        ("= 0 起", "0", "起", "="),
        (".5", "0.5", "", ""),
        ("95%及以上", "95", "%", "≥"),
        ("95%（含）以上", "95", "%", "≥"),
        ("≥95%以上", "95", "%", "≥"),
        ("３天以内", "3", "天", "≤"),
        ("低于2次", "2", "次", "<"),
    ],
)
def test_a_quantity_is_read_however_it_is_written(written, value, unit, operator) -> None:
    assert quantity(written) == Quantity(D(value), unit, operator)


@pytest.mark.parametrize(
    "written",
    ["合规", "及时", "", "≤95%以上", "2021年1月", "90%-95%", "1,23", "1.2.3", "9" * 25, "≥", "五十"],
)
def test_what_is_no_one_number_is_not_guessed_at(written: str) -> None:
    assert quantity(written) is None


def test_a_bare_number_has_neither_unit_nor_operator() -> None:
    assert number("15") == 15
    assert number("15分") is None
    assert number("≥15") is None


def test_blanks_are_told_from_zero() -> None:
    assert all(blank(text) for text in ("", " ", "—", "/", "－", "\u3000"))
    assert not blank("0")


def test_money_is_brought_to_one_unit() -> None:
    assert in_wan(Quantity(D(500000)), "元") == 50
    assert in_wan(Quantity(D(50)), "万元") == 50
    assert in_wan(Quantity(D(500000), "元"), "万元") == 50
    assert in_wan(Quantity(D("0.5"), "亿元"), "万元") == 5000
    assert in_wan(Quantity(D(1), "%"), "万元") is None
    assert in_wan(Quantity(D(1)), "") is None


@given(
    st.decimals(-(10**12), 10**12, places=4),
    st.sampled_from(["", "%", "万元"]),
    st.sampled_from(["", "≥", "≤"]),
)
def test_a_quantity_reads_what_it_writes(value, unit, operator) -> None:
    written = Quantity(D(value), unit, operator).text
    assert quantity(written) == Quantity(D(plain(value)), unit, operator)
