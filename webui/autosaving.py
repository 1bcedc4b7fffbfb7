"""What a page sends when it keeps its form by itself (static/js/autosave.js)."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnprocessableEntity

from webui.forms import Posted, posted_from
from webui.windows import REVISION, WINDOW, Sent


def kept_by_page() -> tuple[Posted, Sent]:
    """What was typed, as if it were posted, and what the page says of its window.

    Raises UnprocessableEntity for what no page sends, so that it does not empty a draft; RequestEntityTooLarge for
    more than a form that is posted may hold.
    """
    longest = request.max_form_memory_size
    if longest is not None and len(request.get_data()) > longest:
        raise RequestEntityTooLarge
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("answers"), dict):
        raise UnprocessableEntity
    return posted_from(sent["answers"]), {WINDOW: sent.get("window", ""), REVISION: sent.get("draft", "")}
