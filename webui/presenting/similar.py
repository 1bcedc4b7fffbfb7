"""What came before, as templates take it: similar earlier cases, and suggested units with their grounds in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.casework.acts.merging import taking_in
from engine.casework.facts import AssignmentFacts, CaseFacts, TaskFacts
from engine.casework.readings.actions import may_now
from engine.definitions.catalogue import definition
from engine.definitions.folder import ActionSpec, Folder
from engine.definitions.forms import Field, Form
from engine.foundation.actor import Actor
from engine.similarity.readings import EarlierCase, GroundedUnit, Promise, similar_to, units_for
from engine.similarity.topics import Topic, Waiting
from webui.addresses import case_address, here
from webui.language import day
from webui.presenting.legal import legal_basis
from webui.presenting.rows import stage_title
from webui.presenting.words import FolderWords, listed

Shown = dict[str, Any]
NAMED = 3  # cases that a ground names
# What is done with a text before a unit has it: there it matters what came before.
LOOKED_BACK_AT = ("propose_intake", "confirm_intake")


def beside_task(actor: Actor, case: CaseFacts, task: TaskFacts, part: AssignmentFacts | None) -> Shown:
    """What stands beside the form of a task: similar cases, and suggested units where units are chosen.

    Who helps is another question than who answers: for a co-handling unit's part no other unit is suggested.
    """
    folder = definition(case.definition_id)
    spec = folder.tasks[task.node]
    form = folder.forms[spec.form]
    assigns = unit_field(form) is not None and (part is None or part.role != "co")
    if not task.open or not (assigns or spec.act in LOOKED_BACK_AT):
        return {"similar": [], "suggested": [], "likely": 0}
    suggested = units_for(actor, case) if assigns else []
    cases = similar_to(actor, case)
    return {
        "similar": similar_lines(
            cases, _ways_in(actor, case, folder, cases), merges=_merges(actor, folder) is not None
        ),
        "likely": sum(each.likely_same for each in cases),
        "suggested": [_unit_line(each, folder) for each in suggested],
        "take_unit": url_for("similar.take_unit", task_id=task.id, next=here()),
    }


def unit_field(form: Form) -> Field | None:
    """The field in which units are planned, or one unit is chosen; None where the form has none."""
    return next((field for field in form.fields if field.type in ("unit_plan", "unit")), None)


def _ways_in(actor: Actor, case: CaseFacts, folder: Folder, cases: Sequence[EarlierCase]) -> dict[int, str]:
    """Similar case → where this one is merged into it, as far as the actor may do that now."""
    spec = _merges(actor, folder)
    if spec is None or not cases or not may_now(actor, case, spec):
        return {}
    field = next((each.name for each in folder.forms[spec.form].fields if each.type == "case_number"), "")
    found = taking_in(actor, case, [each.case_id for each in cases])
    where = url_for("actions.page", case_id=case.id, key=spec.key)
    return {id_: f"{where}?{urlencode({field: number})}" for id_, number in found.items()}


def _merges(actor: Actor, folder: Folder) -> ActionSpec | None:
    """How a case of this kind joins another, if that is for one of the actor's roles to do."""
    specs = (each for each in folder.actions.values() if each.act == "merge")
    return next((each for each in specs if actor.roles.intersection(each.roles)), None)


def topics_shown(found: Sequence[Topic]) -> list[Shown]:
    """Groups of waiting cases, the one that the others would join first, with the article that joining rests on."""
    return [
        {
            "key": topic.cases[0].case_id,
            "main": _waiting_line(topic.cases[0], topic),
            "others": [_waiting_line(each, topic) for each in topic.cases[1:]],
            "phrases": listed(topic.phrases),
            "basis": legal_basis(topic.basis, topic.rule_pack_id)
            if any(each.joins for each in topic.cases)
            else None,
        }
        for topic in found
    ]


def _waiting_line(case: Waiting, topic: Topic) -> Shown:
    join = ""
    if case.joins:
        where = url_for("actions.page", case_id=case.case_id, key=case.joins)
        join = f"{where}?{urlencode({topic.form: topic.cases[0].number})}"
    return {
        "number": case.number or "",
        "title": case.title,
        "lead": case.lead or "",
        "href": case_address(case.case_id),
        "join_href": join,
    }


