"""Similar cases while a text is written or waits to be assigned, and a suggested unit put into a form at a click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.access import spec_at, task_to_read
from engine.casework.choices import at_desk, options_for
from engine.casework.readings.drafting import writing
from engine.definitions.catalogue import definition
from engine.foundation.errors import NotFound
from engine.similarity.index import written_from
from engine.similarity.readings import earlier_cases
from engine.similarity.topics import topics as find_topics
from webui import windows
from webui.addresses import local, whole_number
from webui.forms import answers_from
from webui.presenting.similar import similar_lines, topics_shown, unit_field
from webui.sign_in import current_actor

blueprint = Blueprint("similar", __name__)


@blueprint.post("/cases/<int:case_id>/similar")
def while_writing(case_id: int) -> ResponseReturnValue:
    """What resembles the text as it is being typed; nothing of it is kept."""
    actor = current_actor()
    draft = writing(actor, case_id=case_id)
    written = written_from(draft.folder, answers_from(draft.form, request.form))
    lines = similar_lines(earlier_cases(actor, written, without=case_id))
    return render_template("fragments/similar.html", lines=lines)


@blueprint.get("/desk/topics")
def topics() -> ResponseReturnValue:
    """Waiting cases that might be handled as one, each with the way to let it join the first of its group."""
    groups = topics_shown(find_topics(current_actor()))
    return render_template("pages/topics.html", page={"title": _("可以并案的件"), "groups": groups})


@blueprint.post("/tasks/<int:task_id>/unit")
def take_unit(task_id: int) -> ResponseReturnValue:
    """Put a suggested unit into the form with all that was typed; nothing is done with it until somebody does it."""
    actor = current_actor()
    desk = task_to_read(actor, task_id)
    folder = definition(desk.case.definition_id)
    form = folder.forms[spec_at(folder, desk.task.node).form]
    field, unit_id = unit_field(form), request.form.get("take", type=whole_number)
    if field is None or unit_id is None or unit_id not in options_for(at_desk(actor, desk), form)[field.name]:
        raise NotFound
    answers = answers_from(form, request.form)
    answers[field.name] = str(unit_id) if field.type == "unit" else _with_unit(answers[field.name], unit_id)
    windows.keep(actor, task_id, answers, request.form)
    return redirect(local(request.args.get("next")))


def _with_unit(plan: Sequence[Mapping[str, Any]], unit_id: int) -> list[dict[str, Any]]:
    """The plan with the unit as its lead; beside separate units, as one more of them."""
    others = [dict(each) for each in plan if str(each.get("unit_id")) != str(unit_id)]
    separate = any(each.get("role") == "separate" for each in others)
    kept = [each for each in others if each.get("role") != "lead"]
    role = "separate" if separate else "lead"
    return [{"unit_id": str(unit_id), "role": role, "scope": ""}, *kept]
