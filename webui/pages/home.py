"""The first page: each is led to where his work is."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.casework.visibility import ARCHIVIST
from engine.people.roles import AUDITOR, SECURITY_ADMIN, SYSTEM_ADMIN
from webui import shell
from webui.pages.inbox import works_here
from webui.sign_in import current_actor

blueprint = Blueprint("home", __name__)

# Of those whose one role is not about having cases to do.
FIRST_PAGES = {
    frozenset({ARCHIVIST}): "archives.listing",
    frozenset({SYSTEM_ADMIN}): "administration.organization_list",
    frozenset({SECURITY_ADMIN}): "administration_users.listing",
    frozenset({AUDITOR}): "administration_events.listing",
}


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """To where the actor's work is: the inbox, the deputy's home, or the first page that the navigation offers."""
    actor = current_actor()
    if first := FIRST_PAGES.get(frozenset(actor.roles)):
        return redirect(url_for(first))
    if works_here(actor):
        return redirect(url_for("inbox.page"))
    if actor.deputy_id is not None and "deputy.home" in current_app.view_functions:
        return redirect(url_for("deputy.home"))
    return shell.home()
