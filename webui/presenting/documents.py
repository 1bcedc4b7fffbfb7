"""The documents a person may print, as the case page lists them."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.casework.readings.case_page import CasePage
from engine.documents.printing import offers
from engine.foundation.actor import Actor
from webui.language import language
from webui.words.citing import cited

FORMATS = {"pdf": "PDF", "docx": "Word"}


def document_lines(page: CasePage, actor: Actor) -> list[dict[str, Any]]:
    """One line for each document, with a way to each format."""
    return [
        {
            "title": offer.title.in_(language()),
            "label": offer.label.in_(language()),
            "basis": cited(offer.basis, language()),
            "files": [
                {
                    "label": FORMATS[format],
                    "href": url_for(
                        "documents.of_case",
                        case_id=page.facts.id,
                        key=offer.key,
                        subject_id=offer.subject_id,
                        format=format,
                    ),
                    "says": f"{offer.title.in_(language())} {offer.label.in_(language())}",
                }
                for format in offer.formats
            ],
        }
        for offer in offers(actor, page)
    ]
