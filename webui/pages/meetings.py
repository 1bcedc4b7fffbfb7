"""Meetings: when congress, standing committee and council sit; of each the agenda, its papers, who came, votes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.sittings import KINDS, SESSION
from engine.definitions.answers import IDENTIFIER
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from engine.meetings.agenda import add_matter, drop_matter, move_up, record_attendance
from engine.meetings.convening import MAY_CONVENE, convene
from engine.meetings.readings import all_meetings, may_read, meeting_page
from engine.meetings.rhythm import rhythm
from webui.addresses import whole_number
from webui.errors import error_lines, field_errors
from webui.presenting.meetings import kind_choices, list_shown, meeting_calendar, meeting_shown, rhythm_said
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("meetings", __name__, url_prefix="/meetings")
SEAT = "seat."

ENTRIES = (Entry(("会议", "Meetings"), "meetings.overview", may_read, 60),)


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """The meetings, and for those who convene them the form for another."""
    return _overview(current_actor(), {})


@blueprint.post("")
def register_one() -> ResponseReturnValue:
    """Register a meeting or correct its days."""
    actor = current_actor()
    actor.require(*MAY_CONVENE)
    try:
        meeting_id = convene(actor, **_read())
    except InvalidAnswers as refusal:
        return _overview(actor, request.form.to_dict(), refusal)
    flash(_("已保存会议。日期有变动的，有关期限已重新计算并告知。"), "success")
    return redirect(url_for("meetings.page", meeting_id=meeting_id))


@blueprint.get("/<int:meeting_id>")
def page(meeting_id: int) -> ResponseReturnValue:
    """The agenda of a meeting with what each matter needs, and until when."""
    actor = current_actor()
    found = meeting_page(actor, meeting_id=meeting_id)
    return render_template("meetings/meeting.html", page=meeting_shown(found, actor))


@blueprint.get("/<int:meeting_id>/calendar.ics")
def calendar(meeting_id: int) -> ResponseReturnValue:
    """The meeting as an appointment for one's own calendar."""
    found = meeting_page(current_actor(), meeting_id=meeting_id)
    address = url_for("meetings.page", meeting_id=meeting_id, _external=True)
    content = meeting_calendar(found.meeting, clock.now(), address)
    headers = {"Content-Disposition": f"attachment; filename=meeting-{meeting_id}.ics"}
    return Response(content, mimetype="text/calendar", headers=headers)


@blueprint.post("/<int:meeting_id>/matters")
def add(meeting_id: int) -> ResponseReturnValue:
    """Put a matter that is no case on the agenda."""
    actor = current_actor()
    try:
        add_matter(actor, meeting_id=meeting_id, title=request.form.get("title", ""))
    except InvalidAnswers as refusal:
        shown = meeting_shown(meeting_page(actor, meeting_id=meeting_id), actor)
        shown |= {"errors": error_lines(refusal), "faults": field_errors(refusal)}
        return render_template("meetings/meeting.html", page=shown), 422
    flash(_("已列入议程。"), "success")
    return redirect(url_for("meetings.page", meeting_id=meeting_id))


@blueprint.post("/matters/<int:item_id>/drop")
def drop(item_id: int) -> ResponseReturnValue:
    """Take such a matter off again."""
    meeting_id = drop_matter(current_actor(), item_id=item_id)
    return redirect(url_for("meetings.page", meeting_id=meeting_id))


@blueprint.post("/matters/<int:item_id>/up")
def up(item_id: int) -> ResponseReturnValue:
    """Let a matter come before the one above it."""
    meeting_id = move_up(current_actor(), item_id=item_id)
    return redirect(url_for("meetings.page", meeting_id=meeting_id, _anchor="agenda"))


@blueprint.post("/<int:meeting_id>/attendance")
def attendance(meeting_id: int) -> ResponseReturnValue:
    """Write down who was there."""
    statuses = {
        int(seat): value
        for name, value in request.form.items()
        if value and name.startswith(SEAT) and IDENTIFIER.fullmatch(seat := name.removeprefix(SEAT))
    }
    record_attendance(current_actor(), meeting_id=meeting_id, statuses=statuses)
    flash(_("已登记出席情况。"), "success")
    return redirect(url_for("meetings.page", meeting_id=meeting_id, _anchor="attendance"))


def _read() -> dict[str, Any]:
    """The form's values; InvalidAnswers names every field that cannot be read."""
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {"name": request.form.get("name", "").strip()}
    values["kind"] = request.form.get("kind", SESSION)
    if values["kind"] not in KINDS:
        errors["kind"] = [_("请选择会议的种类。")]
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
    values["motions_until"] = _cut_off(errors)
    if errors:
        raise InvalidAnswers(errors)
    return values


def _cut_off(errors: dict[str, list[str]]) -> dt.datetime | None:
    """Until when the session takes motions, if that is said."""
    text = request.form.get("motions_until", "").strip()
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=clock.ZONE) if text else None
    except ValueError:
        errors["motions_until"] = [_("请填写日期和时间，如2027-01-22 12:00。")]
        return None


def _overview(
    actor: Actor, typed: dict[str, Any], refusal: InvalidAnswers | None = None
) -> ResponseReturnValue:
    page = {
        "groups": list_shown(all_meetings(actor)),
        "rhythm": rhythm_said(rhythm(actor)),
        "kinds": kind_choices(),
        "may_convene": bool(actor.roles & set(MAY_CONVENE)),
        "typed": typed,
        "errors": error_lines(refusal) if refusal else [],
        "faults": field_errors(refusal) if refusal else {},
    }
    return render_template("meetings/overview.html", page=page), 422 if refusal else 200
