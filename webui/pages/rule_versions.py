"""Rules as the congress decides them: drafts proposed, confirmed by another, kept as versions; what is undecided."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.sandbox import adopting
from engine.sandbox.drafts import MAY_TRY, active_pack
from engine.sandbox.versions import decision, decisions
from webui.language import english
from webui.pages.administration import EMPTY_FORM, refused_form
from webui.pages.sandbox import draft_page
from webui.presenting.sandbox import decision_line, decision_shown, undecided
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("rule_versions", __name__, url_prefix="/administration/rules")

REFUSALS = (InvalidAnswers, GuardRefused)


@blueprint.get("/undecided")
def open_questions() -> ResponseReturnValue:
    """Everything that no law binding here sets: what the congress has to decide, in one list."""
    pack = active_pack(current_actor())
    page = {
        "pack": pack.title.en if english() else pack.title.zh,
        "version": f"{pack.key} {pack.version}",
        **undecided(pack, clock.today()),
    }
    return render_template("administration/rules_undecided.html", page=page)


@blueprint.post("/<int:draft_id>/propose")
def propose(draft_id: int) -> ResponseReturnValue:
    """Put a draft forward, with the span by which it was tried out."""
    actor = current_actor()
    actor.require(*MAY_TRY)
    try:
        days = {name: _day(name) for name in ("since", "until", "effective_on")}
        made = adopting.propose(actor, draft_id=draft_id, reason=request.form.get("reason", ""), **days)
    except REFUSALS as refusal:
        asked = {name: request.form.get(name, "") for name in ("since", "until")}
        return draft_page(draft_id, asked, {**refused_form(refusal), "proposing": True}), status_of(
            type(refusal)
        )
    flash(_("已提请，等另一位流程管理员确认。"), "success")
    return redirect(url_for("rule_versions.page", decision_id=made))


@blueprint.get("/versions")
def listing() -> ResponseReturnValue:
    """What was proposed and what became of it; above it what comes with the program."""
    actor = current_actor()
    lines = [decision_line(each) for each in decisions(actor)]
    pack = active_pack(actor)
    page = {"lines": lines, "version": f"{pack.key} {pack.version}"}
    return render_template("administration/rule_versions.html", page=page)


@blueprint.get("/versions/<int:decision_id>")
def page(decision_id: int) -> ResponseReturnValue:
    """One proposal: what differs, what it was found to do, who decided."""
    return _page(current_actor(), decision_id, EMPTY_FORM)


@blueprint.post("/versions/<int:decision_id>/confirm")
def confirm(decision_id: int) -> ResponseReturnValue:
    """Let it hold from its day on."""
    actor = current_actor()
    try:
        adopting.confirm(actor, decision_id)
    except REFUSALS as refusal:
        return _page(actor, decision_id, refused_form(refusal)), status_of(type(refusal))
    return _done(decision_id, _("已确认，新版本已保存。"))


@blueprint.post("/versions/<int:decision_id>/refuse")
def refuse(decision_id: int) -> ResponseReturnValue:
    """Turn it down."""
    actor = current_actor()
    try:
        adopting.refuse(actor, decision_id, answer=request.form.get("answer", ""))
    except REFUSALS as refusal:
        return _page(actor, decision_id, refused_form(refusal)), status_of(type(refusal))
    return _done(decision_id, _("已退回，现行规则没有变动。"))


@blueprint.post("/versions/<int:decision_id>/withdraw")
def withdraw(decision_id: int) -> ResponseReturnValue:
    """Take one's own proposal back."""
    adopting.withdraw(current_actor(), decision_id)
    return _done(decision_id, _("已撤回，现行规则没有变动。"))


def _done(decision_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("rule_versions.page", decision_id=decision_id))


def _page(actor: Actor, decision_id: int, form: dict[str, Any]) -> str:
    shown = {**form, **decision_shown(decision(actor, decision_id))}
    return render_template("administration/rule_version.html", page=shown)


def _day(name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(request.form.get(name, "").strip())
    except ValueError as error:
        raise InvalidAnswers({name: [_("请写成2026-02-05的样子。")]}) from error
