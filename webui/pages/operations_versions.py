"""Versions of the kinds of work: how many cases run by each and where they lie; activate, retire, suspend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.errors import DomainError, NotAllowed, NotFound
from engine.operations.access import MAY_OPERATE
from engine.operations.heat import heat
from engine.operations.suspending import resume_version, suspend_version
from engine.operations.versions import activate, retire, shared, version, versions
from webui.presenting.operations import NO_FAULTS, faults_of
from webui.presenting.versions import version_line, version_shown
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("versions", __name__, url_prefix="/administration/flows/versions")

DOINGS: dict[str, Callable[..., bool]] = {
    "activate": activate,
    "retire": retire,
    "suspend": suspend_version,
    "resume": resume_version,
}


@blueprint.before_request
def _only_operators() -> None:
    current_actor().require(*MAY_OPERATE)


@blueprint.get("/<int:definition_id>")
def page(definition_id: int) -> ResponseReturnValue:
    """One version."""
    return _page(definition_id, NO_FAULTS)


def _page(definition_id: int, faults: dict[str, Any]) -> str:
    actor = current_actor()
    found = version(actor, definition_id=definition_id)
    shown = version_shown(found, heat(actor, definition_id=definition_id), shared(actor, found.folder))
    others = [version_line(each) for each in versions(actor) if each.folder.key == shown["key"]]
    shown["others"] = [each for each in others if each["id"] != definition_id]
    return render_template("operations/version.html", page={**shown, **faults})


@blueprint.post("/<int:definition_id>/<what>")
def change(definition_id: int, what: str) -> ResponseReturnValue:
    """Activate, retire, suspend or resume it, for this congress."""
    if what not in DOINGS:
        raise NotFound
    try:
        changed = DOINGS[what](
            current_actor(), definition_id=definition_id, reason=request.form.get("reason", "")
        )
    except DomainError as refusal:
        if isinstance(refusal, NotFound | NotAllowed):
            raise
        faults = faults_of(refusal, {**request.form.to_dict(), "what": what})
        return _page(definition_id, faults), status_of(type(refusal))
    flash(_done(what) if changed else _("没有变化。"), "success" if changed else "info")
    return redirect(url_for("versions.page", definition_id=definition_id))


def _done(what: str) -> str:
    return {
        "activate": _("已启用，新案件使用这个版本。"),
        "retire": _("已停用，在办案件照常办完。"),
        "suspend": _("已暂停，这个版本的案件不能办理下一步，也不能新建。"),
        "resume": _("已恢复。"),
    }[what]
