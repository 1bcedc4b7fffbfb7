"""Telephone numbers and mail addresses of a congress's own people, found in texts that are to leave the house."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from engine.people.personal_data import folded, squeezed
from models import Deputy, User, db


def known_contacts(congress_id: int, texts: Iterable[str]) -> list[str]:
    """Telephone numbers and mail addresses of deputies and users that stand in the texts, however they are written."""
    numbers = "\n".join(map(squeezed, texts))
    letters = "\n".join(folded(text).lower() for text in texts)
    deputies = sa.select(Deputy.phone, Deputy.email).where(Deputy.congress_id == congress_id)
    users = sa.select(sa.literal(""), User.email).where(User.congress_id == congress_id)
    found = set()
    for phone, email in db.session.execute(sa.union_all(deputies, users)):
        number = squeezed(phone)
        if len(number) >= 7 and number in numbers:
            found.add(phone)
        if email and email.lower() in letters:
            found.add(email)
    return sorted(found)
