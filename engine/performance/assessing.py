"""A report assessed: read, every derived figure computed again, each inconsistency told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.performance.funding_checks import Values, converted, funding_problems, funding_values
from engine.performance.indicator_checks import (
    completion_problems,
    execution_problems,
    merged,
    reason_problems,
    telling_problems,
    weight_problems,
)
from engine.performance.indicator_scores import Scored, score_line
from engine.performance.problems import Problem, problem
from engine.performance.quantities import HUNDRED, number, ratio, times
from engine.performance.report import (
    ADJUSTED,
    ANNEX_PLACE,
    EXECUTED,
    EXECUTION_PLACE,
    FORM_PLACE,
    FUNDING_PLACE,
    GOALS_PLACE,
    RESULT_PLACE,
    TOTAL,
    Report,
)
from engine.performance.scheme import Grade, Scheme
from engine.performance.scoring import execution_score, total
from engine.performance.word_checks import word_problems

SECTIONED = (FUNDING_PLACE, EXECUTION_PLACE, RESULT_PLACE, GOALS_PLACE, ANNEX_PLACE)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a report states beside what follows from it; None where nothing can be computed."""

    report: Report
    values: Values
    indicators: tuple[Scored, ...]
    execution_rate: Decimal | None  # in percent, not rounded
    execution: Decimal | None
    total_stated: Decimal | None
    total: Decimal | None
    grade: Grade | None
    problems: tuple[Problem, ...]

    @property
    def whole(self) -> bool:
        """Whether both kinds of tables are there: what lacks one is told, not kept."""
        return self.report.funding is not None and bool(self.indicators)


def assess(report: Report, scheme: Scheme) -> Assessment:
    """Compute everything again by the scheme."""
    values = funding_values(report.funding) if report.funding else {}
    scored, found = _scored(report, scheme)
    exact, points = _execution(converted(values) if values else {}, scheme)
    scores = [each.computed for each in scored]
    sum_ = None
    if points is not None and scores and all(score is not None for score in scores):
        sum_ = total([points, *(score for score in scores if score is not None)])
    grade = scheme.grade(sum_) if sum_ is not None else None
    problems = (
        *_missing(report, scored),
        *(funding_problems(report.funding, values) if report.funding else ()),
        *found,
        *(each for one in scored for each in completion_problems(one)),
        *(each for one in scored for each in reason_problems(one)),
        *telling_problems(report),
        *(weight_problems(scored, scheme.execution, scheme) if scored else ()),
        *execution_problems(report, scored, exact, points, scheme),
        *word_problems(report, sum_, grade),
    )
    if report.one_page:
        problems = tuple(map(_on_form, problems))
    return Assessment(report, values, scored, exact, points, number(report.total), sum_, grade, problems)


def _on_form(one: Problem) -> Problem:
    """The problem where it stands in the form, which has no sections."""
    place = next((each for each in SECTIONED if one.place.startswith(each)), "")
    return replace(one, place=FORM_PLACE + one.place.removeprefix(place)) if place else one


def _scored(report: Report, scheme: Scheme) -> tuple[tuple[Scored, ...], list[Problem]]:
    scored, found = [], []
    for line in merged(report):
        one, problems = score_line(line, scheme)
        scored.append(one)
        found += problems
    return tuple(scored), found


def _execution(values: Values, scheme: Scheme) -> tuple[Decimal | None, Decimal | None]:
    """The rate of execution in percent, and its points; None without a budget."""
    budget, executed = values.get((ADJUSTED, TOTAL)), values.get((EXECUTED, TOTAL))
    if not budget or budget < 0 or executed is None:
        return None, None
    return times(HUNDRED, ratio(executed, budget)), execution_score(executed, budget, scheme)


def _missing(report: Report, scored: tuple[Scored, ...]) -> Iterator[Problem]:
    if report.funding is None:
        yield problem("table_missing", FUNDING_PLACE)
    if not scored:
        yield problem("table_missing", RESULT_PLACE)
