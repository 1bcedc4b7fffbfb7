"""Whoever is signed in, as Flask-Login keeps him for the length of a request."""

from __future__ import annotations

from flask_login import UserMixin, current_user

from engine.people.sessions import SignedIn


class Person(UserMixin):
    """Whoever is signed in, as Flask-Login wants him."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in
        self.id = str(signed_in.actor.user_id)


def signed_in_person() -> SignedIn | None:
    """The person of this request with his session; None for a passer-by."""
    person = current_user._get_current_object()  # once: each question to the proxy looks him up anew
    return person.signed_in if isinstance(person, Person) else None
