"""Administration of the units' chat groups (企业微信、钉钉、飞书)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.correspondence import groups, sealing
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.people import organizations
from engine.people.roles import SYSTEM_ADMIN
from webui import shell
from webui.pages.administration import EMPTY_FORM, number, refused_form, titled
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("administration_groups", __name__, url_prefix="/administration/groups")

KINDS = {"wecom": ("企业微信", "WeCom"), "dingtalk": ("钉钉", "DingTalk"), "feishu": ("飞书", "Feishu")}


def register(app: Flask) -> None:
    """Seal addresses with the installation's secret, and lead the system administrator here."""
    sealing.configure(app.config["SECRET_KEY"])
    shell.add(
        app,
        Entry(
            ("工作群", "Chat groups"),
            "administration_groups.listing",
            lambda actor: SYSTEM_ADMIN in actor.roles,
            64,
        ),
    )


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """The groups, and the form for a new one."""
    return _listing(current_actor(), EMPTY_FORM)


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Add a group; its address is kept sealed and not shown again."""
    form, actor = request.form, current_actor()
    try:
        groups.add_group(
            actor,
            organization_id=number("organization_id"),
            kind=form.get("kind", ""),
            title=form.get("title", ""),
            address=form.get("address", ""),
            secret=form.get("secret", ""),
        )
    except InvalidAnswers as refusal:
        return _listing(actor, refused_form(refusal)), status_of(type(refusal))
    return _done(_("工作群已添加。请发送测试消息。"))


@blueprint.post("/<int:group_id>/test")
def test(group_id: int) -> ResponseReturnValue:
    """Post a line that says it is a test."""
    actor = current_actor()
    try:
        groups.test_group(actor, group_id)
    except GuardRefused as refusal:
        return _listing(actor, refused_form(refusal)), status_of(type(refusal))
    return _done(_("测试消息已发送，请到群里查看。"))


@blueprint.post("/<int:group_id>/remove")
def remove(group_id: int) -> ResponseReturnValue:
    """Post there no more."""
    groups.remove_group(current_actor(), group_id)
    return _done(_("工作群已移除。"))


def _done(sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("administration_groups.listing"))


def _listing(actor: Actor, form: dict[str, Any]) -> str:
    kinds = titled(KINDS)
    page = {
        **form,
        "lines": groups.chat_groups(actor),
        "kinds": kinds,
        "kind_titles": {kind["value"]: kind["label"] for kind in kinds},
        "units": [
            {"value": str(line.id), "label": line.name}
            for line in organizations.organizations(actor, active_only=True)
        ],
    }
    return render_template("administration/groups.html", page=page)
