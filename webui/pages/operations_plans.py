"""Plans to put a case on another way: made by one process administrator, carried out by another."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.errors import DomainError, NotAllowed, NotFound
from engine.operations.access import MAY_OPERATE
from engine.operations.modifying import (
    apply_modification,
    discard_modification,
    plan_modification,
    plan_row,
    preview,
)
from engine.operations.standing import standing
from webui.language import translate_refusal
from webui.presenting.operations import NO_FAULTS, faults_of
from webui.presenting.plans import chosen_changes, plan_form, plan_shown
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("plans", __name__, url_prefix="/administration/flows")


@blueprint.before_request
def _only_operators() -> None:
    current_actor().require(*MAY_OPERATE)


@blueprint.get("/cases/<int:case_id>/plan")
def begin(case_id: int) -> ResponseReturnValue:
    """What may be changed of where a case stands."""
    return _form(case_id, NO_FAULTS)


def _form(case_id: int, faults: dict[str, Any]) -> str:
    page = {**plan_form(standing(current_actor(), case_id=case_id)), **faults}
    return render_template("operations/plan_new.html", page=page)


@blueprint.post("/cases/<int:case_id>/plan")
def make(case_id: int) -> ResponseReturnValue:
    """Keep the plan, to be seen and carried out by another."""
    form = request.form
    try:
        id_ = plan_modification(
            current_actor(), case_id=case_id, changes=chosen_changes(form), reason=form.get("reason", "")
        )
    except DomainError as refusal:
        if isinstance(refusal, NotFound | NotAllowed) and type(refusal) in (NotFound, NotAllowed):
            raise
        return _form(case_id, faults_of(refusal, form.to_dict())), status_of(type(refusal))
    return redirect(url_for("plans.page", modification_id=id_))


@blueprint.get("/plans/<int:modification_id>")
def page(modification_id: int) -> ResponseReturnValue:
    """A plan and what it would do."""
    return _page(modification_id, [])


def _page(modification_id: int, errors: list[dict[str, str]]) -> str:
    actor = current_actor()
    row = plan_row(actor, modification_id)
    seen, fault = None, ""
    if row.state == "planned":
        try:
            seen = preview(actor, modification_id=modification_id)
        except DomainError as refusal:
            fault = translate_refusal(refusal)
    where = standing(actor, case_id=row.case_id)
    shown = plan_shown(row, where, seen, own=row.planned_by == actor.user_id)
    return render_template("operations/plan.html", page={**shown, "fault": fault, "errors": errors})


@blueprint.post("/plans/<int:modification_id>/<what>")
def decide(modification_id: int, what: str) -> ResponseReturnValue:
    """Carry it out, or drop it."""
    doings = {"apply": apply_modification, "discard": discard_modification}
    if what not in doings:
        raise NotFound
    actor = current_actor()
    try:
        doings[what](actor, modification_id=modification_id)
    except DomainError as refusal:
        if type(refusal) in (NotFound, NotAllowed):
            raise
        lines = [{"field": "", "message": translate_refusal(refusal)}]
        return _page(modification_id, lines), status_of(type(refusal))
    flash(_("已执行调整。") if what == "apply" else _("已放弃这份计划。"), "success")
    return redirect(url_for("operations.case", case_id=plan_row(actor, modification_id).case_id))
