"""A case as the templates read it: plain Chinese words, taken from what the case page may show this person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.choices import units
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.case_units import ReplyView, UnitView
from engine.definitions.forms import Field
from engine.documents.words import ROLES, STATUSES, FolderTerms, day, listed, moment, paragraphs
from engine.foundation import clock
from engine.foundation.actor import Actor
from models import Congress, Deputy, Organization, db

Data = dict[str, Any]
PROSE = ("textarea",)
ASKED = {"lead": "主办单位", "co": "会办单位", "separate": "分办单位"}


def general(actor: Actor, title: str, basis: str) -> Data:
    """What every document knows: the congress, its office, who prints and when."""
    congress = db.session.get_one(Congress, actor.congress_id)
    now = clock.now()
    return {
        "document": {"title": title, "basis": basis},
        "congress": {
            "name": congress.name,
            "short_name": congress.short_name,
            "office": _office(actor.congress_id) or congress.name,
            "phone": congress.contact_phone,
            "address": congress.postal_address,
            "postal_code": congress.postal_code,
            "contact": _contact(congress),
        },
        "printed": {"on": day(now), "at": moment(now), "by": actor.name},
    }


def _contact(congress: Congress) -> str:
    """The words under a letter that say how its sender is reached; room is left for a telephone that is not known."""
    parts = [f"联系电话：{congress.contact_phone}"]
    if congress.postal_address:
        parts.append(f"地址：{congress.postal_address}")
        parts += [f"邮编：{congress.postal_code}"] if congress.postal_code else []
    return "；".join(parts)


def _office(congress_id: int) -> str:
    """The organ that receives and assigns: the first of the congress's own offices."""
    kinds = ("deputies_committee", "congress_office", "committee")
    rows = db.session.execute(
        sa.select(Organization.kind, Organization.name)
        .where(Organization.congress_id == congress_id, Organization.kind.in_(kinds), Organization.active)
        .order_by(Organization.position, Organization.id)
    ).all()
    found = sorted(rows, key=lambda row: kinds.index(row.kind))
    return found[0].name if found else ""


def of_case(page: CasePage) -> Data:
    """The case itself: `case`, `text`, `lead`, `cosigners`, `units`."""
    terms = FolderTerms(page.folder)
    return {
        "case": _case(page, terms),
        "text": _text(page),
        "lead": _lead(page),
        "cosigners": _cosigners(page),
        "units": [of_unit(unit, page) for unit in _at_work(page)],
    }


def _case(page: CasePage, terms: FolderTerms) -> Data:
    case, confirmed = page.case, sum(each.status == "confirmed" for each in page.cosigners)
    named = {
        role: listed([unit.name for unit in _at_work(page) if unit.assignment.role == role]) for role in ROLES
    }
    return {
        "number": case.number or "",
        "title": page.title,
        "about": page.title.removeprefix("关于"),  # for titles that say «关于…的报告»
        "kind": page.folder.title.zh,
        "meeting": page.meeting or "闭会期间",
        "agenda": page.agenda[-1].name if page.agenda else "",
        "organ": page.organ or "",
        "form": _proposed(page, confirmed),
        "category": terms.of("category", case.category),
        "status": STATUSES.get(case.status, case.status),
        "confidentiality": terms.of("confidentiality", case.confidentiality),
        "round": str(case.round),
        "submitted_on": day(case.submitted_at),
        "assigned_on": day(case.assigned_at),
        "closed_on": day(case.closed_at),
        "due_on": _due(page, None),
        "lead_units": named["lead"] or named["separate"],
        "co_units": named["co"],
        "register": _register(page, terms),
    }


def _proposed(page: CasePage, confirmed: int) -> str:
    """By whom: one deputy or several, a delegation, an organ."""
    if page.lead:
        return f"联名提出（联名{confirmed}人）" if confirmed else "个人提出"
    return "代表团提出" if page.case.delegation_id else "机关提出"


def _register(page: CasePage, terms: FolderTerms) -> list[Data]:
    """What the kind of work keeps of its cases besides, under the names of its process.toml."""
    kept = [(each, page.case.fields.get(each.name)) for each in page.folder.register]
    return [
        {"name": each.name, "label": each.title.zh, "value": terms.of(each.name, value)}
        for each, value in kept
        if value
    ]


def _at_work(page: CasePage) -> list[UnitView]:
    """The units that have the case, without those that gave it back."""
    return [unit for unit in page.units if unit.assignment.status != "returned"]


def _due(page: CasePage, assignment_id: int | None) -> str:
    """The day by which a unit, or the first of all, has to answer."""
    main = {spec.key for spec in page.folder.clocks if spec.main}
    fitting = [
        view for view in page.clocks if view.key in main and assignment_id in (None, view.assignment_id)
    ]
    running = [view.due_on for view in fitting if view.running]
    if running:
        return day(min(running))
    return day(max((view.due_on for view in fitting), default=None))


