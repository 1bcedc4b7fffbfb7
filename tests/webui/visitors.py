"""People at a browser: a client that signs in by the form."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from tests.people.world import PASSWORD
from tests.support.web import Visitor


def visitor(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    client = app.test_client()
    assert isinstance(client, Visitor)
    return client


def signed_in(app: Flask, username: str, password: str = PASSWORD) -> Visitor:
    """Somebody who signed in."""
    client = visitor(app)
    answer = client.post("/sign-in", data={"account": username, "password": password})
    assert answer.status_code == 302, answer.text
    return client


def token(page: Any) -> str:
    """The token of the forms on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]
