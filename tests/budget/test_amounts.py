"""Amounts are exact to the fen whatever the unit, and nothing that is none is taken for one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.budget.amounts import (
    MOST,
    UNITS,
    FinerThanFen,
    NotAnAmount,
    TooLarge,
    exact,
    in_unit,
    is_rounded,
    parse_amount,
    percent,
    shown,
)
from engine.foundation.errors import DomainError

WAN, YUAN, YI = UNITS["wan"], UNITS["yuan"], UNITS["yi"]
amounts = st.integers(-MOST, MOST)
units = st.sampled_from(list(UNITS.values()))


@given(amounts, units)
def test_what_is_written_out_is_read_back_as_the_same_fen(fen: int, unit: object) -> None:
    assert parse_amount(exact(fen, unit), unit) == fen


@given(amounts, units, units)
def test_a_conversion_between_units_loses_nothing(fen: int, one: object, other: object) -> None:
    assert parse_amount(exact(fen, one), one) == parse_amount(exact(fen, other), other)
    assert in_unit(fen, one) * one.fen == in_unit(fen, other) * other.fen


@given(amounts, units)
def test_what_is_shown_is_off_by_half_of_its_last_place_at_most(fen: int, unit: object) -> None:
    off = Decimal(shown(fen, unit).replace(",", "")) - in_unit(fen, unit)
    assert abs(off) <= Decimal("0.005")
    assert (off != 0) == is_rounded(fen, unit)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1,234.56", 1_234_560_000),
        ("１，２３４．５６", 1_234_560_000),
        (" 12 ", 12_000_000),
        ("(3.5)", -3_500_000),
        ("−3.5", -3_500_000),
        ("0.000001", 1),
        ("-0", 0),
        ("", None),
        ("—", None),
        ("　", None),
    ],
)
def test_amounts_are_understood_as_offices_write_them(written: str, fen: int | None) -> None:
    assert parse_amount(written, WAN) == fen


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("12万", NotAnAmount),
        ("1,23", NotAnAmount),
        ("1.2.3", NotAnAmount),
        ("1e5", NotAnAmount),
        ("#REF!", NotAnAmount),
        ("٣", NotAnAmount),
        ("0.0000001", FinerThanFen),
        ("9" * 12, TooLarge),
    ],
)
def test_what_is_no_amount_is_refused_by_name(written: str, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        parse_amount(written, WAN)


def test_halves_are_rounded_up_and_zero_has_no_sign() -> None:
    assert shown(12_345_678_950_000, YI) == "1,234.57"
    assert shown(5_000, WAN) == "0.01"
    assert shown(4_999, WAN) == "0.00"
    assert shown(-4_999, WAN) == "0.00"
    assert shown(-5_000, WAN) == "-0.01"


def test_a_share_of_nothing_is_no_number() -> None:
    assert percent(1, 3) == Decimal("33.33")
    assert percent(2, 3) == Decimal("66.67")
    assert percent(1, 0) is None
    assert percent(None, 5) is None