def similar_lines(
    cases: Sequence[EarlierCase], ways_in: Mapping[int, str] | None = None, *, merges: bool = False
) -> list[Shown]:
    """The similar cases, those that are likely the same marked, with the way to merge into them where there is one;
    that two might be handled as one is said to a reader who merges."""
    return [
        {**_line(case, merges=merges), "join_href": (ways_in or {}).get(case.case_id, "")} for case in cases
    ]


def _line(case: EarlierCase, *, merges: bool) -> Shown:
    folder = definition(case.definition_id)
    marks = []
    if case.likely_same:
        marks.append({"text": _("很可能是同一件事"), "kind": "warn"})
    if case.pending and merges:
        marks.append({"text": _("可以并案"), "kind": "info"})
    if any(promise.state == "overdue" for promise in case.promises):
        marks.append({"text": _("承诺逾期未兑现"), "kind": "key"})
    return {
        "number": case.number or "",
        "year": _("%(year)s年", year=case.year) if case.year else "",
        "title": case.title,
        "href": case_address(case.case_id) if case.in_full else "",
        "marks": marks,
        "outcome": _outcome(case, folder),
        "promises": [_promise(each) for each in case.promises],
        "shared": listed(case.shared),
    }


def _outcome(case: EarlierCase, folder: Folder) -> str:
    """How it ended, or how far it has come, and with whom."""
    words = FolderWords(folder)
    if case.status == "declined":
        said = _("不予受理")
        why = case.decline_reason
        return f"{said}{_('：')}{words.of('reason_code', why)}" if why else said
    units = listed(
        _("%(unit)s（%(role)s）", unit=unit.name, role=words.of("role", unit.role))
        for unit in case.units
        if unit.status != "returned"
    )
    if case.grades:
        grades = listed(words.of("grade", grade) for grade in case.grades)
        return _("%(units)s已答复，%(grades)s", units=units, grades=grades)
    stage = stage_title(folder, case.stage)
    return _("%(units)s，现在%(stage)s", units=units, stage=stage) if units else stage


def _promise(promise: Promise) -> Shown:
    states = {
        "kept": (_("已兑现"), "good"),
        "open": (_("推进中"), "info"),
        "overdue": (_("逾期未兑现"), "key"),
        "ended": (_("已调整"), ""),
    }
    text, kind = states.get(promise.state, ("", ""))
    due = _("应于%(day)s前兑现", day=day(promise.due_on)) if promise.due_on else ""
    return {"text": promise.text, "due": due, "state": text, "kind": kind}


def _unit_line(each: GroundedUnit, folder: Folder) -> Shown:
    unit = each.unit
    links = [{"href": case_address(id_), "text": name} for id_, name in list(each.cases.items())[:NAMED]]
    return {"value": unit.unit_id, "name": unit.name, "grounds": _grounds(each), "links": links}


def _grounds(each: GroundedUnit) -> list[str]:
    """The sentences that speak for a unit, and what speaks against it."""
    unit, sentences = each.unit, []
    if unit.handled:
        number = len(unit.handled)
        values = {"unit": unit.name, "case": next(iter(each.cases.values()), "")}
        sentences.append(
            ngettext(
                "与%(case)s相似，那一件由%(unit)s主办。",
                "与%(case)s等 %(num)s 件相似的建议由%(unit)s主办。",
                number,
                **values,
            )
        )
    for other, number in unit.took_over.items():
        sentences.append(
            ngettext(
                "其中 %(num)s 件曾由%(other)s退回改交。",
                "其中 %(num)s 件曾由%(other)s退回改交。",
                number,
                other=other,
            )
        )
    if unit.returned:
        number = len(unit.returned)
        sentences.append(
            ngettext("但有 %(num)s 件相似的曾由它退回。", "但有 %(num)s 件相似的曾由它退回。", number)
        )
    if unit.duties:
        sentences.append(_("文中提到它的职责：%(duties)s。", duties=listed(unit.duties)))
    if unit.handled and unit.handled[0].shared:
        sentences.append(_("相同的词：%(words)s。", words=listed(unit.handled[0].shared)))
    return sentences
