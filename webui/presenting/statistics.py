"""Figures as the pages take them: a value, its numerator and denominator, and where each of them leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from engine.definitions.words import Words
from engine.statistics.counting import Figures
from engine.statistics.figures import Figure
from engine.statistics.indicators import Indicator
from engine.statistics.ranking import Ranked
from engine.statistics.reach import Reach
from webui.language import language
from webui.presenting.scopes import here
from webui.words.citing import cited

Part = dict[str, Any]
FULL = Decimal(100)


def figure_shown(figure: Figure, each: Indicator, *, opens: bool, **where: Any) -> Part:
    """One figure: its text, its two numbers with their lists, and the length of its bar in percent."""
    sides = [("part", figure.part), ("whole", figure.whole)]
    return {
        "text": _text(figure),
        "plain": figure.whole is None and not figure.days,
        "numbers": [
            {
                "count": number,
                "label": _("件数") if figure.days else _("分子") if side == "part" else _("分母"),
                "href": here("statistics.behind", indicator=each.key, side=side, **where) if opens else "",
            }
            for side, number in sides
            if number is not None
        ],
        "bar": _bar(figure),
    }


def _text(figure: Figure) -> str:
    return _("%(days)s天", days=figure.text) if figure.days and figure.value is not None else figure.text


def _bar(figure: Figure) -> str:
    """The length of the bar of a share, as an attribute of SVG takes it; empty where nothing is drawn."""
    value = figure.value
    if value is None or not figure.share:
        return ""
    return f"{min(value, FULL)}%"


def change_shown(figure: Figure, earlier: Figure | None) -> Part | None:
    """How the value has changed: sign, words and amount, never by colour alone."""
    change = figure.change_from(earlier) if earlier is not None else None
    if change is None or earlier is None:
        return None
    amount = _("%(points)s个百分点", points=abs(change)) if figure.share else str(abs(change))
    sign = "↑" if change > 0 else "↓" if change < 0 else "＝"
    word = _("上升") if change > 0 else _("下降") if change < 0 else _("持平")
    return {"sign": sign, "word": word, "amount": amount if change else "", "before": _text(earlier)}


def overview_groups(
    headings: Mapping[str, Words],
    known: Sequence[Indicator],
    now: Figures,
    mine: Figures,
    before: Figures,
    reach: Reach,
) -> list[Part]:
    """The indicators under their headings, each with the figure of all, one's own, and the one before."""
    return [
        {
            "title": words.in_(language()),
            "own": any(each.key in mine for each in known if each.group == group),
            "lines": [_line(each, now, mine, before, reach) for each in known if each.group == group],
        }
        for group, words in headings.items()
        if any(each.group == group for each in known)
    ]


def _line(each: Indicator, now: Figures, mine: Figures, before: Figures, reach: Reach) -> Part:
    own = mine.get(each.key)
    return {
        "title": each.title.in_(language()),
        "href": here("statistics.one", key=each.key),
        "all": figure_shown(now[each.key], each, opens=reach.whole),
        "own": figure_shown(own, each, opens=True) if own is not None else None,
        "change": change_shown(now[each.key], before.get(each.key)),
    }


def said(each: Indicator) -> Part:
    """What an indicator is made of, in words."""
    locale = language()
    return {
        "title": each.title.in_(locale),
        "part": each.part.words.in_(locale),
        "whole": each.whole.words.in_(locale) if each.whole else "",
        "note": each.note.in_(locale),
        "source": cited(each.source, locale),
    }


def ranking_lines(
    rows: Sequence[Ranked],
    shown: Sequence[Indicator],
    named: Mapping[Any, Any],
    cut: str,
    *,
    opens: bool,
) -> list[Part]:
    """The lines of a table with their places, each figure with its lists."""
    return [
        {
            "place": each.place,
            "name": named[each.row.value][0].in_(language()),
            "href": here("statistics.unit", unit_id=each.row.value)
            if cut == "unit" and each.row.value
            else "",
            "figures": [
                figure_shown(
                    each.row.figures[one.key],
                    one,
                    opens=opens,
                    cut=cut,
                    value="" if each.row.value is None else str(each.row.value),
                )
                for one in shown
            ],
        }
        for each in rows
    ]
