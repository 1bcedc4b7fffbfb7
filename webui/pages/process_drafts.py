"""Drafts of processes: begun from a version, proposed, looked at by another, who makes them a version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions.problems import FolderRefused
from engine.designing.access import MAY_DESIGN
from engine.designing.checking import diagram_of
from engine.designing.deciding import approve_draft, propose_draft, return_draft, withdraw_draft
from engine.designing.drafts import discard_draft, open_draft
from engine.designing.reading import draft, draft_files, history, others
from engine.foundation.errors import DomainError, NotAllowed, NotFound
from webui.addresses import whole_number
from webui.presenting.operations import NO_FAULTS, faults_of
from webui.presenting.process_drafts import draft_shown
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("process_drafts", __name__, url_prefix="/administration/flows/drafts")


@blueprint.before_request
def _only_designers() -> None:
    current_actor().require(*MAY_DESIGN)


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Begin a draft from a version."""
    definition_id = request.form.get("definition_id", 0, type=whole_number)
    try:
        id_ = open_draft(current_actor(), definition_id=definition_id, name=request.form.get("name", ""))
    except DomainError as refusal:
        if isinstance(refusal, NotFound | NotAllowed):
            raise
        flash(_("请填写草稿的名称，不超过 100 字。"), "warning")
        return redirect(url_for("versions.page", definition_id=definition_id))
    return redirect(url_for("process_drafts.page", draft_id=id_))


@blueprint.get("/<int:draft_id>")
def page(draft_id: int) -> ResponseReturnValue:
    """A draft: how it stands, what is wrong with it, its diagram and its story."""
    return _page(draft_id, NO_FAULTS)


def _page(draft_id: int, faults: dict[str, Any]) -> str:
    actor = current_actor()
    shown = draft_shown(
        draft(actor, draft_id=draft_id),
        draft_files(actor, draft_id=draft_id),
        history(actor, draft_id=draft_id),
        others(actor),
    )
    return render_template("process_drafts/page.html", page={**shown, **faults})


@blueprint.get("/<int:draft_id>/diagram.bpmn")
def diagram(draft_id: int) -> ResponseReturnValue:
    """The diagram of a draft."""
    files = draft_files(current_actor(), draft_id=draft_id)
    return Response(files.get(diagram_of(files), ""), mimetype="application/xml")


@blueprint.post("/<int:draft_id>/<what>")
def change(draft_id: int, what: str) -> ResponseReturnValue:
    """Propose, take back, make a version, give back or give up."""
    if what not in DOINGS:
        raise NotFound
    try:
        changed = DOINGS[what](draft_id)
    except DomainError as refusal:
        if type(refusal) in (NotFound, NotAllowed):
            raise
        return _page(draft_id, _faults(refusal, what)), status_of(type(refusal))
    flash(_done(what) if changed else _("没有变化。"), "success" if changed else "info")
    return redirect(url_for("process_drafts.page", draft_id=draft_id))


def _faults(refusal: DomainError, what: str) -> dict[str, Any]:
    faults = faults_of(refusal, {**request.form.to_dict(), "what": what})
    if isinstance(refusal, FolderRefused):  # its problems stand on the page, where they can be gone to
        faults["errors"] = [{"field": "", "message": _("草稿中还有问题，请改正后再提交。")}]
    return faults


def _reason() -> str:
    return request.form.get("reason", "")


def _revision() -> int:
    return request.form.get("revision", 0, type=whole_number)


DOINGS: dict[str, Callable[[int], object]] = {
    "propose": lambda id_: propose_draft(
        current_actor(), draft_id=id_, reason=_reason(), revision=_revision()
    ),
    "withdraw": lambda id_: withdraw_draft(current_actor(), draft_id=id_),
    "approve": lambda id_: approve_draft(current_actor(), draft_id=id_, revision=_revision()),
    "return": lambda id_: return_draft(current_actor(), draft_id=id_, reason=_reason()),
    "discard": lambda id_: discard_draft(current_actor(), draft_id=id_, reason=_reason()),
}


def _done(what: str) -> str:
    return {
        "propose": _("已提交，等待另一位流程管理员复核。"),
        "withdraw": _("已撤回，可以继续修改。"),
        "approve": _("已成为新版本。启用以后，新案件才使用它。"),
        "return": _("已退回修改。"),
        "discard": _("已放弃这份草稿。"),
    }[what]
