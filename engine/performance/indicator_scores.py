"""One indicator of a report: what its line states, read into numbers, and the score that follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.performance.problems import Problem, problem
from engine.performance.quantities import (
    HUNDRED,
    PERCENT,
    Quantity,
    as_percent,
    blank,
    points,
    quantity,
    ratio,
    rounded,
    tidy,
    times,
)
from engine.performance.refusals import (
    BandViolated,
    NegativeAmount,
    OvershootUnexplained,
    UnitsDiffer,
    ZeroTarget,
)
from engine.performance.report import Line
from engine.performance.scheme import BANDS, Band, Scheme
from engine.performance.scoring import Deviation, attained_score, bounds, judged_score

ONE = Decimal(1)
# How the words for a band begin; «未» and «部分» come first, for both end in 达成.
BAND_WORDS = {
    Band.UNMET: ("未达成", "未完成", "未实现"),
    Band.PARTLY: ("部分达成", "部分完成", "部分实现", "基本达成"),
    Band.MET: ("达成", "全部达成", "已达成", "完成", "全部完成", "已完成"),
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A line with its numbers: `computed` is None where nothing can be; `degree`: how far words are said to be met."""

    line: Line
    weight: Decimal | None
    target: Quantity | None
    actual: Quantity | None
    stated: Decimal | None
    computed: Decimal | None
    band: Band | None = None
    degree: Decimal | None = None


def score_line(line: Line, scheme: Scheme) -> tuple[Scored, list[Problem]]:
    """The line scored by the rules, and what is wrong with it on its own."""
    weight, stated = points(line.weight), points(line.score)
    target, actual = quantity(line.target), quantity(line.actual)
    found = list(_unreadable(line))
    scored = Scored(line, weight, target, actual, stated, None)
    if weight is None or weight < 0 or blank(line.target) or blank(line.actual):
        return scored, found
    if target is None:
        scored, more = _qualitative(scored, weight, scheme)
    else:
        scored, more = _quantitative(scored, weight, target, scheme)
    found += more
    found += _score_problems(scored, weight)
    return scored, found


def _unreadable(line: Line) -> Iterator[Problem]:
    for column, words in (("权重", line.weight), ("得分", line.score)):
        value = points(words)
        if value is None or (value < 0 and column == "权重"):
            yield problem("number_unreadable", line.place, line.name, column, stated=words)
    if blank(line.target):
        yield problem("target_missing", line.place, line.name)
    if blank(line.actual):
        yield problem("actual_missing", line.place, line.name)


def band_of(words: str) -> Band | None:
    """The band that words name (部分达成预期指标…), or None."""
    text = tidy(words)
    return next((band for band, begins in BAND_WORDS.items() if text.startswith(begins)), None)


def _qualitative(scored: Scored, weight: Decimal, scheme: Scheme) -> tuple[Scored, list[Problem]]:
    """A target in words. Met by a band, the score is a person's; by a percentage, that share of the weight.

    The percentage is taken at its word so that the total can be followed; that nothing shows how it was found is told.
    """
    line, actual = scored.line, scored.actual
    not_computable = problem("target_not_computable", line.place, line.name, stated=_both(line))
    if actual is not None and actual.unit == "" and 0 < actual.value <= 1:
        whole = as_percent(actual)
        mixed = problem(
            "percent_fraction", line.place, line.name, "业绩值", stated=line.actual, computed=whole.text
        )
        scored, found = _qualitative(replace(scored, actual=whole), weight, scheme)
        return scored, [mixed, *found]
    if actual is not None and actual.unit == PERCENT:
        degree = max(Decimal(0), min(ONE, actual.value / HUNDRED))
        return replace(scored, degree=degree, computed=rounded(times(weight, degree))), [not_computable]
    band = band_of(line.actual) or (Band.MET if tidy(line.actual) == tidy(line.target) else None)
    if band is None:
        return scored, [not_computable]
    scored = replace(scored, band=band)
    if scored.stated is None:
        return scored, []
    try:
        return replace(scored, computed=judged_score(band, scored.stated, weight, scheme)), []
    except BandViolated:
        least, most = bounds(band, weight, scheme)
        said = f"{BANDS[band].zh} {rounded(least)}～{rounded(most)}"
        place = (line.place, line.name, "得分")
        return scored, [problem("band_violated", *place, stated=scored.stated, computed=said)]


