"""Messages that could not be delivered: seen by the system administrator, sent again or given up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from engine import correspondence
from engine.correspondence.dead import ADMINISTRATOR, PAGE
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from webui.addresses import whole_number
from webui.errors import error_lines
from webui.presenting.dead_letters import letter_line
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import UNFIT

blueprint = Blueprint("dead_letters", __name__, url_prefix="/administration/dead-letters")
ENTRIES = (
    Entry(
        ("未送达", "Undelivered"),
        "dead_letters.listing",
        lambda actor: ADMINISTRATOR in actor.roles,
        65,
        count=correspondence.dead_count,
    ),
)


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """What could not be delivered, the latest first."""
    return _listing(current_actor(), [])


@blueprint.post("/retry")
def retry_all() -> ResponseReturnValue:
    """Try all of them anew."""
    return _retried(correspondence.retry_letters(current_actor(), ids=None))


@blueprint.post("/<int:letter_id>/retry")
def retry(letter_id: int) -> ResponseReturnValue:
    """Try one anew."""
    return _retried(correspondence.retry_letters(current_actor(), ids=[letter_id]))


@blueprint.post("/give-up")
def give_up_all() -> ResponseReturnValue:
    """Leave all of them, for a reason."""
    return _give_up(None)


@blueprint.post("/<int:letter_id>/give-up")
def give_up(letter_id: int) -> ResponseReturnValue:
    """Leave one, for a reason."""
    return _give_up([letter_id])


def _give_up(ids: list[int] | None) -> ResponseReturnValue:
    actor = current_actor()
    try:
        left = correspondence.give_up_letters(actor, ids=ids, reason=request.form.get("reason", ""))
    except InvalidAnswers as refusal:
        # The field lies within a question that is closed again: the sentence stands above without a link to it.
        return _listing(actor, [{**line, "field": ""} for line in error_lines(refusal)]), UNFIT
    flash(ngettext("%(num)s 条不再发送。", "%(num)s 条不再发送。", left), "success")
    return redirect(url_for("dead_letters.listing"))


def _retried(number: int) -> ResponseReturnValue:
    flash(ngettext("%(num)s 条将重新发送。", "%(num)s 条将重新发送。", number), "success")
    return redirect(url_for("dead_letters.listing"))


def _listing(actor: Actor, errors: list[dict[str, Any]]) -> str:
    found = correspondence.dead_letters(actor, before=request.args.get("before", type=whole_number))
    shown = {
        "errors": errors,
        "lines": [letter_line(each) for each in found],
        "total": correspondence.dead_count(actor),
        "next_href": url_for("dead_letters.listing", before=found[-1].id) if len(found) == PAGE else "",
    }
    return render_template("administration/dead_letters.html", page=shown)
