"""The record of sign-ins and rights, which the security administrator watches and the auditor audits."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from engine.foundation import clock
from engine.people import directory, vocabulary
from engine.people.roles import AUDITOR, SECURITY_ADMIN
from webui import exports
from webui.addresses import day_within, whole_number
from webui.language import english
from webui.pages.administration import holds
from webui.presenting.trail import who
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("administration_events", __name__, url_prefix="/administration")

ENTRIES = (
    Entry(
        ("登录与授权记录", "Sign-ins and rights"),
        "administration_events.listing",
        holds(SECURITY_ADMIN, AUDITOR),
        63,
    ),
)
WIDTHS = (20, 16, 16, 28, 20, 10)


@blueprint.get("/events")
def listing() -> ResponseReturnValue:
    """Who signed in, failed, was locked out, and whose rights changed."""
    sought = _sought()
    before = request.args.get("before", type=whole_number)
    lines = directory.sign_in_events(current_actor(), before=before, sought=sought)
    asked = {
        "q": sought.words or None,
        "action": sought.action or None,
        "since": sought.since,
        "until": sought.until,
    }
    page = {
        "lines": [(line, _title(line.action), _who(line)) for line in lines],
        "more": lines[-1].id if len(lines) == directory.PAGE else None,
        "actions": [{"value": each, "label": _title(each)} for each in vocabulary.SIGN_IN_EVENTS],
        "asked": {name: str(value) for name, value in asked.items() if value},
    }
    return render_template("administration/events.html", page=page)


@blueprint.get("/events.<kind>")
def export(kind: str) -> ResponseReturnValue:
    """The records that are looked for as a file, the newest ten thousand."""
    actor = current_actor()
    actor.require(SECURITY_ADMIN, AUDITOR)
    if kind not in exports.KINDS:
        raise NotFound
    found = directory.sign_in_events(actor, sought=_sought(), limit=directory.EXPORTED)
    rows: list[list[str | int]] = [[_("时间"), _("事项"), _("操作人"), _("对象"), _("地址"), _("序号")]]
    for line in found:
        at = line.at.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M:%S")
        rows.append([at, _title(line.action), _who(line), line.subject, line.address, line.id])
    return exports.given_out(kind, f"events-{clock.today()}", rows, WIDTHS)


def _sought() -> directory.Sought:
    """What the address asks for; what it cannot mean is passed over."""
    action = request.args.get("action", "")
    return directory.Sought(
        words=request.args.get("q", "").strip(),
        action=action if action in vocabulary.SIGN_IN_EVENTS else "",
        since=request.args.get("since", type=day_within),
        until=request.args.get("until", type=day_within),
    )


def _who(line: directory.SignInEvent) -> str:
    return who(line.who, line.by_person)


def _title(action: str) -> str:
    return vocabulary.title(action, "en" if english() else "zh")
