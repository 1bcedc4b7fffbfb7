"""Two versions compared: their diagrams side by side, and in words everything that differs."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definitions.comparing import compare
from engine.foundation.errors import NotFound
from engine.operations.access import MAY_OPERATE
from engine.operations.versions import version, versions
from webui.addresses import whole_number
from webui.language import language
from webui.presenting.comparing import changes_shown, version_diagrams
from webui.presenting.versions import version_line
from webui.sign_in import current_actor

blueprint = Blueprint("comparisons", __name__, url_prefix="/administration/flows/compare")


@blueprint.before_request
def _only_operators() -> None:
    current_actor().require(*MAY_OPERATE)


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Two versions of one kind of work."""
    actor = current_actor()
    ids = [request.args.get(name, type=whole_number) or 0 for name in ("from", "to")]
    old, new = (version(actor, definition_id=each) for each in ids)
    if old.folder.key != new.folder.key:
        raise NotFound
    found = compare(old.folder, new.folder)
    shown = {
        "title": new.folder.title.in_(language()),
        "from": old.id,
        "to": new.id,
        "old": f"v{old.folder.version}",
        "new": f"v{new.folder.version}",
        "total": len(found.changes),
        "parts": changes_shown(found),
        "flows": version_diagrams(old, new, found),
        "versions": [version_line(each) for each in versions(actor) if each.folder.key == old.folder.key],
        "back": url_for("operations.overview"),
    }
    return render_template("operations/comparison.html", page=shown)
