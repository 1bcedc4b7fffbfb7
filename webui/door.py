"""What no database can hold, and what is too large for a form of the public, is refused before any view sees it."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest

from webui.marks import marked

BRIEF = 200_000  # bytes
NOTHING = "\x00"  # PostgreSQL holds no text with it, and nobody types it


class ShallowJson(DefaultJSONProvider):
    """JSON as Flask reads it; what is nested deeper than can be read is no JSON, as a broken one is none."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value; raises ValueError."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def register(app: Flask) -> None:
    """Put the check before everything else."""
    app.json = ShallowJson(app)
    app.before_request(_keep_brief)
    app.before_request(_refuse_what_no_text_holds)


def _keep_brief() -> None:
    """Read no more than a form of the public can hold; more is answered with 413."""
    if marked(current_app.view_functions.get(request.endpoint or ""), "is_brief"):
        request.max_content_length = BRIEF


def _refuse_what_no_text_holds() -> None:
    sent = [request.path]
    for values in (request.args, request.form):
        for name, texts in values.lists():
            sent += (name, *texts)
    if NOTHING in "".join(sent) or (request.is_json and b"\\u0000" in request.get_data()):
        raise BadRequest
