"""Which cases a project concerns: linked with a reason, taken off with one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.errors import InvalidAnswers
from engine.performance.linking import link_case, unlink_case
from webui.pages.performance import shown_page
from webui.sign_in import current_actor

blueprint = Blueprint("performance_links", __name__, url_prefix="/performance")


@blueprint.post("/<int:project_id>/links")
def link(project_id: int) -> ResponseReturnValue:
    """Link the project, or one of its indicators, to a case."""
    actor, form = current_actor(), request.form
    try:
        link_case(
            actor,
            project_id=project_id,
            number=form.get("number", ""),
            indicator=form.get("indicator", ""),
            reason=form.get("why", ""),
        )
    except InvalidAnswers as refusal:
        return shown_page(actor, project_id, refusal, doing="link")
    flash(_("已关联。"), "success")
    return redirect(url_for("performance.page", project_id=project_id, _anchor="links"))


@blueprint.post("/<int:project_id>/links/<int:link_id>/remove")
def unlink(project_id: int, link_id: int) -> ResponseReturnValue:
    """Take a link off."""
    actor = current_actor()
    try:
        unlink_case(actor, project_id=project_id, link_id=link_id, reason=request.form.get("unlinking", ""))
    except InvalidAnswers as refusal:
        return shown_page(actor, project_id, refusal, about=link_id, doing="unlink")
    flash(_("已解除关联。"), "success")
    return redirect(url_for("performance.page", project_id=project_id, _anchor="links"))