def _both(line: Line) -> str:
    return f"{line.target} → {line.actual}"


def _quantitative(
    scored: Scored, weight: Decimal, target: Quantity, scheme: Scheme
) -> tuple[Scored, list[Problem]]:
    """A target in numbers."""
    line, actual = scored.line, scored.actual
    found = []
    if not target.operator:
        meant = f"≥{line.target}"
        found.append(
            problem("operator_missing", line.place, line.name, "目标值", stated=line.target, computed=meant)
        )
    if actual is None:
        found.append(problem("target_not_computable", line.place, line.name, stated=_both(line)))
        return scored, found
    target, actual, wrong = alike(line, target, actual)
    computed, refused = _attained(line, target, actual, weight, scheme)
    found += [*wrong, *refused]
    if computed is None:
        return scored, found
    return replace(scored, target=target, actual=actual, computed=computed), found


def _attained(
    line: Line, target: Quantity, actual: Quantity, weight: Decimal, scheme: Scheme
) -> tuple[Decimal | None, list[Problem]]:
    """The score, or why there is none; an overshoot without a reason has its full score and is told."""
    said = Deviation(reason="" if blank(line.reason) else line.reason)
    place = (line.place, line.name)
    try:
        return attained_score(target, actual, weight, scheme, said), []
    except OvershootUnexplained:
        return rounded(weight), [problem("overshoot_reason_missing", *place, "偏差原因", stated=_both(line))]
    except (ZeroTarget, NegativeAmount):
        return None, [problem("target_negative", *place, "目标值", stated=line.target)]
    except UnitsDiffer:
        return None, [problem("units_differ", *place, stated=_both(line))]


def alike(line: Line, target: Quantity, actual: Quantity) -> tuple[Quantity, Quantity, list[Problem]]:
    """Target and actual in one unit, where it is plain which is meant: the name says %, or one of them alone does."""
    if target.unit == actual.unit:
        return target, actual, []
    if PERCENT in (target.unit, actual.unit) and "" in (target.unit, actual.unit):
        bare = actual if actual.unit == "" else target
        other = target if bare is actual else actual
        if bare.value <= 1 < other.value:
            whole = as_percent(bare)
            column = "业绩值" if bare is actual else "目标值"
            wrong = [
                problem(
                    "percent_fraction",
                    line.place,
                    line.name,
                    column,
                    stated=line.actual if bare is actual else line.target,
                    computed=whole.text,
                )
            ]
            return (target, whole, wrong) if bare is actual else (whole, actual, wrong)
    if "" in (target.unit, actual.unit):
        unit = target.unit or actual.unit
        return replace(target, unit=unit), replace(actual, unit=unit), []
    return _money(target, actual)


def _money(target: Quantity, actual: Quantity) -> tuple[Quantity, Quantity, list[Problem]]:
    """万元 and 元 are one kind of unit."""
    tens = {"亿元": Decimal(10_000), "万元": ONE, "元": ONE / 10_000}
    if target.unit in tens and actual.unit in tens:
        in_one = replace(
            actual, value=actual.value * ratio(tens[actual.unit], tens[target.unit]), unit=target.unit
        )
        return target, in_one, []
    return target, actual, []


def _score_problems(scored: Scored, weight: Decimal) -> Iterator[Problem]:
    line, stated = scored.line, scored.stated
    if stated is None:
        return
    if not 0 <= stated <= weight:
        yield problem(
            "score_over_weight", line.place, line.name, "得分", stated=stated, computed=f"0～{line.weight}"
        )
    elif scored.computed is not None and stated != scored.computed:
        yield problem("score_wrong", line.place, line.name, "得分", stated=stated, computed=scored.computed)
