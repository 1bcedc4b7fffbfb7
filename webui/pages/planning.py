"""The yearly plan of supervision: what is planned, adopted and adjusted, and how far each matter has come."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.planning.mining import concentrations, named
from engine.planning.opening import open_item
from engine.planning.plans import ADOPTS, MAY_PROPOSE, YEARS, adopt, change_item, drop_item, propose_item
from engine.planning.readings import PlanPage, may_read, plan_page, years
from webui.addresses import whole_number
from webui.errors import error_lines, field_errors
from webui.presenting.planning import (
    choices,
    from_group,
    kind_titles,
    matter_shown,
    plan_shown,
    source_shown,
    topics_shown,
)
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("planning", __name__, url_prefix="/plans")

ENTRIES = (Entry(("监督计划", "Plan"), "planning.overview", may_read, 62),)


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """The years that have a plan; with none, the page of this year for those who begin it."""
    actor = current_actor()
    found = years(actor)
    this = clock.today().year
    ahead = sorted({*found, this, this + 1} if actor.roles.intersection(MAY_PROPOSE) else found, reverse=True)
    lines = [
        {"year": year, "begun": year in found, "href": url_for("planning.page", year=year)} for year in ahead
    ]
    return render_template("planning/overview.html", page={"years": lines})


@blueprint.get("/<int:year>")
def page(year: int) -> ResponseReturnValue:
    """A plan; with `group`, the form is filled with what suggestions concentrate on."""
    actor = current_actor()
    return _shown(actor, year, _chosen(actor, year, request.args.get("group", type=whole_number)))


@blueprint.get("/<int:year>/topics")
def topics(year: int) -> ResponseReturnValue:
    """What deputies' suggestions of the year before concentrate on, each with all that it rests on."""
    actor = current_actor()
    _require_year(year)
    groups = concentrations(actor, year)
    return render_template(
        "planning/topics.html", page=topics_shown(year, groups, _plan(actor, year).matters)
    )


@blueprint.post("/<int:year>/items")
def propose(year: int) -> ResponseReturnValue:
    """Propose a matter."""
    actor = current_actor()
    cases = request.form.getlist("cases")
    try:
        propose_item(actor, year=year, values=_values(), cases=cases)
    except InvalidAnswers as refusal:
        typed = request.form.to_dict() | {"cases": cases}
        return _shown(actor, year, typed, refusal)
    flash(_("已提出。主任会议通过后列入计划并向社会公布。"), "success")
    return redirect(url_for("planning.page", year=year))


@blueprint.post("/<int:year>/adopt")
def adopt_plan(year: int) -> ResponseReturnValue:
    """Put the council's decision on record."""
    actor = current_actor()
    actor.require(ADOPTS)
    council, reason = request.form.get("council", ""), request.form.get("reason", "")
    try:
        adopt(actor, year=year, council=council, decided_on=_day("decided_on"), reason=reason)
    except InvalidAnswers as refusal:
        return _shown(actor, year, request.form.to_dict(), refusal)
    flash(_("已记录主任会议的决定，计划已向社会公布。"), "success")
    return redirect(url_for("planning.page", year=year))


@blueprint.get("/<int:year>/items/<int:item_id>")
def matter(year: int, item_id: int) -> ResponseReturnValue:
    """One matter: what it rests on, and for those whose it is the way to change it or take it out."""
    return _matter(current_actor(), year, item_id)


@blueprint.post("/<int:year>/items/<int:item_id>")
def change(year: int, item_id: int) -> ResponseReturnValue:
    """Change a matter."""
    actor = current_actor()
    try:
        change_item(actor, item_id=item_id, values=_values(), reason=request.form.get("reason", ""))
    except InvalidAnswers as refusal:
        return _matter(actor, year, item_id, request.form.to_dict(), refusal)
    flash(_("已修改。主任会议通过后生效。"), "success")
    return redirect(url_for("planning.page", year=year))


@blueprint.post("/<int:year>/items/<int:item_id>/drop")
def drop(year: int, item_id: int) -> ResponseReturnValue:
    """Propose that a matter be taken out."""
    actor = current_actor()
    try:
        drop_item(actor, item_id=item_id, reason=request.form.get("reason", ""))
    except InvalidAnswers as refusal:
        return _matter(actor, year, item_id, {}, refusal)
    flash(_("已提出取消。主任会议通过后生效。"), "success")
    return redirect(url_for("planning.page", year=year))


@blueprint.post("/<int:year>/items/<int:item_id>/open")
def begin(year: int, item_id: int) -> ResponseReturnValue:
    """Open the case of a matter, and go on writing it."""
    case_id = open_item(current_actor(), item_id=item_id)
    return redirect(url_for("cases.page", case_id=case_id))


def _require_year(year: int) -> None:
    if year not in YEARS:
        raise NotFound


def _chosen(actor: Actor, year: int, key: int | None) -> dict[str, Any]:
    """The form filled from the concentration around a case, if there is one."""
    if key is None or not actor.roles.intersection(MAY_PROPOSE):
        return {}
    group = next((each for each in concentrations(actor, year) if each.key == key), None)
    return from_group(group) if group is not None else {}


def _plan(actor: Actor, year: int) -> PlanPage:
    """The plan, or an empty one for those who may begin it."""
    try:
        return plan_page(actor, year=year)
    except NotFound:
        if not actor.roles.intersection(MAY_PROPOSE):
            raise
        return PlanPage(year, (), (), waiting=False)


def _shown(
    actor: Actor,
    year: int,
    typed: dict[str, Any],
    refusal: InvalidAnswers | None = None,
) -> ResponseReturnValue:
    _require_year(year)
    shown = plan_shown(_plan(actor, year), actor) | _faults(refusal) | {"typed": typed}
    shown["today"] = clock.today().isoformat()
    return render_template("planning/plan.html", page=shown), 422 if refusal else 200


def _matter(
    actor: Actor,
    year: int,
    item_id: int,
    typed: dict[str, Any] | None = None,
    refusal: InvalidAnswers | None = None,
) -> ResponseReturnValue:
    found = next((each for each in _plan(actor, year).matters if each.item.id == item_id), None)
    if found is None:
        raise NotFound
    shown = matter_shown(found, year, kind_titles(actor.congress_id)) | _faults(refusal)
    shown |= {"year": year, "choices": choices(actor), "typed": typed or shown["typed"]}
    shown["sources"] = [source_shown(each) for each in named(actor, found.item.sources.get("cases", ()))]
    return render_template("planning/matter.html", page=shown), 422 if refusal else 200


def _faults(refusal: InvalidAnswers | None) -> dict[str, Any]:
    return {
        "errors": error_lines(refusal) if refusal else [],
        "faults": field_errors(refusal) if refusal else {},
    }


def _values() -> dict[str, Any]:
    """A matter as it was typed; what cannot be read is refused by its field."""
    values: dict[str, Any] = {
        name: request.form.get(name, "") for name in ("title", "grounds", "channel", "process_key")
    }
    return values | {name: request.form.get(name, type=whole_number) for name in ("organ_id", "month")}


def _day(name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(request.form.get(name, ""))
    except ValueError as fault:
        raise InvalidAnswers({name: [_("请填写日期。")]}) from fault
