"""The audit trail, searched by case, person, happening, address and day: for the auditor alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from engine.auditing import searching
from engine.auditing.titles import Titles
from engine.foundation import clock
from engine.people.roles import AUDITOR
from webui import exports
from webui.addresses import day_within, whole_number
from webui.language import language
from webui.pages.administration import holds
from webui.presenting.trail import trail_row, trail_table
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("administration_trail", __name__, url_prefix="/administration")

ENTRIES = (Entry(("审计记录", "Audit trail"), "administration_trail.listing", holds(AUDITOR), 64),)
TEXTS = ("case", "who", "what", "address")
WIDTHS = (20, 24, 20, 24, 16, 24, 24, 20, 14, 10, 10, 68)


@blueprint.get("/trail")
def listing() -> ResponseReturnValue:
    """The events that are looked for, the newest first; without a question, all of them."""
    titles, asked = Titles(language()), _asked()
    before = request.args.get("before", type=whole_number)
    lines = searching.trail(current_actor(), _sought(asked, titles), before=before)
    page = {
        "rows": [trail_row(line, titles) for line in lines],
        "more": lines[-1].id if len(lines) == searching.PAGE else None,
        "titles": titles.every(),
        "asked": {name: str(value) for name, value in asked.items() if value},
    }
    return render_template("administration/trail.html", page=page)


@blueprint.get("/trail.<kind>")
def export(kind: str) -> ResponseReturnValue:
    """The events that are looked for as a file, the newest ten thousand."""
    actor = current_actor()
    actor.require(AUDITOR)
    if kind not in exports.KINDS:
        raise NotFound
    titles = Titles(language())
    found = searching.trail(actor, _sought(_asked(), titles), limit=searching.EXPORTED)
    return exports.given_out(kind, f"trail-{clock.today()}", trail_table(found, titles), WIDTHS)


def _asked() -> dict[str, Any]:
    """What the address asks for; what it cannot mean is passed over."""
    texts = {name: request.args.get(name, "").strip() for name in TEXTS}
    return texts | {name: request.args.get(name, type=day_within) for name in ("since", "until")}


def _sought(asked: dict[str, dt.date | str | None], titles: Titles) -> searching.Sought:
    values: dict[str, Any] = {name: value for name, value in asked.items() if name != "what"}
    return searching.Sought(**values, actions=titles.meant_by(str(asked["what"])) if asked["what"] else None)
