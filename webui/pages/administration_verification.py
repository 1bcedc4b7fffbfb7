"""Verifying the audit trail on screen: begun by the auditor, done behind the page, told in words."""

from __future__ import annotations

import logging
import threading
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.auditing import verifications
from engine.auditing.verifying import Begun, begin_verification, run_verification
from engine.foundation.actor import Actor
from engine.foundation.audit import chain_of_case
from engine.foundation.audit_checkpoints import UnreadableCheckpoint, Witness, witness_from
from engine.foundation.errors import NotFound
from engine.people.roles import AUDITOR
from webui.language import translate_refusal
from webui.marks import unattended
from webui.pages.administration import holds
from webui.presenting.trail import chain_words, finding_row
from webui.shell import Entry
from webui.sign_in import current_actor

AT_ONCE = (
    20_000  # events that are verified while the browser waits; a longer trail is gone through behind the page
)
log = logging.getLogger("duban.verification")
blueprint = Blueprint("administration_verification", __name__, url_prefix="/administration/verification")

ENTRIES = (
    Entry(("核验审计记录", "Verification"), "administration_verification.overview", holds(AUDITOR), 65),
)


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """When it was verified last and by whom, and the way to verify it again."""
    return _overview(current_actor(), {})


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Verify the whole trail behind a page, or at once the chain of one case."""
    actor = current_actor()
    actor.require(AUDITOR)
    number = request.form.get("number", "").strip()
    chain = request.form.get("chain", "").strip()
    try:
        if number:
            chain = chain_of_case(verifications.case_of_number(actor, number))
        witness = _witness()
        begun = begin_verification(actor, chain=chain, witness=witness)
    except UnreadableCheckpoint as refusal:
        return _overview(actor, {"checkpoint": translate_refusal(refusal)}), 422
    except NotFound:
        return _overview(actor, {"number": _("本级人大没有这件案件。")}), 404
    if begun.anew:
        _run(actor, begun, chain, witness)
    return redirect(url_for("administration_verification.one", verification_id=begun.id))


@blueprint.get("/<int:verification_id>")
@unattended
def one(verification_id: int) -> ResponseReturnValue:
    """How far a verification is, or what it found."""
    actor = current_actor()
    line = verifications.verification(actor, verification_id)
    cases = {verifications.case_in(finding.chain) or 0 for finding in line.findings}
    numbers = verifications.numbers(actor, cases)
    page = {
        "line": line,
        "what": _what(line),
        "findings": [finding_row(finding, numbers) for finding in line.findings],
    }
    return render_template("administration/verification.html", page=page)


def _overview(actor: Actor, faults: dict[str, str]) -> str:
    lines = verifications.verifications(actor)
    page: dict[str, Any] = {
        "last": verifications.last_whole(actor),
        "lines": [(line, _what(line)) for line in lines],
        "checkpoint": verifications.newest_checkpoint(actor),
        "number": request.form.get("number", ""),
        "faults": faults,
        "errors": [{"field": field, "message": message} for field, message in faults.items()],
    }
    return render_template("administration/verifications.html", page=page)


def _what(line: verifications.VerificationLine) -> str:
    return chain_words(line.chain, line.number) if line.chain else _("全部审计记录")


def _witness() -> Witness | None:
    file = request.files.get("checkpoint")
    return witness_from(file.filename, file.read()) if file is not None and file.filename else None


def _run(actor: Actor, begun: Begun, chain: str, witness: Witness | None) -> None:
    if chain or begun.total <= AT_ONCE:
        run_verification(actor, begun, chain=chain, witness=witness)
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the thread outlives the request

    def behind() -> None:
        try:
            with app.app_context():
                run_verification(actor, begun, witness=witness)
        except Exception:
            log.exception("verification %s was broken off", begun.id)

    # Ended with the program, it is shown as broken off after a while, and can be begun again.
    threading.Thread(target=behind, name=f"verification-{begun.id}", daemon=True).start()
