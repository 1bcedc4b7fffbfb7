"""A draft tried out: tasks completed by their forms, messages sent, the clock moved; nothing is kept."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.definitions.folder import Folder
from engine.definitions.problems import FolderRefused
from engine.designing.access import MAY_DESIGN
from engine.designing.checking import checked, placed
from engine.designing.reading import DraftLine, draft, draft_files
from engine.designing.trying import TrialUnreadable, number_of, read_moves, tried
from engine.foundation import clock
from engine.foundation.errors import InvalidAnswers
from webui.addresses import whole_number
from webui.presenting.process_drafts import draft_line, problem_shown
from webui.presenting.process_tryout import checked_answers, flags_from, tryout_shown
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("process_tryout", __name__, url_prefix="/administration/flows/drafts")
Moves = list[dict[str, Any]]


@blueprint.before_request
def _only_designers() -> None:
    current_actor().require(*MAY_DESIGN)


@blueprint.get("/<int:draft_id>/try")
def page(draft_id: int) -> ResponseReturnValue:
    """A run at its beginning."""
    line, folder = _draft(draft_id)
    if isinstance(folder, FolderRefused):
        return _refused(line, folder)
    trial = tried(folder, clock.now(), [])
    return render_template("process_drafts/tryout.html", page=tryout_shown(line, folder, trial, []))


@blueprint.post("/<int:draft_id>/try")
def go_on(draft_id: int) -> ResponseReturnValue:
    """The run, one step further or one back."""
    line, folder = _draft(draft_id)
    if isinstance(folder, FolderRefused):
        return _refused(line, folder)
    moves, began, form = _moves(), _began(), request.form
    doing = form.get("do", "")
    if doing == "back":
        moves = moves[:-1]
    elif doing == "complete":
        try:
            moves = [*moves, _completing(folder, began, moves)]
        except InvalidAnswers as refusal:
            trial = tried(folder, began, moves)
            refused = (form.get("task", ""), form, refusal)
            shown = tryout_shown(line, folder, trial, moves, refused)
            return render_template("process_drafts/tryout.html", page=shown), status_of(InvalidAnswers)
    elif doing:
        moves = [*moves, _move(doing)]
    trial = tried(folder, began, read_moves(moves))
    return render_template("process_drafts/tryout.html", page=tryout_shown(line, folder, trial, moves))


def _draft(draft_id: int) -> tuple[DraftLine, Folder | FolderRefused]:
    actor = current_actor()
    line = draft(actor, draft_id=draft_id)
    try:
        return line, checked(draft_files(actor, draft_id=draft_id))
    except FolderRefused as refusal:
        return line, refusal


def _refused(line: DraftLine, refusal: FolderRefused) -> ResponseReturnValue:
    """A draft with errors cannot be run; they are shown instead."""
    files = draft_files(current_actor(), draft_id=line.id)
    problems = [problem_shown(each) for each in placed(refusal.problems, files)]
    return render_template(
        "process_drafts/tryout_refused.html", page={**draft_line(line), "problems": problems}
    )


def _moves() -> Moves:
    try:
        return read_moves(json.loads(request.form.get("moves", "[]")))
    except (ValueError, RecursionError):
        raise TrialUnreadable from None


def _began() -> dt.datetime:
    try:
        began = dt.datetime.fromisoformat(request.form.get("began", ""))
    except ValueError:
        return clock.now()
    return began if began.tzinfo else began.replace(tzinfo=clock.ZONE)


def _completing(folder: Folder, began: dt.datetime, moves: Moves) -> dict[str, Any]:
    """The completion of an open task with the answers that were sent. Raises InvalidAnswers, TrialUnreadable."""
    key = request.form.get("task", "")
    trial = tried(folder, began, moves)
    node = next((task.node for task in trial.open if number_of(task.key) == key), None)
    if node is None:
        raise TrialUnreadable
    checked_answers(folder, node, request.form)
    return {"do": "complete", "task": key, "flags": flags_from(folder, node, request.form)}


def _move(doing: str) -> dict[str, Any]:
    form = request.form
    if doing == "clock":
        return {"do": "clock", "days": form.get("days", 1, type=whole_number)}
    return {"do": doing, "name": form.get("name", "")}
