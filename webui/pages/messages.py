"""A person's messages within the system, and the figure beside the bell."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import correspondence
from webui import shell
from webui.addresses import case_address, whole_number
from webui.marks import unattended
from webui.sign_in import current_actor

blueprint = Blueprint("messages", __name__, url_prefix="/messages")


def register(app: Flask) -> None:
    """Let every page show how many messages wait."""
    shell.count_unread(app, correspondence.unread)


@blueprint.get("")
def page() -> ResponseReturnValue:
    """The messages, the latest first."""
    before = request.args.get("before", type=whole_number)
    found = correspondence.received(current_actor(), before=before)
    shown = {
        "lines": [(message, _body(message)) for message in found.messages],
        "newest": found.messages[0].id if found.messages and before is None else None,
        "unread": any(message.read_at is None for message in found.messages),
        "next_href": url_for("messages.page", before=found.before) if found.before else "",
        "first_href": url_for("messages.page") if before else "",
    }
    return render_template("pages/messages.html", page=shown)


def _body(message: correspondence.Message) -> str:
    """What it says, without the address that the button leads to."""
    lines = message.body.strip().splitlines()
    kept = [
        line for line in lines if message.case_id is None or line.strip() != case_address(message.case_id)
    ]
    return re.sub(r"\n{2,}", "\n", "\n".join(kept)).strip()


@blueprint.get("/badge")
@unattended
def badge() -> ResponseReturnValue:
    """How many are unread; pages ask once a minute."""
    return jsonify(unread=correspondence.unread(current_actor()))


@blueprint.post("/<int:message_id>/open")
def open_message(message_id: int) -> ResponseReturnValue:
    """Mark it as read and go to its case."""
    correspondence.mark_read(current_actor(), ids=[message_id])
    case_id = request.form.get("case", type=whole_number)
    return redirect(url_for("cases.page", case_id=case_id) if case_id else url_for("messages.page"))


@blueprint.post("/read")
def read() -> ResponseReturnValue:
    """Mark everything up to the newest shown as read."""
    up_to = request.form.get("up_to", type=whole_number)
    count = correspondence.mark_read(current_actor(), up_to=up_to) if up_to else 0
    if count:
        flash(_("已全部标为已读。"), "success")
    return redirect(url_for("messages.page"))
