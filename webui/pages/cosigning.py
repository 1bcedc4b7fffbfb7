"""Co-signing (联名): the texts one was asked to sign; each is read first, then answered."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.cosigning import answer_invitation
from engine.casework.readings.case_page import case_page
from engine.casework.readings.deputy_home import invitations
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, NotFound
from webui.addresses import whole_number
from webui.language import translate_refusal
from webui.pages.deputy import deputy_only
from webui.presenting.files import file_lines
from webui.presenting.legal import step_bases
from webui.presenting.letters import letter_of_case

blueprint = Blueprint("cosigning", __name__, url_prefix="/cosign")


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """The texts that wait for an answer, and those one has signed."""
    lines = [
        {
            "title": each.title,
            "text": _("领衔：%(name)s（%(delegation)s）", name=each.lead, delegation=each.delegation),
            "href": url_for("cosigning.page", case_id=each.case_id),
            "answer": each.answer,
            "open": each.open,
        }
        for each in invitations(deputy_only())
    ]
    waiting = [line for line in lines if line["answer"] == "invited" and line["open"]]
    answered = [line for line in lines if line["answer"] == "confirmed"]
    page = {"title": _("请我联名"), "waiting": waiting, "answered": answered}
    return render_template("pages/cosign_list.html", page=page)


@blueprint.get("/<int:case_id>")
def page(case_id: int) -> ResponseReturnValue:
    """The text, then the two answers."""
    return _page(deputy_only(), case_id)


@blueprint.post("/<int:case_id>")
def answer(case_id: int) -> ResponseReturnValue:
    """Agree or decline to sign the version that was read; a changed text is shown anew instead."""
    actor = deputy_only()
    confirmed = request.form.get("answer") == "agree"
    version = request.form.get("version", 0, type=whole_number)
    try:
        answer_invitation(actor, case_id=case_id, text_version=version, confirmed=confirmed)
    except GuardRefused as refusal:
        return _page(actor, case_id, refusal), 409
    flash(_("已经联名，谢谢您。") if confirmed else _("已告诉领衔代表您不联名。"), "success")
    return redirect(url_for("cosigning.overview"))


def _page(actor: Actor, case_id: int, refusal: GuardRefused | None = None) -> str:
    reading = case_page(actor, case_id=case_id)
    mine = next((each for each in reading.cosigners if each.deputy_id == actor.deputy_id), None)
    if mine is None:
        raise NotFound
    shown = {
        "letter": letter_of_case(reading),
        "lead": reading.lead.name if reading.lead else "",
        "delegation": reading.delegation or "",
        "others": [
            each.name for each in reading.cosigners if each.status == "confirmed" and each is not mine
        ],
        "files": file_lines(reading.attachments),
        "answer": mine.status,
        "open": reading.facts.status == "draft",
        "version": reading.facts.text_version,
        "action": url_for("cosigning.answer", case_id=case_id),
        "basis": step_bases("cosigning", reading.folder, reading.facts.rule_pack_id)["answer_invitation"],
        "here": url_for("cosigning.page", case_id=case_id),
        "refusal": translate_refusal(refusal) if refusal else "",
    }
    return render_template("pages/cosign.html", page=shown)
