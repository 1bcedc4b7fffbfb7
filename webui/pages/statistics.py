"""Statistics that offices publish: the overview, one indicator, the units, the cases behind every number, Excel."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions.words import Words
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.statistics import counting
from engine.statistics.cuts import OF_HANDLINGS_ONLY
from engine.statistics.exporting import exported
from engine.statistics.indicators import Indicator
from engine.statistics.labels import ORGANIZATIONS, labels, titles
from engine.statistics.lists import PAGE, Wish, listed
from engine.statistics.of_kind import groups as headings
from engine.statistics.ranking import LEAST_WHOLE, ranked
from engine.statistics.reach import Reach, reach_of, works_with
from engine.statistics.scopes import Scope
from webui.addresses import place
from webui.language import language
from webui.pages.forecast import unit_outlook
from webui.presenting.counted import counted_lines
from webui.presenting.scopes import Chosen, chosen, here, kind_tabs, scope_form
from webui.presenting.statistics import (
    change_shown,
    figure_shown,
    overview_groups,
    ranking_lines,
    said,
)
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("statistics", __name__, url_prefix="/statistics")

ENTRIES = (Entry(("统计", "Statistics"), "statistics.overview", works_with, 35, key="g s"),)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFUSED = 422


def _frame(actor: Actor, found: Chosen, endpoint: str, **values: Any) -> dict[str, Any]:
    """What every page of statistics has: the scope in words and as a form, and the ways to the others."""
    errors = [
        {"field": name, "message": sentence} for name, many in found.errors.items() for sentence in many
    ]
    return {
        "title": _("统计"),
        "scope": found.name,
        "form": scope_form(actor, found, endpoint, **values),
        "errors": errors,
        "as_of": clock.today(),
        "least": LEAST_WHOLE,
        "home": here("statistics.overview"),
        "kinds": kind_tabs(actor, found),
        "lists": reach_of(actor).lists,
        "units_href": here("statistics.units"),
        "export_href": here("statistics.export"),
    }


def _rendered(template: str, page: dict[str, Any]) -> ResponseReturnValue:
    return render_template(template, page=page), REFUSED if page["errors"] else 200


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """Every indicator of the scope, beside one's own and the one before."""
    actor = current_actor()
    reach = reach_of(actor)
    found = chosen(actor)
    key = found.scope.process_key
    known = counting.known(key)
    mine = {} if reach.whole else counting.own(actor, found.scope)
    before = counting.before(actor, found.scope)
    heads, now = headings(counting.versions(key)), counting.totals(actor, found.scope)
    groups = overview_groups(heads, known, now, mine, before, reach)
    page = _frame(actor, found, "statistics.overview") | {"groups": groups, "compared": bool(before)}
    return _rendered("statistics/overview.html", page)


@blueprint.get("/<key>")
def one(key: str) -> ResponseReturnValue:
    """One indicator: what it is made of, its value, and the same for each line of a cut."""
    actor = current_actor()
    reach, found = reach_of(actor), chosen(actor)
    each = counting.indicator(found.scope.process_key, key)
    named = titles(counting.versions(found.scope.process_key))
    cut = _cut(each, reach, named)
    now = counting.totals(actor, found.scope)[key]
    page = _frame(actor, found, "statistics.one", key=key) | {
        "said": said(each),
        "all": figure_shown(now, each, opens=reach.whole),
        "change": change_shown(now, counting.before(actor, found.scope).get(key)),
        "cuts": [
            {
                "label": named[name].in_(language()),
                "href": here("statistics.one", key=key, cut=name),
                "current": name == cut,
            }
            for name in _cuts(each, reach, named)
        ],
        "table": _table(actor, found.scope, cut, [each], each),
    }
    return _rendered("statistics/indicator.html", page)


def _cuts(each: Indicator, reach: Reach, named: Mapping[str, Words]) -> list[str]:
    """What the indicator can be cut by for this person."""
    fit = [name for name in named if counting.cuttable([each], name)]
    return [name for name in fit if reach.lists or name not in OF_HANDLINGS_ONLY]


def _cut(each: Indicator, reach: Reach, named: Mapping[str, Words]) -> str:
    cuts = _cuts(each, reach, named)
    wanted = request.args.get("cut", "")
    return wanted if wanted in cuts else cuts[0]


