"""Whoever is signed in, as Flask-Login keeps him for the length of a request."""

from __future__ import annotations

from flask import g
from flask_login import UserMixin, current_user

from engine.people.sessions import SignedIn

HELD = "_login_user"  # where in `g` Flask-Login keeps whom it has found


class Person(UserMixin):
    """Whoever is signed in, as Flask-Login wants him."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in
        self.id = str(signed_in.actor.user_id)


def signed_in_person() -> SignedIn | None:
    """The person of this request with his session; None for a passer-by."""
    # He is asked for often, and the proxy searches for him each time.
    person = g.get(HELD) or current_user._get_current_object()
    return person.signed_in if isinstance(person, Person) else None


def become(signed_in: SignedIn) -> None:
    """Let the rest of this request be that of whoever has just signed in; Flask-Login's own way writes a cookie."""
    setattr(g, HELD, Person(signed_in))
