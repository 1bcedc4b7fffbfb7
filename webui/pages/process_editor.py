"""The editor of a draft: diagram and properties side by side, checked while one edits, saved when one says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.designing.access import MAY_DESIGN, clean
from engine.designing.drafts import save_draft_files
from engine.designing.properties import change_clock, change_task, remove_task
from engine.designing.reading import draft, draft_files
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from webui.presenting.process_drafts import draft_line
from webui.presenting.process_editor import choices_of, editor_words, work_shown
from webui.sign_in import current_actor

blueprint = Blueprint("process_editor", __name__, url_prefix="/administration/flows/drafts")
UNREADABLE = _("系统看不懂送来的内容。")


@blueprint.before_request
def _only_designers() -> None:
    current_actor().require(*MAY_DESIGN)


@blueprint.get("/<int:draft_id>/edit")
def page(draft_id: int) -> ResponseReturnValue:
    """The editor; a draft that is not open is only to be read."""
    actor = current_actor()
    line = draft(actor, draft_id=draft_id)
    if line.state != "open":
        return redirect(url_for("process_drafts.page", draft_id=draft_id))
    settings = url_for("process_settings.page", draft_id=draft_id)
    known = {"choices": choices_of(actor), "words": editor_words(), "settings_href": f"{settings}/"}
    shown = {**draft_line(line), **known}
    return render_template("process_drafts/editor.html", page=shown)


@blueprint.post("/<int:draft_id>/work")
def work(draft_id: int) -> ResponseReturnValue:
    """The files as they would be after a change of properties, and all that is wrong with them; nothing is kept.

    Takes {"files": {path: text}, "change": …}: the files that differ from the draft, and what is to be changed in them,
    {"task" | "clock": key, "values": {…}, "first": {…}} or {"remove_task": key}.
    """
    kept = draft_files(current_actor(), draft_id=draft_id)
    sent = _sent()
    files = {**kept, **_texts(sent.get("files", {}))}
    if change := sent.get("change"):
        files = _changed(files, change)
    return jsonify(work_shown(files))


@blueprint.post("/<int:draft_id>/save")
def save(draft_id: int) -> ResponseReturnValue:
    """Keep files: takes {"files": {path: text}, "revision": n}; gives {"revision": n}."""
    draft(current_actor(), draft_id=draft_id)  # whoever may not see it is told so before anything is read
    sent = _sent()
    known = sent.get("revision")
    revision = save_draft_files(
        current_actor(),
        draft_id=draft_id,
        files=_texts(sent.get("files", {})),
        revision=known if isinstance(known, int) else 0,
    )
    return jsonify(revision=revision)


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise InvalidAnswers({"files": [UNREADABLE]})
    return sent


def _texts(sent: Any) -> dict[str, str]:
    if not isinstance(sent, dict) or not all(isinstance(text, str) for text in sent.values()):
        raise InvalidAnswers({"files": [UNREADABLE]})
    return {path: clean(path, text) for path, text in sent.items()}


def _changed(files: Mapping[str, str], change: Any) -> dict[str, str]:
    if not isinstance(change, dict) or not all(
        isinstance(change.get(each, {}), dict) for each in ("values", "first")
    ):
        raise InvalidAnswers({"change": [UNREADABLE]})
    if "remove_task" in change:
        return remove_task(files, str(change["remove_task"]))
    if "clock" in change:
        return change_clock(files, str(change["clock"]), change.get("values", {}))
    return change_task(files, str(change.get("task", "")), change.get("values", {}), change.get("first", {}))
