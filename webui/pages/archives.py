"""The archive: what can be closed for good, the file with its hashes, the evidence bundle."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.archives.archiving import (
    Archived,
    archive_case,
    archive_list,
    archived,
    closing_of,
    differences,
    proposed_retention,
    retentions_for,
)
from engine.archives.evidence import MAY_TAKE, take_bundle, taken_bundles
from engine.casework.access import case_to_view
from engine.casework.facts import CaseFacts
from engine.casework.visibility import ARCHIVIST
from engine.definitions.catalogue import definition
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from webui.addresses import whole_number
from webui.language import language, translate_refusal, translate_sentence
from webui.presenting.closing import (
    CHECKS,
    blocker_lines,
    retention_standing,
    retention_words,
    sees_closing,
)
from webui.presenting.legal import step_bases
from webui.presenting.words import said
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import status_of
from webui.store import file_store

blueprint = Blueprint("archives", __name__)

ENTRIES = (Entry(("归档", "Archive"), "archives.listing", lambda actor: ARCHIVIST in actor.roles, 44),)


@blueprint.get("/archives")
def listing() -> ResponseReturnValue:
    """Cases that are over: to be archived, or archived."""
    actor = current_actor()
    kept = request.args.get("tab") == "kept"
    lines, following = archive_list(actor, kept=kept, before=request.args.get("before", type=whole_number))
    tab = "kept" if kept else "waiting"
    shown = {
        "lines": lines,
        "kept": kept,
        "tabs": [
            {"label": _("待归档"), "href": url_for("archives.listing"), "current": not kept},
            {"label": _("已归档"), "href": url_for("archives.listing", tab="kept"), "current": kept},
        ],
        "next_href": url_for("archives.listing", tab=tab, before=following) if following else "",
    }
    return render_template("archives/list.html", page=shown)


@blueprint.get("/cases/<int:case_id>/archive")
def page(case_id: int) -> ResponseReturnValue:
    """How far the file is from being closed, or what it was closed with."""
    return _page(current_actor(), case_id)


def _page(actor: Actor, case_id: int, refusal: DomainError | None = None) -> ResponseReturnValue:
    if not sees_closing(actor):
        raise NotAllowed
    case = case_to_view(actor, case_id)
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    found = archived(actor, case_id)
    blockers = blocker_lines(closing_of(actor, case_id))
    may_take = bool(actor.roles.intersection(MAY_TAKE))
    shown = {
        "id": case.id,
        "number": case.number or "",
        "title": case.title,
        "blockers": blockers,
        "entry": _entry(actor, case_id, found) if found else None,
        "may_archive": ARCHIVIST in actor.roles and not found and not blockers,
        "legal": step_bases("archive", definition(case.definition_id), case.rule_pack_id)["archive_case"],
        "may_take": may_take,
        "taken": taken_bundles(actor, case_id) if may_take else [],
        **_retentions(case),
        "checks": [(key, said(CHECKS, key)) for key in CHECKS],
        "typed": request.form,
        "ticked": request.form.getlist("checks"),
        "errors": [
            {"field": field, "message": translate_sentence(sentence)}
            for field, sentences in errors.items()
            for sentence in sentences
        ],
        "faults": {field: " ".join(map(translate_sentence, each)) for field, each in errors.items()},
        "checks_wrong": any(field.startswith("checks-") for field in errors),
        "refused": translate_refusal(refusal) if refusal and not errors else "",
    }
    return render_template("archives/case.html", page=shown), status_of(type(refusal)) if refusal else 200


def _retentions(case: CaseFacts) -> dict[str, Any]:
    """The classes to choose from, each with its basis, and which one the kind of work names for this case."""
    known = retentions_for(case)
    wanted, why = proposed_retention(case) or ("", None)
    named = retention_words(known.get(wanted), wanted)
    told = _("本类案件的保管期限：%(what)s。", what=named) if wanted else ""
    if why is not None:
        told = _("本件的保管期限：%(what)s（%(why)s）。", what=named, why=why.in_(language()))
    return {
        "retentions": [
            {"key": key, "label": retention_words(one, key), "standing": retention_standing(one)}
            for key, one in known.items()
        ],
        "wanted": wanted,
        "wanted_told": told,
    }


def _entry(actor: Actor, case_id: int, found: Archived) -> dict[str, Any]:
    return {
        "found": found,
        "retention": retention_words(found.retention_class, found.retention),
        "basis": retention_standing(found.retention_class),
        "differences": differences(actor, case_id, file_store()),
    }


@blueprint.post("/cases/<int:case_id>/archive")
def archive(case_id: int) -> ResponseReturnValue:
    """Close the file for good."""
    actor, form = current_actor(), request.form
    try:
        archive_case(
            actor,
            case_id=case_id,
            number=form.get("number", ""),
            retention=form.get("retention", ""),
            checks=form.getlist("checks"),
            remarks=form.get("remarks", ""),
            store=file_store(),
        )
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        return _page(actor, case_id, refusal)
    flash(_("已归档。此后案件不能再有改动。"), "success")
    return redirect(url_for("archives.page", case_id=case_id))


@blueprint.post("/cases/<int:case_id>/evidence")
def evidence(case_id: int) -> ResponseReturnValue:
    """The evidence bundle, to be saved; its fingerprint is on the page afterwards."""
    bundle = take_bundle(current_actor(), case_id=case_id, store=file_store())
    answer = send_file(
        BytesIO(bundle.content),
        mimetype="application/zip",
        as_attachment=True,
        download_name=bundle.filename,
        max_age=0,
    )
    answer.headers["X-Fingerprint"] = bundle.fingerprint
    return answer
