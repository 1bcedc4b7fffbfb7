"""The right side of the assignment desk: the text with what is known of it, and the form of its task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from engine.casework.access import Desk
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.desk import promises, wished_units
from engine.definitions.catalogue import definition
from engine.definitions.folder import TaskSpec
from engine.foundation.errors import DomainError, InvalidAnswers
from engine.statistics.forecast import outlooks_of
from webui.addresses import case_address
from webui.forms import shown
from webui.language import day, language
from webui.presenting.clocks import explained
from webui.presenting.faults import refusal_lines
from webui.presenting.files import file_lines
from webui.presenting.forecasts import load_in_words
from webui.presenting.handling import decision_parts
from webui.presenting.legal import legal_basis
from webui.presenting.letters import evaluation_in_words, letter_of_case, reply_letter
from webui.presenting.words import ASSIGNMENTS, UNIT_ROLES, FolderWords, said
from webui.words.counting import length_in_words

Part = dict[str, Any]


def text_part(reading: CasePage, desk: Desk | None = None) -> Part:
    """The text of a case, who stands behind it, and what was said of it so far."""
    return {
        "number": reading.case.number or _("未编号"),
        "title": reading.title,
        "href": case_address(reading.facts.id),
        "facts": _facts(reading),
        "letter": letter_of_case(reading),
        "files": file_lines(reading.attachments),
        "opinions": decision_parts(reading.decisions, FolderWords(reading.folder), insider=True),
        "rounds": _rounds(reading, desk) if desk is not None else [],
    }


def assigned_part(reading: CasePage) -> Part:
    """A case that has been handed over, with its units."""
    units = [
        {
            "label": _("%(unit)s（%(role)s）", unit=unit.name, role=said(UNIT_ROLES, unit.assignment.role)),
            "value": said(ASSIGNMENTS, unit.assignment.status),
        }
        for unit in reading.units
    ]
    return text_part(reading) | {"units": units}


def _facts(reading: CasePage) -> list[Part]:
    agreed = sum(each.status == "confirmed" for each in reading.cosigners)
    lead = reading.lead.name if reading.lead else "—"
    if reading.delegation:
        lead = _("%(name)s（%(place)s）", name=lead, place=reading.delegation)
    facts = [{"label": _("领衔"), "value": lead}]
    if agreed:
        facts.append({"label": _("联名"), "value": ngettext("%(num)s 人", "%(num)s 人", agreed)})
    category = reading.folder.categories.get(reading.facts.category or "")
    if category:
        facts.append({"label": _("类别"), "value": category.in_(language())})
    if reading.facts.submitted_at:
        facts.append({"label": _("提交日期"), "value": day(reading.facts.submitted_at)})
    return facts


def _rounds(reading: CasePage, desk: Desk) -> list[Part]:
    """The signed replies of the task's unit with what the deputy said of each."""
    found = []
    for unit in reading.units:
        if unit.assignment.id != desk.task.assignment_id:
            continue
        for view in unit.replies:
            if view.reply.signed_at is not None:
                given = evaluation_in_words(view.evaluation, reading.folder)
                found.append({"reply": reply_letter(unit, view, reading), "given": given})
    return found


def form_part(
    desk: Desk,
    spec: TaskSpec,
    answers: Mapping[str, Any],
    offers: Mapping[str, Mapping[int, str]],
    refusal: DomainError | None,
) -> Part:
    """The form of the task with what was typed, what is wrong with it, and what would be due."""
    form = definition(desk.case.definition_id).forms[spec.form]
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    fields = shown(form, answers, errors, offers)
    for item in fields:
        if item["spec"]["type"] == "unit_plan":
            _put_wished_first(item, desk)
            _say_the_load(item, desk)
    return {
        "task_title": spec.title.in_(language()),
        "basis": legal_basis(spec.basis, desk.case.rule_pack_id),
        "verb": spec.verb.in_(language()),
        "fields": fields,
        "errors": refusal_lines(form, refusal, answers),
        "revision": desk.task.revision,
        "question": _question(spec, desk),
        "promises": _promises(desk) if spec.act == "assign_units" else [],
    }


def _put_wished_first(item: Part, desk: Desk) -> None:
    """Let the units that the deputy named stand first and say so."""
    wished = {str(unit) for unit in wished_units(desk.case.id, desk.case.text_version)}
    for unit in item["units"]:
        if unit["value"] in wished:
            unit["why"] = _("代表希望")


def _say_the_load(item: Part, desk: Desk) -> None:
    """Let every unit say what it has before it, so that work can be balanced."""
    found = outlooks_of(desk.case.congress_id, [int(unit["value"]) for unit in item["units"]])
    for unit in item["units"]:
        outlook = found.get(int(unit["value"]))
        unit["load"] = load_in_words(outlook) if outlook else ""


def _question(spec: TaskSpec, desk: Desk) -> str:
    if spec.confirm is not None:
        return spec.confirm.in_(language())
    return _("“%(title)s”：确定%(verb)s吗？", title=desk.case.title, verb=spec.verb.in_(language()))


def _promises(desk: Desk) -> list[Part]:
    return [
        {
            "name": each.spec.title.in_(language()),
            "length": length_in_words(each.deadline.length, language()),
            "due_on": each.deadline.due,
            "provisional": each.deadline.provisional,
            "counted": explained(each.deadline),
        }
        for each in promises(desk.case)
    ]
