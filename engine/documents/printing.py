"""Printing: which documents a person may have now, and one of them as PDF or Word; a reading, nothing changes.

Only the printing of a restricted case leaves an audit event: who carries its words out of the house is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.casework.access import case_to_view
from engine.casework.readings.case_page import CasePage, case_page
from engine.casework.visibility import ARCHIVIST, OVERSEEING, UNIT_ROLES
from engine.definitions.words import Words
from engine.documents.declarations import Declaration, forms_of
from engine.documents.fonts import Lacking
from engine.documents.matter import Data, general, of_case
from engine.documents.subjects import SUBJECTS, Subject
from engine.documents.templates import MAY_EDIT, checked, set_with, template_in_use
from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.foundation.transaction import use_case


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that this person may have now; `label` tells it from others of its kind."""

    key: str
    title: Words
    basis: str
    subject_id: int
    label: Words
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """A document as a file, and the characters that no font has."""

    content: bytes
    filename: str
    lacking: tuple[Lacking, ...]


def offers(actor: Actor, page: CasePage) -> list[Offer]:
    """The documents of the case that the actor may have now, in the order in which the folder declares them."""
    return [
        Offer(each.key, each.title, each.basis, subject.id, subject.label, each.formats)
        for each, subject in _permitted(actor, page)
    ]


def _permitted(actor: Actor, page: CasePage) -> Iterator[tuple[Declaration, Subject]]:
    found: dict[str, list[Subject]] = {}
    for declaration in forms_of(page.facts.process_key).documents.values():
        if declaration.of not in SUBJECTS:
            continue  # of a whole congress
        if declaration.of not in found:
            found[declaration.of] = list(SUBJECTS[declaration.of](page))
        for subject in found[declaration.of]:
            if declaration.fits(subject.marks) and _may_have(actor, page, declaration, subject):
                yield declaration, subject


def _may_have(actor: Actor, page: CasePage, declaration: Declaration, subject: Subject) -> bool:
    return any(_stands(actor, page, place, subject) for place in declaration.who)


def _stands(actor: Actor, page: CasePage, name: str, subject: Subject) -> bool:
    """Whether the actor stands at the place: `congress`, `unit.head`, `lead_deputy` …"""
    place, _dot, role = name.partition(".")
    seats = {(seat.role, seat.organization_id) for seat in actor.seats}
    if place == "congress":
        return bool(actor.roles & ({role} if role else OVERSEEING | {ARCHIVIST}))
    if place == "unit":
        return any((each, subject.unit_id) in seats for each in ({role} if role else UNIT_ROLES))
    if place == "units":
        return any((each, unit.assignment.unit_id) in seats for each in UNIT_ROLES for unit in page.units)
    if place == "lead_deputy":
        return page.is_lead
    return any(each.deputy_id == actor.deputy_id and each.status == "confirmed" for each in page.cosigners)


def print_of_case(actor: Actor, *, case_id: int, key: str, subject_id: int, format: str) -> Printed:
    """One document of a case; NotFound for a case, document or subject that is not the actor's to have."""
    page = case_page(actor, case_id=case_id)
    declaration, subject = _wanted(actor, page, key, subject_id)
    template = template_in_use(
        actor.congress_id, forms_of(page.facts.process_key), key, _known(declaration, format)
    )
    return _print(actor, page, declaration, subject, format, template)


def try_on_case(
    actor: Actor, *, number: str, process_key: str, key: str, format: str, content: bytes
) -> Printed:
    """How a template that is being edited looks on a real case (its number or id), of the first fitting subject."""
    actor.require(*MAY_EDIT)
    page = case_page(actor, case_id=_case_id(actor, process_key, number))
    fitting = ((each, subject) for each, subject in _permitted(actor, page) if each.template == key)
    declaration, subject = next(fitting, (None, None))
    if declaration is None or subject is None or page.facts.process_key != process_key:
        raise NotFound
    return _print(actor, page, declaration, subject, format, checked(format, content))


def _case_id(actor: Actor, process_key: str, number: str) -> int:
    from engine.casework.readings.register import Wanted, find_cases

    wanted = Wanted(process_key=process_key, text=number.strip())
    lines = find_cases(actor, wanted, limit=2).lines if number.strip() else []
    if len(lines) != 1:
        raise NotFound
    return lines[0].row.case_id


def _wanted(actor: Actor, page: CasePage, key: str, subject_id: int) -> tuple[Declaration, Subject]:
    for declaration, subject in _permitted(actor, page):
        if (declaration.key, subject.id) == (key, subject_id):
            return declaration, subject
    raise NotFound


def _known(declaration: Declaration, format: str) -> str:
    if format not in declaration.formats:
        raise NotFound
    return format


def _print(
    actor: Actor, page: CasePage, declaration: Declaration, subject: Subject, format: str, template: bytes
) -> Printed:
    data: Data = {
        **general(actor, declaration.title.zh, declaration.basis),
        **of_case(page),
        **subject.data(),
    }
    document = set_with(template, format, data)
    if page.facts.confidentiality == "restricted":
        note_printing(actor, case_id=page.facts.id, key=declaration.key, subject_id=subject.id, format=format)
    words = [page.facts.number or "", declaration.title.zh, subject.label.zh]
    return Printed(document.content, filename(words, format), document.lacking)


def filename(words: list[str], format: str) -> str:
    """A name that every system takes."""
    name = "-".join(re.sub(r'[\\/:*?"<>|\s]+', "", word) for word in words if word)
    return f"{name[:120]}.{format}"


@use_case
def note_printing(actor: Actor, *, case_id: int, key: str, subject_id: int, format: str) -> None:
    """Record that a document of a restricted case left the house."""
    case = case_to_view(actor, case_id)
    audit.record(
        "document:printed",
        congress_id=case.congress_id,
        case_id=case.id,
        subject=f"document:{key}/{subject_id}",
        format=format,
    )
