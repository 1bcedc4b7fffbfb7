"""Evaluating (测评) a reply: read it in full, answer on each axis, see what one gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.casework.access import Desk, spec_at, task_to_read
from engine.casework.acts.evaluations import DISSATISFIED
from engine.casework.articles import cited_in
from engine.casework.readings.case_page import case_page
from engine.casework.readings.case_units import UnitView
from engine.casework.tasks import complete_task
from engine.definitions.catalogue import definition
from engine.definitions.folder import TaskSpec
from engine.definitions.forms import Field, Form
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotFound
from webui.addresses import case_address, whole_number
from webui.errors import status_of
from webui.forms import answers_from, shown
from webui.language import language
from webui.marks import fills
from webui.presenting.faults import refusal_lines
from webui.presenting.legal import legal_basis
from webui.presenting.letters import evaluation_in_words, reply_letter, spoken
from webui.sign_in import current_actor

blueprint = Blueprint("evaluating", __name__, url_prefix="/evaluate")
FACES = {"satisfied": "good", "basically_satisfied": "even", DISSATISFIED: "bad"}


@blueprint.get("/<int:task_id>")
def page(task_id: int) -> ResponseReturnValue:
    """The reply and the questions; once answered, what was answered."""
    return _page(current_actor(), task_id, {})


@blueprint.post("/<int:task_id>")
@fills(lambda actor, _sent, task_id: _task(actor, task_id)[2])
def evaluate(task_id: int) -> ResponseReturnValue:
    """Give the evaluation; a second click finds it given."""
    actor = current_actor()
    desk, spec, form = _task(actor, task_id)
    answers = answers_from(form, request.form)
    revision = request.form.get("revision", type=whole_number)
    try:
        complete_task(actor, task_id=desk.task.id, answers=answers, revision=revision)
    except DomainError as refusal:
        return _page(actor, task_id, answers, refusal), status_of(type(refusal))
    return redirect(url_for("evaluating.page", task_id=task_id))


def _task(actor: Actor, task_id: int) -> tuple[Desk, TaskSpec, Form]:
    desk = task_to_read(actor, task_id)
    folder = definition(desk.case.definition_id)
    spec = cited_in(desk.case, spec_at(folder, desk.task.node))
    if spec.act != "evaluate":
        raise NotFound
    return desk, spec, folder.forms[spec.form]


def _page(actor: Actor, task_id: int, answers: Mapping[str, Any], refusal: DomainError | None = None) -> str:
    desk, spec, form = _task(actor, task_id)
    reading = case_page(actor, case_id=desk.case.id)
    unit = next(each for each in reading.units if each.assignment.id == desk.task.assignment_id)
    rounds: list[dict[str, Any]] = [
        {
            "reply": reply_letter(unit, view, reading),
            "given": evaluation_in_words(view.evaluation, reading.folder),
        }
        for view in unit.replies
        if view.reply.signed_at is not None and view.reply.round <= desk.task.round
    ]
    present = next((each for each in rounds if each["reply"]["round"] == desk.task.round), None)
    if present is None:
        raise NotFound
    shown_page = {
        "title": reading.title,
        "number": reading.case.number,
        "case_href": case_address(desk.case.id),
        "unit": unit.name,
        "reply": present["reply"],
        "spoken": spoken(present["reply"]),
        "earlier": [each for each in rounds if each is not present],
        "contacts": unit.contacts,
        "revision": desk.task.revision,
        "action": url_for("evaluating.evaluate", task_id=task_id),
        "verb": spec.verb.in_(language()),
        "basis": legal_basis(spec.basis, desk.case.rule_pack_id),
    }
    if not desk.task.open:
        done = {"given": present["given"], "dissatisfied": _is_dissatisfied(unit, desk)}
        return render_template("pages/evaluation_done.html", page=shown_page | done)
    return render_template("pages/evaluation.html", page=shown_page | _questions(form, answers, refusal))


def _questions(form: Form, answers: Mapping[str, Any], refusal: DomainError | None) -> dict[str, Any]:
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    return {
        "errors": refusal_lines(form, refusal, answers),
        "fields": [
            {**item, "axis": _axis(field, item) if field.type == "rating" else None}
            for field, item in zip(form.fields, shown(form, answers, errors), strict=True)
        ],
    }


def _axis(field: Field, item: dict[str, Any]) -> dict[str, Any]:
    """The choices of a rating with their faces; those that need a reason reveal the rest of the form."""
    return {
        "choices": [
            {**choice, "face": FACES.get(choice["value"], "even"), "reveals": choice["value"] == DISSATISFIED}
            for choice in item["spec"]["choices"]
        ]
    }


def _is_dissatisfied(unit: UnitView, desk: Desk) -> bool:
    views = [view for view in unit.replies if view.reply.round == desk.task.round and view.evaluation]
    return any(
        DISSATISFIED in (view.evaluation.attitude, view.evaluation.result)
        for view in views
        if view.evaluation
    )
