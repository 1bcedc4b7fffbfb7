"""«会次»: when the congress sat or will sit, which decides how what comes in is numbered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from engine.people.meetings import convene, meetings
from webui.addresses import whole_number
from webui.errors import error_lines, field_errors
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("meetings", __name__, url_prefix="/meetings")

MAY_CONVENE = ("assigner", "process_admin")
ENTRIES = (
    Entry(("会次", "Sessions"), "meetings.overview", lambda actor: bool(actor.roles & set(MAY_CONVENE)), 60),
)


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """The sessions, and the form for another."""
    return _page(current_actor(), {})


@blueprint.post("")
def register_one() -> ResponseReturnValue:
    """Register a session or correct its days."""
    actor = current_actor()
    try:
        convene(actor, **_read())
    except InvalidAnswers as refusal:
        return _page(actor, request.form.to_dict(), refusal)
    flash(_("已保存会次。"), "success")
    return redirect(url_for("meetings.overview"))


def _read() -> dict[str, Any]:
    """The form's values; InvalidAnswers names every field that cannot be read."""
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {"name": request.form.get("name", "").strip()}
    if not values["name"]:
        errors["name"] = [_("请填写会次名称。")]
    for name in ("term", "ordinal"):
        values[name] = request.form.get(name, type=whole_number)
        if not values[name] or values[name] < 1:
            errors[name] = [_("请填写大于零的整数。")]
    for name in ("opens_on", "closes_on"):
        try:
            values[name] = dt.date.fromisoformat(request.form.get(name, ""))
        except ValueError:
            errors[name] = [_("请填写日期。")]
    if errors:
        raise InvalidAnswers(errors)
    return values


def _page(actor: Actor, typed: dict[str, Any], refusal: InvalidAnswers | None = None) -> ResponseReturnValue:
    actor.require(*MAY_CONVENE)
    page = {
        "meetings": meetings(actor),
        "typed": typed,
        "errors": error_lines(refusal) if refusal else [],
        "faults": field_errors(refusal) if refusal else {},
    }
    return render_template("meetings/overview.html", page=page), 422 if refusal else 200
