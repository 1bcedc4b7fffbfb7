"""Cases: the register, and the page of one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.access import case_to_view
from engine.casework.cases import unwatch_case, watch_case
from engine.casework.choices import units
from engine.casework.readings.case_page import case_page
from engine.casework.readings.inbox import COUNT_CAP
from engine.casework.readings.register import STATUSES, Wanted, find_cases
from engine.definitions.catalogue import current_all, definition
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.planning.readings import planned_as
from engine.statistics.reach import may_see
from webui.addresses import whole_number
from webui.afterwards import just_stepped, out_of_sight
from webui.language import language
from webui.pages.inbox import works_here
from webui.presenting.case import case_shown
from webui.presenting.commitments import case_commitments
from webui.presenting.matters import matters_shown
from webui.presenting.performance_links import case_links
from webui.presenting.planning import planned_line
from webui.presenting.rows import case_line, status_title
from webui.presenting.words import listed
from webui.shell import Entry
from webui.sign_in import current_actor

blueprint = Blueprint("cases", __name__)
PARTS = ("process", "status", "stage", "category", "unit", "q", "overdue")

ENTRIES = (Entry(("案件", "Cases"), "cases.listing", works_here, 20, key="g c"),)


@blueprint.get("/cases/<int:case_id>")
def page(case_id: int) -> ResponseReturnValue:
    """The page of a case."""
    actor = current_actor()
    stepped = just_stepped(case_id)
    try:
        found = case_page(actor, case_id=case_id)
    except NotFound:
        if not stepped:
            raise
        return out_of_sight()
    back = (url_for("inbox.page"), _("返回待办")) if works_here(actor) else ("/", _("返回首页"))
    shown = case_shown(found, actor, back)
    shown["related"] += planned_line(actor, planned_as(case_id))
    shown["commitments"] = case_commitments(actor, case_id)
    shown["performance"] = case_links(actor, case_id)
    shown["matters"] = matters_shown(actor, case_id)
    return render_template("pages/case.html", page=shown)


@blueprint.get("/cases/<int:case_id>/diagram.bpmn")
def diagram(case_id: int) -> ResponseReturnValue:
    """The diagram of the case's own process version."""
    case = case_to_view(current_actor(), case_id)
    return Response(definition(case.definition_id).bpmn, mimetype="application/xml")


@blueprint.post("/cases/<int:case_id>/watch")
def watch(case_id: int) -> ResponseReturnValue:
    """Follow the case."""
    watch_case(current_actor(), case_id=case_id)
    flash(_("已关注，有进展会告诉您。"), "success")
    return redirect(url_for("cases.page", case_id=case_id))


@blueprint.post("/cases/<int:case_id>/unwatch")
def unwatch(case_id: int) -> ResponseReturnValue:
    """Follow it no longer."""
    unwatch_case(current_actor(), case_id=case_id)
    flash(_("已取消关注。"), "success")
    return redirect(url_for("cases.page", case_id=case_id))


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """The register narrowed to a text."""
    return redirect(url_for("cases.listing", q=request.args.get("q", "")))


@blueprint.get("/cases")
def listing() -> ResponseReturnValue:
    """The register, narrowed as the address says."""
    actor = current_actor()
    found = find_cases(actor, _wanted(), before=request.args.get("before", type=whole_number))
    lines = [
        {**case_line(line.row, actor), "lead": line.lead or "", "units": listed(line.units)}
        for line in found.lines
    ]
    count = f"{COUNT_CAP - 1}+" if found.count >= COUNT_CAP else str(found.count)
    shown = {
        "title": _("案件"),
        "lines": lines,
        "filters": _filter_form(actor),
        "chips": _chips(actor),
        "clear_href": url_for("cases.listing"),
        "figures_href": _figures_href(actor),
        "narrowed": any(request.args.get(name) for name in PARTS),
        "pages": {
            "text": _("共%(count)s件", count=count),
            "first_href": _here() if request.args.get("before") else "",
            "next_href": _here(before=found.before) if found.before else "",
        },
    }
    return render_template("pages/cases.html", page=shown)


def _figures_href(actor: Actor) -> str:
    """The statistics of the kind of work that the list is narrowed to."""
    kind = request.args.get("process", "")
    known = {each.folder.key for each in current_all(actor.congress_id)}
    return url_for("statistics.overview", process=kind) if kind in known and may_see(actor) else ""


def _wanted() -> Wanted:
    args = request.args
    return Wanted(
        process_key=args.get("process", ""),
        status=args.get("status", ""),
        stage=args.get("stage", ""),
        category=args.get("category", ""),
        unit_id=args.get("unit", type=whole_number),
        text=args.get("q", "").strip()[:100],
        overdue=args.get("overdue") == "1",
    )


def _here(**changes: Any) -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in PARTS if request.args.get(name)}
    wanted = {name: value for name, value in {**kept, **changes}.items() if value}
    return url_for("cases.listing", **wanted)


def _choices(actor: Actor) -> dict[str, tuple[str, dict[str, str]]]:
    """What the register can be narrowed by: name → label, values with their titles."""
    locale, folders = language(), [each.folder for each in current_all()]
    categories = {key: words for folder in folders for key, words in folder.categories.items()}
    return {
        "process": (_("类型"), {folder.key: folder.title.in_(locale) for folder in folders}),
        "status": (_("状态"), {status: status_title(status) for status in STATUSES}),
        "stage": (_("环节"), {each.key: each.title.in_(locale) for f in folders for each in f.stages}),
        "category": (_("类别"), {key: words.in_(locale) for key, words in categories.items()}),
        "unit": (_("承办单位"), {str(id_): name for id_, name in units(actor.congress_id).items()}),
    }


def _filter_form(actor: Actor) -> dict[str, Any]:
    return {
        "action": url_for("cases.listing"),
        "selects": [
            {
                "name": name,
                "label": label,
                "choices": [{"value": key, "label": title} for key, title in choices.items()],
                "value": request.args.get(name, ""),
            }
            for name, (label, choices) in _choices(actor).items()
            if len(choices) > 1
        ],
        "text": request.args.get("q", ""),
        "text_label": _("编号、标题、代表或者单位"),
        "tick": {"name": "overdue", "label": _("只看超期的"), "on": request.args.get("overdue") == "1"},
    }


def _chips(actor: Actor) -> list[dict[str, str]]:
    known = _choices(actor)
    chips = []
    for name in PARTS:
        value = request.args.get(name, "")
        if not value:
            continue
        label, titles = known.get(name, (_("含有"), {}))
        text = (
            _("只看超期的")
            if name == "overdue"
            else _("%(label)s：%(text)s", label=label, text=titles.get(value, value))
        )
        chips.append({"label": text, "remove_href": _here(**{name: ""})})
    return chips