def _text(page: CasePage) -> Data:
    form = page.folder.forms[page.folder.text_form] if page.folder.text_form else None
    fields = form.fields if form else ()
    names = units(page.facts.congress_id)
    plain = [field for field in fields if field.type not in (*PROSE, "rows") and field.name != "title"]
    return {
        "parts": [
            {"label": field.label.zh, "paragraphs": paragraphs(page.body[field.name])}
            for field in fields
            if field.type in PROSE and page.body.get(field.name)
        ],
        "asks": [{"number": str(ask.number), "text": ask.text} for ask in page.asks],
        "facts": [
            {"label": field.label.zh, "value": answer_in_words(field, page.body[field.name], names)}
            for field in plain
            if page.body.get(field.name)
        ],
        "files": [each.filename for each in page.attachments],
    }


def answer_in_words(field: Field, value: Any, names: Mapping[int, str]) -> str:
    """What was filled in, with labels for values and names for units."""
    if field.type in ("unit", "units_wish"):
        ids = value if isinstance(value, list) else [value]
        return listed([names.get(int(each), str(each)) for each in ids])
    if field.type == "date":
        return day(value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)))
    labels = {choice.value: choice.label.zh for choice in field.choices}
    if isinstance(value, list):
        return listed([labels.get(str(each), str(each)) for each in value])
    if value is True:
        return "是"
    return labels.get(str(value), str(value))


def _lead(page: CasePage) -> Data:
    deputy = db.session.get(Deputy, page.lead.id) if page.lead else None
    if deputy is None or page.lead is None:
        return dict.fromkeys(("name", "delegation", "electing_unit", "position", "phone", "card_number"), "")
    return {
        "name": deputy.name,
        "delegation": page.delegation or "",
        "electing_unit": deputy.electing_unit,
        "position": deputy.position,
        "phone": page.lead.phone,  # empty for whoever has no business with it
        "card_number": deputy.card_number,
    }


def _cosigners(page: CasePage) -> list[Data]:
    confirmed = [each for each in page.cosigners if each.status == "confirmed"]
    return [
        {
            "number": str(number),
            "name": each.name,
            "delegation": each.delegation,
            "confirmed_on": day(each.answered_at),
        }
        for number, each in enumerate(confirmed, start=1)
    ]


def of_unit(unit: UnitView, page: CasePage) -> Data:
    """A unit's part in the case."""
    row = unit.assignment
    return {
        "name": unit.name,
        "role": ROLES.get(row.role, row.role),
        "scope": row.scope,
        "instruction": row.instruction,
        "assigned_on": day(row.assigned_at),
        "signed_for_on": day(row.signed_for_at),
        "officer": unit.officer or "",
        "due_on": _due(page, row.id),
        "round": str(row.round),
    }


def of_reply(unit: UnitView, view: ReplyView, page: CasePage) -> Data:
    """A version of a unit's reply, with what its own people said of it."""
    reply, terms = view.reply, FolderTerms(page.folder)
    answers = {ask.id: view.answers.get(ask.id) for ask in page.asks}
    opinions = [review for review in view.reviews if review.opinion]
    return {
        "number": reply.number or "",
        "grade": reply.grade,
        "grade_words": terms.of("grade", reply.grade),
        "paragraphs": paragraphs(reply.body),
        "answers": [
            {
                "number": str(ask.number),
                "ask": ask.text,
                "grade": given.grade if (given := answers[ask.id]) else "",
                "paragraphs": paragraphs(given.text) if given else [],
                "reason": "".join(paragraphs(given.reason)) if given else "",
            }
            for ask in page.asks
        ],
        "promises": _promises(view, {ask.id: str(ask.number) for ask in page.asks}),
        "publicity": terms.of("publicity", reply.publicity),
        "publicity_reason": reply.publicity_reason,
        "officer": reply.officer_name,
        "phone": reply.officer_phone,
        "drafted_by": view.names.get(reply.drafted_by or 0, ""),
        "drafted_on": day(reply.drafted_at),
        "signed_by": view.names.get(reply.signed_by or 0, ""),
        "signed_on": day(reply.signed_at),
        "round": str(reply.round),
        "opinions": [
            {
                "step": terms.task(review.step),
                "by": view.names.get(review.reviewed_by or 0, ""),
                "on": day(review.reviewed_at),
                "text": review.opinion,
            }
            for review in opinions
        ],
        "reviews": _reviews(view, terms),
    }


def _reviews(view: ReplyView, terms: FolderTerms) -> list[Data]:
    """Everybody who has looked at a version, with what he decided in his step's own words."""
    return [
        {
            "node": review.step,
            "step": terms.task(review.step),
            "by": view.names.get(review.reviewed_by or 0, ""),
            "on": day(review.reviewed_at),
            "decision": terms.decided(review.step, review.decision),
            "text": review.opinion,
        }
        for review in view.reviews
    ]


def _promises(view: ReplyView, numbers: Mapping[int, str]) -> list[Data]:
    """What a version promises by when, with the steps on the way; `ask` is empty for the suggestion as a whole."""
    return [
        {
            "what": each.what,
            "ask": numbers.get(each.ask_id or 0, ""),
            "due_on": day(each.due_on),
            "milestones": [
                {"on": day(dt.date.fromisoformat(step["on"])), "what": step["what"]}
                for step in each.milestones
            ],
        }
        for each in view.promises
    ]
