"""One's own account: password, sessions, how the screens look."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.errors import InvalidAnswers
from engine.people import passwords, roles, sessions, sign_in
from webui.errors import error_lines, field_errors
from webui.language import english, translate_sentence
from webui.marks import before_password_change
from webui.sign_in import begin, current_actor, current_person, place

blueprint = Blueprint("account", __name__, url_prefix="/account")

# A mark in what browsers say of themselves → the name people know; the first that fits, for most name others too.
BROWSERS = {
    "MicroMessenger": "微信",
    "DingTalk": "钉钉",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@blueprint.app_template_filter("browser")
def browser_name(text: str) -> str:
    """A browser and its system in two words: Chrome · Windows."""
    found = [
        next((name for mark, name in table.items() if mark in text), "") for table in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in found if name) or text[:60]


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """Who one is here, how the screens look, and where one is signed in."""
    person = current_person()
    language = "en" if english() else "zh"
    seats = [(roles.title(seat.role, language), seat.organization_name) for seat in person.actor.seats]
    page = {
        "name": person.actor.name,
        "username": person.username,
        "seats": seats,
        "sessions": sessions.open_sessions(person.actor),
        "current": person.session_id,
    }
    return render_template("account/overview.html", page=page)


@blueprint.get("/password")
@before_password_change
def password() -> ResponseReturnValue:
    """The form for a new password."""
    return _password_page()


@blueprint.post("/password")
@before_password_change
def change_password() -> ResponseReturnValue:
    """Change the password; this browser stays signed in, all others do not."""
    form = request.form
    try:
        secret = sign_in.change_password(
            current_actor(),
            present=form.get("present", ""),
            new=form.get("new", ""),
            again=form.get("again", ""),
            place=place(),
        )
    except InvalidAnswers as refusal:
        return _password_page(refusal), 422
    session.clear()
    flash(_("密码已修改。"), "success")
    return begin(redirect("/"), secret)  # type: ignore[arg-type]


@blueprint.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign out in another browser."""
    sessions.end_session(current_actor(), session_id)
    flash(_("已结束该设备上的登录。"), "success")
    return redirect(url_for("account.overview"))


def _password_page(refusal: InvalidAnswers | None = None) -> str:
    person = current_person()
    page = {
        "username": person.username,
        "due": person.must_change_password,
        "errors": error_lines(refusal) if refusal else [],
        "faults": field_errors(refusal) if refusal else {},
        "help": " ".join(translate_sentence(sentence) for sentence in passwords.demands()),
    }
    return render_template("account/password.html", page=page)
