"""Administration of users: one administrator makes accounts, another gives rights (三员分立)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.people import directory, grants, organizations, roles, users
from engine.people.roles import SECURITY_ADMIN, SYSTEM_ADMIN
from webui.language import english
from webui.meanwhile import seen_fields
from webui.pages.administration import EMPTY_FORM, number, refused_form
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("administration_users", __name__, url_prefix="/administration/users")

# What a form here may be refused for and still be shown again.
REFUSALS = (InvalidAnswers, GuardRefused)


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """The users, and for the system administrator the form for a new one."""
    return _listing(current_actor(), EMPTY_FORM)


@blueprint.post("")
def create() -> ResponseReturnValue:
    """Create a user; the first password is shown once, here, and kept nowhere."""
    form, actor = request.form, current_actor()
    try:
        made = users.create_user(
            actor, username=form.get("username", ""), name=form.get("name", ""), email=form.get("email", "")
        )
    except REFUSALS as refusal:
        return _listing(actor, refused_form(refusal)), status_of(type(refusal))
    return render_template("administration/first_password.html", page={"user": made})


@blueprint.get("/<int:user_id>")
def user(user_id: int) -> ResponseReturnValue:
    """One user."""
    return _page(current_actor(), user_id, EMPTY_FORM)


@blueprint.post("/<int:user_id>")
def change(user_id: int) -> ResponseReturnValue:
    """Correct a user's name or address."""
    form, actor = request.form, current_actor()
    try:
        said = {name: form.get(name, "") for name in ("name", "email")}
        users.change_user(actor, user_id, **said, seen=seen_fields())
    except REFUSALS as refusal:
        return _page(actor, user_id, refused_form(refusal)), status_of(type(refusal))
    return _done(user_id, _("已保存。"))


@blueprint.post("/<int:user_id>/deactivate")
def deactivate(user_id: int) -> ResponseReturnValue:
    """Disable a user and end his sessions."""
    actor = current_actor()
    try:
        users.deactivate_user(actor, user_id)
    except REFUSALS as refusal:
        return _page(actor, user_id, refused_form(refusal)), status_of(type(refusal))
    return _done(user_id, _("账号已停用，登录已全部退出。"))


@blueprint.post("/<int:user_id>/reactivate")
def reactivate(user_id: int) -> ResponseReturnValue:
    """Let a disabled user sign in again."""
    users.reactivate_user(current_actor(), user_id)
    return _done(user_id, _("账号已启用。"))


@blueprint.post("/<int:user_id>/reset-password")
def reset_password(user_id: int) -> ResponseReturnValue:
    """Give a user a new first password."""
    actor = current_actor()
    try:
        made = users.reset_password(actor, user_id)
    except REFUSALS as refusal:
        return _page(actor, user_id, refused_form(refusal)), status_of(type(refusal))
    return render_template("administration/first_password.html", page={"user": made})


@blueprint.post("/<int:user_id>/sign-out")
def sign_out(user_id: int) -> ResponseReturnValue:
    """End all sessions of a user."""
    users.end_sessions_of(current_actor(), user_id)
    return _done(user_id, _("该用户的登录已全部退出。"))


@blueprint.post("/<int:user_id>/roles")
def grant(user_id: int) -> ResponseReturnValue:
    """Give a user a role."""
    actor, role = current_actor(), request.form.get("role", "")
    try:
        grants.grant_role(actor, user_id, organization_id=number("organization_id"), role=role)
    except REFUSALS as refusal:
        return _page(actor, user_id, refused_form(refusal)), status_of(type(refusal))
    return _done(user_id, _("角色已授予。"))


@blueprint.post("/<int:user_id>/roles/<int:membership_id>/end")
def end_role(user_id: int, membership_id: int) -> ResponseReturnValue:
    """Take a role back."""
    actor = current_actor()
    try:
        grants.end_role(actor, membership_id)
    except REFUSALS as refusal:
        return _page(actor, user_id, refused_form(refusal)), status_of(type(refusal))
    return _done(user_id, _("角色已收回。"))


def _done(user_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("administration_users.user", user_id=user_id))


def _listing(actor: Actor, form: dict[str, Any]) -> str:
    search, after = request.args.get("q", ""), request.args.get("after", "")
    unused = request.args.get("unused") == "1"
    lines = directory.users(actor, search=search, after=after, unused=unused)
    page = {
        **form,
        "lines": lines,
        "unused": unused,
        "search": search,
        "more": lines[-1].username if len(lines) == directory.PAGE else None,
        "makes": SYSTEM_ADMIN in actor.roles,
        "roles": _role_titles(),
    }
    return render_template("administration/users.html", page=page)


def _page(actor: Actor, user_id: int, form: dict[str, Any]) -> str:
    page = {
        **form,
        "user": directory.user_page(actor, user_id),
        "makes": SYSTEM_ADMIN in actor.roles,
        "grants": SECURITY_ADMIN in actor.roles,
        "roles": _role_titles(),
        "choices": [{"value": role.key, "label": _role_titles()[role.key]} for role in roles.GRANTABLE],
        "units": [
            {"value": str(line.id), "label": line.name}
            for line in organizations.organizations(actor, active_only=True)
        ],
    }
    return render_template("administration/user.html", page=page)


def _role_titles() -> dict[str, str]:
    language = "en" if english() else "zh"
    return {key: role.title(language) for key, role in roles.ROLES.items()}
