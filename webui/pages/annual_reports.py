"""Reports on a year's handling: figures by the system, words by one person, release by another."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions.catalogue import current, current_all
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from engine.publication.annual_reports import (
    prepare_report,
    present_figures,
    release_report,
    report_versions,
)
from webui.addresses import whole_number
from webui.language import language, translate_refusal, translate_sentence
from webui.presenting.legal import step_bases_now
from webui.presenting.public import figures_shown
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("annual_reports", __name__, url_prefix="/publication/reports")


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """The years and how far each one's report is."""
    actor = current_actor()
    versions = report_versions(actor)
    years = range(clock.today().year, clock.today().year - 5, -1)
    lines = [
        {
            "title": _("%(year)s年%(kind)s办理情况", year=year, kind=each.folder.title.in_(language())),
            "href": url_for("annual_reports.page", process_key=each.folder.key, year=year),
            "latest": next(
                (one for one in versions if (one.process_key, one.year) == (each.folder.key, year)), None
            ),
        }
        for each in current_all()
        for year in years
    ]
    return render_template("publication/reports.html", page={"lines": lines})


@blueprint.get("/<process_key>/<int:year>")
def page(process_key: str, year: int) -> ResponseReturnValue:
    """One year's report."""
    return _page(current_actor(), process_key, year)


def _page(
    actor: Actor, process_key: str, year: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    figures = present_figures(actor, process_key, year)
    versions = report_versions(actor, process_key, year)
    latest = versions[0] if versions else None
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    waits = latest is not None and latest.released_at is None
    folder = current(process_key, actor.congress_id).folder
    shown = {
        "bases": step_bases_now("annual_report", folder, actor.congress_id),
        "process_key": process_key,
        "year": year,
        "title": _(
            "%(year)s年%(kind)s办理情况报告",
            year=year,
            kind=folder.title.in_(language()),
        ),
        "figures": figures_shown(figures),
        "text": request.form.get("text") or (latest.text if latest else ""),
        "version": latest.version if latest else 0,
        "versions": versions,
        "may_release": waits and latest is not None and latest.prepared_by_id != actor.user_id,
        "waits": waits,
        "errors": [
            {"field": field, "message": translate_sentence(each)}
            for field, sentences in errors.items()
            for each in sentences
        ],
        "refused": translate_refusal(refusal) if refusal and not errors else "",
    }
    return render_template("publication/report.html", page=shown), status_of(
        type(refusal)
    ) if refusal else 200


@blueprint.post("/<process_key>/<int:year>")
def prepare(process_key: str, year: int) -> ResponseReturnValue:
    """Write it for release."""
    actor = current_actor()
    version = request.form.get("version", type=whole_number)
    text = request.form.get("text", "")
    try:
        prepare_report(actor, process_key=process_key, year=year, text=text, version=version)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        return _page(actor, process_key, year, refusal)
    flash(_("报告已送审核，须由他人发布。"), "success")
    return redirect(url_for("annual_reports.page", process_key=process_key, year=year))


@blueprint.post("/<process_key>/<int:year>/release")
def release(process_key: str, year: int) -> ResponseReturnValue:
    """Publish it."""
    actor = current_actor()
    version = request.form.get("version", 0, type=whole_number)
    try:
        release_report(actor, process_key=process_key, year=year, version=version)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        return _page(actor, process_key, year, refusal)
    flash(_("报告已公开发布。"), "success")
    return redirect(url_for("annual_reports.page", process_key=process_key, year=year))
