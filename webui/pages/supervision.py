"""The supervisors' desk (督办台): what is late or carded, the measure to take next, cases under key supervision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.casework.choices import units
from engine.foundation.actor import Actor
from engine.supervision.readings import LISTS, PAGE, Watched, totals, watched
from webui.addresses import place, whole_number
from webui.language import moment
from webui.presenting.dues import due_of
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("supervision", __name__)
ROLES = ("supervisor", "assigner", "government_router")


def _supervises(actor: Actor) -> bool:
    return bool(actor.roles.intersection(ROLES))


ENTRIES = (Entry(("督办", "Supervision"), "supervision.listing", _supervises, 25, key="g u"),)


def list_names() -> dict[str, str]:
    """The lists of the desk."""
    return {
        "late": _("超期的"),
        "soon": _("七日内到期的"),
        "carded": _("有黄牌、红牌的"),
        "dissatisfied": _("代表不满意的"),
        "key": _("重点督办"),
        "proposed": _("提名待定"),
    }


def measures() -> dict[str, str]:
    """The measures of the ladder."""
    return {
        "urge": _("催办"),
        "issue_card": _("黄牌、红牌"),
        "talk": _("约谈"),
        "escalate": _("提请主任会议督办"),
    }


@blueprint.get("/supervision")
def listing() -> ResponseReturnValue:
    """One of the lists, narrowed to a unit."""
    actor = current_actor()
    actor.require(*ROLES)
    which = request.args.get("list", LISTS[0])
    which = which if which in LISTS else LISTS[0]
    unit_id = request.args.get("unit", type=whole_number)
    start = request.args.get("start", 0, type=place)
    found = watched(actor, which, unit_id, start)
    numbers = totals(actor, unit_id)
    page = {
        "all": ngettext("各单位在办共 %(num)s 件次。", "各单位在办共 %(num)s 件次。", numbers["all"]),
        "tabs": [
            {
                "label": label,
                "count": numbers[key],
                "href": url_for("supervision.listing", list=key, unit=unit_id),
                "current": key == which,
            }
            for key, label in list_names().items()
        ],
        "lines": [_line(each, actor) for each in found[:PAGE]],
        "units": [{"value": str(id_), "label": name} for id_, name in units(actor.congress_id).items()],
        "unit": str(unit_id or ""),
        "list": which,
        "next": url_for("supervision.listing", list=which, unit=unit_id, start=start + PAGE)
        if len(found) > PAGE
        else "",
    }
    return render_template("pages/supervision.html", page=page)


def _line(each: Watched, actor: Actor) -> dict[str, Any]:
    words = measures()
    return {
        "href": url_for("cases.page", case_id=each.case_id),
        "number": each.number or _("未编号"),
        "title": each.title,
        "unit": each.unit,
        "due": due_of(each.due_on, actor.congress_id) if each.due_on else None,
        "yellow": each.yellow,
        "red": each.red,
        "key": each.key,
        "last": words.get(each.last, ""),
        "last_on": moment(each.last_on) if each.last_on else "",
        "next": words.get(each.next, ""),
        "next_href": url_for(
            "actions.page", case_id=each.case_id, key=each.next, assignment=each.assignment_id
        )
        if each.may
        else "",
    }
