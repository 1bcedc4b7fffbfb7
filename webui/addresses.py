"""Addresses within this site: where to go on afterwards, and where from."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from flask import request
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST = 2**63 - 1  # no database counts further
FARTHEST = 10_000_000  # lines of a list
YEARS = range(1949, 2200)


def local(address: str | None, otherwise: str = "/") -> str:
    """The address if it stays on this site, else `otherwise`: no link leads a signed-in person away."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    if any(ord(sign) < 32 or sign == "\\" for sign in address):
        return otherwise
    return address


def whole_number(text: str) -> int:
    """A number that a database can hold; ValueError for any other text, as `type=` of a request wants it."""
    found = int(text)
    if abs(found) > LARGEST:
        raise ValueError(text[:20])
    return found


def place(text: str) -> int:
    """A place in a list, as `type=` of a request wants it: none before its first line, none that no list reaches."""
    return min(max(0, whole_number(text)), FARTHEST)


def day_within(text: str) -> dt.date:
    """A day of a year that can be meant, as `type=` of a request wants it; ValueError for any other text."""
    found = dt.date.fromisoformat(text)
    if found.year not in YEARS:
        raise ValueError(text[:20])
    return found


class Number(IntegerConverter):
    """The numbers in addresses: one beyond what a database holds is the number of nothing."""

    def to_python(self, value: str) -> int:
        """The number; raises ValidationError, which is answered with 404."""
        found: int = super().to_python(value)
        if found > LARGEST:
            raise ValidationError
        return found


def here() -> str:
    """The page in view, with its query; after a form was sent, the page it stood on."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host:
        return "/"
    return local(referrer.path + (f"?{referrer.query}" if referrer.query else ""))


def case_address(case_id: int) -> str:
    """The page of a case; messages name it too, so that it never changes."""
    return f"/cases/{case_id}"
