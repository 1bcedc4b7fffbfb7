"""Writing what a process folder lets a person open, in three steps: the text, the people and files, the check."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.cases import delegation_of_staff, open_case, organ_of
from engine.casework.drafts import Kept
from engine.casework.readings.deputy_home import own_cases
from engine.casework.readings.directory import find_deputies
from engine.casework.readings.drafting import Writing, signers_to_ask_again, writing
from engine.casework.tasks import complete_task
from engine.casework.texts import TextSubmitted, save_text
from engine.definitions.catalogue import current, definition
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed
from webui import windows
from webui.addresses import case_address, whole_number
from webui.autosaving import kept_by_page
from webui.errors import status_of
from webui.forms import answers_from
from webui.language import language, translate_refusal
from webui.marks import fills
from webui.pages.deputy import case_line
from webui.presenting.drafts import check_step, people_step, step_names, text_step
from webui.sign_in import current_actor
from webui.statuses import CONFLICT
from webui.words.citing import cited

blueprint = Blueprint("drafting", __name__)


@blueprint.get("/cases/new/<process_key>")
def start(process_key: str) -> ResponseReturnValue:
    """What awaits one who begins, the drafts of his that wait, and for an officer: on whose behalf."""
    return _start_page(process_key)


@blueprint.post("/cases/new/<process_key>")
def begin(process_key: str) -> ResponseReturnValue:
    """Open the draft; the same page sent twice opens one."""
    actor = current_actor()
    try:
        case_id = open_case(
            actor,
            process_key=process_key,
            lead_deputy_id=request.form.get("lead", type=whole_number),
            from_motion=request.form.get("from_motion") == "1",
            operation_key=request.form.get("operation_key", "")[:64],
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        return _start_page(process_key, refusal), status_of(type(refusal))
    return redirect(url_for("drafting.write", case_id=case_id))


def _start_page(process_key: str, refusal: DomainError | None = None) -> str:
    actor = current_actor()
    folder = current(process_key, actor.congress_id).folder
    actor.require(*folder.opened_by)
    delegation = delegation_of_staff(actor)
    organ = organ_of(actor, folder) if actor.deputy_id is None else None
    on_paper = actor.deputy_id is None and delegation is None and organ is None
    search = request.values.get("q", "").strip()
    page = {
        "title": folder.open_verb.in_(language()),
        "summary": folder.summary.in_(language()),
        "basis": cited(folder.basis, language()),
        "steps": step_names(folder),
        "action": url_for("drafting.begin", process_key=process_key),
        "operation_key": request.form.get("operation_key") or secrets.token_urlsafe(16),
        "on_paper": on_paper,
        "delegation": organ.organization_name if organ else delegation,
        "from_motion": request.form.get("from_motion") == "1",
        "search": search,
        "search_action": url_for("drafting.start", process_key=process_key),
        "found": find_deputies(actor, name=search) if on_paper else [],
        "lead": request.form.get("lead", type=whole_number),
        "drafts": _drafts(actor, process_key),
        "errors": [{"field": "lead", "message": translate_refusal(refusal)}] if refusal else [],
    }
    return render_template("pages/draft_start.html", page=page)


def _drafts(actor: Actor, process_key: str) -> list[dict[str, Any]]:
    """His unfinished texts of this kind, the latest first."""
    drafts = own_cases(actor, "draft")
    return [case_line(each, actor) for each in drafts if definition(each.definition_id).key == process_key][
        :5
    ]


@blueprint.get("/cases/<int:case_id>/write")
def write(case_id: int) -> ResponseReturnValue:
    """One of the three steps; what has been handed in is read where it is by now."""
    actor = current_actor()
    try:
        draft = writing(actor, case_id=case_id)
    except TextSubmitted as refusal:
        flash(translate_refusal(refusal), "info")
        return redirect(case_address(case_id))
    step = request.args.get("step", 1, type=whole_number)
    if step == 3:
        return render_template("pages/draft_check.html", page=check_step(actor, draft))
    if step == 2:
        return render_template("pages/draft_people.html", page=people_step(actor, draft, request.args))
    return render_template("pages/draft.html", page=text_step(actor, draft, draft.answers, sent={}))


@blueprint.post("/cases/<int:case_id>/write")
@fills(lambda actor, _sent, case_id: writing(actor, case_id=case_id).form)
def save(case_id: int) -> ResponseReturnValue:
    """Keep what was written: as the text if it is whole, and in any case as it was typed."""
    actor = current_actor()
    draft = writing(actor, case_id=case_id)
    answers = answers_from(draft.form, request.form)
    row = request.form.get("add", "")
    if isinstance(answers.get(row), list):
        answers[row] = [*answers[row], ""]
    if draft.task_id is not None:
        if windows.choose(actor, draft.task_id, answers, request.form):
            return redirect(url_for("drafting.write", case_id=case_id))
        if windows.held_back(actor, draft.task_id, answers, request.form):
            page = text_step(actor, writing(actor, case_id=case_id), answers, sent=request.form)
            return render_template("pages/draft.html", page=page), CONFLICT
    _keep(actor, draft, answers, request.form)
    if row:
        return redirect(url_for("drafting.write", case_id=case_id, _anchor=f"field-{row}"))
    if request.form.get("go") == "later":
        flash(_("已经存好，可以随时接着写。"), "success")
        return redirect("/")
    return _kept_whole(actor, draft, answers)


def _kept_whole(actor: Actor, draft: Writing, answers: Mapping[str, Any]) -> ResponseReturnValue:
    """On to the next step if the text is whole and, should signers have to be asked again, that was agreed to."""
    case_id = draft.case.id
    try:
        again = signers_to_ask_again(draft, answers)
        if again and request.form.get("go") != "again":
            return render_template(
                "pages/draft.html", page=text_step(actor, draft, answers, again=again, sent=request.form)
            ), 409
        save_text(actor, case_id=case_id, answers=answers)
    except InvalidAnswers as refusal:
        page = text_step(actor, draft, answers, errors=refusal.errors, sent=request.form)
        return render_template("pages/draft.html", page=page), 422
    _keep(actor, draft, {}, request.form)
    return redirect(url_for("drafting.write", case_id=case_id, step=2))


@blueprint.post("/cases/<int:case_id>/autosave")
def autosave(case_id: int) -> ResponseReturnValue:
    """Keep what is being typed; the page calls this by itself."""
    actor = current_actor()
    draft = writing(actor, case_id=case_id)
    typed, seen = kept_by_page()
    kept = _keep(actor, draft, answers_from(draft.form, typed), seen)
    return jsonify(**(windows.answered(kept) if kept else {}), revision=draft.revision)


def _keep(actor: Actor, draft: Writing, answers: Mapping[str, Any], sent: Mapping[str, Any]) -> Kept | None:
    """Keep what was typed, as far as it is his to hand in."""
    return windows.keep(actor, draft.task_id, answers, sent) if draft.task_id is not None else None


@blueprint.post("/cases/<int:case_id>/submit")
def submit(case_id: int) -> ResponseReturnValue:
    """Hand the draft in; the second of two clicks finds it handed in."""
    actor = current_actor()
    try:
        draft = writing(actor, case_id=case_id)
    except TextSubmitted:
        flash(_("已经提交。办理进展会随时告诉您。"), "success")
        return redirect(case_address(case_id))
    if draft.task_id is None:
        raise NotAllowed
    try:
        if not draft.is_whole:
            raise InvalidAnswers({"": [_("最近改的内容还没有正式保存，请回到第1步按“保存，下一步”。")]})
        spec = next(spec for spec in draft.folder.tasks.values() if spec.act == "submit_text")
        answers = answers_from(draft.folder.forms[spec.form], request.form)
        revision = request.form.get("revision", type=whole_number)
        complete_task(actor, task_id=draft.task_id, answers=answers, revision=revision)
    except DomainError as refusal:
        page = check_step(actor, draft, refusal)
        return render_template("pages/draft_check.html", page=page), status_of(type(refusal))
    flash(_("已经提交。办理进展会随时告诉您。"), "success")
    return redirect(case_address(case_id))
