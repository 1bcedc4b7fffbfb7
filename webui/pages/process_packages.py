"""Signed packages: versions handed to other installations and taken in from them, and whose key is trusted here."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.designing.access import MAY_DESIGN
from engine.designing.exchange import export_version, import_package, trust_key, trusted_keys, withdraw_key
from engine.designing.packages import MOST_BYTES
from engine.designing.signing import Signer, fingerprint
from engine.foundation.errors import DomainError, NotAllowed, NotFound
from webui.presenting.operations import NO_FAULTS, faults_of
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("process_packages", __name__, url_prefix="/administration/flows")


@blueprint.before_request
def _only_designers() -> None:
    current_actor().require(*MAY_DESIGN)


def signer() -> Signer:
    """Whoever signs for this installation."""
    return Signer(Path(current_app.config["DATA_FOLDER"]) / "process-signing.key")


@blueprint.get("/packages")
def page() -> ResponseReturnValue:
    """Our key, the keys that are trusted, and the way in."""
    return _page(NO_FAULTS)


def _page(faults: dict[str, Any]) -> str:
    own = signer().public_key()
    shown = {"own": own, "own_fingerprint": fingerprint(own), "keys": trusted_keys(current_actor())}
    return render_template("operations/packages.html", page={**shown, **faults})


@blueprint.post("/versions/<int:definition_id>/export")
def export(definition_id: int) -> ResponseReturnValue:
    """A version as a file."""
    made = export_version(current_actor(), definition_id=definition_id, signer=signer())
    return send_file(
        BytesIO(made.content), mimetype="application/zip", as_attachment=True, download_name=made.filename
    )


@blueprint.post("/packages/import")
def take_in() -> ResponseReturnValue:
    """A package as a draft."""
    file = request.files.get("package")
    content = b"" if file is None else file.stream.read(MOST_BYTES + 1)
    try:
        draft_id = import_package(current_actor(), content=content)
    except DomainError as refusal:
        return _refused(refusal, "import")
    flash(_("已导入为草稿。请看过与现有版本的不同和检查结果，再提交复核。"), "success")
    return redirect(url_for("process_drafts.page", draft_id=draft_id))


@blueprint.post("/packages/keys")
def trust() -> ResponseReturnValue:
    """Trust a key."""
    form = request.form
    told = {name: form.get(name, "") for name in ("public_key", "name", "reason")}
    try:
        trust_key(current_actor(), **told)
    except DomainError as refusal:
        return _refused(refusal, "trust")
    flash(_("已登记，可以导入由它签名的流程包。"), "success")
    return redirect(url_for("process_packages.page"))


@blueprint.post("/packages/keys/<int:key_id>/withdraw")
def withdraw(key_id: int) -> ResponseReturnValue:
    """Trust a key no longer."""
    try:
        changed = withdraw_key(current_actor(), key_id=key_id, reason=request.form.get("reason", ""))
    except DomainError as refusal:
        return _refused(refusal, f"withdraw-{key_id}")
    flash(_("不再信任这个密钥；已导入的草稿和版本不变。") if changed else _("没有变化。"), "success")
    return redirect(url_for("process_packages.page"))


def _refused(refusal: DomainError, what: str) -> ResponseReturnValue:
    if type(refusal) in (NotFound, NotAllowed):
        raise refusal
    faults = faults_of(refusal, {**request.form.to_dict(), "what": what})
    return _page(faults), status_of(type(refusal))
