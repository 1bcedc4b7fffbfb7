"""Performance of budget projects: the list, a report checked or kept, a project with its problems and its case."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.casework.choices import units
from engine.deadlines.decided import in_force
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from engine.performance.access import BUDGET_REVIEWER, FILLING, SEEING, units_of
from engine.performance.assessing import assess
from engine.performance.exporting import export_report
from engine.performance.files import read_blocks
from engine.performance.keeping import keep_file
from engine.performance.projects import project_page, projects
from engine.performance.reading import read_report
from engine.performance.scheme import scheme_of
from engine.performance.taking_down import take_down_archived
from engine.performance.workbook import template
from webui.addresses import whole_number
from webui.errors import error_lines, field_errors
from webui.language import translate_refusal
from webui.pages.documents import handed_out
from webui.presenting.performance import assessment_shown, line_shown, project_shown
from webui.presenting.performance_links import project_links
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("performance", __name__, url_prefix="/performance")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAY_FILL = (BUDGET_REVIEWER, FILLING)

ENTRIES = (
    Entry(
        ("绩效自评", "Performance"),
        "performance.listing",
        lambda actor: bool(actor.roles.intersection(SEEING)),
        48,
    ),
)


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """The projects that this person sees."""
    return _listing(current_actor())


def _listing(actor: Actor, refusal: DomainError | None = None) -> ResponseReturnValue:
    year = request.args.get("year", type=whole_number)
    found = projects(actor, year)
    page = {
        "lines": [line_shown(each) for each in found],
        "year": year,
        "may_fill": bool(actor.roles.intersection(MAY_FILL)),
        "units": unit_choices(actor),
        "typed": request.form.to_dict(),
        **refused_shown(refusal),
    }
    return render_template("performance/list.html", page=page), _status(refusal)


def unit_choices(actor: Actor) -> list[dict[str, str]]:
    """The units that he may fill in for."""
    every = units(actor.congress_id)
    own = units_of(actor, FILLING)
    return [
        {"value": str(key), "label": name}
        for key, name in every.items()
        if BUDGET_REVIEWER in actor.roles or key in own
    ]


def refused_shown(refusal: DomainError | None) -> dict[str, Any]:
    """What a page shows of a refusal: lines of errors, or one sentence."""
    if isinstance(refusal, InvalidAnswers):
        return {"errors": error_lines(refusal), "faults": field_errors(refusal), "refused": ""}
    return {"errors": [], "faults": {}, "refused": translate_refusal(refusal) if refusal else ""}


def _status(refusal: DomainError | None) -> int:
    return status_of(type(refusal)) if refusal else 200


@blueprint.post("")
def send() -> ResponseReturnValue:
    """A report as a file: checked and shown, or kept as well."""
    actor = current_actor()
    actor.require(*MAY_FILL)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _listing(actor, InvalidAnswers({"file": [_("请选择文件。")]}))
    content = file.read()
    try:
        if request.form.get("do") == "keep":
            return _kept(actor, file.filename, content)
        found = assess(read_report(read_blocks(file.filename, content)), _scheme(actor))
    except (NotAllowed, NotFound):
        raise
    except DomainError as refusal:
        return _listing(actor, refusal)
    page = {"filename": file.filename, **assessment_shown(found)}
    return render_template("performance/checked.html", page=page)


def _scheme(actor: Actor) -> Any:
    return scheme_of(in_force(actor.congress_id).pack)


def _kept(actor: Actor, filename: str, content: bytes) -> ResponseReturnValue:
    form = request.form
    kept = keep_file(
        actor,
        filename=filename,
        content=content,
        name=form.get("project", ""),
        year=form.get("year", type=whole_number),
        organization_id=form.get("unit", type=whole_number),
        budget_head=form.get("budget_head", ""),
    )
    said = _("内容与已保存的版本相同，没有重复保存。") if kept.repeated else _("报告已保存。")
    flash(said, "success")
    return redirect(url_for("performance.page", project_id=kept.project_id))


@blueprint.get("/template.xlsx")
def blank() -> ResponseReturnValue:
    """The blank workbook."""
    current_actor().require(*SEEING)
    name = _("绩效自评空白表") + ".xlsx"
    return send_file(BytesIO(template()), mimetype=WORKBOOK, as_attachment=True, download_name=name)


@blueprint.get("/<int:project_id>")
def page(project_id: int) -> ResponseReturnValue:
    """One project: figures and problems side by side, what is to be put right, what waits in its case."""
    return shown_page(current_actor(), project_id)


def shown_page(
    actor: Actor, project_id: int, refusal: DomainError | None = None, about: int = 0, doing: str = ""
) -> ResponseReturnValue:
    """The page; with a refusal that is about one link on it, or about `doing`."""
    found = project_page(actor, project_id)
    number = request.args.get("number", "")[:100]  # of a case that was found, to be linked
    shown = {
        **project_shown(found),
        "about": about,
        "doing": doing or ("link" if number else ""),
        "links": project_links(actor, found, request.args.get("find", "").strip()),
        "typed": {"number": number} | request.form.to_dict(),
        **refused_shown(refusal),
    }
    return render_template("performance/project.html", page=shown), _status(refusal)


@blueprint.get("/<int:project_id>/report.<format>")
def report(project_id: int, format: str) -> ResponseReturnValue:
    """The complete report as Word, PDF or workbook."""
    printed = export_report(current_actor(), project_id=project_id, format=format)
    return handed_out(printed, format, url_for("performance.page", project_id=project_id))


@blueprint.post("/<int:project_id>/take-down")
def take_down(project_id: int) -> ResponseReturnValue:
    """Off the public site, the case being archived."""
    actor = current_actor()
    try:
        take_down_archived(actor, project_id=project_id, reason=request.form.get("taking_down", ""))
    except InvalidAnswers as refusal:
        return shown_page(actor, project_id, refusal, doing="take_down")
    flash(_("已撤下公开。"), "success")
    return redirect(url_for("performance.page", project_id=project_id))
