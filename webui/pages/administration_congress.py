"""What one's own congress says of itself: its names, its telephone, where letters reach it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.errors import InvalidAnswers
from engine.people import congresses
from engine.people.roles import SYSTEM_ADMIN
from webui.meanwhile import seen_fields
from webui.pages.administration import EMPTY_FORM, holds, refused_form
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("administration_congress", __name__, url_prefix="/administration/congress")
ENTRIES = (Entry(("本级人大", "Congress"), "administration_congress.page", holds(SYSTEM_ADMIN), 63),)
FIELDS = ("name", "short_name", "contact_phone", "postal_address", "postal_code")


@blueprint.get("")
def page() -> ResponseReturnValue:
    """What it says, to be changed."""
    return _page(EMPTY_FORM)


@blueprint.post("")
def change() -> ResponseReturnValue:
    """Write it anew."""
    said = congresses.Particulars(**{name: request.form.get(name, "") for name in FIELDS})
    try:
        congresses.change_congress(current_actor(), said, seen=seen_fields())
    except InvalidAnswers as refusal:
        return _page(refused_form(refusal)), status_of(type(refusal))
    flash(_("已保存。"), "success")
    return redirect(url_for("administration_congress.page"))


def _page(form: dict[str, Any]) -> str:
    actor = current_actor()
    actor.require(SYSTEM_ADMIN)
    page = {**form, "line": congresses.particulars(actor.congress_id)}
    return render_template("administration/congress.html", page=page)
