"""The reader's language, text size and keys; dates and numbers as he writes them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from babel import Locale
from flask import Blueprint, Flask, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, format_decimal

from engine.foundation import clock
from engine.foundation.errors import NotFound
from engine.people import users
from webui.addresses import local
from webui.days import day as day
from webui.days import english as english
from webui.marks import marked, public
from webui.person import signed_in_person
from webui.sentences import LANGUAGES, translate_refusal
from webui.sentences import translate_sentence as translate_sentence  # pages have all of it from here

LOCALES = {name: Locale(name) for name in LANGUAGES}
YEAR = 365 * 24 * 3600

blueprint = Blueprint("preferences", __name__)


def register(app: Flask) -> None:
    """Set up translation, the filters of the templates and the switches."""
    Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=_locale)
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(
        day=day, day_short=day_short, moment=moment, number=number, refusal=translate_refusal
    )


def language() -> str:
    """The language of this request: of the address, the person, the browser's cookie, else Chinese."""
    asked = request.args.get("lang")
    if same_for_everybody():
        return "en" if asked == "en" else "zh"
    if asked in LANGUAGES:
        return str(asked)
    person = signed_in_person()
    wanted = (person.actor.locale if person else None) or request.cookies.get("language")
    return wanted if wanted in LANGUAGES else "zh"


def _locale() -> Locale:
    return LOCALES[language()]  # by name Babel would look each time for the files of the language


def same_for_everybody() -> bool:
    """Whether the page in hand may not look at who reads it: only its address says in which language."""
    return marked(current_app.view_functions.get(request.endpoint or ""), "is_cacheable")


def text_size() -> str:
    """normal or large; who chose large type before signing in keeps it. Switching back clears both."""
    person = signed_in_person()
    own = person.text_size if person else "normal"
    return "large" if "large" in (own, request.cookies.get("text_size")) else "normal"


def day_short(value: dt.date | dt.datetime | None) -> str:
    """5月6日 / 6 May, for lists within a year."""
    if value is None:
        return ""
    date = clock.day_of(value) if isinstance(value, dt.datetime) else value
    return f"{date:%-d %b}" if english() else f"{date.month}月{date.day}日"


def moment(value: dt.datetime | None) -> str:
    """2026年5月6日 14:03, by the clock of Beijing."""
    if value is None:
        return ""
    return f"{day(value)} {value.astimezone(clock.ZONE):%H:%M}"


def number(value: float) -> str:
    """1,234.5."""
    return str(format_decimal(value))


@blueprint.post("/preferences")
@public
def switch() -> ResponseReturnValue:
    """Switch language, text size or keys and come back; kept for the person, or else in the browser."""
    wanted = _wanted()
    response = redirect(local(request.form.get("next")))
    if person := signed_in_person():
        users.prefer(person.actor, **wanted)
    for cookie, field in (("language", "locale"), ("text_size", "text_size")):
        if field in wanted:
            secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(
                cookie, str(wanted[field]), max_age=YEAR, httponly=True, samesite="Lax", secure=secure
            )
    return response


def _wanted() -> dict[str, Any]:
    """What the form asks for; words it cannot contain are refused."""
    form = request.form
    wanted: dict[str, Any] = {}
    if "language" in form:
        wanted["locale"] = form["language"]
    if "size" in form:
        wanted["text_size"] = form["size"] or "normal"
    if "keys" in form:
        wanted["shortcuts"] = form["keys"] == "on"
    if (
        wanted.get("locale", "zh") not in LANGUAGES
        or wanted.get("text_size", "normal") not in users.TEXT_SIZES
    ):
        raise NotFound
    return wanted
