"""Scores by the formula and the worked example of practice, and what must hold of every score."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.deadlines.packs import load_pack, load_packs
from engine.performance.quantities import Quantity, quantity
from engine.performance.refusals import (
    BandViolated,
    DeductionTooLarge,
    DeductionUnapproved,
    NegativeAmount,
    OvershootUnexplained,
    UnitsDiffer,
    ZeroBudget,
    ZeroTarget,
)
from engine.performance.scheme import Band, Grade, Level, NoStandards, School, scheme_of
from engine.performance.scoring import (
    Deviation,
    attained_score,
    bounds,
    execution_score,
    judged_score,
    rate,
    total,
)

LINEAR = scheme_of(load_pack("national"))
RATIO = replace(LINEAR, school=School.RATIO)
D = Decimal


def q(text: str) -> Quantity:
    found = quantity(text)
    assert found is not None, text
    return found


def scored(target: str, actual: str, weight: int, scheme=LINEAR, **deviation) -> Decimal:
    return attained_score(q(target), q(actual), D(weight), scheme, Deviation(**deviation))


def test_the_shipped_packs_score_by_the_general_scheme_of_the_measures() -> None:
    for pack in load_packs().values():
        scheme = scheme_of(pack)
        assert scheme.execution == 10
        assert scheme.levels == {Level.OUTPUT: 50, Level.BENEFIT: 30, Level.SATISFACTION: 10}
        assert scheme.school is School.LINEAR
        assert "财预〔2020〕10号" in scheme.basis


def test_a_pack_without_standards_scores_nothing() -> None:
    with pytest.raises(NoStandards, match="weight_execution"):
        scheme_of(replace(load_pack("national"), performance={}))


def test_the_worked_example_of_practice() -> None:
    def scores(scheme) -> list[Decimal]:
        return [
            execution_score(D("462.50"), D("500.00"), scheme),
            scored("≥120公里", "108公里", 15, scheme),
            scored("≥100%", "100%", 15, scheme),
            scored("≥95%", "90%", 10, scheme),
            scored("≤4.0万元/公里", "4.4万元/公里", 10, scheme),
            scored("≥30000人", "41000人", 15, scheme, reason="易地搬迁人口并入"),
            judged_score(Band.PARTLY, D("7.50"), D(10), scheme),
            judged_score(Band.MET, D("4.50"), D(5), scheme),
            scored("≥90%", "88%", 10, scheme),
        ]

    expected = ["9.25", "13.50", "15.00", "9.47", "9.00", "15.00", "7.50", "4.50", "9.78"]
    assert [str(score) for score in scores(LINEAR)] == expected
    assert total(scores(LINEAR)) == D("93.00")
    assert str(scores(RATIO)[4]) == "9.09"
    assert total(scores(RATIO)) == D("93.09")
    assert LINEAR.grade(total(scores(LINEAR))) is Grade.EXCELLENT
    assert sum((15, 15, 10, 10, 15, 10, 5, 10)) + LINEAR.execution == 100


def test_execution_is_capped_and_never_made_up() -> None:
    assert execution_score(D(120), D(100), LINEAR) == 10
    assert execution_score(D(-1), D(100), LINEAR) == 0
    assert rate(D(120), D(100)) == 120
    assert rate(D("49.92"), D(50)) == D("99.84")
    with pytest.raises(ZeroBudget):
        execution_score(D(0), D(0), LINEAR)
    with pytest.raises(NegativeAmount):
        rate(D(1), D(-1))


@pytest.mark.parametrize(
    ("target", "actual", "score"),
    [
        ("≤0起", "0起", "10.00"),
        ("≤0起", "1起", "0.00"),
        ("=0起", "0起", "10.00"),
        ("=0起", "1起", "0.00"),
        ("≤4", "8", "0.00"),
        ("≤4", "9", "0.00"),
        ("<4", "4", "10.00"),  # strict signs are read as those with equality
        (">90%", "90%", "10.00"),
        ("=3", "2", "6.67"),
        ("=3", "3.5", "10.00"),
        ("≥3", "-2", "0.00"),  # a negative actual counts as nothing
        ("≥200", "199.9", "10.00"),  # 9.995 rounds half up
        ("≥200", "199.8", "9.99"),
    ],
)
def test_edges_of_the_formula(target: str, actual: str, score: str) -> None:
    assert str(scored(target, actual, 10)) == score


def test_a_target_of_zero_is_refused_unless_a_rule_calls_it_met() -> None:
    with pytest.raises(ZeroTarget):
        scored("≥0", "5", 10)
    assert scored("≥0", "5", 10, replace(LINEAR, zero_target_met=True)) == 10
    with pytest.raises(NegativeAmount):
        scored("≥-2%", "1%", 10)


def test_units_that_differ_are_not_compared() -> None:
    with pytest.raises(UnitsDiffer):
        scored("≥95%", "0.95", 10)
    with pytest.raises(UnitsDiffer):
        scored("≤4万元", "40000元", 10)


def test_an_overshoot_needs_its_reason_and_a_deduction_its_approval() -> None:
    assert scored("≥100", "129.99", 10) == 10
    with pytest.raises(OvershootUnexplained):
        scored("≥100", "130", 10, reason="  ")
    assert scored("≥100", "130", 10, reason="需求激增") == 10
    assert scored("≥100", "130", 10, reason="目标偏低", deduction=D(3), approved_by="审核人") == 7
    with pytest.raises(DeductionTooLarge):
        scored("≥100", "130", 10, reason="目标偏低", deduction=D("3.01"), approved_by="审核人")
    with pytest.raises(DeductionTooLarge):  # the deviation is greater than the weight: all of it, no more
        scored("≥100", "900", 10, reason="目标偏低", deduction=D("10.01"), approved_by="审核人")
    with pytest.raises(DeductionTooLarge):
        scored("≥100", "100", 10, deduction=D(1), approved_by="审核人")
    with pytest.raises(DeductionUnapproved):
        scored("≥100", "130", 10, reason="目标偏低", deduction=D(3))


@pytest.mark.parametrize(
    ("band", "good", "bad"),
    [
        (Band.MET, ("8", "10"), ("7.99", "10.01")),
        (Band.PARTLY, ("6", "7.99"), ("5.99", "8.00")),
        (Band.UNMET, ("0", "5.99"), ("-0.01", "6")),
    ],
)
def test_a_qualitative_score_lies_in_its_band(band: Band, good: tuple, bad: tuple) -> None:
    for score in good:
        assert judged_score(band, D(score), D(10), LINEAR) == D(score)
    for score in bad:
        with pytest.raises(BandViolated):
            judged_score(band, D(score), D(10), LINEAR)


def test_a_weight_is_not_negative() -> None:
    with pytest.raises(NegativeAmount):
        attained_score(q("1"), q("1"), D(-1), LINEAR)


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("90", "优"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
        ("0", "差"),
    ],
)
def test_the_grade_is_that_of_the_total_as_it_is(points: str, grade: str) -> None:
    assert LINEAR.grade(D(points)).value == grade


amounts = st.decimals(min_value=0, max_value=10**9, places=2)
targets = st.decimals(min_value="0.01", max_value=10**6, places=2)
weights = st.decimals(min_value=0, max_value=100, places=1)
signs = st.sampled_from(["", "≥", ">", "=", "≤", "<"])
schools = st.sampled_from([LINEAR, RATIO])
EXPLAINED = Deviation(reason="已说明")


def of(sign: str, target: Decimal, actual: Decimal, weight: Decimal, scheme) -> Decimal:
    return attained_score(Quantity(target, "", sign), Quantity(actual), weight, scheme, EXPLAINED)


@given(signs, targets, amounts, weights, schools)
def test_a_score_has_two_places_and_lies_between_nothing_and_its_weight(sign, target, actual, weight, scheme):
    score = of(sign, target, actual, weight, scheme)
    assert 0 <= score <= weight
    assert score.as_tuple().exponent == -2


@given(signs, targets, amounts, amounts, weights, schools)
def test_more_never_scores_less_and_of_reverse_indicators_never_more(
    sign, target, one, other, weight, scheme
):
    less, more = sorted((one, other))
    lower, higher = of(sign, target, less, weight, scheme), of(sign, target, more, weight, scheme)
    assert (lower >= higher) if sign in ("≤", "<") else (lower <= higher)


@given(targets, amounts, weights)
def test_ratio_is_never_stricter_than_linear(target, actual, weight) -> None:
    assert of("≤", target, actual, weight, RATIO) >= of("≤", target, actual, weight, LINEAR)


@given(signs, targets, amounts, weights, schools, st.integers(1, 1000))
def test_the_unit_of_measure_does_not_change_the_score(sign, target, actual, weight, scheme, factor) -> None:
    assert of(sign, target, actual, weight, scheme) == of(
        sign, target * factor, actual * factor, weight, scheme
    )


@given(amounts, targets)
def test_execution_is_the_exact_quotient_rounded_half_up(executed, budget) -> None:
    exact = min(D(1), executed / budget) * 10
    assert abs(execution_score(executed, budget, LINEAR) - exact) <= D("0.005")
    cents, whole = int(executed * 100), int(budget * 100)
    # The same in integers alone: floor(1000 e/b + 1/2), at most 1000 hundredths.
    assert execution_score(executed, budget, LINEAR) * 100 == min(1000, (2000 * cents + whole) // (2 * whole))


@given(st.sampled_from(list(Band)), st.decimals(0, 100, places=2), weights)
def test_a_score_of_a_band_is_taken_or_refused_by_its_bounds_alone(band, score, weight) -> None:
    least, most = bounds(band, weight, LINEAR)
    inside = least <= score and (score <= most if band is Band.MET else score < most)
    if inside:
        assert judged_score(band, score, weight, LINEAR) == score
    else:
        with pytest.raises(BandViolated):
            judged_score(band, score, weight, LINEAR)


@given(st.lists(st.decimals(0, 100, places=2), max_size=12))
def test_the_total_is_the_sum_and_its_grade_grows_with_it(scores) -> None:
    points = total(scores)
    assert points == sum(scores, D(0)).quantize(D("0.01"), ROUND_HALF_UP)
    assert total(reversed(scores)) == points
    order = list(Grade)
    assert order.index(LINEAR.grade(points)) >= order.index(LINEAR.grade(points + 1))
