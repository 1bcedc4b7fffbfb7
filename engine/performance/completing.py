"""A report completed: from amounts, targets and actual values to every figure that follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from engine.performance.assessing import assess
from engine.performance.composing import execution_line
from engine.performance.funding_checks import SUMS, Values, funding_values
from engine.performance.indicator_checks import completion_rates
from engine.performance.indicator_scores import Scored
from engine.performance.quantities import HUNDRED, PERCENT, plain, ratio, rounded, times
from engine.performance.report import (
    ADJUSTED,
    AMOUNT_ROWS,
    ARRIVED,
    BALANCE,
    BODY_PLACES,
    COLUMNS,
    EXECUTED,
    EXECUTION_PLACE,
    RATE_ROWS,
    Funding,
    Line,
    Report,
)
from engine.performance.scheme import LEVELS, Scheme

ZERO = Decimal(0)
WAN = "万元"


def completed(report: Report, scheme: Scheme) -> Report:
    """The report with sums, balance, rates, scores, total, grade computed; what is not computable stays as stated."""
    funding = _completed(report.funding) if report.funding else None
    found = assess(replace(report, funding=funding, total="", grade=""), scheme)
    lines = tuple(_line(each) for each in found.indicators)
    return replace(
        report,
        funding=funding,
        body=lines,
        annex=lines,
        execution=tuple(_execution(report, found.execution_rate, found.execution, scheme)),
        total=f"{found.total:.2f}" if found.total is not None else "",
        grade=found.grade.value if found.grade else "",
    )


def _completed(funding: Funding) -> Funding:
    """Amounts in 万元: sums from their parts where there are parts, else as they are; then what follows from them."""
    values = dict(funding_values(funding))
    for row in AMOUNT_ROWS:
        for column, parts in SUMS.items():
            known = [value for part in parts if (value := values[row, part]) is not None]
            values[row, column] = sum(known, ZERO) if known else values[row, column]
    for column in COLUMNS:
        derived = _derived(values, column).items()
        values |= {place: value for place, value in derived if place[0] in funding.rows}
    cells = {place: "" if value is None else plain(value) for place, value in values.items()}
    return replace(funding, cells=cells, units=dict.fromkeys(COLUMNS, WAN))


def _derived(values: Values, column: str) -> Values:
    """Balance and rates of a column; a column without money has none, a column without a budget no rates."""
    arrived, executed, whole = (values[row, column] for row in (ARRIVED, EXECUTED, ADJUSTED))
    empty = arrived is None and executed is None
    found: Values = {(BALANCE, column): None if empty else (arrived or ZERO) - (executed or ZERO)}
    for row, part in RATE_ROWS.items():
        known = whole is not None and whole > 0
        exact = times(HUNDRED, ratio(values[part, column] or ZERO, whole)) if known and whole else None
        found[row, column] = None if exact is None else rounded(exact)
    return found


def _line(each: Scored) -> Line:
    line = each.line
    level = next((level for level, words in LEVELS.items() if words.zh == line.level1), None)
    rate = next(completion_rates(each), None)
    return replace(
        line,
        place=BODY_PLACES[level] if level else line.place,
        score=f"{each.computed:.2f}" if each.computed is not None else line.score,
        completion=f"{rounded(rate)}{PERCENT}" if rate is not None else "",
    )


def _execution(
    report: Report, rate: Decimal | None, points: Decimal | None, scheme: Scheme
) -> Iterator[Line]:
    if rate is None or points is None:
        return
    reason = next((line.reason for line in report.execution if line.reason), "")
    shown = f"{rounded(rate)}{PERCENT}"
    yield execution_line(EXECUTION_PLACE, plain(scheme.execution), shown, f"{points:.2f}", reason)
