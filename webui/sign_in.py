"""Signing in and out in the browser, and the guard before every other page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import (
    Blueprint,
    Flask,
    Request,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import refresh
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed, NotSignedIn
from engine.foundation.language import _
from engine.people import passwords, sessions, sign_in
from engine.people.refusals import LockedOut, SignInRefused
from webui.addresses import local
from webui.carrying import Carried, brought, readable
from webui.errors import wants_json
from webui.language import translate_refusal
from webui.marks import before_password_change, marked, public
from webui.person import Person, become, signed_in_person
from webui.terminals import require_terminal

__all__ = ["Person", "SheetAccount", "current_actor", "current_person", "offer_sheet", "public", "register"]

SHEET = "sign_in_sheet"
blueprint = Blueprint("sign_in", __name__)


@dataclass(frozen=True, slots=True)
class SheetAccount:
    """One line of the sheet of accounts on a demonstration instance; `role` is zh / en."""

    role: str
    name: str
    account: str
    password: str


class PasswordChangeDue(NotAllowed):
    """The password must be changed before anything else."""

    text = _("请先修改密码，再使用系统。")


class Manager(LoginManager):
    """Who is signed in is a row of ours: the signed cookie carries no identity that would need protection."""

    def _session_protection_failed(self) -> bool:
        # Asked for no protection, Flask-Login still makes a fingerprint of the browser before it says so.
        return False


def register(app: Flask) -> None:
    """Put the guard before every view: who is not signed in sees only what is marked public."""
    config = app.config
    passwords.configure(
        config.get("PASSWORD_PROFILE", "dengbao3"),
        config.get("PASSWORD_STRENGTH"),
        config.get("PASSWORD_MAX_AGE_DAYS", 0 if config.get("DEMONSTRATION") else None),
    )
    CSRFProtect(app)
    manager = Manager(app)
    manager.session_protection = None
    manager.request_loader(_load)
    app.before_request(_guard)
    app.register_blueprint(blueprint)


def current_actor() -> Actor:
    """On whose behalf this request runs; raises NotSignedIn."""
    return current_person().actor


def current_person() -> sessions.SignedIn:
    """The signed-in person with his session; raises NotSignedIn."""
    person = signed_in_person()
    if person is None:
        raise NotSignedIn
    return person


def offer_sheet(app: Flask, accounts: Callable[[], Sequence[SheetAccount]]) -> None:
    """Let the sign-in page show these accounts, on a demonstration instance only."""
    app.extensions[SHEET] = accounts


def begin(response: Response, secret: str) -> Response:
    """Give the browser the secret of its session."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(_cookie(), secret, httponly=True, samesite="Lax", secure=secure, path="/")
    return response


def place() -> sign_in.Place:
    """From where this request comes."""
    return sign_in.Place(request.remote_addr or "", request.user_agent.string)


def _cookie() -> str:
    """The cookie's name; the prefix makes browsers refuse one set by a neighbouring host or without HTTPS."""
    return "__Host-duban" if current_app.config["SESSION_COOKIE_SECURE"] else "duban"


def _load(incoming: Request) -> Person | None:
    secret = incoming.cookies.get(_cookie())
    signed_in = sessions.resume(secret) if secret else None
    return Person(signed_in) if signed_in else None


def _guard() -> ResponseReturnValue | None:
    """Refuse whoever is not signed in, unless the page is public or does not exist."""
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static":
        return None
    view = current_app.view_functions[endpoint]
    if marked(view, "is_public"):
        return None
    person = current_person()
    if endpoint != "sign_in.leave":
        require_terminal(person.actor)
    if not marked(view, "is_unattended") and clock.now() - person.seen_at >= sessions.SEEN_EVERY:
        sessions.see(person.actor, session_id=person.session_id)
    if person.must_change_password and not marked(view, "is_before_password_change"):
        if wants_json() or request.method not in ("GET", "HEAD"):
            raise PasswordChangeDue
        return redirect(url_for("account.password"))
    return None


@blueprint.get("/sign-in")
@public
def page() -> ResponseReturnValue:
    """The sign-in page; who is signed in already goes on."""
    if signed_in_person():
        return redirect(local(request.args.get("next")))
    return _page(following=local(request.args.get("next"), ""))


@blueprint.post("/sign-in")
@public
def enter() -> ResponseReturnValue:
    """Sign in: a new session each time, and nothing of the browser's old one kept."""
    form = request.form
    username, following = form.get("account", ""), local(form.get("next"), "")
    typed = brought()
    carried = request.cookies.get(_cookie(), "")
    try:
        secret = sign_in.sign_in(username, form.get("password", ""), place(), carried=carried)
    except SignInRefused as refusal:
        return _page(account=username, following=following, refusal=refusal, carried=typed)
    session.clear()
    if typed is None:
        return begin(redirect(following or "/"), secret)  # type: ignore[arg-type]
    _become(secret)
    return begin(make_response(again_page(typed)), secret)


def _become(secret: str) -> None:
    """Let the rest of this request be that of the person who has just signed in: his language, his size of type."""
    signed_in = sessions.resume(secret)
    if signed_in is not None:
        become(signed_in)
        refresh()


@blueprint.post("/sign-out")
@before_password_change
def leave() -> ResponseReturnValue:
    """Sign out here."""
    person = current_person()
    sign_in.sign_out(person.actor, session_id=person.session_id)
    session.clear()
    response = redirect(url_for("sign_in.page"))
    response.delete_cookie(_cookie(), path="/", secure=bool(current_app.config["SESSION_COOKIE_SECURE"]))
    return response


def again_page(carried: Carried) -> str:
    """The question whether to send what was typed before the sign-in, now with a token of the new session."""
    page = {
        "to": carried.to,
        "back": carried.back,
        "fields": carried.fields,
        "typed": readable(carried.to, carried.fields),
        "files": carried.files,
    }
    return render_template("sign_in/again.html", page=page)


def sign_in_page(
    *,
    following: str,
    carried: Carried | None = None,
    account: str = "",
    said: str = "",
    refusal: SignInRefused | None = None,
) -> str:
    """The form of the sign-in, with what it carries and why it is shown."""
    shown = {
        "account": account,
        "next": following,
        "action": url_for("sign_in.enter"),
        "errors": [] if refusal is None else [{"field": "account", "message": translate_refusal(refusal)}],
        "locked": isinstance(refusal, LockedOut),
        "said": said,
        "carried": carried.hidden() if carried else [],
        "typed": readable(carried.to, carried.fields) if carried else [],
        "sheet": _sheet(),
    }
    return render_template("sign_in/sign_in.html", page=shown)


def _page(
    *,
    account: str = "",
    following: str = "",
    refusal: SignInRefused | None = None,
    carried: Carried | None = None,
) -> ResponseReturnValue:
    headers = {"Retry-After": str(refusal.seconds)} if isinstance(refusal, LockedOut) else {}
    status = 200 if refusal is None else 429 if isinstance(refusal, LockedOut) else 422
    made = sign_in_page(account=account, following=following, refusal=refusal, carried=carried)
    return made, status, headers


def _sheet() -> Sequence[SheetAccount]:
    accounts = current_app.extensions.get(SHEET)
    return accounts() if accounts and current_app.config["DEMONSTRATION"] else ()
