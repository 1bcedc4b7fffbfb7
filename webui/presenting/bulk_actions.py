"""The page on which an action is done to several problems at once, as templates take it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _

from engine.casework.bulk import picked_in
from engine.casework.readings.actions import ActionForm
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.problems import ProblemView
from engine.foundation.errors import DomainError, InvalidAnswers
from webui.forms import shown
from webui.language import language, translate_refusal, translate_sentence
from webui.presenting.case_head import head_facts
from webui.presenting.faults import fault_lines
from webui.presenting.legal import legal_basis
from webui.presenting.problems import problem_shown

Shown = dict[str, Any]
Refusals = Mapping[int, DomainError]


def bulk_shown(
    found: ActionForm,
    case: CasePage,
    answers: Mapping[str, Any],
    picked: Collection[int],
    refused: Refusals,
    *,
    nothing: bool,
) -> Shown:
    """The problems that stand so, those that were ticked ticked again, and the form as it was filled in.

    What is wrong with the words is wrong for all of them and said at the form; `nothing`: none was ticked.
    """
    spec, field, locale = found.spec, picked_in(found.spec, found.form), language()
    errors = _of_the_words(refused, field)
    lines = fault_lines(found.form, errors, answers)
    if nothing:
        lines.insert(0, {"field": field, "message": _("请勾选要办理的问题。")})
    offered = set(found.offers.get(field, ()))
    listed = [view for view in case.problems if view.id in offered or view.id in refused]
    hands = spec.requires.get("other_hand", ())
    controls = shown(found.form, answers, errors, found.offers)
    return {
        "title": spec.title.in_(locale),
        "verb": spec.verb.in_(locale),
        "basis": legal_basis(spec.basis, case.facts.rule_pack_id),
        "question": spec.confirm.in_(locale) if spec.confirm else "",
        "case": {"id": case.facts.id, "number": case.facts.number, "title": case.title},
        "facts": head_facts(case),
        "key": spec.key,
        "name": field,
        "errors": lines,
        "nothing": nothing,
        "refused": 0 if errors else len(refused),
        "problems": [
            {
                **problem_shown(view, case),
                "mine": view.id in offered and not view.had_in_hand(hands),
                "picked": view.id in picked,
                "reason": "" if errors else _reason(view, refused, field),
            }
            for view in listed
        ],
        "fields": [each for each in controls if each["spec"]["name"] != field],
    }


def _of_the_words(refused: Refusals, field: str) -> dict[str, Any]:
    """What is wrong with the answers that all have in common."""
    for refusal in refused.values():
        if isinstance(refusal, InvalidAnswers):
            found = {name: faults for name, faults in refusal.errors.items() if name != field}
            if found:
                return found
    return {}


def _reason(view: ProblemView, refused: Refusals, field: str) -> str:
    refusal = refused.get(view.id)
    if isinstance(refusal, InvalidAnswers):
        return "".join(translate_sentence(each) for each in refusal.errors.get(field, ()))
    return translate_refusal(refusal) if refusal else ""
