"""The form builder: the fields of a draft's form changed by buttons and inputs, with the form as people will see it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.designing.access import MAY_DESIGN, DraftMovedOn
from engine.designing.drafts import save_draft_files
from engine.designing.form_rows import (
    FormUnreadable,
    Row,
    moved,
    new_row,
    path_of,
    require_few,
    rows_in,
    written,
)
from engine.designing.reading import draft, draft_files
from engine.foundation.errors import DomainError, NotAllowed, NotFound
from webui.addresses import whole_number
from webui.presenting.operations import NO_FAULTS, faults_of
from webui.presenting.process_forms import builder_shown, rows_from
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("process_forms", __name__, url_prefix="/administration/flows/drafts")


@blueprint.before_request
def _only_designers() -> None:
    current_actor().require(*MAY_DESIGN)


@blueprint.get("/<int:draft_id>/forms/<name>")
def page(draft_id: int, name: str) -> ResponseReturnValue:
    """A form of a draft; one that is not there yet is empty."""
    files, path = draft_files(current_actor(), draft_id=draft_id), _path(name)
    try:
        rows = rows_in(files.get(path, ""))
    except FormUnreadable as refusal:
        flash(_(refusal.text), "warning")
        return redirect(url_for("process_draft_files.page", draft_id=draft_id, path=path))
    return _page(draft_id, name, rows, NO_FAULTS)


def _path(name: str) -> str:
    path = path_of(name)
    if path is None:
        raise NotFound
    return path


def _page(
    draft_id: int,
    name: str,
    rows: list[Row],
    faults: dict[str, Any],
    revision: int = 0,
    at: int | None = None,
) -> str:
    actor = current_actor()
    line = draft(actor, draft_id=draft_id)
    files = {**draft_files(actor, draft_id=draft_id), _path(name): written(rows)}
    shown = builder_shown(line, files, name, rows, at)
    shown["revision"] = revision or line.revision
    return render_template("process_drafts/form.html", page={**shown, **faults})


@blueprint.post("/<int:draft_id>/forms/<name>")
def change(draft_id: int, name: str) -> ResponseReturnValue:
    """Do to the rows what the button says; only saving keeps them."""
    revision = request.form.get("revision", 0, type=whole_number)
    rows = rows_from(request.form)
    doing, _dot, place = request.form.get("do", "check").partition(".")
    if doing == "save":
        return _save(draft_id, name, rows, revision)
    at = _done(rows, doing, [int(each) for each in place.split(".") if each.isdecimal() and len(each) < 4])
    require_few(rows)
    return _page(draft_id, name, rows, NO_FAULTS, revision, at)


def _done(rows: list[Row], doing: str, places: list[int]) -> int | None:
    """What the button says, to the row (and the choice) at these places; gives the place of the row it touched."""
    if doing == "add":
        rows.append(new_row(rows))
        return len(rows) - 1
    if not places or places[0] >= len(rows):
        return None
    place = places[0]
    if doing in ("up", "down"):
        return moved(rows, place, -1 if doing == "up" else 1)
    if doing == "choice" and len(places) == 2:
        moved(rows[place].get("choices") or [], places[1], -1)
        return place
    if doing == "remove":
        del rows[place]
    return None


def _save(draft_id: int, name: str, rows: list[Row], revision: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        require_few(rows)
        save_draft_files(actor, draft_id=draft_id, files={_path(name): written(rows)}, revision=revision)
    except DomainError as refusal:
        if type(refusal) in (NotFound, NotAllowed):
            raise
        faults = faults_of(refusal, {})
        if isinstance(refusal, DraftMovedOn):  # what the other one saved, to be compared with
            faults["theirs"] = draft_files(actor, draft_id=draft_id).get(_path(name), "")
            revision = draft(actor, draft_id=draft_id).revision
        return _page(draft_id, name, rows, faults, revision), status_of(type(refusal))
    flash(_("已保存。"), "success")
    return redirect(url_for("process_forms.page", draft_id=draft_id, name=name))
