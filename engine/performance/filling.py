"""A report as a form fills it in: what can be typed, and what typed there is no number."""

from __future__ import annotations

from collections.abc import Iterator

from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from engine.performance.quantities import blank, points, quantity
from engine.performance.report import AMOUNT_ROWS, CARRIED, FISCAL_PARTS, OTHER, Report

TYPED_COLUMNS = (*FISCAL_PARTS, CARRIED, OTHER)  # the others are their sums
MOST_LINES = 60
LONGEST = 5000


def amount_field(row: str, column: str) -> str:
    """The name of a cell's field: amount-2-5."""
    return f"amount-{AMOUNT_ROWS.index(row)}-{TYPED_COLUMNS.index(column)}"


def line_field(number: int, name: str) -> str:
    """The name of a field of an indicator: line-3-weight."""
    return f"line-{number}-{name}"


def require_readable(report: Report) -> None:
    """Refuse with InvalidAnswers, by fields, amounts and weights that are no numbers, and lines that lack something."""
    errors = dict(_amount_faults(report))
    for number, line in enumerate(report.body or ()):
        weight = points(line.weight)
        if not line.name.strip():
            errors[line_field(number, "name")] = [_("请填写指标名称。")]
        if weight is None or not 0 <= weight <= 100:
            errors[line_field(number, "weight")] = [_("权重请填写0～100的数字。")]
        if not blank(line.score) and points(line.score) is None:
            errors[line_field(number, "score")] = [_("得分请填写数字。")]
    if errors:
        raise InvalidAnswers(errors)


def _amount_faults(report: Report) -> Iterator[tuple[str, list[str]]]:
    if report.funding is None:
        return
    for row in AMOUNT_ROWS:
        for column in TYPED_COLUMNS:
            words = report.funding.at(row, column)
            found = quantity(words)
            if not blank(words) and (found is None or found.operator or found.unit not in ("", "万元", "元")):
                yield amount_field(row, column), [_("金额请填写数字（万元）。")]
