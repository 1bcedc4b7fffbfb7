"""Where a step leads once it is done: to its case, as long as whoever did it may still see the case."""

from __future__ import annotations

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

STEPPED = "stepped"  # in the browser's session: the case in which it has just done a step


def to_case(case_id: int, anchor: str = "") -> ResponseReturnValue:
    """To the page of a case in which a step was done."""
    session[STEPPED] = case_id
    return redirect(url_for("cases.page", case_id=case_id) + anchor)


def just_stepped(case_id: int) -> bool:
    """Whether this page of the case is the one that follows a step in it; asked once a page."""
    return bool(session.pop(STEPPED, None) == case_id)


def out_of_sight() -> ResponseReturnValue:
    """To the first page of whom the step put out of the circle (回避), saying why the case is not there any more.

    It is learnt where the case is read: to ask before would cost every step a statement for the sake of one.
    """
    flash(_("您的操作已经记录在案。您不再参与这件案卷的办理，案卷此后不再对您开放。"), "info")
    return redirect(url_for("home.page"))
