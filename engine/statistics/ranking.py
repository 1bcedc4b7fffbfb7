"""Ranking by an indicator: only where there is enough to divide by, equals side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.statistics.counting import Row
from engine.statistics.figures import Figure

# A share of fewer things says more of chance than of work: it is shown and not ranked.
LEAST_WHOLE = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line with its place; None where too little is known to rank it."""

    place: int | None
    row: Row


def ranked(rows: Sequence[Row], key: str) -> list[Ranked]:
    """The lines by the value of an indicator, the greatest first; equal values share a place, as in sport."""
    fit = [row for row in rows if _comparable(row.figures.get(key))]
    rest = [row for row in rows if row not in fit]
    fit.sort(key=lambda row: _value(row, key), reverse=True)
    values = [_value(row, key) for row in fit]
    return [Ranked(values.index(_value(row, key)) + 1, row) for row in fit] + [
        Ranked(None, row) for row in rest
    ]


def _comparable(figure: Figure | None) -> bool:
    if figure is None or figure.value is None:
        return False
    of = figure.part if figure.days else figure.whole
    return of is None or of >= LEAST_WHOLE


def _value(row: Row, key: str) -> Decimal:
    return row.figures[key].value or Decimal(0)
