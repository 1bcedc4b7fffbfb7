"""The other files of a draft as texts: forms, notices, words; read, checked, written and taken out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.designing.access import MAY_DESIGN, DraftMovedOn, clean
from engine.designing.checking import problems_of
from engine.designing.drafts import save_draft_files
from engine.designing.reading import draft, draft_files
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from webui.addresses import whole_number
from webui.presenting.operations import NO_FAULTS, faults_of
from webui.presenting.process_drafts import draft_line, problem_shown
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("process_draft_files", __name__, url_prefix="/administration/flows/drafts")


@blueprint.before_request
def _only_designers() -> None:
    current_actor().require(*MAY_DESIGN)


@blueprint.post("/<int:draft_id>/files")
def add(draft_id: int) -> ResponseReturnValue:
    """Go to a file that is not there yet; it is there once it is saved."""
    path = request.form.get("path", "").strip()
    draft(current_actor(), draft_id=draft_id)
    try:
        clean(path, "")
    except InvalidAnswers:
        flash(_("流程文件夹里没有这样命名的文件，例如 forms/名称.json、texts/zh/名称.txt。"), "warning")
        return redirect(url_for("process_drafts.page", draft_id=draft_id))
    return redirect(url_for("process_draft_files.page", draft_id=draft_id, path=path))


@blueprint.get("/<int:draft_id>/files/<path:path>")
def page(draft_id: int, path: str) -> ResponseReturnValue:
    """One file."""
    files = draft_files(current_actor(), draft_id=draft_id)
    try:
        clean(path, "")
    except InvalidAnswers:
        raise NotFound from None
    return _page(draft_id, path, files.get(path, ""), NO_FAULTS, files if path in files else {})


def _page(
    draft_id: int, path: str, text: str, faults: dict[str, Any], files: dict[str, str], revision: int = 0
) -> str:
    line = draft(current_actor(), draft_id=draft_id)
    found = [problem_shown(each) for each in problems_of({**files, path: text})] if files else []
    shown = {
        **draft_line(line),
        "revision": revision or line.revision,
        "is_open": line.state == "open",
        "path": path,
        "text": text,
        "here": [each for each in found if each["file"] == path],
        "elsewhere": sum(each["file"] != path for each in found),
        "checked": bool(files),
        "is_new": path not in files,
    }
    return render_template("process_drafts/file.html", page={**shown, **faults})


@blueprint.post("/<int:draft_id>/files/<path:path>")
def write(draft_id: int, path: str) -> ResponseReturnValue:
    """Check what was typed, save it, or take the file out."""
    actor, form = current_actor(), request.form
    doing, text = form.get("do", "save"), form.get("text", "")
    files = draft_files(actor, draft_id=draft_id)
    revision = form.get("revision", 0, type=whole_number)
    try:
        if doing == "check":
            text = clean(path, text)
            return _page(draft_id, path, text, NO_FAULTS, {**files, path: text}, revision)
        changed = {path: None if doing == "remove" else text}
        save_draft_files(actor, draft_id=draft_id, files=changed, revision=revision)
    except DomainError as refusal:
        if isinstance(refusal, NotFound | NotAllowed):
            raise
        faults = faults_of(refusal, {})
        if isinstance(refusal, DraftMovedOn):  # what the other one saved, to be compared with
            faults["theirs"] = files.get(path, "")
            revision = draft(actor, draft_id=draft_id).revision
        return _page(draft_id, path, text, faults, {}, revision), status_of(type(refusal))
    flash(_("已删除。") if doing == "remove" else _("已保存。"), "success")
    if doing == "remove":
        return redirect(url_for("process_drafts.page", draft_id=draft_id))
    return redirect(url_for("process_draft_files.page", draft_id=draft_id, path=path))
