"""«流程运行»: what has failed, where cases stand, and what may be put right."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions.catalogue import definition
from engine.designing.reading import drafts
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, NotAllowed, NotFound
from engine.operations.access import MAY_OPERATE
from engine.operations.flags import set_flag
from engine.operations.incident_list import count_open, incidents_of, one_incident, open_incidents
from engine.operations.incidents import annotate, resolve
from engine.operations.migration_list import migrations
from engine.operations.modifying import plans
from engine.operations.retrying import retry
from engine.operations.standing import case_numbered, standing
from engine.operations.suspending import resume_case, suspend_case, suspensions
from engine.operations.versions import versions
from webui.addresses import whole_number
from webui.presenting.migrations import migration_line
from webui.presenting.operations import (
    NO_FAULTS,
    case_shown,
    faults_of,
    incident_shown,
    retried_lines,
    suspension_shown,
)
from webui.presenting.plans import plan_line
from webui.presenting.process_drafts import draft_line
from webui.presenting.versions import version_line
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("operations", __name__, url_prefix="/administration/flows")


def _may(actor: Actor) -> bool:
    return bool(actor.roles & set(MAY_OPERATE))


ENTRIES = (Entry(("流程运行", "Running processes"), "operations.overview", _may, 22, count=count_open),)


@blueprint.before_request
def _only_operators() -> None:
    current_actor().require(*MAY_OPERATE)


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """What has failed and waits, and the way to a case."""
    actor = current_actor()
    page = {
        "incidents": [incident_shown(line) for line in open_incidents(actor)],
        "versions": [version_line(each) for each in versions(actor)],
        "migrations": [migration_line(each) for each in migrations(actor)],
        "drafts": [draft_line(each) for each in drafts(actor)],
        "plans": [plan_line(row) for row in plans(actor)],
        "suspensions": [suspension_shown(line) for line in suspensions(actor)],
    }
    return render_template("operations/overview.html", page=page)


@blueprint.get("/case")
def find() -> ResponseReturnValue:
    """The case with the number asked for."""
    case_id = case_numbered(current_actor(), number=request.args.get("number", ""))
    if case_id is None:
        flash(_("没有这个编号的案件。"), "warning")
        return redirect(url_for("operations.overview"))
    return redirect(url_for("operations.case", case_id=case_id))


@blueprint.get("/definitions/<int:definition_id>/diagram.bpmn")
def diagram(definition_id: int) -> ResponseReturnValue:
    """The diagram of a version."""
    return Response(definition(definition_id).bpmn, mimetype="application/xml")


@blueprint.post("/retry")
def retry_some() -> ResponseReturnValue:
    """Try the chosen incidents' steps again."""
    chosen = request.form.getlist("incident", type=whole_number)
    for kind, sentence in retried_lines(retry(current_actor(), incident_ids=chosen)):
        flash(sentence, kind)
    return redirect(url_for("operations.overview"))


@blueprint.get("/incidents/<int:incident_id>")
def incident(incident_id: int) -> ResponseReturnValue:
    """One incident: what happened, the notes on it, what can be done."""
    return _incident_page(incident_id, NO_FAULTS)


def _incident_page(incident_id: int, faults: dict[str, Any]) -> str:
    line, notes = one_incident(current_actor(), incident_id=incident_id)
    return render_template(
        "operations/incident.html", page={**incident_shown(line), "notes": notes, **faults}
    )


@blueprint.post("/incidents/<int:incident_id>/<what>")
def treat(incident_id: int, what: str) -> ResponseReturnValue:
    """Try again, write a note, or put aside."""
    actor, form = current_actor(), request.form
    try:
        if what == "retry":
            for kind, sentence in retried_lines(retry(actor, incident_ids=[incident_id])):
                flash(sentence, kind)
        elif what == "note":
            annotate(actor, incident_id=incident_id, text=form.get("text", ""))
            flash(_("备注已保存。"), "success")
        elif what == "resolve":
            resolve(actor, incident_id=incident_id, reason=form.get("reason", ""))
            flash(_("已了结。"), "success")
        else:
            raise NotFound
    except DomainError as refusal:
        if isinstance(refusal, NotFound | NotAllowed):
            raise
        return _incident_page(incident_id, faults_of(refusal, form.to_dict())), status_of(type(refusal))
    return redirect(url_for("operations.incident", incident_id=incident_id))


@blueprint.get("/cases/<int:case_id>")
def case(case_id: int) -> ResponseReturnValue:
    """Where a case stands, and its flags."""
    return _case_page(case_id, NO_FAULTS)


def _case_page(case_id: int, faults: dict[str, Any]) -> str:
    actor = current_actor()
    page = case_shown(standing(actor, case_id=case_id))
    page["plans"] = [plan_line(row) for row in plans(actor, case_id=case_id)]
    page["incidents"] = [incident_shown(line) for line in incidents_of(actor, case_id=case_id)]
    return render_template("operations/case.html", page={**page, **faults})


@blueprint.post("/cases/<int:case_id>/flag")
def change_flag(case_id: int) -> ResponseReturnValue:
    """Give a flag another value."""
    form = request.form
    told = {name: form.get(name, "") for name in ("part", "name", "kind", "value", "known", "reason")}
    try:
        changed = set_flag(current_actor(), case_id=case_id, **told)
    except DomainError as refusal:
        if isinstance(refusal, NotFound | NotAllowed):
            raise
        return _case_page(case_id, faults_of(refusal, form.to_dict())), status_of(type(refusal))
    flash(_("流转标志已修改。") if changed else _("值没有变化。"), "success" if changed else "info")
    return redirect(url_for("operations.case", case_id=case_id))


@blueprint.post("/cases/<int:case_id>/<what>")
def halt(case_id: int, what: str) -> ResponseReturnValue:
    """Let a case stand still, or move again."""
    doings = {"suspend": suspend_case, "resume": resume_case}
    if what not in doings:
        raise NotFound
    try:
        doings[what](current_actor(), case_id=case_id, reason=request.form.get("reason", ""))
    except DomainError as refusal:
        if isinstance(refusal, NotFound | NotAllowed):
            raise
        return _case_page(case_id, faults_of(refusal, request.form.to_dict())), status_of(type(refusal))
    flash(_("已暂停流转。") if what == "suspend" else _("已恢复流转。"), "success")
    return redirect(url_for("operations.case", case_id=case_id))
