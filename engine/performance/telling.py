"""An assessment told to machines: JSON whose numbers are exact decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from engine.performance.assessing import Assessment
from engine.performance.indicator_scores import Scored
from engine.performance.problems import Problem
from engine.performance.quantities import number, plain
from engine.performance.report import COLUMNS, ROWS


def as_json(found: Assessment) -> bytes:
    """The assessment as JSON in UTF-8: amounts in 万元, rates in percent, null where nothing is said or computed."""
    told = {
        "project": found.report.project,
        "funding": [
            {"row": row, "column": column, "value": _number(found.values.get((row, column)))}
            for row in (ROWS if found.values else ())
            for column in COLUMNS
        ],
        "indicators": [_indicator(each) for each in found.indicators],
        "total_stated": _number(found.total_stated),
        "total_computed": _number(found.total),
        "grade": found.grade.value if found.grade else None,
        "problems": [_problem(each) for each in found.problems],
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _number(value: Decimal | None) -> Any:
    """The decimal in its own digits, not by way of a binary fraction."""
    return None if value is None else orjson.Fragment(plain(value))


def _indicator(each: Scored) -> dict[str, Any]:
    line = each.line
    return {
        "level1": line.level1,
        "level2": line.level2,
        "name": line.name,
        "weight": _number(each.weight),
        "target": line.target,
        "actual": line.actual,
        "score_stated": _number(each.stated),
        "score_computed": _number(each.computed),
    }


def _problem(each: Problem) -> dict[str, Any]:
    return {
        "code": each.code,
        "place": each.place,
        "stated": _figure(each.stated),
        "computed": _figure(each.computed),
        "rule": each.rule,
    }


def _figure(words: str) -> Any:
    """A bare number as a number, other words (98%, 合规) as they are, null for nothing."""
    value = number(words)
    return _number(value) if value is not None else words or None
