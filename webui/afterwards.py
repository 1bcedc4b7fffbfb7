"""Where a step leads once it is done: to its case, as long as whoever did it may still see the case."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.access import sees
from engine.foundation.actor import Actor


def to_case(actor: Actor, case_id: int, anchor: str = "") -> ResponseReturnValue:
    """To the case's page; to the actor's first page, saying why, when the step put him out of the circle (回避)."""
    if sees(actor, case_id):
        return redirect(url_for("cases.page", case_id=case_id) + anchor)
    flash(_("您的操作已经记录在案。您不再参与这件案卷的办理，案卷此后不再对您开放。"), "info")
    return redirect(url_for("home.page"))
