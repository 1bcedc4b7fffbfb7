"""The workload ahead as the pages take it: columns of a chart, and the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.statistics.forecast import WEEKS, Outlook, Week
from webui.language import day_short

Part = dict[str, Any]
HEIGHT = 150  # of the drawing; the columns leave room for their number above and the week below
ABOVE, BELOW = 20, 22
STEP = Decimal(100) / WEEKS
GAP = Decimal("1.2")
LEVELS = 4  # shades of the table beside its numbers


def chart(outlooks: Sequence[Outlook]) -> Part:
    """One column for each week: replies below, co-opinions (hatched) on top; lengths in percent and points."""
    weeks = [
        (
            each.begins,
            sum(one.weeks[place].answers for one in outlooks),
            sum(one.weeks[place].co_opinions for one in outlooks),
        )
        for place, each in enumerate(outlooks[0].weeks)
    ]
    most = max((answers + others for _begins, answers, others in weeks), default=0)
    return {
        "height": HEIGHT,
        "base": HEIGHT - BELOW,
        "most": most,
        "columns": [_column(place, *week, most) for place, week in enumerate(weeks)],
    }


def _column(place: int, begins: Any, answers: int, others: int, most: int) -> Part:
    room = HEIGHT - ABOVE - BELOW
    low = _points(answers, most, room)
    high = _points(others, most, room)
    return {
        "x": f"{place * STEP + GAP / 2:.2f}%",
        "width": f"{STEP - GAP:.2f}%",
        "middle": f"{place * STEP + STEP / 2:.2f}%",
        "answers": {"y": HEIGHT - BELOW - low, "height": low},
        "others": {"y": HEIGHT - BELOW - low - high, "height": high},
        "top": HEIGHT - BELOW - low - high - 5,
        "count": answers + others,
        "numbers": (answers, others),
        "label": day_short(begins),
        "short": f"{begins.month}/{begins.day}",
        "odd": place % 2,
    }


def _points(count: int, most: int, room: int) -> int:
    return round(Decimal(count) * room / most) if most else 0


def table_lines(outlooks: Sequence[Outlook]) -> list[Part]:
    """A line for each unit: what is overdue, each week, what comes later, drafts and what it usually finishes."""
    most = max((week.due for each in outlooks for week in each.weeks), default=0)
    return [
        {
            "name": each.unit,
            "href": url_for("statistics.unit", unit_id=each.unit_id),
            "overdue": {"count": each.overdue, "href": _behind(each.unit_id, None)},
            "weeks": [_cell(each.unit_id, week, most) for week in each.weeks],
            "later": each.later,
            "drafted": each.drafted,
            "mean": str(each.mean_finished),
            "running": each.running,
        }
        for each in outlooks
    ]


def _cell(unit_id: int, week: Week, most: int) -> Part:
    level = -(-week.due * LEVELS // most) if most else 0
    return {"count": week.due, "level": level, "href": _behind(unit_id, week)}


def _behind(unit_id: int, week: Week | None) -> str:
    begins = week.begins.isoformat() if week else None
    return url_for("forecast.behind", unit=unit_id, week=begins)


def load_in_words(outlook: Outlook) -> str:
    """«在办 12 件，其中超期 1 件；12月7日那周到期最多：5 件» for those who choose among units."""
    busiest = outlook.busiest
    if not outlook.running:
        return ""
    if not busiest.due:
        return _("在办%(running)s件，超期%(overdue)s件", running=outlook.running, overdue=outlook.overdue)
    return _(
        "在办%(running)s件，超期%(overdue)s件；%(week)s那周到期最多，%(due)s件",
        running=outlook.running,
        overdue=outlook.overdue,
        week=day_short(busiest.begins),
        due=busiest.due,
    )
