"""The course of a budget's year as a chart, and the form that takes in a month's file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from engine.budget.amounts import UNITS, Unit, shown
from engine.budget.checks import MONTHS
from engine.budget.reading import Problem
from engine.budget.readings import MonthTotal
from engine.foundation import clock
from webui.language import language, translate_sentence

Shown = dict[str, Any]
CHART = 180  # units of height of the course of the year
ROOM = 40  # above and below its columns
WHOLE = 100  # its width in percent


def money(fen: int | None, unit: Unit) -> str:
    """An amount in a unit; a dash where the file gives none."""
    return shown(fen, unit) if fen is not None else "—"


def course_chart(course: Sequence[MonthTotal], unit: Unit) -> Shown | None:
    """Two columns for each month of the year so far, revenue and spending; the table below says the same."""
    amounts = [amount for each in course for amount in (each.revenue, each.expenditure) if amount is not None]
    most = max(amounts, default=0)
    if most <= 0:
        return None
    step = Decimal(WHOLE) / len(course)
    return {
        "height": CHART + ROOM,
        "base": CHART + ROOM // 2,
        "unit": unit.title.in_(language()),
        "months": [
            {
                "label": _("%(month)s月", month=each.month),
                "middle": f"{step * place + step / 2:.2f}%",
                "columns": [
                    {
                        "kind": kind,
                        "x": f"{step * place + step * offset / 100:.2f}%",
                        "width": f"{step * 32 / 100:.2f}%",
                        "height": _high(amount, most),
                        "y": CHART + ROOM // 2 - _high(amount, most),
                    }
                    for kind, offset, amount in (
                        ("answers", 16, each.revenue),
                        ("others", 52, each.expenditure),
                    )
                ],
                "revenue": money(each.revenue, unit),
                "expenditure": money(each.expenditure, unit),
            }
            for place, each in enumerate(course)
        ],
    }


def _high(amount: int | None, most: int) -> int:
    """The height of a column, in whole units of the drawing."""
    return max(amount or 0, 0) * CHART // most


def keeping_form(typed: Shown) -> Shown:
    """The form that takes in a file; the month before the present one where nothing else was chosen."""
    today = clock.today()
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, MONTHS)
    months = [{"value": str(each), "label": _("%(month)s月", month=each)} for each in range(1, MONTHS + 1)]
    units = [{"value": each.key, "label": each.title.in_(language())} for each in UNITS.values()]
    return {"typed": {"year": year, "month": str(month)} | typed, "months": months, "units": units}


def problem_lines(problems: Iterable[Problem]) -> list[Shown]:
    """What is wrong with a file, row by row."""
    return [
        {
            "row": each.row or "",
            "column": each.column,
            "why": translate_sentence(each.why),
        }
        for each in sorted(problems, key=lambda each: each.row)
    ]
