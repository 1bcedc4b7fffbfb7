"""A unit's part in a case as one reads it: contacts, co-opinions, replies ask by ask, reviews, evaluations."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from engine.casework.facts import TaskFacts
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.case_units import ReplyView, UnitView
from engine.foundation import clock
from models import ContactRecord, CoOpinion, Decision, Evaluation, ReplyReview
from webui.presenting.letters import reply_letter
from webui.presenting.votes import evaluated_on
from webui.presenting.words import ASSIGNMENTS, OUTCOMES, SATISFACTION, FolderWords, said

Part = dict[str, Any]


def unit_part(unit: UnitView, page: CasePage, words: FolderWords) -> Part:
    """Everything a unit did, its latest reply first."""
    assignment = unit.assignment
    return {
        "id": assignment.id,
        "name": unit.name,
        "role": words.unit_role(assignment.role),
        "contacted": "contact" in page.folder.forms,
        "over": assignment.closed_at is not None,
        "reply_word": words.own("reply", _("答复")),
        "answers": _has(page, "draft_reply"),
        "status": said(ASSIGNMENTS, _standing(page, assignment.status)),
        "round": assignment.round,
        "scope": assignment.scope,
        "instruction": assignment.instruction,
        "officer": unit.officer,
        "assigned_on": assignment.assigned_at,
        "signed_for_on": assignment.signed_for_at,
        "contacts": [_contact(contact, words) for contact in unit.contacts],
        "opinions": [_opinion(opinion, words) for opinion in unit.co_opinions],
        "replies": [_reply(unit, view, page, words) for view in reversed(unit.replies)],
    }


def _has(page: CasePage, act: str) -> bool:
    """Whether this kind of work has a step that does this."""
    return any(spec.act == act for spec in page.folder.tasks.values())


def _standing(page: CasePage, status: str) -> str:
    """How the part stands; where no unit signs for its part, it is at work on it from the first day."""
    return "signed_for" if status == "assigned" and not _has(page, "sign_for") else status


def signed_replies(page: CasePage, words: FolderWords) -> list[Part]:
    """The replies that the units have given, the latest first; how each was agreed upon within its unit is left out."""
    given = [(unit, view) for unit in page.units for view in unit.replies if view.reply.signed_at]
    given.sort(key=lambda each: each[1].reply.id, reverse=True)
    return [{**_reply(unit, view, page, words), "reviews": []} for unit, view in given]


def co_opinions(page: CasePage, units: list[UnitView], words: FolderWords) -> list[Part]:
    """What the co-handling units said, or that they have not, and whether their time is over."""
    late = {view.assignment_id for view in page.clocks if view.running and view.due_on < clock.today()}
    return [
        {
            "name": unit.name,
            "opinions": [_opinion(opinion, words) for opinion in unit.co_opinions],
            "late": unit.assignment.id in late,
        }
        for unit in units
        if unit.assignment.role == "co" and unit.assignment.status != "returned"
    ]


def decision_parts(
    decisions: list[Decision],
    words: FolderWords,
    *,
    insider: bool,
    task: TaskFacts | None = None,
    told: Collection[str] = (),
) -> list[Part]:
    """The decisions of the congress, for a unit's task those on that unit's part; kinds that are `told` already not.

    Everybody sees those in force, the congress's offices also what is only proposed.
    """
    unit = task.assignment_id if task else None
    return [
        _decision(decision, words)
        for decision in decisions
        if (insider or decision.confirmed_at) and unit in (None, decision.assignment_id)
        if decision.kind not in told
    ]


def told_by_entries(page: CasePage) -> frozenset[str]:
    """The kinds of decision that the reader finds among the entries, with who decided and why."""
    nodes = {entry.node for entry in page.entries}
    specs = (spec for spec in page.folder.tasks.values() if spec.node in nodes)
    return frozenset(str(spec.requires["kind"]) for spec in specs if spec.requires.get("entry"))


def _decision(decision: Decision, words: FolderWords) -> Part:
    state = "refused" if decision.refused_at else "confirmed" if decision.confirmed_at else "proposed"
    return {
        "result": _result(decision, words),
        "reason": words.of("reason_code", decision.reason_code) if decision.reason_code else "",
        "explanation": decision.explanation,
        "at": decision.confirmed_at or decision.proposed_at,
        "state": state,
        "reviewed": decision.kind == "intake",
    }


def _result(decision: Decision, words: FolderWords) -> str:
    if decision.result in OUTCOMES:
        return said(OUTCOMES, decision.result)
    if decision.kind == "redo":
        return words.of("decision", decision.result)
    return words.decision(decision.kind, decision.result)


def _contact(contact: ContactRecord, words: FolderWords) -> Part:
    return {
        "on": contact.held_on,
        "method": words.of("method", contact.method),
        "persons": contact.persons,
        "place": contact.place,
        "summary": contact.summary,
        "round": contact.round,
    }


def _opinion(opinion: CoOpinion, words: FolderWords) -> Part:
    return {
        "position": words.of("position", opinion.position),
        "text": opinion.text,
        "at": opinion.given_at,
        "round": opinion.round,
    }


def _reply(unit: UnitView, view: ReplyView, page: CasePage, words: FolderWords) -> Part:
    reply = view.reply
    return {
        **reply_letter(unit, view, page),
        "version": reply.version,
        "signed": reply.signed_at is not None,
        "drafted_at": reply.drafted_at,
        "drafted_by": view.names.get(reply.drafted_by or 0, ""),
        "signed_by": view.names.get(reply.signed_by or 0, ""),
        "publicity": words.of("publicity", reply.publicity),
        "publicity_reason": reply.publicity_reason,
        "reviews": [_review(review, view, words) for review in view.reviews],
        "evaluation": _evaluation(view.evaluation, page, words) if view.evaluation else None,
    }


def _review(review: ReplyReview, view: ReplyView, words: FolderWords) -> Part:
    return {
        "step": words.task(review.step),
        "decision": words.of("decision", review.decision),
        "returned": review.decision == "returned",
        "opinion": review.opinion,
        "by": view.names.get(review.reviewed_by or 0, ""),
        "at": review.reviewed_at,
    }


def _evaluation(evaluation: Evaluation, page: CasePage, words: FolderWords) -> Part:
    return {
        "attitude": words.of("attitude", evaluation.attitude) if evaluation.attitude else "",
        "title": words.own("evaluation", _("代表测评")),
        "result": said(SATISFACTION, evaluation.result)
        if evaluation.channel == "vote"
        else words.of("result", evaluation.result),
        "reasons": evaluation.reasons,
        "at": evaluated_on(page, evaluation.id) or evaluation.given_at,
        "bad": "dissatisfied" in (evaluation.attitude, evaluation.result),
    }
