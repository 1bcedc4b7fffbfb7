"""The page of a task as its template takes it: the form, and beside it what one must know to fill it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casework.access import is_free
from engine.casework.acts.reply_soundness import FIELD
from engine.casework.readings.findings import findings_of_page
from engine.casework.readings.task_page import TaskPage
from engine.casework.visibility import OVERSEEING
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers
from webui.forms import FILES, shown
from webui.language import language, moment, translate_refusal
from webui.presenting.actions import answers_to_count, pending_parts
from webui.presenting.case_head import head_facts
from webui.presenting.chains import chain_parts
from webui.presenting.clocks import clock_cards
from webui.presenting.dues import due_of
from webui.presenting.faults import fault_lines
from webui.presenting.files import file_lines
from webui.presenting.handling import co_opinions, decision_parts, told_by_entries, unit_part
from webui.presenting.legal import legal_basis, step_bases
from webui.presenting.letters import letter_of_case
from webui.presenting.matters import matters_shown
from webui.presenting.on_record import entry_parts, meeting_lines
from webui.presenting.problems import bulk_lines, problem_count, problem_parts
from webui.presenting.related import joint_reply_part
from webui.presenting.similar import beside_task
from webui.presenting.standstill import standstill_said
from webui.presenting.windows import windows_shown
from webui.presenting.words import FolderWords, by_whom
from webui.windows import hour

Shown = dict[str, Any]
LARGE = ("ask_answers", "unit_plan", "rows", "commitments")
TALL = 8  # rows of a text area that wants the width of the page


def task_shown(
    page: TaskPage,
    actor: Actor,
    answers: Mapping[str, Any],
    refusal: DomainError | None = None,
    *,
    sent: Mapping[str, Any],
) -> Shown:
    """Everything the template shows; `answers` are what the form shows as filled in, `sent` the form it answers."""
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    other = refusal is not None and not isinstance(refusal, InvalidAnswers)
    locale = language()
    offers: dict[str, Any] = {
        **page.offers,
        FIELD: {view.key: view for view in findings_of_page(page, answers)},
    }
    return {
        "id": page.task.id,
        "title": page.spec.title.in_(locale),
        "verb": page.spec.verb.in_(locale),
        "basis": legal_basis(page.spec.basis, page.case.facts.rule_pack_id),
        "revision": page.task.revision,
        "open": page.task.open,
        "held_by": _held_by(page, actor),
        "mine": page.task.assignee_id == actor.user_id,
        "personal": page.task.user_id is not None,
        "closed": _closed(page),
        "saved_at": hour(page.draft.saved_at) if page.draft else "",
        "windows": windows_shown(page.draft, page.form, answers, page.offers, sent),
        "errors": fault_lines(page.form, errors, answers),
        "refused": translate_refusal(refusal) if refusal and other else "",
        "fields": shown(page.form, answers, errors, offers),
        "takes_files": any(each.type == FILES for each in page.form.fields),
        "wide": any(each.type in LARGE or each.rows >= TALL for each in page.form.fields),
        "standstill": standstill_said(page.case.standstill),
        "due": due_of(page.due_on, page.case.facts.congress_id),
        "due_on": page.due_on,
        "opened_at": page.opened_at,
        "sent_by": by_whom(page.sent_by),
        "round": page.task.round,
        "colleagues": [{"value": str(id_), "label": name} for id_, name in page.colleagues.items()],
        "contact_href": _contact_href(page),
        "contact_basis": step_bases("contact", page.folder, page.case.facts.rule_pack_id)["record_contact"],
        "needs_contact": page.needs_contact,
        "matters": matters_shown(actor, page.case.facts.id),
        **_around(page, actor),
        **beside_task(actor, page.case.facts, page.task, page.assignment),
    }


def _held_by(page: TaskPage, actor: Actor) -> str:
    """Who else has taken the task."""
    if is_free(actor, page.task):
        return ""
    return page.assignee or ""


def _closed(page: TaskPage) -> str:
    if page.task.open:
        return ""
    if page.task.outcome != "completed" or page.task.closed_at is None:
        return _("这件工作已随案件流转而收回，无需再办。")
    return _("%(who)s已于%(when)s办完这一步。", who=page.closed_by, when=moment(page.task.closed_at))


def _contact_href(page: TaskPage) -> str:
    if "contact" not in page.folder.forms or not page.case.contact_unit or not page.task.open:
        return ""
    return url_for("contacts.page", case_id=page.case.facts.id, task=page.task.id)


def _around(page: TaskPage, actor: Actor) -> Shown:
    """The case around the task."""
    case, words = page.case, FolderWords(page.folder)
    names = {unit.assignment.id: unit.name for unit in case.units}
    mine = [
        view
        for view in case.clocks
        if view.key in page.spec.clocks and view.assignment_id in (None, page.task.assignment_id)
    ]
    insider = bool(actor.roles & OVERSEEING)
    unit = unit_part(page.unit, case, words) if page.unit else None
    problems = problem_parts(case, page.task.assignment_id)
    running, __ = clock_cards(mine, page.folder, case.facts.rule_pack_id, names)
    return {
        "case": {
            "href": url_for("cases.page", case_id=case.facts.id),
            "number": case.facts.number,
            "title": case.title,
            "facts": head_facts(case),
        },
        "clocks": running[:1],
        "joint": joint_reply_part(case, words),
        "requests": [*pending_parts(case, page.task.assignment_id), *answers_to_count(case, page.spec)],
        "entries": entry_parts(case),
        "problems": problems,
        "problem_count": problem_count(problems),
        "bulk_actions": bulk_lines(case, page.task.assignment_id),
        "meetings": meeting_lines(case.agenda, actor),
        "chains": chain_parts(case, words, page.task.assignment_id) if page.task.assignment_id else [],
        "letter": letter_of_case(case),
        "files": file_lines(case.attachments),
        "unit": unit,
        "returned": _returned(unit) or _sent_back(page),
        "co": co_opinions(case, page.others, words)
        if page.unit and page.unit.assignment.role == "lead"
        else [],
        "decisions": decision_parts(
            case.decisions, words, insider=insider, task=page.task, told=told_by_entries(case)
        ),
    }


def _sent_back(page: TaskPage) -> Shown | None:
    """The decision that sent the work back into this step, if that is what opened it."""
    last = next(reversed(page.case.entries), None)
    if last is None or last.spec is None or last.answers.get("decision") != "returned":
        return None
    if last.at > page.opened_at or (last.unit and page.unit and last.unit != page.unit.name):
        return None
    prose = [each.name for each in page.folder.forms[last.spec.form].fields if each.type == "textarea"]
    reason = next((str(last.answers[name]) for name in prose if last.answers.get(name)), "")
    return {"by": last.by or "", "opinion": reason} if reason else None


def _returned(unit: Shown | None) -> Shown | None:
    """The review that sent the latest version back, if that is how things stand."""
    latest = next(iter(unit["replies"]), None) if unit else None
    if latest is None or latest["signed"] or not latest["reviews"]:
        return None
    last: Shown = latest["reviews"][-1]
    return last if last["returned"] else None
