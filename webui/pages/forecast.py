"""The workload forecast: what each unit has to finish in which of the coming weeks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.statistics.forecast import LOOKING_BACK, WEEKS, outlooks, owed
from engine.statistics.labels import labels
from webui.addresses import whole_number
from webui.language import day, language
from webui.presenting.counted import owed_lines
from webui.presenting.forecasts import chart, table_lines
from webui.sign_in import current_actor

blueprint = Blueprint("forecast", __name__, url_prefix="/statistics/forecast")


def shown(found: list[Any]) -> dict[str, Any]:
    """A chart over these units with its table."""
    return {
        "weeks": WEEKS,
        "looking_back": LOOKING_BACK,
        "chart": chart(found) if found else None,
        "lines": table_lines(found),
        "heads": [week.begins for week in found[0].weeks] if found else [],
    }


def unit_outlook(actor: Actor, unit_id: int) -> dict[str, Any] | None:
    """The coming weeks of one unit; None where nothing is or was in its hands."""
    found = [each for each in outlooks(actor) if each.unit_id == unit_id]
    return shown(found) if found else None


@blueprint.get("")
def page() -> ResponseReturnValue:
    """The coming weeks of every unit this person may see."""
    found = outlooks(current_actor())
    return render_template(
        "statistics/forecast.html", page=shown(found) | {"as_of": clock.today(), "units": len(found)}
    )


@blueprint.get("/cases")
def behind() -> ResponseReturnValue:
    """What a unit owes in a week, or what is overdue."""
    actor = current_actor()
    unit_id = request.args.get("unit", type=whole_number)
    if unit_id is None:
        raise NotFound
    begins = _monday()
    seen = owed(actor, unit_id, begins)
    when = _("已超期") if begins is None else _("%(day)s起的一周到期", day=day(begins))
    shown_page = {
        "unit": labels("unit", [unit_id], ())[unit_id][0].in_(language()),
        "when": when,
        "count": seen.count,
        "hidden": seen.hidden,
        "lines": owed_lines(seen.lines),
        "errors": [],
    }
    return render_template("statistics/owed.html", page=shown_page)


def _monday() -> dt.date | None:
    """The week asked for; NotFound for what is no date."""
    text = request.args.get("week", "")
    if not text:
        return None
    try:
        found = dt.date.fromisoformat(text)
        return found if found + dt.timedelta(weeks=1) else None
    except (ValueError, OverflowError) as error:
        raise NotFound from error
