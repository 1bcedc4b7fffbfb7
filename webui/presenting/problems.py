"""The list of problems and the group of a case as templates take them, each problem with what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casework.problems import SETTLED, WITHDRAWN, amount_written, amounts_together
from engine.casework.readings.actions import Offer
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.problems import ProblemView, StepView
from engine.definitions.words import Words
from models import Attachment
from webui.language import language, moment
from webui.presenting.dues import due_of
from webui.presenting.files import file_lines
from webui.presenting.words import FolderWords, said

Shown = dict[str, Any]
STATUSES = {
    "listed": Words("已列入清单", "Listed"),
    "open": Words("整改中", "To be put right"),
    "reported": Words("待核查", "To be looked at"),
    "verified": Words("待审定销号", "To be struck off"),
    "closed": Words("已销号", "Struck off"),
    "carried": Words("已结转", "Goes along"),
    "withdrawn": Words("已撤下", "Taken off"),
}
KINDS = {"closed": "good", "open": "warn", "reported": "info", "verified": "info"}
STEPS = {
    "listed": Words("列入清单", "Put on the list"),
    "open": Words("交办整改", "Handed over"),
    "reported": Words("报告整改", "Reported as put right"),
    "verified": Words("核查通过", "Found to be put right"),
    "closed": Words("销号", "Struck off"),
    "carried": Words("结转", "Goes along"),
    "withdrawn": Words("从清单中撤下", "Taken off the list"),
}
NOT_ACCEPTED = Words("未通过，退回整改", "Not accepted")
ROLES = {
    "leader": Words("组长", "Leader"),
    "vice_leader": Words("副组长", "Deputy leader"),
    "member": Words("成员", "Member"),
    "invited": Words("邀请的代表", "Deputy invited"),
}
SAID = ("done", "opinion", "reason", "way")  # of an entry, what is read beside a step
PICTURES = "image/"


def problem_parts(page: CasePage, assignment_id: int | None = None) -> list[Shown]:
    """Every problem the reader may see, of one unit's part where one is named."""
    return [
        problem_shown(view, page) for view in page.problems if assignment_id in (None, view.assignment_id)
    ]


def problem_shown(view: ProblemView, page: CasePage) -> Shown:
    """One problem, with what the reader may do about it."""
    settled = view.status in SETTLED
    return {
        "id": view.id,
        "number": view.ordinal,
        "text": view.text,
        "law": view.law,
        "demand": view.demand,
        "amount": _("涉及金额%(amount)s万元", amount=amount_written(view.amount)) if view.amount else "",
        "stated": "" if view.status == WITHDRAWN else view.amount,
        "unit": view.unit,
        "status": said(STATUSES, view.status),
        "kind": KINDS.get(view.status, ""),
        "returned": view.returned,
        "due": None if settled or not view.due_on else due_of(view.due_on, page.facts.congress_id),
        "links": _links(view, page),
        "steps": [_step(each, page.entry_files) for each in view.steps],
    }


def _links(view: ProblemView, page: CasePage) -> list[dict[str, str]]:
    """What the reader may do about this problem now; without `href`, what somebody else has to do."""
    return [
        {
            "label": offer.spec.title.in_(language()),
            "href": ""
            if view.had_in_hand(offer.spec.requires.get("other_hand", ()))
            else _address(offer, page.facts.id, {name: view.id}),
        }
        for offer in page.actions
        if offer.assignment_id in (None, view.assignment_id)
        for name in _picking(offer, view.status, page)
    ]


def _address(offer: Offer, case_id: int, picked: Mapping[str, Any]) -> str:
    part = offer.assignment_id
    return url_for("actions.page", case_id=case_id, key=offer.spec.key, assignment=part, **picked)


def _picking(offer: Offer, status: str, page: CasePage) -> list[str]:
    """The fields of the action's form in which a problem that stands so may be picked."""
    fields = page.folder.forms[offer.spec.form].fields
    return [each.name for each in fields if each.type == "problem" and status in each.role.split(",")]


def about_problems(offer: Offer, page: CasePage) -> bool:
    """Whether the action is offered beside each problem, and need not be offered for the whole case as well."""
    return any(each.type == "problem" for each in page.folder.forms[offer.spec.form].fields)


def _step(view: StepView, files: Mapping[int, Sequence[Attachment]]) -> Shown:
    words = [str(view.answers[name]) for name in SAID if view.answers.get(name)]
    return {
        "title": NOT_ACCEPTED.in_(language()) if view.returned else said(STEPS, view.status),
        "returned": view.returned,
        "by": view.by or "",
        "at": moment(view.at),
        "words": words,
        **files_apart(files.get(view.entry_id or 0, ())),
    }


def files_apart(attachments: Sequence[Attachment]) -> dict[str, list[dict[str, str]]]:
    """Pictures, which are shown, and other files, which are named."""
    pictures = [each for each in attachments if each.media_type.startswith(PICTURES)]
    return {
        "pictures": file_lines(pictures),
        "files": file_lines(each for each in attachments if each not in pictures),
    }


def bulk_lines(page: CasePage, assignment_id: int | None = None) -> list[dict[str, str]]:
    """What the reader may do to several problems at once: only where there are two of them to do it to."""
    own = [view for view in page.problems if assignment_id in (None, view.assignment_id)]
    lines = []
    for offer in page.actions:
        hands = offer.spec.requires.get("other_hand", ())
        at_hand = [view for view in own if offer.spec.bulk and _picking(offer, view.status, page)]
        if sum(not view.had_in_hand(hands) for view in at_hand) > 1:
            href = url_for("actions_bulk.page", case_id=page.facts.id, key=offer.spec.key)
            title = offer.spec.title.in_(language())
            lines.append({"label": _("%(action)s（批量）", action=title), "href": href})
    return lines


def problem_count(parts: Sequence[Shown]) -> str:
    """How far the list has come, and what it is about in money, in one line."""
    done = sum(part["kind"] == "good" for part in parts)
    count = str(_("共%(all)s项，已销号%(done)s项", all=len(parts), done=done))
    amount = amounts_together(part["stated"] for part in parts)
    return count + str(_("，涉及金额共%(amount)s万元", amount=amount_written(amount)) if amount else "")


def group_lines(page: CasePage) -> list[dict[str, str]]:
    """Who belongs to the group, and as what."""
    own = FolderWords(page.folder).own
    return [
        {"name": each.name, "role": own(f"group_{each.role}", said(ROLES, each.role))} for each in page.group
    ]
