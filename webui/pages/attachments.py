"""Attachments: handed out as files, never shown as pages of this site."""

from __future__ import annotations

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue

from engine.casework.attachments import attachment_to_read
from engine.foundation.errors import NotFound
from webui.sign_in import current_actor
from webui.store import file_store

blueprint = Blueprint("attachments", __name__)


@blueprint.get("/attachments/<int:attachment_id>")
def download(attachment_id: int) -> ResponseReturnValue:
    """The file, to be saved: a document from outside may do nothing in this site's name."""
    row = attachment_to_read(current_actor(), attachment_id)
    path = file_store().path(row.sha256)
    if row.removed_at is not None or not path.is_file():
        raise NotFound
    answer: Response = send_file(
        path, mimetype=row.media_type, as_attachment=True, download_name=row.filename, max_age=0
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
