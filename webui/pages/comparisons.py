"""Two versions compared, or a draft with the version it was made from: side by side, and in words all that differs."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions.catalogue import definition
from engine.definitions.folder import load
from engine.definitions.problems import FolderRefused
from engine.designing.reading import draft, draft_files
from engine.foundation.errors import NotFound
from engine.operations.access import MAY_OPERATE
from engine.operations.versions import version, versions
from webui.addresses import whole_number
from webui.presenting.comparing import Side, comparison_shown, version_side
from webui.presenting.versions import version_line
from webui.sign_in import current_actor

blueprint = Blueprint("comparisons", __name__, url_prefix="/administration/flows")


@blueprint.before_request
def _only_operators() -> None:
    current_actor().require(*MAY_OPERATE)


@blueprint.get("/compare")
def page() -> ResponseReturnValue:
    """Two versions of one kind of work."""
    actor = current_actor()
    ids = [request.args.get(name, type=whole_number) or 0 for name in ("from", "to")]
    old, new = (version(actor, definition_id=each) for each in ids)
    if old.folder.key != new.folder.key:
        raise NotFound
    shown = comparison_shown(version_side(old), version_side(new))
    shown |= {
        "from": old.id,
        "to": new.id,
        "versions": [version_line(each) for each in versions(actor) if each.folder.key == old.folder.key],
        "back": url_for("operations.overview"),
    }
    return render_template("operations/comparison.html", page=shown)


@blueprint.get("/drafts/<int:draft_id>/compare")
def of_draft(draft_id: int) -> ResponseReturnValue:
    """What a draft changes of the version it was made from."""
    actor = current_actor()
    line = draft(actor, draft_id=draft_id)
    try:
        changed = load(draft_files(actor, draft_id=draft_id))
    except FolderRefused:
        flash(_("草稿中有错误，读不成一个流程，改正以后才能比较。"), "warning")
        return redirect(url_for("process_drafts.page", draft_id=draft_id))
    base = url_for("operations.diagram", definition_id=line.base_id)
    drawn = url_for("process_drafts.diagram", draft_id=draft_id)
    shown = comparison_shown(
        Side(f"v{line.base_version}", definition(line.base_id), base),
        Side(_("草稿：%(name)s", name=line.name), changed, drawn),
    )
    shown["back"] = url_for("process_drafts.page", draft_id=draft_id)
    return render_template("operations/comparison.html", page=shown)
