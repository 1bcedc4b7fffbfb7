"""The form of a self-evaluation: computed again on the server as it is typed, nothing typed is lost."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.deadlines.decided import in_force
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, NotAllowed, NotFound
from engine.performance.assessing import assess
from engine.performance.completing import completed
from engine.performance.keeping import keep_form
from engine.performance.own_figures import own_figures
from engine.performance.projects import asked_for, project_page, stated_report
from engine.performance.report import Report
from engine.performance.scheme import scheme_of
from webui.addresses import whole_number
from webui.pages.performance import MAY_FILL, refused_shown, unit_choices
from webui.presenting.performance import assessment_shown
from webui.presenting.performance_form import filled, form_shown, typed_of, with_own
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("performance_form", __name__, url_prefix="/performance")
MORE = 2  # lines at a time


@blueprint.get("/new")
def begin() -> ResponseReturnValue:
    """An empty form, or one for a project whose report is asked for."""
    actor = current_actor()
    actor.require(*MAY_FILL)
    asked = request.args.get("project", type=whole_number)
    return _form(actor, typed_of(None) | _known(actor, asked), None)


def _known(actor: Actor, asked: int | None) -> dict[str, str]:
    """What a project is whose report is asked for: no typing makes another of it."""
    return {**asked_for(actor, asked), "asked": str(asked)} if asked else {}


@blueprint.post("/new")
def make() -> ResponseReturnValue:
    """Compute, add lines, or keep."""
    actor = current_actor()
    actor.require(*MAY_FILL)
    return _sent(actor, None)


@blueprint.get("/<int:project_id>/edit")
def edit(project_id: int) -> ResponseReturnValue:
    """The form with what the latest version states."""
    actor = current_actor()
    return _form(actor, typed_of(_base(actor, project_id)), project_id)


@blueprint.post("/<int:project_id>/edit")
def change(project_id: int) -> ResponseReturnValue:
    """Compute, add lines, or keep a further version."""
    actor = current_actor()
    _base(actor, project_id)
    return _sent(actor, project_id)


@blueprint.post("/figures")
def figures() -> ResponseReturnValue:
    """What follows from what is typed, for the page while it is being typed."""
    actor = current_actor()
    actor.require(*MAY_FILL)
    return render_template("performance/figures.html", page=_computed(actor, filled(request.form, None)))


def _base(actor: Actor, project_id: int) -> Report:
    if not project_page(actor, project_id).may_fill:
        raise NotAllowed
    return stated_report(actor, project_id)[0]


def _sent(actor: Actor, project_id: int | None) -> ResponseReturnValue:
    form = request.form
    known = _known(actor, form.get("asked", type=whole_number))
    typed, do = form.to_dict() | known, form.get("do", "")
    if do == "add":
        return _form(actor, typed, project_id, more=MORE)
    if do == "own":
        year = form.get("year", type=whole_number) or clock.today().year
        return _form(actor, with_own(typed, own_figures(actor, year)), project_id)
    if do != "keep":
        return _form(actor, typed, project_id)
    try:
        kept = keep_form(
            actor,
            report=filled(typed, _base(actor, project_id) if project_id else None),
            organization_id=int(known["unit"] or 0) or None if known else form.get("unit", type=whole_number),
            budget_head=typed.get("budget_head", ""),
        )
    except (NotAllowed, NotFound):
        raise
    except DomainError as refusal:
        return _form(actor, typed, project_id, refusal)
    flash(_("报告已保存。"), "success")
    return redirect(url_for("performance.page", project_id=kept.project_id))


def _form(
    actor: Actor,
    typed: dict[str, str],
    project_id: int | None,
    refusal: DomainError | None = None,
    more: int = 0,
) -> ResponseReturnValue:
    base = stated_report(actor, project_id)[0] if project_id else None
    page = {
        "project_id": project_id,
        "units": unit_choices(actor),
        **form_shown(typed, more),
        "figures": _computed(actor, filled(typed, base)),
        **refused_shown(refusal),
    }
    return render_template("performance/form.html", page=page), status_of(type(refusal)) if refusal else 200


def _computed(actor: Actor, report: Report) -> dict[str, Any]:
    scheme = scheme_of(in_force(actor.congress_id).pack)
    return assessment_shown(assess(completed(report, scheme), scheme))