def _table(actor: Actor, scope: Scope, cut: str, shown: list[Indicator], by: Indicator) -> dict[str, Any]:
    rows, folders = counting.table(actor, scope, cut), counting.versions(scope.process_key)
    named = labels(cut, [row.value for row in rows], folders)
    rows.sort(key=lambda row: (named[row.value][1], str(row.value)))
    reach = reach_of(actor)
    opens = reach.whole or (reach.lists and by.of_units)
    ordered = ranked(rows, by.key)
    return {
        "title": titles(folders)[cut].in_(language()),
        "columns": [
            {
                "title": each.title.in_(language()),
                "href": here("statistics.units", rank=each.key),
                "ranked": each.key == by.key,
            }
            for each in shown
        ],
        "lines": ranking_lines(ordered, shown, named, cut, opens=opens),
    }


@blueprint.get("/units")
def units() -> ResponseReturnValue:
    """Every unit this person may see by every indicator of units, ranked by one of them."""
    actor = current_actor()
    found = chosen(actor)
    shown = counting.cuttable(counting.known(found.scope.process_key), "unit")
    shown = [each for each in shown if each.of_units]
    if not shown:
        raise NotFound
    wanted = request.args.get("rank", "in_time_share")
    by = next((each for each in shown if each.key == wanted), shown[0])
    page = _frame(actor, found, "statistics.units") | {
        "table": _table(actor, found.scope, "unit", shown, by),
        "by": by.title.in_(language()),
    }
    return _rendered("statistics/units.html", page)


@blueprint.get("/units/<int:unit_id>")
def unit(unit_id: int) -> ResponseReturnValue:
    """One unit beside all, and what lies before it."""
    actor = current_actor()
    reach_of(actor).require_unit(unit_id)
    found = chosen(actor)
    rows = {row.value: row for row in counting.table(actor, found.scope, "unit")}
    named = labels("unit", [unit_id], ())
    known = [each for each in counting.known(found.scope.process_key) if each.of_units]
    mine, everybody = rows.get(unit_id), counting.totals(actor, found.scope)
    where = {"cut": "unit", "value": str(unit_id)}
    lines = [
        {
            "title": each.title.in_(language()),
            "href": here("statistics.one", key=each.key),
            "own": figure_shown(mine.figures[each.key], each, opens=True, **where),
            "all": figure_shown(everybody[each.key], each, opens=False),
        }
        for each in known
        if mine is not None
    ]
    page = _frame(actor, found, "statistics.unit", unit_id=unit_id) | {
        "unit": named[unit_id][0].in_(language()),
        "lines": lines,
        "outlook": unit_outlook(actor, unit_id),
    }
    return _rendered("statistics/unit.html", page)


@blueprint.get("/cases")
def behind() -> ResponseReturnValue:
    """The cases behind a number."""
    actor = current_actor()
    found = chosen(actor)
    args = request.args
    wish = Wish(
        args.get("indicator", ""), args.get("side", "part"), args.get("cut", ""), args.get("value", "")
    )
    offset = args.get("start", 0, type=place)
    seen = listed(actor, found.scope, wish, offset=offset)
    each = counting.indicator(found.scope.process_key, wish.indicator)

    def turn(start: int) -> str:
        return here("statistics.behind", **{**args.to_dict(), "start": start or None})

    page = _frame(actor, found, "statistics.overview") | {
        "indicator": each.title.in_(language()),
        "back": here("statistics.one", key=each.key, cut=wish.cut),
        "words": seen.term.words.in_(language()),
        "of_value": _value_name(wish, found.scope),
        "count": seen.count,
        "hidden": seen.hidden,
        "lines": counted_lines(seen.lines),
        "newer": turn(max(0, offset - PAGE)) if offset else "",
        "older": turn(offset + PAGE) if seen.more else "",
    }
    return _rendered("statistics/cases.html", page)


def _value_name(wish: Wish, scope: Scope) -> str:
    """The line of the table that was opened."""
    if not wish.cut:
        return ""
    value: Any = wish.value or None
    if value is not None and wish.cut in ORGANIZATIONS:
        value = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
    return labels(wish.cut, [value], counting.versions(scope.process_key))[value][0].in_(language())


@blueprint.get("/export.xlsx")
def export() -> ResponseReturnValue:
    """The workbook of the scope."""
    actor = current_actor()
    found = chosen(actor)
    if found.errors:
        return overview()
    content = exported(actor, found.scope, found.name)
    name = f"{_('统计')}-{clock.today().isoformat()}.xlsx"
    return send_file(BytesIO(content), mimetype=WORKBOOK, as_attachment=True, download_name=name)
