"""«文书»: a case's documents and those of the whole congress, as PDF or Word."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.choices import units
from engine.definitions.catalogue import current_all
from engine.documents.handled import BETWEEN, Wanted
from engine.documents.lists import UnitWanted, asks_for_unit, list_offers, own_units, print_list
from engine.documents.printing import Printed, print_of_case
from engine.documents.problem_sheet import problem_sheet
from engine.foundation.actor import Actor
from engine.meetings.convening import meetings
from webui.addresses import whole_number
from webui.language import language, translate_refusal
from webui.presenting.documents import FORMATS
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import UNFIT
from webui.words.citing import cited

blueprint = Blueprint("documents", __name__)

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _has_lists(actor: Actor) -> bool:
    return own_units(actor) != {}


ENTRIES = (Entry(("文书", "Documents"), "documents.lists", _has_lists, 45),)


@blueprint.get("/cases/<int:case_id>/documents/<key>/<int:subject_id>.<format>")
def of_case(case_id: int, key: str, subject_id: int, format: str) -> ResponseReturnValue:
    """One document of a case."""
    actor = current_actor()
    printed = print_of_case(actor, case_id=case_id, key=key, subject_id=subject_id, format=format)
    return handed_out(printed, format, url_for("cases.page", case_id=case_id))


def handed_out(printed: Printed, format: str, back: str) -> ResponseReturnValue:
    """The file; first the characters that no font has, if the reader has not been told yet."""
    if printed.lacking and request.args.get("anyway") != "1":
        other = {**request.args, "anyway": "1"}
        page = {
            "name": printed.filename,
            "lacking": printed.lacking,
            "anyway": f"{request.path}?{_query(other)}",
            "word": request.path.removesuffix(".pdf") + ".docx?" + _query(dict(request.args)),
            "back": back,
        }
        return render_template("documents/lacking.html", page=page)
    return send_file(
        BytesIO(printed.content),
        mimetype=TYPES[format],
        as_attachment=True,
        download_name=printed.filename,
        max_age=0,
    )


def _query(values: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(values)


@blueprint.get("/cases/<int:case_id>/problems.xlsx")
def problems(case_id: int) -> ResponseReturnValue:
    """The list of problems of a case, as far as the reader sees it."""
    name, content = problem_sheet(current_actor(), case_id=case_id)
    return send_file(
        BytesIO(content), mimetype=TYPES["xlsx"], as_attachment=True, download_name=name, max_age=0
    )


@blueprint.get("/documents")
def lists() -> ResponseReturnValue:
    """The documents of the whole congress, or of one's own unit."""
    return _lists(current_actor())


def _lists(actor: Actor, fault: str = "") -> ResponseReturnValue:
    kinds = [each.folder for each in current_all() if list_offers(actor, each.folder.key)]
    chosen = next(
        (each for each in kinds if each.key == request.args.get("kind")), kinds[0] if kinds else None
    )
    page = {
        "kinds": [{"value": each.key, "label": each.title.in_(language())} for each in kinds],
        "kind": chosen.key if chosen else "",
        "meetings": _meetings(actor),
        "meeting": request.args.get("meeting", ""),
        "units": _units(actor),
        "all_units": own_units(actor) is None,
        "unit": request.args.get("unit", ""),
        "lines": _lines(actor, chosen.key) if chosen else [],
        "errors": [{"field": "unit", "message": fault}] if fault else [],
    }
    return render_template("documents/lists.html", page=page), UNFIT if fault else 200


def _meetings(actor: Actor) -> list[dict[str, Any]]:
    found = [{"value": str(each.id), "label": each.name} for each in meetings(actor)]
    return [*found, {"value": str(BETWEEN), "label": _("闭会期间")}]


def _units(actor: Actor) -> list[dict[str, Any]]:
    mine = own_units(actor)
    found = units(actor.congress_id) if mine is None else mine
    return [{"value": str(id_), "label": name} for id_, name in found.items()]


def _lines(actor: Actor, kind: str) -> list[dict[str, Any]]:
    """What can be printed; a document about one unit asks for it first, where none is chosen."""
    narrowed: dict[str, Any] = {
        name: request.args[name] for name in ("meeting", "unit") if request.args.get(name)
    }
    if own_units(actor) is not None:
        narrowed.setdefault("unit", _units(actor)[0]["value"])
    return [
        {
            "key": each.key,
            "title": each.title.in_(language()),
            "basis": cited(each.basis, language()),
            "asks_for_unit": asks_for_unit(each) and "unit" not in narrowed,
            "files": [_file(kind, each.key, format, narrowed) for format in each.formats],
        }
        for each in list_offers(actor, kind)
    ]


def _file(kind: str, key: str, format: str, narrowed: dict[str, Any]) -> dict[str, str]:
    href = url_for("documents.of_congress", kind=kind, key=key, format=format, **narrowed)
    return {"label": FORMATS[format], "href": href, "bare": href.partition("?")[0]}


@blueprint.get("/documents/<kind>/<key>.<format>")
def of_congress(kind: str, key: str, format: str) -> ResponseReturnValue:
    """One document of the whole congress, narrowed as the address says."""
    actor, args = current_actor(), request.args
    wanted = Wanted(
        process_key=kind,
        meeting_id=args.get("meeting", type=whole_number),
        unit_id=args.get("unit", type=whole_number),
    )
    try:
        printed = print_list(actor, key=key, wanted=wanted, format=format)
    except UnitWanted as refusal:
        return _lists(actor, translate_refusal(refusal))
    return handed_out(printed, format, url_for("documents.lists"))
