"""«各类事项»: every kind of work with a sentence on what it is, and the way in for those who may begin one."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.readings.deputy_home import may_open
from engine.definitions.catalogue import current_all
from engine.foundation.actor import Actor
from engine.statistics.reach import may_see
from webui.language import language
from webui.pages.inbox import works_here
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.words.citing import cited

blueprint = Blueprint("kinds", __name__, url_prefix="/kinds")


def _reads(actor: Actor) -> bool:
    return works_here(actor) or "deputy" in actor.roles


ENTRIES = (Entry(("事项", "Kinds of work"), "kinds.page", _reads, 15),)


@blueprint.get("")
def page() -> ResponseReturnValue:
    """The kinds there are in this congress, in the order of their places."""
    actor = current_actor()
    mine = {each.folder.key for each in may_open(actor)}
    kinds = [
        {
            "title": each.folder.title.in_(language()),
            "summary": each.folder.summary.in_(language()),
            "basis": cited(each.folder.basis, language()),
            "verb": each.folder.open_verb.in_(language()),
            "open_href": url_for("drafting.start", process_key=each.folder.key)
            if each.folder.key in mine
            else "",
            "list_href": url_for("cases.listing", process=each.folder.key) if works_here(actor) else "",
            "figures_href": url_for("statistics.overview", process=each.folder.key) if may_see(actor) else "",
        }
        for each in current_all(actor.congress_id)
    ]
    return render_template("pages/kinds.html", page={"title": _("各类事项"), "kinds": kinds})
