"""What somebody does to a case of his own accord: the form of an action, and doing it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.actions import perform
from engine.casework.readings.actions import ActionForm, action_form, sent_before
from engine.casework.readings.case_page import case_page
from engine.definitions.forms import Form
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, NotAllowed, NotFound
from webui.addresses import whole_number
from webui.afterwards import to_case
from webui.forms import answers_from, files_from, picked_before
from webui.language import language
from webui.marks import fills
from webui.presenting.actions import action_shown
from webui.sign_in import current_actor
from webui.statuses import status_of
from webui.store import file_store

blueprint = Blueprint("actions", __name__, url_prefix="/cases/<int:case_id>/actions/<key>")

HANDLING = "#handling"  # the part of the case's page that shows what was done


@blueprint.get("")
def page(case_id: int, key: str) -> ResponseReturnValue:
    """The form of the action; one that cannot be done now says why."""
    actor = current_actor()
    found = action_form(actor, case_id=case_id, key=key, assignment_id=_assignment())
    return _page(actor, case_id, found, picked_before(found.form, request.args), secrets.token_hex(16))


@blueprint.post("")
@fills(lambda actor, sent, case_id, key: _form(actor, sent, case_id, key))
def do(case_id: int, key: str) -> ResponseReturnValue:
    """Do it; the same click sent twice does it once."""
    actor = current_actor()
    sending = request.form.get("sending", "")[:64]
    found: ActionForm | None = None
    answers: Mapping[str, Any] = {}
    try:
        found = action_form(actor, case_id=case_id, key=key, assignment_id=_assignment())
    except (NotFound, NotAllowed):
        if not sent_before(actor, case_id=case_id, key=key, sending=sending):
            raise
        return to_case(case_id, HANDLING)  # the click before this one put him out of the circle
    except DomainError:
        pass  # done a moment ago by the same click, or no longer possible: perform knows
    else:
        answers = {**answers_from(found.form, request.form), **files_from(found.form, request.files)}
    try:
        perform(
            actor,
            case_id=case_id,
            key=key,
            answers=answers,
            assignment_id=_assignment(),
            sending=sending,
            store=file_store(),
        )
    except DomainError as refusal:
        if found is None or isinstance(refusal, NotFound | NotAllowed):
            raise
        return _page(actor, case_id, found, answers, sending, refusal), status_of(type(refusal))
    if found is not None:
        flash(_("已办理：%(action)s。", action=found.spec.title.in_(language())), "success")
    return to_case(case_id, HANDLING)


def _form(actor: Actor, sent: Mapping[str, str], case_id: int, key: str) -> Form:
    assignment = sent.get("assignment")
    of = whole_number(assignment) if assignment else None
    return action_form(actor, case_id=case_id, key=key, assignment_id=of).form


def _assignment() -> int | None:
    return request.values.get("assignment", type=whole_number)


def _page(
    actor: Actor,
    case_id: int,
    found: ActionForm,
    answers: Mapping[str, Any],
    sending: str,
    refusal: DomainError | None = None,
) -> str:
    case = case_page(actor, case_id=case_id)
    return render_template("pages/action.html", page=action_shown(found, case, answers, sending, refusal))
