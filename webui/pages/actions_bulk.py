"""An action done to several problems of a case at once, with the same words: the list to tick, and doing it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from engine.casework.bulk import perform_in_bulk, picked_in
from engine.casework.readings.actions import action_form
from engine.casework.readings.case_page import case_page
from engine.foundation.actor import Actor
from webui.addresses import whole_number
from webui.forms import answers_from
from webui.language import language
from webui.marks import fills
from webui.presenting.bulk_actions import Refusals, bulk_shown
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("actions_bulk", __name__, url_prefix="/cases/<int:case_id>/actions/<key>/bulk")
UNPROCESSABLE = 422


@blueprint.get("")
def page(case_id: int, key: str) -> str:
    """The problems to which the action can be done now, to be ticked, and its form."""
    return _page(current_actor(), case_id, key, {}, (), secrets.token_hex(16))


@blueprint.post("")
@fills(
    lambda actor, _sent, case_id, key: action_form(actor, case_id=case_id, key=key, assignment_id=None).form
)
def do(case_id: int, key: str) -> ResponseReturnValue:
    """Do it to each that is ticked; what is refused is listed again with the reason, and nothing typed is lost."""
    actor = current_actor()
    found = action_form(actor, case_id=case_id, key=key, assignment_id=None)
    field = picked_in(found.spec, found.form)
    answers = answers_from(found.form, request.form)
    picked = request.form.getlist(field, type=whole_number)
    sending = request.form.get("sending", "")[:32]
    became = perform_in_bulk(actor, case_id=case_id, key=key, picked=picked, answers=answers, sending=sending)
    done = sum(refusal is None for refusal in became.values())
    refused = {each: refusal for each, refusal in became.items() if refusal is not None}
    if done:
        title = found.spec.title.in_(language())
        told = ngettext(
            "已办理：%(action)s，%(num)s 项。", "已办理：%(action)s，%(num)s 项。", done, action=title
        )
        flash(told, "success")
    if done and not refused:
        return redirect(url_for("cases.page", case_id=case_id) + "#problems")
    status = status_of(type(next(iter(refused.values())))) if refused else UNPROCESSABLE
    return _page(actor, case_id, key, answers, picked, sending, refused, nothing=not picked), status


def _page(
    actor: Actor,
    case_id: int,
    key: str,
    answers: Mapping[str, Any],
    picked: Sequence[int],
    sending: str,
    refused: Refusals | None = None,
    *,
    nothing: bool = False,
) -> str:
    found = action_form(actor, case_id=case_id, key=key, assignment_id=None)
    case = case_page(actor, case_id=case_id)
    shown = bulk_shown(found, case, answers, picked, refused or {}, nothing=nothing)
    return render_template("pages/action_bulk.html", page={**shown, "sending": sending})
