"""Actions as templates take them: what may be done now, and the form for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casework.choices import unit_names
from engine.casework.readings.actions import ActionForm, Offer, RequestView
from engine.casework.readings.case_page import CasePage
from engine.definitions.folder import ActionSpec, TaskSpec
from engine.definitions.forms import Field
from engine.foundation.errors import DomainError, InvalidAnswers
from webui.forms import FILES, shown
from webui.language import language, moment, translate_refusal
from webui.presenting.case_head import head_facts
from webui.presenting.faults import fault_lines
from webui.presenting.handling import signed_replies
from webui.presenting.legal import legal_basis
from webui.presenting.on_record import entry_parts
from webui.presenting.picked import names_in
from webui.presenting.words import OUTCOMES, FolderWords, by_whom, listed, said

Shown = dict[str, Any]
SIGNING = "sign_reply"  # the act that gives a reply out of the unit's hand
OF_KEY_SUPERVISION = frozenset({"propose_key", "decide_key", "plan_key", "report_key"})  # acts


def action_lines(offers: Sequence[Offer], case_id: int, rule_pack_id: int) -> list[Shown]:
    """Links to what the actor may do to the case now, each with its legal basis."""
    lines: dict[str, Shown] = {}
    for offer in offers:
        spec = offer.spec
        href = url_for("actions.page", case_id=case_id, key=spec.key, assignment=offer.assignment_id)
        line = {
            "label": spec.title.in_(language()),
            "basis": legal_basis(spec.basis, rule_pack_id),
            "links": [],
            "first": spec.at == "group",  # what one came to the place for
        }
        lines.setdefault(spec.key, line)["links"].append({"href": href, "unit": offer.unit})
    return list(lines.values())


def action_shown(
    found: ActionForm,
    case: CasePage,
    answers: Mapping[str, Any],
    sending: str,
    refusal: DomainError | None,
) -> Shown:
    """The page of one action with its form as filled in so far."""
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    locale = language()
    unit = next(
        (each.name for each in case.units if found.assignment and each.assignment.id == found.assignment.id),
        "",
    )
    return {
        "title": found.spec.title.in_(locale),
        "verb": found.spec.verb.in_(locale),
        "basis": legal_basis(found.spec.basis, case.facts.rule_pack_id),
        "first": read_first(found, case),
        "question": found.spec.confirm.in_(locale) if found.spec.confirm else "",
        "unit": unit,
        "case": {"id": case.facts.id, "number": case.facts.number, "title": case.title},
        "facts": head_facts(case),
        "assignment": found.assignment.id if found.assignment else None,
        "key": found.spec.key,
        "sending": sending,
        "errors": fault_lines(found.form, errors, answers),
        "refused": translate_refusal(refusal) if refusal and not errors else "",
        "fields": shown(found.form, answers, errors, found.offers),
        "takes_files": any(each.type == FILES for each in found.form.fields),
    }


def read_first(found: ActionForm, case: CasePage) -> Shown:
    """What one must have read to do the action: what is asked, replies, what steps put on record."""
    steps = found.folder.tasks
    acts = {steps[name].act for name in found.spec.reads if name in steps}
    return {
        "requests": _waiting(case, [each for each in case.requests if each.key in found.spec.reads]),
        "replies": signed_replies(case, FolderWords(found.folder)) if SIGNING in acts else [],
        "entries": entry_parts(case, found.spec.reads),
    }


def request_parts(page: CasePage) -> list[Shown]:
    """What was requested or done of somebody's own accord, the latest first, with every answer under its label."""
    names = {unit.assignment.id: unit.name for unit in page.units}
    kept = {each.node for each in page.entries}  # what was put on record is read there
    kept |= {
        each.key for each, _spec in key_steps(page)
    }  # and what key supervision consists of, under its heading
    return [_request(each, page, names) for each in reversed(page.requests) if each.key not in kept]


def key_steps(page: CasePage) -> list[tuple[RequestView, ActionSpec]]:
    """The steps of key supervision that were done, in order; none where the case was never proposed."""
    if page.facts.key_status is None:
        return []
    steps = [(each, page.folder.actions.get(each.key)) for each in page.requests]
    return [(each, spec) for each, spec in steps if spec is not None and spec.act in OF_KEY_SUPERVISION]


def pending_parts(page: CasePage, assignment_id: int | None) -> list[Shown]:
    """The requests that wait for a decision, of one assignment or of the case: what a deciding person reads."""
    return _waiting(page, [each for each in page.requests if assignment_id in (None, each.assignment_id)])


def _waiting(page: CasePage, requests: Sequence[RequestView]) -> list[Shown]:
    names = {unit.assignment.id: unit.name for unit in page.units}
    return [_request(each, page, names) for each in requests if each.settled_at is None]


def answers_to_count(page: CasePage, spec: TaskSpec) -> list[Shown]:
    """What people have answered that the step counts (`answers`), since it was last taken."""
    names = {unit.assignment.id: unit.name for unit in page.units}
    counted = [each.at for each in page.entries if each.node == spec.node]
    given = [each for each in page.requests if each.key == spec.requires.get("answers")]
    return [_request(each, page, names) for each in given if not counted or each.at > max(counted)]


def _request(view: RequestView, page: CasePage, names: Mapping[int, str]) -> Shown:
    spec = page.folder.actions.get(view.key)
    form = page.folder.forms[spec.form] if spec else None
    picked = names_in(page)
    return {
        "title": spec.title.in_(language()) if spec else view.key,
        "unit": names.get(view.assignment_id or 0, ""),
        "by": by_whom(view.by),
        "at": moment(view.at),
        "outcome": _outcome(view),
        "waiting": view.settled_at is None,
        "facts": [
            {"label": field.label.in_(language()), "value": text}
            for field in (form.fields if form else ())
            if field.type != FILES and (text := _answer(field, view.answers.get(field.name), picked))
        ],
    }


def _outcome(view: RequestView) -> str:
    if view.settled_at is None:
        return _("等待决定")
    return said(OUTCOMES, view.outcome) if view.outcome in OUTCOMES else ""


def _answer(field: Field, value: Any, picked: Mapping[str, Mapping[int, str]]) -> str:
    if value in (None, "", [], False):
        return ""
    chosen = {each.value: each.label.in_(language()) for each in field.choices}
    if field.type in picked:
        several = value if isinstance(value, list) else [value]
        return listed(name for each in several if (name := picked[field.type].get(each)))
    if field.type in ("unit", "units_wish"):
        ids = value if isinstance(value, list) else [value]
        return listed(unit_names(ids))
    if isinstance(value, list):
        return listed([chosen.get(str(each), str(each)) for each in value])
    if value is True:
        return _("是")
    return chosen.get(str(value), str(value))
