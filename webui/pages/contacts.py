"""Recording a contact with the deputies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.contacts import FORM, record_contact
from engine.casework.readings.case_page import case_page
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from webui.addresses import whole_number
from webui.forms import answers_from, shown
from webui.language import translate_refusal
from webui.marks import fills
from webui.presenting.case_head import head_facts
from webui.presenting.faults import fault_lines
from webui.presenting.legal import step_bases
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("contacts", __name__, url_prefix="/cases/<int:case_id>/contacts")


@blueprint.get("")
def page(case_id: int) -> ResponseReturnValue:
    """The form for a contact."""
    return _page(current_actor(), case_id, {"held_on": clock.today().isoformat()})


@blueprint.post("")
@fills(lambda actor, _sent, case_id: case_page(actor, case_id=case_id).folder.forms.get(FORM))
def record(case_id: int) -> ResponseReturnValue:
    """Record it; the very same record twice is kept once."""
    actor = current_actor()
    form = case_page(actor, case_id=case_id).folder.forms.get(FORM)
    if form is None:
        raise NotFound
    answers = answers_from(form, request.form)
    try:
        record_contact(actor, case_id=case_id, answers=answers)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        return _page(actor, case_id, answers, refusal), status_of(type(refusal))
    flash(_("沟通情况已记录。"), "success")
    task_id = request.form.get("task", type=whole_number)
    if task_id:
        return redirect(url_for("tasks.page", task_id=task_id))
    return redirect(url_for("cases.page", case_id=case_id) + "#handling")


def _page(actor: Actor, case_id: int, answers: Mapping[str, Any], refusal: DomainError | None = None) -> str:
    case = case_page(actor, case_id=case_id)
    if not case.contact_unit or FORM not in case.folder.forms:
        raise NotAllowed
    form = case.folder.forms[FORM]
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    page = {
        "case": {"id": case_id, "number": case.facts.number, "title": case.title, "facts": head_facts(case)},
        "deputy": case.lead.name if case.lead else "",
        "phone": case.lead.phone if case.lead and case.phone_visible else "",
        "errors": fault_lines(form, errors, answers),
        "refused": translate_refusal(refusal) if refusal and not errors else "",
        "fields": shown(form, answers, errors),
        "basis": step_bases("contact", case.folder, case.facts.rule_pack_id)["record_contact"],
        "task": request.values.get("task", type=whole_number),
    }
    return render_template("pages/contact.html", page=page)
