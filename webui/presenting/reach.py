"""How a congress is reached by letter and by telephone, as pages show it."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from engine.people.congresses import Particulars, particulars

Shown = dict[str, str]


def reach_shown(congress: Particulars) -> Shown:
    """Name, address with its code, telephone as it is written and as it is called; "" for what it does not say."""
    return {
        "name": congress.name,
        "address": postal_line(congress),
        "phone": congress.contact_phone,
        "call": called(congress.contact_phone),
    }


def reach_of(congress_id: int) -> Shown:
    """Whom one writes to, and may call."""
    return reach_shown(particulars(congress_id))


def postal_line(congress: Particulars) -> str:
    """The address in one line."""
    address, code = congress.postal_address, congress.postal_code
    return _("%(address)s，邮编%(code)s", address=address, code=code) if address and code else address


def called(phone: str) -> str:
    """What a telephone dials: the number without the extension, which one presses afterwards."""
    return re.sub(r"[^+0-9]", "", phone.split("转")[0])
