"""The record of sign-ins and rights, which the security administrator watches and the auditor audits."""

from __future__ import annotations

import csv
import datetime as dt
import io

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation import clock
from engine.foundation.spreadsheets import harmless
from engine.people import directory, vocabulary
from engine.people.roles import AUDITOR, SECURITY_ADMIN
from webui.addresses import whole_number
from webui.language import english
from webui.pages.administration import holds
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
YEARS = range(1949, 2200)


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


@blueprint.get("/events.csv")
def export() -> ResponseReturnValue:
    """The records that are looked for as rows, the newest ten thousand."""
    found = directory.sign_in_events(current_actor(), sought=_sought(), limit=directory.EXPORTED)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("时间"), _("事项"), _("操作人"), _("对象"), _("地址"), _("序号")])
    for line in found:
        at = line.at.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M:%S")
        words = (at, _title(line.action), _who(line), line.subject, line.address)
        writer.writerow([*map(harmless, words), line.id])
    # With the mark in front, spreadsheets know that it is UTF-8.
    answer = Response(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"events-{clock.today()}.csv")
    return answer


def _sought() -> directory.Sought:
    """What the address asks for; what it cannot mean is passed over."""
    action = request.args.get("action", "")
    return directory.Sought(
        words=request.args.get("q", "").strip(),
        action=action if action in vocabulary.SIGN_IN_EVENTS else "",
        since=request.args.get("since", type=_day),
        until=request.args.get("until", type=_day),
    )


def _day(text: str) -> dt.date:
    found = dt.date.fromisoformat(text)
    if found.year not in YEARS:
        raise ValueError(text)
    return found


def _who(line: directory.SignInEvent) -> str:
    """Who did it; in the reader's language where that was no person."""
    others = {"系统": _("系统"), "未登录者": _("未登录者")}
    return line.who if line.by_person else str(others.get(line.who, line.who))


def _title(action: str) -> str:
    return vocabulary.title(action, "en" if english() else "zh")
