"""What no database can hold is refused before any view sees it."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import BadRequest

NOTHING = "\x00"  # PostgreSQL holds no text with it, and nobody types it


def register(app: Flask) -> None:
    """Put the check before everything else."""
    app.before_request(_refuse_what_no_text_holds)


def _refuse_what_no_text_holds() -> None:
    given = [part for values in (request.args, request.form) for part in values.items(multi=True)]
    sent = (request.path, *(text for part in given for text in part))
    if any(NOTHING in text for text in sent) or (request.is_json and b"\\u0000" in request.get_data()):
        raise BadRequest
