"""The page of a task: fill in its form, keep it as a draft, complete it; take it, put it back, hand it on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.access import spec_at, task_to_read
from engine.casework.readings.task_page import TaskForm, TaskPage, check_answers, task_form, task_page
from engine.casework.tasks import claim_task, complete_task, delegate_task, release_task
from engine.definitions.catalogue import definition
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from webui import windows
from webui.addresses import whole_number
from webui.afterwards import to_case
from webui.autosaving import kept_by_page
from webui.forms import answers_from, files_from
from webui.language import language
from webui.marks import fills
from webui.presenting.places import OWN_PAGES, task_address
from webui.presenting.task import task_shown
from webui.sign_in import current_actor
from webui.statuses import CONFLICT, status_of
from webui.store import file_store

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks/<int:task_id>")
OURS = ("csrf_token", "go", "revision", windows.CHOICE)


@blueprint.get("")
def page(task_id: int) -> ResponseReturnValue:
    """The form with what was typed before; some tasks are done on pages of their own."""
    actor = current_actor()
    found = task_page(actor, task_id=task_id)
    if found.task.open and found.spec.act in OWN_PAGES:
        return redirect(task_address(found.spec.act, task_id=task_id, case_id=found.task.case_id))
    return _page(found, actor, found.answers)


@blueprint.post("")
@fills(lambda actor, _sent, task_id: task_form(actor, task_id=task_id).form)
def complete(task_id: int) -> ResponseReturnValue:
    """Complete the task; asks once more where that cannot be undone."""
    actor, form = current_actor(), request.form
    found = task_form(actor, task_id=task_id)
    answers = answers_from(found.form, form)
    files = files_from(found.form, request.files)
    if windows.choose(actor, task_id, answers, form):
        return redirect(url_for("tasks.page", task_id=task_id))
    go = form.get("go", "")
    if go == "back" or _one_row_more(found, answers):
        return _page(task_page(actor, task_id=task_id), actor, answers)
    if found.open and found.has_drafts and windows.held_back(actor, task_id, answers, form):
        return _page(task_page(actor, task_id=task_id), actor, answers), CONFLICT
    if go == "later":
        windows.keep(actor, task_id, answers, form)
        flash(_("已保存，随时可以接着填写。"), "success")
        return redirect(url_for("inbox.page"))
    try:
        if _asks_again(found, answers) and go != "sure":
            check_answers(actor, task_id=task_id, answers=answers)
            return _question(task_page(actor, task_id=task_id), actor)
        revision = form.get("revision", type=whole_number)
        done = complete_task(
            actor, task_id=task_id, answers=answers | files, revision=revision, store=file_store()
        )
    except DomainError as refusal:
        return _refused(actor, task_id, answers, files, refusal)
    if done.already:
        return _done_before(actor, task_id, answers, done.case_id)
    flash(_("已办完：%(step)s。", step=found.spec.title.in_(language())), "success")
    return to_case(done.case_id)


def _done_before(actor: Actor, task_id: int, answers: Mapping[str, Any], case_id: int) -> ResponseReturnValue:
    """After a double click; or from another window, whose words are kept and shown again."""
    if not any(answers.values()):
        flash(_("这一步您先前已经办完。"), "info")
        return to_case(case_id)
    windows.keep(actor, task_id, answers, request.form)
    flash(_("这一步您先前已经办完。再次填写的内容没有采用，保留在这里。"), "info")
    return redirect(url_for("tasks.page", task_id=task_id))


def _one_row_more(found: TaskForm, answers: dict[str, Any]) -> bool:
    """Put an empty row into the answers if one was asked for, where no script makes it."""
    name = request.form.get("add", "")
    if name not in found.form:
        return False
    answers[name] = [*(answers[name] or ()), {}]
    return True


def _asks_again(found: TaskForm, answers: Mapping[str, Any]) -> bool:
    """Whether these answers cannot be undone."""
    spec = found.spec
    holds = spec.confirm_when is None or spec.confirm_when.holds(answers)
    return found.open and spec.confirm is not None and holds


def _page(
    found: TaskPage, actor: Actor, answers: Mapping[str, Any], refusal: DomainError | None = None
) -> str:
    return render_template(
        "pages/task.html", page=task_shown(found, actor, answers, refusal, sent=request.form)
    )


def _question(found: TaskPage, actor: Actor) -> str:
    """The question before what cannot be undone, with everything that was typed."""
    shown = task_shown(found, actor, {}, sent={})
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in OURS]
    question = found.spec.confirm.in_(language()) if found.spec.confirm else ""
    revision = request.form.get("revision", "")
    return render_template(
        "pages/task_sure.html", page={**shown, "question": question, "revision": revision, "typed": typed}
    )


def _refused(
    actor: Actor, task_id: int, answers: Mapping[str, Any], files: Mapping[str, Any], refusal: DomainError
) -> ResponseReturnValue:
    """The same page with the reason; what was typed stands in it and is kept as a draft, the names of files with it."""
    if isinstance(refusal, NotFound | NotAllowed):
        raise refusal
    status = status_of(type(refusal))
    if not isinstance(refusal, InvalidAnswers):
        windows.keep(actor, task_id, answers, request.form)
    return _page(task_page(actor, task_id=task_id), actor, {**answers, **files}, refusal), status


@blueprint.post("/draft")
def draft(task_id: int) -> ResponseReturnValue:
    """Keep what is being typed; the page calls this by itself. Kept even when the task has gone, which it then says."""
    actor = current_actor()
    desk = task_to_read(actor, task_id)
    folder = definition(desk.case.definition_id)
    typed, seen = kept_by_page()
    form = folder.forms[spec_at(folder, desk.task.node).form]
    kept = windows.keep(actor, task_id, answers_from(form, typed), seen)
    if not desk.task.open:
        return jsonify(message=_("这件工作已经办完或者收回。您填写的内容已保留。")), 409
    return jsonify(**windows.answered(kept), revision=desk.task.revision)


@blueprint.post("/claim")
def claim(task_id: int) -> ResponseReturnValue:
    """Take the task."""
    claim_task(current_actor(), task_id=task_id)
    flash(_("已领取，同事会看到由您办理。"), "success")
    return redirect(url_for("tasks.page", task_id=task_id))


@blueprint.post("/release")
def release(task_id: int) -> ResponseReturnValue:
    """Put the task back."""
    release_task(current_actor(), task_id=task_id)
    flash(_("已放回，同事可以领取。"), "success")
    return redirect(url_for("tasks.page", task_id=task_id))


@blueprint.post("/delegate")
def delegate(task_id: int) -> ResponseReturnValue:
    """Hand the task to a colleague."""
    to_user_id = request.form.get("to", type=whole_number)
    reason = request.form.get("reason", "").strip()[:500]
    delegate_task(current_actor(), task_id=task_id, to_user_id=to_user_id, reason=reason)
    flash(_("已转派。"), "success")
    return redirect(url_for("inbox.page"))
