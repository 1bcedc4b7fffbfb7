"""The indicators of a report together: both tellings compared, weights, rates of completion, reasons, execution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from engine.performance.funding_checks import same_rate
from engine.performance.indicator_scores import Scored, alike
from engine.performance.problems import Problem, problem
from engine.performance.quantities import HUNDRED, PERCENT, blank, points, quantity, ratio, tidy, times
from engine.performance.report import (
    ANNEX_PLACE,
    EXECUTION_PLACE,
    EXECUTION_RATE,
    RESULT_PLACE,
    Line,
    Report,
)
from engine.performance.scheme import LEVELS, Scheme
from engine.performance.scoring import REVERSE

COMPARED = {"weight": "权重", "target": "目标值", "actual": "业绩值", "score": "得分"}


def key(line: Line) -> str:
    """By what an indicator is known in both tellings."""
    return tidy(line.name)


def merged(report: Report) -> tuple[Line, ...]:
    """Each indicator once, as the body tells it, with the rate of completion and the reason that the annex adds."""
    more = {key(line): line for line in report.annex or ()}
    lines = [_with(line, more.get(key(line))) for line in report.body or ()]
    known = {key(line) for line in lines}
    return (*lines, *(line for line in report.annex or () if key(line) not in known))


def _with(line: Line, other: Line | None) -> Line:
    if other is None:
        return line
    return replace(
        line,
        level2=line.level2 or other.level2,
        completion=line.completion or other.completion,
        reason=line.reason or other.reason,
    )


def telling_problems(report: Report) -> Iterator[Problem]:
    """Where body and annex differ; a report with one telling alone has nothing to compare."""
    if not report.body or not report.annex:
        return
    annex = {key(line): line for line in report.annex}
    for line in report.body:
        other = annex.pop(key(line), None)
        if other is None:
            yield problem("annex_differs", ANNEX_PLACE, line.name, stated="", computed=line.name)
            continue
        for name, column in COMPARED.items():
            here, there = getattr(line, name), getattr(other, name)
            if not _same(here, there):
                yield problem("annex_differs", ANNEX_PLACE, line.name, column, stated=there, computed=here)
    for line in annex.values():
        yield problem("annex_differs", line.level1, line.name, stated="", computed=line.name)


def _same(here: str, there: str) -> bool:
    one, other = quantity(here), quantity(there)
    return one == other if one and other else tidy(here) == tidy(there)


def weight_problems(scored: Iterable[Scored], execution: Decimal, scheme: Scheme) -> Iterator[Problem]:
    """Whether the weights make 100 with that of execution, and those of each first level what the rules set."""
    sums = dict.fromkeys(LEVELS, Decimal(0))
    for each in scored:
        level = next(
            (lev for lev, words in LEVELS.items() if tidy(each.line.level1)[:2] == words.zh[:2]), None
        )
        if level is not None:
            sums[level] += each.weight or 0
    together = sum((each.weight or Decimal(0) for each in scored), execution)
    if together != HUNDRED:
        yield problem("weights_sum", RESULT_PLACE, "权重", stated=together, computed=HUNDRED)
    for level, weight in sums.items():
        if weight != scheme.levels[level]:
            yield problem(
                "level_weight",
                RESULT_PLACE,
                LEVELS[level].zh,
                "权重",
                stated=weight,
                computed=scheme.levels[level],
            )


def completion_problems(scored: Scored) -> Iterator[Problem]:
    """Whether the rate of completion follows from target and actual."""
    line = scored.line
    if blank(line.completion):
        return
    place = (ANNEX_PLACE, line.name, "完成率")
    stated = quantity(line.completion)
    if scored.target is None or scored.actual is None:
        if scored.degree is not None or stated is not None and scored.band is None:
            yield problem("completion_not_computable", *place, stated=line.completion)
        return
    rates = list(completion_rates(scored))
    if stated is None or stated.unit not in ("", PERCENT) or not rates:
        yield problem("completion_wrong", *place, stated=line.completion, computed=_percent(rates))
    elif not any(same_rate(stated.value, each) for each in rates):
        fraction = stated.unit == "" and any(same_rate(stated.value * HUNDRED, each) for each in rates)
        code = "percent_fraction" if fraction else "completion_wrong"
        yield problem(code, *place, stated=line.completion, computed=_percent(rates))


def completion_rates(scored: Scored) -> Iterator[Decimal]:
    """The rates that may be stated, the plain one first: reached is 100 %, more may be told or not.

    For «less is better» both ways of scoring are rates in use.
    """
    if scored.target is None or scored.actual is None:
        return
    target, actual, _wrong = alike(scored.line, scored.target, scored.actual)
    if target.unit != actual.unit:
        return
    wanted, reached = target.value, max(actual.value, Decimal(0))
    reverse = target.operator in REVERSE
    if reached <= wanted if reverse else reached >= wanted:
        yield HUNDRED
    if wanted > 0:
        share = ratio(reached, wanted)
        if reverse and reached > 0:
            yield times(HUNDRED, ratio(wanted, reached))
            yield times(HUNDRED, max(Decimal(0), 2 - share))
        yield times(HUNDRED, share)
    elif reached > wanted and reverse:
        yield Decimal(0)


def _percent(rates: Sequence[Decimal]) -> str:
    return f"{rates[0]:.2f}{PERCENT}" if rates else ""


def reason_problems(scored: Scored) -> Iterator[Problem]:
    """An indicator without full marks says why."""
    short = scored.weight is not None and scored.stated is not None and scored.stated < scored.weight
    if short and blank(scored.line.reason):
        yield problem(
            "deviation_reason_missing",
            ANNEX_PLACE,
            scored.line.name,
            "偏差原因分析及改进措施",
            stated=f"{scored.line.score}/{scored.line.weight}",
        )


def execution_problems(
    report: Report, scored: Iterable[Scored], exact: Decimal | None, score: Decimal | None, scheme: Scheme
) -> Iterator[Problem]:
    """The line on execution against the funding table, and indicators that score execution once more.

    `exact` is the rate in percent, not rounded; `score` its points.
    """
    if report.funding is not None and not report.execution:
        yield problem("execution_row_missing", EXECUTION_PLACE, stated="", computed=score)
    for line in report.execution:
        yield from _execution_line(line, exact, score, scheme)
    for each in scored:
        if tidy(each.line.name).startswith(EXECUTION_RATE):
            place = (each.line.place, each.line.name)
            yield problem("execution_counted_twice", *place, stated=each.line.score, computed=score)
            if exact is not None and each.actual is not None and not same_rate(each.actual.value, exact):
                told = _percent([exact])
                yield problem(
                    "execution_contradicts_funding", *place, "业绩值", stated=each.line.actual, computed=told
                )


def _execution_line(
    line: Line, exact: Decimal | None, score: Decimal | None, scheme: Scheme
) -> Iterator[Problem]:
    place = (line.place, line.name)
    stated, actual, weight = points(line.score), quantity(line.actual), points(line.weight)
    if weight != scheme.execution:
        yield problem("level_weight", *place, "权重", stated=line.weight, computed=scheme.execution)
    if exact is None or score is None:
        return
    if actual is None or not same_rate(actual.value, exact):
        yield problem("execution_wrong", *place, "业绩值", stated=line.actual, computed=_percent([exact]))
    if stated != score:
        yield problem("execution_wrong", *place, "得分", stated=line.score, computed=score)
