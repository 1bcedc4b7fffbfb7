"""Scores of a self-evaluation (财预〔2020〕10号): exact decimals, two places, half up. docs/performance-review.md"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from engine.foundation.language import Sentence, _
from engine.performance.quantities import HUNDRED, PERCENT, Quantity, plain, ratio, rounded, times
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
from engine.performance.scheme import BANDS, Band, Scheme, School

ZERO, ONE = Decimal(0), Decimal(1)
REVERSE = ("≤", "<")


@dataclass(frozen=True, slots=True)
class Deviation:
    """What is said of a figure far above its target: the reason, and what an approver took off for it."""

    reason: str = ""
    deduction: Decimal = ZERO
    approved_by: str = ""


NO_DEVIATION = Deviation()


def rate(executed: Decimal, budget: Decimal) -> Decimal:
    """Executed ÷ adjusted full-year budget in percent, two places, not capped. Raises ZeroBudget, NegativeAmount."""
    return rounded(times(HUNDRED, _executed(executed, budget)))


def execution_score(executed: Decimal, budget: Decimal, scheme: Scheme) -> Decimal:
    """Weight × executed ÷ budget, at most the weight. Raises ZeroBudget, NegativeAmount."""
    return rounded(times(scheme.execution, min(ONE, _executed(executed, budget))))


def _executed(executed: Decimal, budget: Decimal) -> Decimal:
    if budget < 0:
        raise NegativeAmount(what=Sentence(_("全年预算数")), value=plain(budget))
    if budget == 0:
        raise ZeroBudget
    return ratio(max(executed, ZERO), budget)


def attained_score(
    target: Quantity,
    actual: Quantity,
    weight: Decimal,
    scheme: Scheme,
    deviation: Deviation = NO_DEVIATION,
) -> Decimal:
    """The score of an indicator with a number to reach; > and < are read as ≥ and ≤, no operator and = as ≥.

    A negative actual counts as 0. Raises NegativeAmount, ZeroTarget, UnitsDiffer, OvershootUnexplained,
    DeductionTooLarge, DeductionUnapproved.
    """
    _check_weight(weight)
    _check_target(target)
    _check_units(target, actual)
    reached, wanted = max(actual.value, ZERO), target.value
    if target.operator in REVERSE:
        return rounded(times(weight, _at_most(reached, wanted, scheme.school)))
    if wanted == 0:
        return rounded(times(weight, _of_nothing(target.operator, reached, scheme)))
    taken_off = _taken_off(reached, wanted, weight, scheme, deviation)
    return rounded(times(weight, min(ONE, ratio(reached, wanted)))) - taken_off


def _at_most(reached: Decimal, wanted: Decimal, school: School) -> Decimal:
    """The share of the weight where less is better."""
    if reached <= wanted:
        return ONE
    if wanted == 0:
        return ZERO
    if school is School.RATIO:
        return ratio(wanted, reached)
    return max(ZERO, ONE - ratio(reached - wanted, wanted))


def _of_nothing(operator: str, reached: Decimal, scheme: Scheme) -> Decimal:
    """The share of the weight for a target of zero: «= 0» is kept or not; «≥ 0» is met if a rule says so."""
    if operator == "=":
        return ONE if reached <= 0 else ZERO
    if not scheme.zero_target_met:
        raise ZeroTarget
    return ONE


def _taken_off(
    reached: Decimal, wanted: Decimal, weight: Decimal, scheme: Scheme, deviation: Deviation
) -> Decimal:
    """What is deducted for a target set too low: by a person, at most weight × (actual ÷ target − 1)."""
    above = reached >= wanted * scheme.overshoot
    if above and not deviation.reason.strip():
        raise OvershootUnexplained(factor=plain(scheme.overshoot))
    most = rounded(min(weight, times(weight, ratio(reached, wanted) - 1))) if above else ZERO
    if not ZERO <= deviation.deduction <= most:
        raise DeductionTooLarge(deduction=plain(deviation.deduction), most=plain(most))
    if deviation.deduction and not deviation.approved_by.strip():
        raise DeductionUnapproved
    return deviation.deduction


def judged_score(band: Band, score: Decimal, weight: Decimal, scheme: Scheme) -> Decimal:
    """A score chosen by hand, if it lies in its band. Raises BandViolated, NegativeAmount."""
    _check_weight(weight)
    least, most = bounds(band, weight, scheme)
    above = score > most if band is Band.MET else score >= most
    if score < least or above:
        raise BandViolated(score=plain(score), band=BANDS[band], least=plain(least), most=plain(most))
    return rounded(score)


def bounds(band: Band, weight: Decimal, scheme: Scheme) -> tuple[Decimal, Decimal]:
    """The least score of a band, and the most: of the best it may be reached, of the others not."""
    above = {Band.MET: ONE, Band.PARTLY: scheme.bands[Band.MET], Band.UNMET: scheme.bands[Band.PARTLY]}
    return weight * scheme.bands[band], weight * above[band]


def _check_weight(weight: Decimal) -> None:
    if weight < 0:
        raise NegativeAmount(what=Sentence(_("权重")), value=plain(weight))


def _check_target(target: Quantity) -> None:
    if target.value < 0:
        raise NegativeAmount(what=Sentence(_("指标值")), value=target.text)


def _check_units(target: Quantity, actual: Quantity) -> None:
    if target.unit != actual.unit:
        raise UnitsDiffer(target=_said(target), actual=_said(actual))


def _said(amount: Quantity) -> str:
    return "%（百分数）" if amount.unit == PERCENT else amount.unit or "无"


def total(scores: Iterable[Decimal]) -> Decimal:
    """The sum of the scores, each already rounded."""
    return sum((rounded(score) for score in scores), Decimal("0.00"))
