"""What a view says about itself: who may open it, and whether a person is behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that needs no sign-in; all others do. Goes below the route."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def unattended(view: View) -> View:
    """Mark a view that a page calls by itself: it does not count as somebody being at work."""
    view.is_unattended = True  # type: ignore[attr-defined]
    return view


def before_password_change(view: View) -> View:
    """Mark a view that is open to a person who must change his password first."""
    view.is_before_password_change = True  # type: ignore[attr-defined]
    return view


def cacheable(view: View) -> View:
    """Mark a view whose answer is the same for everybody: it looks at the address and at nothing of the reader's."""
    view.is_cacheable = True  # type: ignore[attr-defined]
    return view


def brief(view: View) -> View:
    """Mark a view of the public's that takes no more than the fields of a form could hold."""
    view.is_brief = True  # type: ignore[attr-defined]
    return view


def fills(form_of: Callable[..., Any]) -> Callable[[View], View]:
    """Mark a view that takes a form of a process folder.

    `form_of(actor, sent, **values)` gives that form, for what was sent and the values of the address, to one who may
    fill it in.
    """

    def mark(view: View) -> View:
        view.form_of = form_of  # type: ignore[attr-defined]
        return view

    return mark


def marked(view: Callable[..., Any] | None, mark: str) -> bool:
    """Whether a view carries a mark."""
    return bool(getattr(view, mark, False))
