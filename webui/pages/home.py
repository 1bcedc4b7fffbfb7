"""The first page: each is led to where his work is."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.casework.visibility import ARCHIVIST
from webui import shell
from webui.pages.inbox import works_here
from webui.sign_in import current_actor

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """To the inbox, the deputy's home, or the first page the navigation offers; an archivist's work is the archive."""
    actor = current_actor()
    if actor.roles == {ARCHIVIST}:
        return redirect(url_for("archives.listing"))
    if works_here(actor):
        return redirect(url_for("inbox.page"))
    if actor.deputy_id is not None and "deputy.home" in current_app.view_functions:
        return redirect(url_for("deputy.home"))
    return shell.home()
