"""Administration of organizations and deputies."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commitments.inheriting import NoSuccessor, merge_organization
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed
from engine.foundation.meanwhile import ChangedMeanwhile
from engine.people import deputies, organizations
from engine.people.refusals import StillInUse, Taken
from engine.people.roles import SECURITY_ADMIN, SYSTEM_ADMIN
from webui.addresses import whole_number
from webui.errors import error_lines, field_errors
from webui.language import english, translate_refusal
from webui.meanwhile import caught_up, seen_fields
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("administration", __name__, url_prefix="/administration")


def holds(*wanted: str) -> Any:
    return lambda actor: bool(actor.roles.intersection(wanted))


ENTRIES = (
    Entry(("单位", "Organizations"), "administration.organization_list", holds(SYSTEM_ADMIN), 60),
    Entry(("用户", "Users"), "administration_users.listing", holds(SYSTEM_ADMIN, SECURITY_ADMIN), 61),
    Entry(("代表名册", "Deputies"), "administration.deputy_list", holds(SYSTEM_ADMIN), 62),
)


def titled(titles: dict[str, tuple[str, str]]) -> list[dict[str, str]]:
    """Choices for a field out of a table of zh and en titles."""
    return [{"value": key, "label": en if english() else zh} for key, (zh, en) in titles.items()]


def number(name: str) -> int:
    """A whole number of the form; 0 where none stands."""
    return request.form.get(name, type=whole_number) or 0


def refused_form(refusal: DomainError) -> dict[str, Any]:
    """What a form shows again after a refusal: its problems, what was typed, and what its sender has seen by now."""
    typed, seen = request.form.to_dict(), seen_fields()
    if isinstance(refusal, ChangedMeanwhile):
        typed, seen = caught_up(refusal, typed, seen or {})
    if isinstance(refusal, InvalidAnswers):
        lines, faults = error_lines(refusal), field_errors(refusal)
    else:
        lines, faults = [{"field": "", "message": translate_refusal(refusal)}], {}
    return {"errors": lines, "faults": faults, "typed": typed, "seen": seen}


EMPTY_FORM: dict[str, Any] = {"errors": [], "faults": {}, "typed": {}, "seen": None}


@blueprint.get("/organizations")
def organization_list() -> ResponseReturnValue:
    """The organizations, and the form for a new one."""
    return _organization_list(current_actor(), EMPTY_FORM)


@blueprint.post("/organizations")
def create_organization() -> ResponseReturnValue:
    """Create an organization."""
    form, actor = request.form, current_actor()
    try:
        organizations.create_organization(
            actor,
            code=form.get("code", ""),
            name=form.get("name", ""),
            short_name=form.get("short_name", ""),
            kind=form.get("kind", ""),
            parent_id=form.get("parent_id", type=whole_number),
            position=number("position"),
            duties=form.get("duties", ""),
        )
    except (InvalidAnswers, Taken) as refusal:
        return _organization_list(actor, refused_form(refusal)), status_of(type(refusal))
    flash(_("单位已建立。"), "success")
    return redirect(url_for("administration.organization_list"))


@blueprint.get("/organizations/<int:organization_id>")
def organization(organization_id: int) -> ResponseReturnValue:
    """One organization, to be changed."""
    return _organization_page(current_actor(), organization_id, EMPTY_FORM)


@blueprint.post("/organizations/<int:organization_id>")
def change_organization(organization_id: int) -> ResponseReturnValue:
    """Rename an organization or set its place and duties."""
    form, actor = request.form, current_actor()
    try:
        organizations.change_organization(
            actor,
            organization_id,
            name=form.get("name", ""),
            short_name=form.get("short_name", ""),
            position=number("position"),
            duties=form.get("duties", ""),
            seen=seen_fields(),
        )
    except InvalidAnswers as refusal:
        return _organization_page(actor, organization_id, refused_form(refusal)), status_of(type(refusal))
    flash(_("已保存。"), "success")
    return redirect(url_for("administration.organization", organization_id=organization_id))


@blueprint.post("/organizations/<int:organization_id>/deactivate")
def deactivate_organization(organization_id: int) -> ResponseReturnValue:
    """Close an organization."""
    actor = current_actor()
    try:
        organizations.deactivate_organization(actor, organization_id)
    except StillInUse as refusal:
        return _organization_page(actor, organization_id, refused_form(refusal)), 409
    flash(_("单位已停用。"), "success")
    return redirect(url_for("administration.organization", organization_id=organization_id))


@blueprint.post("/organizations/<int:organization_id>/reactivate")
def reactivate_organization(organization_id: int) -> ResponseReturnValue:
    """Open an organization again."""
    organizations.reactivate_organization(current_actor(), organization_id)
    flash(_("单位已启用。"), "success")
    return redirect(url_for("administration.organization", organization_id=organization_id))


@blueprint.post("/organizations/<int:organization_id>/merge")
def merge(organization_id: int) -> ResponseReturnValue:
    """Let another organization take over what this one has in hand and owes (并入、更名)."""
    actor, form = current_actor(), request.form
    successor_id = form.get("successor_id", type=whole_number)
    try:
        if successor_id is None:
            raise InvalidAnswers({"successor_id": [_("请选择承接单位。")]})
        merge_organization(
            actor,
            organization_id=organization_id,
            successor_id=successor_id,
            reason=form.get("reason", ""),
        )
    except (InvalidAnswers, NoSuccessor) as refusal:
        return _organization_page(actor, organization_id, refused_form(refusal)), status_of(type(refusal))
    flash(_("已由承接单位接手，未办结的案件和承诺一并转移。"), "success")
    return redirect(url_for("administration.organization", organization_id=organization_id))


@blueprint.get("/deputies")
def deputy_list() -> ResponseReturnValue:
    """The register of deputies, and the form for a new one."""
    return _deputy_list(current_actor(), EMPTY_FORM)


@blueprint.post("/deputies")
def register_deputy() -> ResponseReturnValue:
    """Register a deputy, with a user if a name for one is given; its password is shown once."""
    form, actor = request.form, current_actor()
    try:
        texts = {field: form.get(field, "").strip() for field in DEPUTY_TEXTS}
        mandate = deputies.Mandate(term=number("term"), delegation_id=number("delegation_id"), **texts)
        made = deputies.register_deputy(actor, mandate, username=form.get("username", "").strip() or None)
    except (InvalidAnswers, Taken) as refusal:
        return _deputy_list(actor, refused_form(refusal)), status_of(type(refusal))
    if made.user:
        return render_template("administration/first_password.html", page={"user": made.user})
    flash(_("代表已登记。"), "success")
    return redirect(url_for("administration.deputy_list"))


@blueprint.get("/deputies/<int:deputy_id>")
def deputy(deputy_id: int) -> ResponseReturnValue:
    """One deputy, whose status may change."""
    return _deputy_page(current_actor(), deputy_id, EMPTY_FORM)


@blueprint.post("/deputies/<int:deputy_id>")
def change_deputy_status(deputy_id: int) -> ResponseReturnValue:
    """Suspend a deputy, let him resume, or end his qualification."""
    form, actor = request.form, current_actor()
    since = form.get("since", type=dt.date.fromisoformat)
    try:
        deputies.change_deputy_status(
            actor,
            deputy_id,
            status=form.get("status", ""),
            since=since,
            reason=form.get("reason", ""),
            seen=seen_fields(),
        )
    except InvalidAnswers as refusal:
        return _deputy_page(actor, deputy_id, refused_form(refusal)), status_of(type(refusal))
    flash(_("代表状态已变更。"), "success")
    return redirect(url_for("administration.deputy", deputy_id=deputy_id))


DEPUTY_TEXTS = (
    "card_number",
    "name",
    "sex",
    "ethnicity",
    "party",
    "electing_unit",
    "position",
    "phone",
    "email",
)


def _organization_list(actor: Actor, form: dict[str, Any]) -> str:
    lines = organizations.organizations(actor)
    if SYSTEM_ADMIN not in actor.roles:
        raise NotAllowed
    page = {**form, "lines": lines, "kinds": titled(organizations.KINDS), "parents": _choices(lines)}
    page["titles"] = {kind["value"]: kind["label"] for kind in page["kinds"]}
    return render_template("administration/organizations.html", page=page)


def _organization_page(actor: Actor, organization_id: int, form: dict[str, Any]) -> str:
    line = organizations.organization_line(actor, organization_id)
    others = [each for each in organizations.organizations(actor, active_only=True) if each.id != line.id]
    names = {each.id: each.name for each in organizations.organizations(actor)}
    page = {
        **form,
        "line": line,
        "successors": _choices(others),
        "successor": names.get(line.successor_id or 0),
    }
    return render_template("administration/organization.html", page=page)


def _deputy_list(actor: Actor, form: dict[str, Any]) -> str:
    search = request.args.get("q", "")
    lines = deputies.deputies(actor, search=search)
    units = organizations.organizations(actor, active_only=True)
    delegations = _choices([unit for unit in units if unit.kind == "delegation"])
    statuses = {choice["value"]: choice["label"] for choice in titled(deputies.STATUSES)}
    page = {**form, "lines": lines, "search": search, "delegations": delegations, "statuses": statuses}
    return render_template("administration/deputies.html", page=page)


def _deputy_page(actor: Actor, deputy_id: int, form: dict[str, Any]) -> str:
    line = deputies.deputy_line(actor, deputy_id)
    page = {**form, "line": line, "statuses": titled(deputies.STATUSES)}
    return render_template("administration/deputy.html", page=page)


def _choices(lines: list[organizations.OrganizationLine]) -> list[dict[str, str]]:
    return [{"value": str(line.id), "label": line.name} for line in lines if line.active]
