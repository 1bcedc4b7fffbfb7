"""What the public puts forward, as its pages and the case page show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.casework.readings.case_page import CasePage
from engine.foundation.actor import Actor
from engine.public_intake.sending import Offer, Receipt
from engine.public_intake.standing import Standing, person_of
from webui.forms import shown
from webui.language import day, language
from webui.presenting.on_record import answer_read
from webui.presenting.reach import reach_of

Shown = dict[str, Any]
Address = Callable[..., str]


def offer_lines(offers: Iterable[Offer], address: Address) -> list[Shown]:
    """What may be put forward, at which congress."""
    return [
        {
            "title": each.intake.title.in_(language()),
            "intro": each.intake.intro.in_(language()),
            "congress": each.congress,
            "href": address("public_intake.form", process_key=each.folder.key, congress=each.code),
        }
        for each in offers
    ]


def receipt_shown(receipt: Receipt, offer: Offer, address: Address) -> Shown:
    """The receipt, shown once."""
    return {
        "title": offer.intake.title.in_(language()),
        "congress": offer.congress,
        "number": receipt.number,
        "secret": receipt.secret,
        "look": address("public_intake.receipt"),
        "reach": reach_of(offer.congress_id),
    }


def standing_shown(found: Standing, answers: Mapping[str, Any], faults: Mapping[str, Any]) -> Shown:
    """How it stands, the latest first, what was sent, and the form for what is missing."""
    form = found.folder.forms[found.supplement] if found.supplement else None
    return {
        "receipt": found.receipt,
        "title": found.title,
        "kind": found.kind.in_(language()),
        "sent_on": day(found.sent_on),
        "sent": [
            {"label": field.label.in_(language()), "lines": text.split("\n")}
            for field, value in found.sent
            if (text := answer_read(field, value, {}))
        ],
        "told": [
            {"on": day(each.on), "words": each.words.in_(language()), "text": each.text}
            for each in reversed(found.told)
        ],
        "fields": shown(form, answers, faults) if form else [],
    }


def person_facts(page: CasePage, actor: Actor) -> list[Shown]:
    """Who has put the case forward from the public site, for those who may read it."""
    intake = page.folder.public_intake
    if intake is None:
        return []
    form, person = page.folder.forms[intake.form], person_of(actor, case_id=page.facts.id)
    return [
        {"label": form.field(name).label.in_(language()), "value": value} for name, value in person.items()
    ]
