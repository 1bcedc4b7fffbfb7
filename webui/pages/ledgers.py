"""Taking in a congress's ledger on screen: choose a file, see how it goes, take back what was refused."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from io import BytesIO

from flask import Blueprint, current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.ledgers.batches import RefusedRow, batch_of, batches, imported_cases, refused_rows
from engine.casework.ledgers.checking import check_ledger
from engine.casework.ledgers.files import Ledger, Numbered, read_ledger, refused_ledger, template
from engine.casework.ledgers.importing import begin_ledger, continue_ledger
from engine.definitions.catalogue import current, current_all
from engine.definitions.folder import Folder
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError
from webui.language import language, translate_refusal, translate_sentence
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("ledgers", __name__, url_prefix="/ledgers")

MAY_IMPORT = ("intake_officer", "assigner")
AT_ONCE = 100  # rows taken in while the browser waits; a longer file goes on behind the page
SHOWN = 200  # rows on a page
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ENTRIES = (
    Entry(("导入台账", "Ledgers"), "ledgers.overview", lambda actor: bool(actor.roles & set(MAY_IMPORT)), 50),
)


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """The files that were taken in, and the way to send another."""
    return _overview(current_actor())


def _overview(actor: Actor, fault: str = "", status: int = 200) -> ResponseReturnValue:
    actor.require(*MAY_IMPORT)
    page = {
        "kinds": [(each.folder.key, each.folder.title.in_(language())) for each in current_all()],
        "batches": batches(actor),
        "errors": [{"field": "file", "message": fault}] if fault else [],
        "faults": {"file": fault},
        "kind": request.form.get("kind", ""),
    }
    return render_template("ledgers/overview.html", page=page), status


@blueprint.post("")
def send() -> ResponseReturnValue:
    """Take in a file: a short one at once, a long one behind the page that shows how far it is; or only look at it."""
    actor = current_actor()
    actor.require(*MAY_IMPORT)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _overview(actor, _("请选择文件。"), 422)
    kind = request.form.get("kind", "")
    try:
        ledger = read_ledger(current(kind, actor.congress_id).folder, file.filename, file.read())
    except DomainError as refusal:
        return _overview(actor, translate_refusal(refusal), max(status_of(type(refusal)), 422))
    if request.form.get("go") == "check":
        return _checked(actor, kind, file.filename, ledger)
    batch_id = begin_ledger(actor, process_key=kind, filename=file.filename, ledger=ledger)
    _take_in(actor, kind, batch_id, ledger.rows)
    return redirect(url_for("ledgers.batch", batch_id=batch_id))


def _checked(actor: Actor, kind: str, filename: str, ledger: Ledger) -> str:
    """What taking it in would come to."""
    folder = current(kind, actor.congress_id).folder
    forecast = check_ledger(actor, process_key=kind, ledger=ledger)
    page = {
        "filename": filename,
        "accepted": len(forecast.accepted),
        "repeated": len(forecast.repeated),
        "refused": [_line(folder, each) for each in forecast.refused[:SHOWN]],
        "refused_count": len(forecast.refused),
        "unused": ledger.unused,
    }
    return render_template("ledgers/checked.html", page=page)


def _take_in(actor: Actor, kind: str, batch_id: int, rows: Sequence[Numbered]) -> None:
    if len(rows) <= AT_ONCE:
        continue_ledger(actor, batch_id=batch_id, process_key=kind, rows=rows)
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the thread outlives the request

    def behind() -> None:
        with app.app_context():
            continue_ledger(actor, batch_id=batch_id, process_key=kind, rows=rows)

    # Interrupted, it leaves whole groups of rows; the same file sent again takes in the rest.
    threading.Thread(target=behind, name=f"ledger-{batch_id}", daemon=True).start()


@blueprint.get("/<int:batch_id>")
def batch(batch_id: int) -> ResponseReturnValue:
    """How a file went, or how far it is."""
    actor = current_actor()
    actor.require(*MAY_IMPORT)
    found = batch_of(actor, batch_id)
    folder = current(found.process_key, actor.congress_id).folder
    page = {
        "batch": found,
        "done": found.accepted + found.repeated + found.refused,
        "cases": imported_cases(batch_id)[:SHOWN],
        "refused": [_line(folder, each) for each in refused_rows(actor, batch_id)[:SHOWN]],
        "unused": found.unused,
    }
    return render_template("ledgers/batch.html", page=page)


@blueprint.get("/<int:batch_id>/refused")
def refused(batch_id: int) -> ResponseReturnValue:
    """The refused rows as a file to be corrected and sent again."""
    actor = current_actor()
    actor.require(*MAY_IMPORT)
    found = batch_of(actor, batch_id)
    rows = [(each.cells, _reasons(each)) for each in refused_rows(actor, batch_id)]
    content = refused_ledger(current(found.process_key, actor.congress_id).folder, rows)
    return _workbook(content, _("未导入的行") + ".xlsx")


@blueprint.get("/template/<kind>")
def blank(kind: str) -> ResponseReturnValue:
    """A blank ledger."""
    actor = current_actor()
    actor.require(*MAY_IMPORT)
    folder = current(kind, actor.congress_id).folder
    return _workbook(template(folder), f"{folder.title.in_(language())}.xlsx")


def _line(folder: Folder, row: RefusedRow) -> tuple[int, str, str]:
    """A refused row on a page: its line, what it is called (else the first that it says), what is wrong with it."""
    named = [row.cells.get(each.title.zh, "") for each in folder.columns if each.into in ("number", "title")]
    called = " ".join(filter(None, named)) or next(filter(None, row.cells.values()), "")
    return row.number, called, _reasons(row)


def _reasons(row: RefusedRow) -> str:
    """What is wrong with a row, in the reader's language; of old rows as it was said then."""
    return (" " if language() == "en" else "").join(translate_sentence(each) for each in row.reasons)


def _workbook(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=WORKBOOK, as_attachment=True, download_name=name)
