"""Substitutes named by the security administrator for who is away and could not do it himself (A/B角)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.people import organizations, standing_in, substitutes
from engine.people.roles import SECURITY_ADMIN
from engine.people.substitution_rules import NO_COLLEAGUE, NO_SEAT, Period
from webui.addresses import whole_number
from webui.language import translate_refusal
from webui.meanwhile import seen_fields
from webui.pages.administration import EMPTY_FORM, number, refused_form
from webui.pages.notification_settings import days_of_form
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("administration_substitutes", __name__, url_prefix="/administration/substitutes")
ENTRIES = (
    Entry(
        ("代理人", "Substitutes"),
        "administration_substitutes.listing",
        lambda actor: SECURITY_ADMIN in actor.roles,
        62,
    ),
)
REFUSALS = (InvalidAnswers, GuardRefused)
Form = dict[str, Any]


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """What is arranged, and the form for one more once an organization is chosen."""
    return _listing(current_actor(), EMPTY_FORM, request.args.get("unit", type=whole_number))


@blueprint.post("")
def name() -> ResponseReturnValue:
    """Name a substitute for a person of an organization."""
    actor, unit = current_actor(), number("unit")
    actor.require(SECURITY_ADMIN)
    try:
        begins_on, ends_on = days_of_form("begins_on", "ends_on")
        substitutes.name_substitute(
            actor,
            organization_id=unit,
            absent_id=_person("absent_id", NO_SEAT),
            substitute_id=_person("substitute_id", NO_COLLEAGUE),
            period=Period(begins_on, ends_on, request.form.get("reason", "")),
        )
    except REFUSALS as refusal:
        return _listing(actor, refused_form(refusal), unit), status_of(type(refusal))
    return _done(_("代理人已指定，双方都会收到通知。"))


@blueprint.get("/<int:substitution_id>")
def page(substitution_id: int) -> ResponseReturnValue:
    """One arrangement, to be changed or ended."""
    return _page(current_actor(), substitution_id, EMPTY_FORM)


@blueprint.post("/<int:substitution_id>")
def change(substitution_id: int) -> ResponseReturnValue:
    """Let another stand in, or let it end on another day."""
    actor = current_actor()
    actor.require(SECURITY_ADMIN)
    try:
        (ends_on,) = days_of_form("ends_on")
        substitutes.change_substitute(
            actor,
            substitution_id,
            substitute_id=_person("substitute_id", NO_COLLEAGUE),
            ends_on=ends_on,
            reason=request.form.get("reason", ""),
            seen=seen_fields(),
        )
    except substitutes.SubstitutionOver as refusal:  # what was typed goes into the form for a new one
        return _listing(actor, refused_form(refusal), number("unit")), status_of(type(refusal))
    except REFUSALS as refusal:
        return _page(actor, substitution_id, refused_form(refusal), status_of(type(refusal)))
    return _done(_("代理已变更，双方都会收到通知。"))


@blueprint.post("/<int:substitution_id>/revoke")
def revoke(substitution_id: int) -> ResponseReturnValue:
    """End it now."""
    actor = current_actor()
    actor.require(SECURITY_ADMIN)
    substitutes.revoke_substitute(actor, substitution_id)
    return _done(_("代理已结束。"))


def _done(sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("administration_substitutes.listing"))


def _person(field: str, lacking: str) -> int:
    user_id = number(field)
    if not user_id:
        raise InvalidAnswers({field: [lacking]})
    return user_id


def _listing(actor: Actor, form: Form, unit: int | None) -> str:
    lines = standing_in.all_substitutions(actor)
    units = organizations.organizations(actor, active_only=True)
    named = {line.id: line.name for line in units}
    shown = {
        **form,
        "lines": lines,
        "units": [{"value": str(line.id), "label": line.name} for line in units],
        "unit": unit if unit in named else None,
        "unit_name": named.get(unit or 0, ""),
        "staff": _staff(actor, unit) if unit in named else [],
    }
    return render_template("administration/substitutes.html", page=shown)


def _page(actor: Actor, substitution_id: int, form: Form, status: int = 200) -> ResponseReturnValue:
    line = standing_in.one_substitution(actor, substitution_id)
    if line is None:
        flash(translate_refusal(substitutes.SubstitutionOver()), "info")
        return redirect(url_for("administration_substitutes.listing"))
    colleagues = [
        each for each in _staff(actor, line.organization_id) if each["value"] != str(line.absent_id)
    ]
    shown = {**form, "line": line, "staff": colleagues}
    return render_template("administration/substitute.html", page=shown), status


def _staff(actor: Actor, unit: int | None) -> list[dict[str, str]]:
    people = standing_in.staff(actor, unit or 0)
    return [{"value": str(user_id), "label": person} for user_id, person in people]
